"""Functions that Camunda's FEEL has beyond the standard, and those it extends.

Left out are those that answer differently each time (`uuid`, `random number`).
"""

from base64 import b64encode
from decimal import Decimal
from typing import Any, Final

from workflows.feel.errors import FeelError, Unanswerable
from workflows.feel.functions.contexts import (
    Entries,
    context_merge,
    context_put,
    context_put_deep,
    get_value,
    key_value_pairs,
)
from workflows.feel.functions.costs import making_list, making_text
from workflows.feel.functions.equality import Seen
from workflows.feel.functions.kinds import ANY, CONTEXT, LIST, NUMBER, STRING
from workflows.feel.functions.patterns import found_in, pattern_for, utf8
from workflows.feel.functions.positions import index_at
from workflows.feel.functions.signature import Parameter, builtin
from workflows.feel.functions.strings import joined
from workflows.feel.run import Run

DIALECT: Final = "camunda"
_CONTEXT: Final = Parameter("context", CONTEXT, other_names=("m",))
_KEY: Final = Parameter("key", STRING)
_LIST: Final = Parameter("list", LIST)
_STRING: Final = Parameter("string", STRING)
_VALUE: Final = Parameter("value", ANY, nullable=True)


@builtin("is defined", [_VALUE], dialect=DIALECT)
def is_defined(_run: Run, value: Any) -> bool:
    """Whether it is not null."""
    return value is not None


@builtin("get or else", [_VALUE, Parameter("default", ANY, nullable=True)], dialect=DIALECT)
def get_or_else(_run: Run, value: Any, default: Any) -> Any:
    """The value, or the default in place of null."""
    return default if value is None else value


@builtin(
    "assert",
    [
        _VALUE,
        Parameter("condition", ANY, nullable=True),
        Parameter("cause", STRING, optional=True),
    ],
    dialect=DIALECT,
)
def assert_that(_run: Run, value: Any, condition: Any, cause: str = "") -> Any:
    """The value when the condition is true; otherwise the evaluation fails with the cause."""
    if condition is not True:
        raise FeelError(cause or "An assertion does not hold. Check the values it is about.")
    return value


@builtin("is blank", [_STRING], dialect=DIALECT)
def is_blank(_run: Run, string: str) -> bool:
    """Whether it holds nothing but white space."""
    return not string.strip()


@builtin("trim", [_STRING], dialect=DIALECT)
def trim(run: Run, string: str) -> str:
    """Without white space at both ends."""
    making_text(run, len(string))
    return string.strip()


@builtin("to base64", [Parameter("value", STRING)], dialect=DIALECT)
def to_base64(run: Run, string: str) -> str:
    """The UTF-8 bytes of the string in Base64."""
    source = utf8(string)
    making_text(run, len(source) * 4 // 3)
    return b64encode(source).decode()


@builtin("extract", [_STRING, Parameter("pattern", STRING)], dialect=DIALECT)
def extract(run: Run, string: str, pattern: str) -> list[str]:
    """All parts of the string that the pattern matches."""
    making_text(run, len(string))
    return [
        found.group(0).decode() for found in found_in(run, pattern_for(run, pattern), utf8(string))
    ]


@builtin(
    "substring",
    [
        _STRING,
        Parameter("start position", NUMBER),
        Parameter("length", NUMBER, optional=True),
    ],
    dialect=DIALECT,
)
def substring(run: Run, string: str, start: Decimal, length: Decimal | None = None) -> str:
    """Like the standard's, but a length that goes too far ends with the string."""
    first = index_at(start, len(string))
    making_text(run, len(string) - first)
    if length is None or length > len(string):
        return string[first:]
    if length < 0:
        raise Unanswerable("`length` must not be negative")
    return string[first : first + int(length)]


@builtin(
    "string join",
    [
        _LIST,
        Parameter("delimiter", STRING, optional=True, nullable=True),
        Parameter("prefix", STRING, optional=True, nullable=True),
        Parameter("suffix", STRING, optional=True, nullable=True),
    ],
    dialect=DIALECT,
)
def string_join(
    run: Run,
    items: list[Any],
    delimiter: str | None = None,
    prefix: str | None = None,
    suffix: str | None = None,
) -> str:
    """Like the standard's, with a text before and after."""
    inner = joined(run, items, delimiter or "")
    making_text(run, len(inner) + len(prefix or "") + len(suffix or ""))
    return f"{prefix or ''}{inner}{suffix or ''}"


@builtin("duplicate values", [_LIST], dialect=DIALECT)
def duplicate_values(run: Run, items: list[Any]) -> list[Any]:
    """The values that occur more than once, each once, in the order of their first occurrence."""
    making_list(run, len(items))
    first, again = Seen(run), Seen(run)
    repeated = [item for item in items if not first.adds(item)]
    for item in repeated:
        again.adds(item)
    told = Seen(run)
    return [item for item in items if not again.adds(item) and told.adds(item)]


@builtin("is empty", [_LIST], dialect=DIALECT)
def is_empty(_run: Run, items: list[Any]) -> bool:
    """Whether it has no elements."""
    return not items


@builtin("partition", [_LIST, Parameter("size", NUMBER)], dialect=DIALECT)
def partition(run: Run, items: list[Any], size: Decimal) -> list[list[Any]]:
    """The list cut into lists of this size; the last may be shorter."""
    if size < 1:
        raise Unanswerable("`size` must be at least 1")
    making_list(run, len(items))
    step = int(min(size, Decimal(len(items) + 1)))
    return [items[start : start + step] for start in range(0, len(items), step)]


builtin("put", [_CONTEXT, _KEY, _VALUE], dialect=DIALECT)(context_put)
builtin("context put", [_CONTEXT, _KEY, _VALUE], dialect=DIALECT)(context_put)
builtin("get value", [_CONTEXT, _KEY], dialect=DIALECT)(get_value)
for _name in ("put all", "context merge"):
    builtin(_name, [Parameter("contexts", LIST, several=True)], dialect=DIALECT)(context_merge)


@builtin("context put", [_CONTEXT, Parameter("keys", LIST), _VALUE], dialect=DIALECT)
def context_put_path(run: Run, context: Entries, keys: list[Any], value: Any) -> Entries:
    """Like the standard's, but contexts that are missing on the way are made."""
    complete = context
    for depth in range(1, len(keys)):
        if _at_path(complete, keys[:depth]) is None:
            complete = context_put_deep(run, complete, keys[:depth], {})
    return context_put_deep(run, complete, keys, value)


@builtin("get value", [_CONTEXT, Parameter("keys", LIST)], dialect=DIALECT)
def get_value_at_path(_run: Run, context: Entries, keys: list[Any]) -> Any:
    """The entry of an entry …, following the keys."""
    return _at_path(context, keys)


def _at_path(context: Any, keys: list[Any]) -> Any:
    for key in keys:
        if type(context) is not dict or type(key) is not str:
            return None
        context = context.get(key)
    return context


@builtin("context", [Parameter("entries", LIST)], dialect=DIALECT)
def context_of(run: Run, entries: list[Any]) -> Entries:
    """Like the standard's, but a later entry replaces an earlier one with the same key."""
    return dict(key_value_pairs(run, entries))
