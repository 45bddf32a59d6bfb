"""String functions with patterns: matches, replace, split (DMN 1.5, 10.3.4.3).

The standard refers to XQuery 1.0 and XPath 2.0 Functions and Operators, 7.6; where XPath reports an
error, the answer is null.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from workflows.feel.errors import Unanswerable
from workflows.feel.functions.costs import MOST_CHARACTERS, making_text, reading_text
from workflows.feel.functions.kinds import STRING
from workflows.feel.functions.signature import Parameter, builtin
from workflows.feel.functions.xpath_patterns import Pattern, compiled
from workflows.feel.run import Run

_BYTES_PER_CHARACTER: Final = 4  # at most, in UTF-8
_MOST_BYTES: Final = MOST_CHARACTERS * _BYTES_PER_CHARACTER
_PATTERN_CHARACTERS_PER_STEP: Final = 2  # compiling costs up to a millisecond per character
_PART: Final = re.compile(r"(?P<text>[^$\\]+)|\\(?P<sign>[$\\])|\$(?P<digits>[0-9]+)")
_LONGEST_NUMBER: Final = 6  # digits of a group's number that are looked at
_INPUT: Final = Parameter("input", STRING)
_PATTERN: Final = Parameter("pattern", STRING)
_FLAGS: Final = Parameter("flags", STRING, optional=True, nullable=True)


@builtin("matches", [_INPUT, _PATTERN, _FLAGS])
def matches(run: Run, text: str, pattern: str, flags: str | None = None) -> bool:
    """Whether the pattern matches somewhere in the text."""
    reading_text(run, len(text))
    return pattern_for(run, pattern, flags or "").matches(utf8(text))


@builtin("replace", [_INPUT, _PATTERN, Parameter("replacement", STRING), _FLAGS])
def replace(run: Run, text: str, pattern: str, replacement: str, flags: str | None = None) -> str:
    """The text with every match replaced; `$1` is the first group, `$0` the whole match."""
    expression = _dividing(run, pattern, flags or "")
    parts = _replacement_parts(replacement, expression.groups)
    source = utf8(text)
    pieces: list[bytes] = []
    length = end = 0
    for found in found_in(run, expression, source):
        run.spend(len(parts))
        new = [source[end : found.start()], *_filled(parts, found)]
        length += sum(map(len, new))
        if length > _MOST_BYTES:
            making_text(run, length // _BYTES_PER_CHARACTER)
        pieces += new
        end = found.end()
    answer = b"".join([*pieces, source[end:]]).decode()
    making_text(run, len(answer))
    return answer


@builtin("split", [Parameter("string", STRING), Parameter("delimiter", STRING)])
def split(run: Run, text: str, delimiter: str) -> list[str]:
    """The parts of the text between the matches of the delimiter."""
    source = utf8(text)
    making_text(run, len(text))
    parts = []
    end = 0
    for found in found_in(run, _dividing(run, delimiter), source):
        parts.append(source[end : found.start()].decode())
        end = found.end()
    return [*parts, source[end:].decode()]


def found_in(run: Run, pattern: Pattern, text: bytes) -> Iterator[Any]:
    """All matches from left to right, each paid for."""
    reading_text(run, len(text))
    for found in pattern.regex.finditer(text):
        run.spend()
        yield found


def utf8(text: str) -> bytes:
    """The text as RE2 reads it; raises Unanswerable for halves of surrogate pairs."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise Unanswerable("the text contains half a character (a lone surrogate)") from None


def pattern_for(run: Run, pattern: str, flags: str = "") -> Pattern:
    """The compiled pattern; raises Unanswerable. Long ones are paid for, known or not."""
    run.spend(len(pattern) // _PATTERN_CHARACTERS_PER_STEP)
    return compiled(pattern, flags).paid_by(run)


def _dividing(run: Run, pattern: str, flags: str = "") -> Pattern:
    expression = pattern_for(run, pattern, flags)
    if expression.matches_nothing:
        raise Unanswerable("the pattern matches the empty string; make it match something")
    return expression


def _filled(parts: tuple[bytes | int, ...], found: Any) -> list[bytes]:
    """The replacement for one match; a group that took no part is empty.

    A group that occurs often is one object, so nothing large is made before its size is known.
    """
    groups = {part: found.group(part) or b"" for part in set(parts) if isinstance(part, int)}
    return [part if isinstance(part, bytes) else groups[part] for part in parts]


def _replacement_parts(replacement: str, groups: int) -> tuple[bytes | int, ...]:
    """Literal text and group numbers (XPath Functions and Operators, 7.6.3)."""
    parts: list[bytes | int] = []
    at = 0
    while at < len(replacement):
        found = _PART.match(replacement, at)
        if not found:
            raise Unanswerable(
                "in `replacement`, $ must stand before a group's number and \\ before $ or \\"
            )
        digits = found["digits"]
        if digits:
            parts += _group_and_rest(digits, groups)
        else:
            parts.append(utf8(found["text"] or found["sign"]))
        at = found.end()
    return tuple(parts)


def _group_and_rest(digits: str, groups: int) -> list[bytes | int]:
    """As many digits as still name a group, and the others as text."""
    end = 1
    while end < min(len(digits), _LONGEST_NUMBER) and int(digits[: end + 1]) <= groups:
        end += 1
    number = int(digits[:end])
    rest = digits[end:].encode()
    return [number, rest] if number <= groups else [rest]
