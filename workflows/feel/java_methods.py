"""The pure static methods of `java.lang` that models may call, in Python.

Whole numbers are int here, Java's double is float. What Java answers with NaN, an infinity or an
exception has no result.
"""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from workflows.feel.errors import Unanswerable
from workflows.feel.java_format import formatted, written

Method = Callable[..., Any]
_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,30}")
_FLOATING: Final = re.compile(
    r"[+-]?(?:[0-9]{1,30}\.?[0-9]{0,30}|\.[0-9]{1,30})(?:[eE][+-]?[0-9]{1,4})?"
)


def _signum(number: float) -> float:
    return math.copysign(1.0, number) if number else 0.0


def _whole_of(bits: int) -> Method:
    """Reads a whole number that fits into so many bits."""

    def read(value: Any) -> int:
        if isinstance(value, str) and not _WHOLE.fullmatch(value):
            raise Unanswerable("the text is no whole number")
        number = int(value)
        if not -(1 << bits - 1) <= number < 1 << bits - 1:
            raise Unanswerable(f"the number does not fit into {bits} bits")
        return number

    return read


def _floating(value: Any) -> float:
    if isinstance(value, str) and not _FLOATING.fullmatch(value.strip()):
        raise Unanswerable("the text is no number")
    return float(value)


def _truth(value: Any) -> bool:
    return value is True or str(value).lower() == "true"


_MATHEMATICS: Final[Mapping[str, Method]] = {
    name: getattr(math, name)
    for name in (
        *("acos", "asin", "atan", "atan2", "cbrt", "ceil", "cos", "cosh", "exp", "expm1"),
        *("floor", "hypot", "log", "log10", "log1p", "pow", "sin", "sinh", "sqrt", "tan", "tanh"),
    )
} | {
    "abs": abs,
    "floorDiv": lambda number, by: number // by,
    "floorMod": lambda number, by: number % by,
    "max": max,
    "min": min,
    "rint": round,  # half to even, as in Java
    "round": lambda number: math.floor(number + 0.5),
    "signum": _signum,
    "toDegrees": math.degrees,
    "toRadians": math.radians,
}
_OF_TWO: Final = frozenset({"atan2", "hypot", "pow", "floorDiv", "floorMod", "max", "min"})

# By class, name and how many parameters the signature has.
METHODS: Final[Mapping[tuple[str, str, int], Method]] = {
    **{
        ("java.lang.Math", name, 2 if name in _OF_TWO else 1): method
        for name, method in _MATHEMATICS.items()
    },
    ("java.lang.String", "valueOf", 1): written,
    ("java.lang.String", "format", 2): formatted,
    ("java.lang.Integer", "parseInt", 1): _whole_of(32),
    ("java.lang.Integer", "valueOf", 1): _whole_of(32),
    ("java.lang.Long", "parseLong", 1): _whole_of(64),
    ("java.lang.Long", "valueOf", 1): _whole_of(64),
    ("java.lang.Double", "parseDouble", 1): _floating,
    ("java.lang.Double", "valueOf", 1): _floating,
    ("java.lang.Boolean", "parseBoolean", 1): _truth,
    ("java.lang.Boolean", "valueOf", 1): _truth,
}
