"""How Java writes values: `String.valueOf`, and what `String.format` understands of it here.

Of format's conversions: %s, %b, %d, %f, %n and %%, with flags, width and precision. A FEEL number
is a BigDecimal there, so %d of one has no result, as in Java.
"""

import re
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, Final

from workflows.feel.errors import Unanswerable

_LONGEST: Final = 100_000  # characters
_WIDEST: Final = 1_000
_SPECIFIER: Final = re.compile(
    r"%(?:([1-9][0-9]?)\$)?([-+ 0,]{0,5})([0-9]{1,4})?(?:\.([0-9]{1,2}))?(.)"
)
_PLACES: Final = 6  # of %f, unless it says
_EXACT: Final = Context(prec=7_000)


def written(value: Any) -> str:
    """The value as `String.valueOf` writes it."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case float():
            return _double(value)
        case list():
            return f"[{', '.join(map(written, value))}]"
        case dict():
            return f"{{{', '.join(f'{name}={written(entry)}' for name, entry in value.items())}}}"
    return str(value)


def formatted(pattern: str, *values: Any) -> str:
    """The text of `String.format`; Unanswerable where Java throws or what is not supported."""
    pieces, end, following, length = [], 0, 0, 0
    for found in _SPECIFIER.finditer(pattern):
        between = pattern[end : found.start()]
        index, flags, width, precision, conversion = found.groups()
        if conversion in "%n":
            text = "%" if conversion == "%" else "\n"
        else:
            place = int(index) - 1 if index else following
            following += not index
            text = _one(_at(values, place), flags, precision, conversion)
        pieces += [between, _padded(text, flags, int(width or 0))]
        length += len(between) + len(pieces[-1])
        if length > _LONGEST:
            raise Unanswerable(f"the text would have more than {_LONGEST} characters")
        end = found.end()
    rest = pattern[end:]
    if "%" in "".join((*pieces[::2], rest)):
        raise Unanswerable("the format is not understood")
    return "".join((*pieces, rest))


def _at(values: tuple[Any, ...], place: int) -> Any:
    if place >= len(values):
        raise Unanswerable("the format asks for more values than there are")
    return values[place]


def _one(value: Any, flags: str, precision: str | None, conversion: str) -> str:
    writer = _WRITERS.get(conversion)
    if writer is None:
        raise Unanswerable(f"the conversion %{conversion} is not supported")
    return writer(value, flags, precision)


def _as_text(value: Any, _flags: str, precision: str | None) -> str:
    text = written(value)
    return text if precision is None else text[: int(precision)]


def _as_truth(value: Any, _flags: str, precision: str | None) -> str:
    return _as_text(value if isinstance(value, bool) else value is not None, "", precision)


def _as_whole(value: Any, flags: str, precision: str | None) -> str:
    if type(value) is not int or precision is not None:
        raise Unanswerable("%d wants a whole number of Java")
    return _signed(value < 0, f"{abs(value):,}" if "," in flags else str(abs(value)), flags)


def _as_fixed(value: Any, flags: str, precision: str | None) -> str:
    if not isinstance(value, Decimal | float):
        raise Unanswerable("%f wants a number")
    number = Decimal(repr(value)) if isinstance(value, float) else value
    places = Decimal((0, (1,), -(_PLACES if precision is None else int(precision))))
    digits = format(
        abs(number).quantize(places, ROUND_HALF_UP, _EXACT), ",f" if "," in flags else "f"
    )
    return _signed(number < 0, digits, flags)


def _signed(is_negative: bool, digits: str, flags: str) -> str:  # noqa: FBT001 - a part of the number
    if is_negative:
        return f"-{digits}"
    return f"+{digits}" if "+" in flags else f" {digits}" if " " in flags else digits


def _padded(text: str, flags: str, width: int) -> str:
    if width > _WIDEST:
        raise Unanswerable(f"a width beyond {_WIDEST} is not supported")
    if "-" in flags:
        return text.ljust(width)
    return text.zfill(width) if "0" in flags else text.rjust(width)


def _double(value: float) -> str:
    """As Double.toString: 1.0, 1.0E7, 1.0E-4."""
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return repr(value)
    digits, _, exponent = f"{Decimal(repr(value)).normalize():E}".partition("E")
    return f"{digits if '.' in digits else f'{digits}.0'}E{int(exponent)}"


_WRITERS: Final[Mapping[str, Callable[[Any, str, str | None], str]]] = {
    "s": _as_text,
    "b": _as_truth,
    "d": _as_whole,
    "f": _as_fixed,
}
