"""External functions that name a method of Java (DMN 1.5, 10.3.2.13.3), without any Java.

No class is ever loaded and nothing foreign is ever run. What is served is a fixed list of pure
static methods of `java.lang` (see `java_methods`), written here in Python; every other class or
method gives null and a note, as if it were not on the classpath. Values are converted as table 47
says; null is substituted where that is not possible.
"""

import re
import struct
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from workflows.feel.errors import Unanswerable
from workflows.feel.java_methods import METHODS
from workflows.feel.mapping import admitted
from workflows.feel.operators import TEMPORAL
from workflows.feel.run import Run
from workflows.feel.temporal import text_of

_SIGNATURE: Final = re.compile(r"\s*(\w{1,60})\s*\(([^()]{0,500})\)\s*")
_WIDTHS: Final = {"byte": 8, "short": 16, "int": 32, "long": 64}
_BOXED: Final = {
    "integer": "int",
    "character": "char",
    "object[]": "objects",
    "object...": "objects",
}
_LARGEST_FLOAT: Final = 3.4028235677973366e38


def call(mapping: Any, arguments: Sequence[Any], run: Run) -> Any:
    """What the method that the mapping information names gives for FEEL values.

    `mapping` is `{java: {class: …, method signature: …}}` or what is inside of it. Null and a note
    when there is no such method here, or when it gives nothing.
    """
    try:
        method, kinds = _method(mapping)
        result = method(*_converted(arguments, kinds))
    except Unanswerable as reason:
        return run.note(f"External function: {str(reason).rstrip('.')}.")
    except (ArithmeticError, TypeError, ValueError) as reason:
        return run.note(f"External function: the method gives no result ({reason}).")
    return admitted(result, run)


def names_method(mapping: Any) -> bool:
    """Whether the mapping information has a class and the signature of a method."""
    inner = _inside(mapping)
    return all(isinstance(inner.get(key), str) for key in ("class", "method signature"))


def _inside(mapping: Any) -> Mapping[str, Any]:
    inner = mapping.get("java", mapping) if isinstance(mapping, Mapping) else None
    return inner if isinstance(inner, Mapping) else {}


def _method(mapping: Any) -> tuple[Callable[..., Any], list[str]]:
    inner = _inside(mapping)
    name, signature = str(inner.get("class")), str(inner.get("method signature"))
    found = _SIGNATURE.fullmatch(signature)
    if found is None:
        raise Unanswerable("it needs `class` and `method signature`, such as cos(double)")
    kinds = [_kind(each) for each in found[2].split(",") if each.strip()]
    method = METHODS.get((name.strip(), found[1], len(kinds)))
    if method is None:
        raise Unanswerable(f"{name[:60]}.{signature[:60]} is foreign code, which is never run")
    return method, kinds


def _kind(name: str) -> str:
    """`java.lang.Integer` is `int`, `[Ljava.lang.Object;` is `objects`, and so on."""
    short = name.strip().removesuffix(";").rpartition(".")[2].strip()
    if name.strip().startswith("[L") or name.strip().endswith("..."):
        return "objects"
    return _BOXED.get(short.lower(), short.lower())


def _converted(arguments: Sequence[Any], kinds: list[str]) -> list[Any]:
    if kinds and kinds[-1] == "objects":
        arguments, kinds = _spread(arguments, kinds)
    if len(arguments) != len(kinds):
        raise Unanswerable(f"the method takes {len(kinds)} arguments, not {len(arguments)}")
    return [_as_java(value, kind) for value, kind in zip(arguments, kinds, strict=True)]


def _spread(arguments: Sequence[Any], kinds: list[str]) -> tuple[list[Any], list[str]]:
    """What stands for the array at the end: one list, or any number of values."""
    fixed, rest = list(arguments[: len(kinds) - 1]), list(arguments[len(kinds) - 1 :])
    if len(rest) == 1 and isinstance(rest[0], list):
        rest = rest[0]
    return [*fixed, *rest], [*kinds[:-1], *["object"] * len(rest)]


def _as_java(value: Any, kind: str) -> Any:
    """The value as this type of Java; Unanswerable when a primitive would be null."""
    if kind in _WIDTHS:
        return _whole(value, _WIDTHS[kind])
    if kind in ("double", "float"):
        return _floating(value, kind)
    wanted = {"string": str, "charsequence": str, "boolean": bool, "bigdecimal": Decimal}.get(kind)
    if kind == "object":
        return text_of(value) if type(value) in TEMPORAL else value
    if wanted is None or type(value) is not wanted:
        raise Unanswerable(f"a value of FEEL cannot become {kind[:60]}")
    return value


def _whole(value: Any, bits: int) -> int:
    if type(value) is not Decimal or value.adjusted() > 20 or value != value.to_integral_value():
        raise Unanswerable("the argument is no whole number")
    whole = int(value)
    if not -(1 << bits - 1) <= whole < 1 << bits - 1:
        raise Unanswerable(f"the argument does not fit into {bits} bits")
    return whole


def _floating(value: Any, kind: str) -> float:
    if type(value) is not Decimal:
        raise Unanswerable("the argument is no number")
    number = float(value)
    if kind == "double" or abs(number) >= _LARGEST_FLOAT:
        return number
    return _shortest(struct.unpack("f", struct.pack("f", number))[0])


def _shortest(number: float) -> float:
    """The double that is written like this float of 32 bits: 0.1, not 0.10000000149011612."""
    for digits in range(1, 10):
        candidate = float(f"{number:.{digits}g}")
        if struct.pack("f", candidate) == struct.pack("f", number):
            return candidate
    return number
