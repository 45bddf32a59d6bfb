"""FEEL's types, and which values conform to them (DMN 1.5, 10.3.2.9).

Null conforms to every type but is an instance of `Null` alone. A context with more entries than
its type names still conforms; a function conforms when it takes at least what is passed to it and
gives at most what is expected.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from workflows.feel.temporal import Date, DateTime, DaysDuration, MonthsDuration, Time
from workflows.feel.values import Function, Range


class Type:
    """A type; says whether a value that is not null belongs to it."""

    @property
    def title(self) -> str:
        """How FEEL writes it."""
        raise NotImplementedError

    def has(self, value: Any) -> bool:
        """Whether this value, which is not null, conforms."""
        raise NotImplementedError

    def __str__(self) -> str:
        return self.title


@dataclass(frozen=True)
class Simple(Type):
    """A type without parts: values of one Python class."""

    name: str
    of: type

    @property
    def title(self) -> str:
        """How FEEL writes it."""
        return self.name

    def has(self, value: Any) -> bool:
        """Whether the value is of the class; bool is no number here."""
        return type(value) is self.of


@dataclass(frozen=True)
class Anything(Type):
    """`Any`: every value."""

    @property
    def title(self) -> str:
        """How FEEL writes it."""
        return "Any"

    def has(self, value: Any) -> bool:
        """Always, for null is asked elsewhere."""
        return value is not None


ANY: Final = Anything()
NULL: Final = Simple("Null", type(None))
BOOLEAN: Final = Simple("boolean", bool)
NUMBER: Final = Simple("number", Decimal)
STRING: Final = Simple("string", str)
DATE: Final = Simple("date", Date)
TIME: Final = Simple("time", Time)
DATE_AND_TIME: Final = Simple("date and time", DateTime)
DAYS_DURATION: Final = Simple("days and time duration", DaysDuration)
MONTHS_DURATION: Final = Simple("years and months duration", MonthsDuration)


@dataclass(frozen=True)
class ListType(Type):
    """`list<T>`: every element conforms."""

    of: Type = ANY

    @property
    def title(self) -> str:
        """How FEEL writes it."""
        return f"list<{self.of.title}>"

    def has(self, value: Any) -> bool:
        """Whether the value is a list and its elements conform."""
        if type(value) is not list:
            return False
        return self.of is ANY or all(conforms(item, self.of) for item in value)


@dataclass(frozen=True)
class RangeType(Type):
    """`range<T>`: both ends conform; an open end does."""

    of: Type = ANY

    @property
    def title(self) -> str:
        """How FEEL writes it."""
        return f"range<{self.of.title}>"

    def has(self, value: Any) -> bool:
        """Whether the value is a range whose ends conform."""
        if type(value) is not Range:
            return False
        return conforms(value.low, self.of) and conforms(value.high, self.of)


@dataclass(frozen=True)
class ContextType(Type):
    """`context<a: T, …>`: the entries exist and conform; others may be there too."""

    entries: tuple[tuple[str, Type], ...] = ()

    @property
    def title(self) -> str:
        """How FEEL writes it."""
        inside = ", ".join(f"{name}: {of.title}" for name, of in self.entries)
        return f"context<{inside}>"

    def has(self, value: Any) -> bool:
        """Whether the value is a context with at least these entries."""
        if type(value) is not dict:
            return False
        return all(name in value and conforms(value[name], of) for name, of in self.entries)


@dataclass(frozen=True)
class FunctionType(Type):
    """`function<T, …> -> U`; without parameters (None) any function."""

    parameters: tuple[Type, ...] | None = None
    result: Type = ANY

    @property
    def title(self) -> str:
        """How FEEL writes it."""
        if self.parameters is None:
            return "function"
        inside = ", ".join(each.title for each in self.parameters)
        return f"function<{inside}> -> {self.result.title}"

    def has(self, value: Any) -> bool:
        """Whether the value can be called with such arguments and gives such a result."""
        return isinstance(value, Function) and is_subtype(type_of(value), self)


@dataclass(frozen=True)
class Constrained(Type):
    """A type of an item definition: a base type and the values that are allowed of it."""

    base: Type
    name: str
    allows: Callable[[Any], bool] = field(compare=False)

    @property
    def title(self) -> str:
        """The name of the item definition."""
        return self.name

    def has(self, value: Any) -> bool:
        """Whether the value is of the base type and allowed."""
        return self.base.has(value) and self.allows(value)


SIMPLE_TYPES: Final = (
    *(NULL, BOOLEAN, NUMBER, STRING, DATE, TIME),
    *(DATE_AND_TIME, DAYS_DURATION, MONTHS_DURATION),
)
_SIMPLE: Final = {each.of: each for each in SIMPLE_TYPES}


def conforms(value: Any, kind: Type) -> bool:
    """Whether a value may stand where this type is declared; null always may."""
    return value is None or kind.has(value)


def is_instance(value: Any, kind: Type) -> bool:
    """`value instance of type`: null is an instance of Null alone.

    Only the type counts; whether a model allows the value is no question of its type.
    """
    return kind is NULL if value is None else unconstrained(kind).has(value)


@lru_cache(maxsize=1024)
def unconstrained(kind: Type) -> Type:
    """The type without what a model allows of it, at every depth."""
    match kind:
        case Constrained():
            return unconstrained(kind.base)
        case ListType():
            return ListType(unconstrained(kind.of))
        case RangeType():
            return RangeType(unconstrained(kind.of))
        case ContextType():
            return ContextType(tuple((name, unconstrained(of)) for name, of in kind.entries))
    return kind


def type_of(value: Any) -> Type:
    """The type of a value; of a list whose elements differ, `list<Any>`."""
    simple = _SIMPLE.get(type(value))
    if simple is not None:
        return simple
    match value:
        case list():
            return ListType(_common(value))
        case dict():
            return ContextType(tuple((name, type_of(entry)) for name, entry in value.items()))
        case Range():
            return RangeType(_common([value.low, value.high]))
    declared = getattr(value, "type", None)
    if isinstance(declared, FunctionType):
        return declared
    return FunctionType((ANY,) * len(value.parameters), ANY)


def _common(values: list[Any]) -> Type:
    kinds = {type_of(value) for value in values if value is not None}
    return kinds.pop() if len(kinds) == 1 else ANY


def is_subtype(kind: Type, of: Type) -> bool:
    """Whether every value of the one type conforms to the other (DMN 1.5, 10.3.2.9.2)."""
    if of is ANY or kind is NULL or kind == of:
        return True
    if isinstance(kind, Constrained):
        return is_subtype(kind.base, of)
    match kind, of:
        case ListType(), ListType():
            return is_subtype(kind.of, of.of)
        case RangeType(), RangeType():
            return is_subtype(kind.of, of.of)
        case ContextType(), ContextType():
            mine = dict(kind.entries)
            return all(name in mine and is_subtype(mine[name], t) for name, t in of.entries)
        case FunctionType(), FunctionType():
            return _is_subfunction(kind, of)
    return False


def _is_subfunction(kind: FunctionType, of: FunctionType) -> bool:
    if of.parameters is None:
        return True
    if kind.parameters is None or len(kind.parameters) != len(of.parameters):
        return False
    takes = all(is_subtype(b, a) for a, b in zip(kind.parameters, of.parameters, strict=True))
    # Nothing is known about the result of a function that declares none: it is not held against it.
    return takes and (kind.result is ANY or is_subtype(kind.result, of.result))
