"""The syntax tree of FEEL (DMN 1.5, 10.3.1.2): frozen nodes without behaviour."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a string, true, false or null."""

    value: Decimal | str | bool | None


@dataclass(frozen=True, slots=True)
class Name:
    """A variable."""

    name: str


@dataclass(frozen=True, slots=True)
class Path:
    """`source.a.b`: entries of contexts, looked up one after the other."""

    source: "Tree"
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Negation:
    """Unary minus."""

    operand: "Tree"


@dataclass(frozen=True, slots=True)
class Not:
    """`not(x)`, three-valued."""

    operand: "Tree"


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`first op x op y …`: operators of one rank, applied from left to right."""

    first: "Tree"
    rest: tuple[tuple[str, "Tree"], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left op right` with one of = != < <= > >=."""

    operator: str
    left: "Tree"
    right: "Tree"


@dataclass(frozen=True, slots=True)
class Conjunction:
    """`a and b and …`, three-valued."""

    operands: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class Disjunction:
    """`a or b or …`, three-valued."""

    operands: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """`if condition then this else that`."""

    condition: "Tree"
    then: "Tree"
    otherwise: "Tree"


@dataclass(frozen=True, slots=True)
class Range:
    """`[low..high]`; an open end leaves its bound out."""

    low: "Tree"
    high: "Tree"
    includes_low: bool
    includes_high: bool


@dataclass(frozen=True, slots=True)
class OneSided:
    """A one-sided test such as `< 5`, only after `in`."""

    operator: str
    bound: "Tree"


@dataclass(frozen=True, slots=True)
class Membership:
    """`value in (test, …)`: true when one of the tests holds."""

    value: "Tree"
    tests: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class ListOf:
    """`[a, b, …]`."""

    items: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class ContextOf:
    """`{name: value, …}`."""

    entries: tuple[tuple[str, "Tree"], ...]


Tree = (
    Literal
    | Name
    | Path
    | Negation
    | Not
    | Arithmetic
    | Comparison
    | Conjunction
    | Disjunction
    | Choice
    | Range
    | OneSided
    | Membership
    | ListOf
    | ContextOf
)
