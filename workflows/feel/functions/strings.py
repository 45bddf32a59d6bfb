"""String functions without patterns (DMN 1.5, 10.3.4.3). Characters are Unicode code points."""

from decimal import Decimal
from typing import Any, Final

from workflows.feel.errors import Unanswerable
from workflows.feel.functions.costs import making_text, reading, reading_text
from workflows.feel.functions.kinds import LIST, NUMBER, STRING, kind_title
from workflows.feel.functions.positions import end_after, index_at
from workflows.feel.functions.signature import Parameter, builtin
from workflows.feel.run import Run

_STRING: Final = Parameter("string", STRING)
_MATCH: Final = Parameter("match", STRING)


@builtin(
    "substring",
    [
        _STRING,
        Parameter("start position", NUMBER),
        Parameter("length", NUMBER, optional=True),
    ],
)
def substring(run: Run, string: str, start: Decimal, length: Decimal | None = None) -> str:
    """So many (or all) characters from a position."""
    first = index_at(start, len(string))
    end = end_after(first, length, len(string))
    making_text(run, end - first)
    return string[first:end]


@builtin("string length", [_STRING])
def string_length(_run: Run, string: str) -> Decimal:
    """How many code points it has."""
    return Decimal(len(string))


@builtin("upper case", [_STRING])
def upper_case(run: Run, string: str) -> str:
    """In capitals."""
    making_text(run, len(string))
    return string.upper()


@builtin("lower case", [_STRING])
def lower_case(run: Run, string: str) -> str:
    """In small letters."""
    making_text(run, len(string))
    return string.lower()


@builtin("substring before", [_STRING, _MATCH])
def substring_before(run: Run, string: str, match: str) -> str:
    """What stands before the first match; "" when there is none."""
    making_text(run, len(string))
    before, found, _after = string.partition(match) if match else ("", "", string)
    return before if found else ""


@builtin("substring after", [_STRING, _MATCH])
def substring_after(run: Run, string: str, match: str) -> str:
    """What stands after the first match; "" when there is none."""
    making_text(run, len(string))
    return string.partition(match)[2] if match else string


@builtin("contains", [_STRING, _MATCH])
def contains(run: Run, string: str, match: str) -> bool:
    """Whether the match stands anywhere."""
    reading_text(run, len(string))
    return match in string


@builtin("starts with", [_STRING, _MATCH])
def starts_with(_run: Run, string: str, match: str) -> bool:
    """Whether it begins with the match."""
    return string.startswith(match)


@builtin("ends with", [_STRING, _MATCH])
def ends_with(_run: Run, string: str, match: str) -> bool:
    """Whether it ends with the match."""
    return string.endswith(match)


@builtin(
    "string join",
    [Parameter("list", LIST), Parameter("delimiter", STRING, optional=True, nullable=True)],
)
def string_join(run: Run, elements: list[Any], delimiter: str | None = None) -> str:
    """The strings one after another with the delimiter between; nulls are left out."""
    return joined(run, elements, delimiter or "")


def joined(run: Run, elements: list[Any], delimiter: str) -> str:
    """The strings of a list in one; raises Unanswerable when something else is among them."""
    reading(run, len(elements))
    texts = [each for each in elements if each is not None]
    for each in texts:
        if type(each) is not str:
            raise Unanswerable(f"`list` must hold strings only, not {kind_title(each)}")
    making_text(run, sum(map(len, texts)) + len(delimiter) * max(0, len(texts) - 1))
    return delimiter.join(texts)
