"""The syntax tree of FEEL (DMN 1.5, 10.3.1.2): frozen nodes without behaviour.

`at` is the offset in the text, for messages; two trees that differ only there are equal.
"""

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a string, true, false or null."""

    value: Decimal | str | bool | None


@dataclass(frozen=True, slots=True)
class AtLiteral:
    """`@"2026-11-21"`: a date, time, date and time or duration; the text between the quotes."""

    text: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A variable or function; spaces in it are single. `?` is the tested value."""

    name: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Path:
    """`source.name`: an entry of a context or a property of a value."""

    source: "Tree"
    name: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Filter:
    """`source[condition]`: elements by position or by condition."""

    source: "Tree"
    condition: "Tree"
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Negation:
    """Unary minus."""

    operand: "Tree"


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`first op x op y …`: operators of one rank, from left to right (also `**`)."""

    first: "Tree"
    rest: tuple[tuple[str, "Tree"], ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left op right` with one of = != < <= > >=."""

    operator: str
    left: "Tree"
    right: "Tree"
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Conjunction:
    """`a and b and …`, three-valued."""

    operands: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class Disjunction:
    """`a or b or …`, three-valued."""

    operands: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class Between:
    """`value between low and high`, both ends included."""

    value: "Tree"
    low: "Tree"
    high: "Tree"


@dataclass(frozen=True, slots=True)
class Membership:
    """`value in test` or `value in (test, …)`: true when one of the positive unary tests holds."""

    value: "Tree"
    tests: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class OneSided:
    """`< 5`, `>= x`, `= 3`, `!= 3`: a unary test; in parentheses also a range value."""

    operator: str
    bound: "Tree"


@dataclass(frozen=True, slots=True)
class RangeLiteral:
    """`[low..high]`, `(low..high)` or `]low..high[`."""

    low: "Tree"
    high: "Tree"
    includes_low: bool
    includes_high: bool


@dataclass(frozen=True, slots=True)
class TypeName:
    """A type by name: built-in or from an item definition (which may contain dots)."""

    name: str


@dataclass(frozen=True, slots=True)
class TypeList:
    """`list<T>`."""

    of: "TypeTree"


@dataclass(frozen=True, slots=True)
class TypeRange:
    """`range<T>`."""

    of: "TypeTree"


@dataclass(frozen=True, slots=True)
class TypeContext:
    """`context<a: T, b: U>`."""

    entries: tuple[tuple[str, "TypeTree"], ...]


@dataclass(frozen=True, slots=True)
class TypeFunction:
    """`function<T, U> -> V`."""

    parameters: tuple["TypeTree", ...]
    result: "TypeTree"


TypeTree = TypeName | TypeList | TypeRange | TypeContext | TypeFunction


@dataclass(frozen=True, slots=True)
class InstanceOf:
    """`value instance of type`."""

    value: "Tree"
    type: TypeTree


@dataclass(frozen=True, slots=True)
class If:
    """`if condition then this else that`; anything but true goes to else."""

    condition: "Tree"
    then: "Tree"
    otherwise: "Tree"


@dataclass(frozen=True, slots=True)
class Iteration:
    """`name in source` or, with an end, `name in source..end`."""

    name: str
    source: "Tree"
    end: "Tree | None" = None


@dataclass(frozen=True, slots=True)
class For:
    """`for a in x, b in y return body`; `partial` holds the results so far."""

    iterations: tuple[Iteration, ...]
    body: "Tree"


@dataclass(frozen=True, slots=True)
class Quantified:
    """`some … satisfies` (any is true) and, with `every`, all are true."""

    every: bool
    iterations: tuple[Iteration, ...]
    condition: "Tree"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a function definition."""

    name: str
    type: TypeTree | None = None


@dataclass(frozen=True, slots=True)
class FunctionLiteral:
    """`function(a, b: number) body`; an external one names foreign code, which is never run."""

    parameters: tuple[Parameter, ...]
    body: "Tree"
    external: bool = False


@dataclass(frozen=True, slots=True)
class Invocation:
    """`function(a, b)` or `function(name: a, other: b)`; one of the two argument lists is empty."""

    function: "Tree"
    positional: tuple["Tree", ...] = ()
    named: tuple[tuple[str, "Tree"], ...] = ()
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class ListLiteral:
    """`[a, b, …]`."""

    items: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class ContextLiteral:
    """`{name: value, …}`; later entries see earlier ones."""

    entries: tuple[tuple[str, "Tree"], ...]


@dataclass(frozen=True, slots=True)
class UnaryTests:
    """A cell of a decision table: `-` (no tests), `a, b` or, when negated, `not(a, b)`.

    A test is a `OneSided`, a `RangeLiteral` or any expression, which may use `?`.
    """

    tests: tuple["Tree", ...]
    negated: bool = False

    @property
    def is_anything(self) -> bool:
        """Whether the cell is `-` (or empty): it holds for every value."""
        return not self.tests


Tree = (
    Literal
    | AtLiteral
    | Name
    | Path
    | Filter
    | Negation
    | Arithmetic
    | Comparison
    | Conjunction
    | Disjunction
    | Between
    | Membership
    | OneSided
    | RangeLiteral
    | InstanceOf
    | If
    | For
    | Quantified
    | FunctionLiteral
    | Invocation
    | ListLiteral
    | ContextLiteral
)
