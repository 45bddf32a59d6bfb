"""FEEL's types by name, and the implicit conversions (DMN 1.5, 10.3.2.9)."""

from collections.abc import Mapping
from typing import Any, Final

from workflows.feel import syntax
from workflows.feel.comparison import kind_of
from workflows.feel.errors import FeelError
from workflows.feel.run import Run
from workflows.feel.temporal import Date, DateTime, Time
from workflows.feel.type_kinds import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_AND_TIME,
    DAYS_DURATION,
    MONTHS_DURATION,
    NULL,
    NUMBER,
    SIMPLE_TYPES,
    STRING,
    TIME,
    Anything,
    Constrained,
    ContextType,
    FunctionType,
    ListType,
    RangeType,
    Simple,
    Type,
    conforms,
    is_instance,
    is_subtype,
    type_of,
    unconstrained,
)

__all__ = [
    "ANY",
    "BOOLEAN",
    "DATE",
    "DATE_AND_TIME",
    "DAYS_DURATION",
    "GENERIC",
    "MONTHS_DURATION",
    "NAMED",
    "NULL",
    "NUMBER",
    "STRING",
    "TIME",
    "Anything",
    "Constrained",
    "ContextType",
    "FunctionType",
    "ListType",
    "RangeType",
    "Simple",
    "Type",
    "checked",
    "coerced",
    "conforms",
    "is_instance",
    "is_subtype",
    "resolve",
    "type_of",
    "unconstrained",
]

GENERIC: Final = frozenset({"list", "context", "range", "function"})  # incomplete by themselves
NAMED: Final[Mapping[str, Type]] = {
    **{each.name: each for each in SIMPLE_TYPES},
    "Any": ANY,
    "list": ListType(),
    "context": ContextType(),
    "range": RangeType(),
    "function": FunctionType(),
    "dateTime": DATE_AND_TIME,  # the names that DMN 1.1 uses
    "dayTimeDuration": DAYS_DURATION,
    "yearMonthDuration": MONTHS_DURATION,
}


def checked(value: Any, kind: Type, run: Run) -> bool:
    """Whether a value conforms; looking through lists and contexts is paid for."""
    if type(value) in (list, dict):
        _pay(value, kind, run)
    return conforms(value, kind)


def _pay(value: Any, kind: Type, run: Run) -> None:
    if isinstance(kind, Constrained):
        _pay(value, kind.base, run)
    elif isinstance(kind, ListType) and kind.of is not ANY and type(value) is list:
        run.spend(len(value))
        if not isinstance(kind.of, Simple):
            for item in value:
                _pay(item, kind.of, run)
    elif isinstance(kind, ContextType) and type(value) is dict:
        run.spend(len(kind.entries))
        for name, of in kind.entries:
            _pay(value.get(name), of, run)


def coerced(value: Any, kind: Type, run: Run) -> Any:
    """The value where this type is declared, converted if DMN 1.5, 10.3.2.9.4 says so.

    A single value becomes a list of one, a list of one its element, a date midnight UTC of that
    date. What does not conform even so becomes null and leaves a note.
    """
    if checked(value, kind, run):
        return value
    for candidate in _conversions(value):
        if kind.has(candidate):
            return candidate
    run.note(f"Expected {kind.title}, found {kind_of(value)}.")
    return None


def _conversions(value: Any) -> list[Any]:
    if type(value) is list:
        return value[:1] if len(value) == 1 and value[0] is not None else []
    if type(value) is Date:
        midnight = DateTime(value, Time(0, 0, 0, 0, 0))
        return [midnight, [value], [midnight]]
    return [[value]]


def resolve(tree: syntax.TypeTree, named: Mapping[str, Type]) -> Type:
    """The type that a type expression says; `named` are those of item definitions."""
    match tree:
        case syntax.TypeList():
            return ListType(resolve(tree.of, named))
        case syntax.TypeRange():
            return RangeType(resolve(tree.of, named))
        case syntax.TypeContext():
            return ContextType(tuple((name, resolve(of, named)) for name, of in tree.entries))
        case syntax.TypeFunction():
            taken = tuple(resolve(each, named) for each in tree.parameters)
            return FunctionType(taken, resolve(tree.result, named))
    found = named.get(tree.name) or NAMED.get(tree.name)
    if found is None:
        raise FeelError(
            f"There is no type `{tree.name}`. Use one of FEEL's or one that the model defines.",
            found=tree.name,
            expected="the name of a type",
        )
    return found
