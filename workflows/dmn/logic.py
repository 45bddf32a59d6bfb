"""Decision logic as a DMN file says it: boxed expressions and decision tables, as frozen nodes.

(DMN 1.5, chapter 8 and 10.5.) Texts are texts here; `boxed` and `tables` compile them.
"""

from dataclasses import dataclass
from enum import StrEnum

_LONGEST_TITLE = 40  # characters of an expression that serves as the title of its column


@dataclass(frozen=True, slots=True)
class Variable:
    """An information item: a name and, where declared, a type reference."""

    name: str
    type_ref: str | None = None


@dataclass(frozen=True, kw_only=True)
class Boxed:
    """Any expression of decision logic; `type_ref` is what its value has to be."""

    id: str = ""
    line: int = 0
    type_ref: str | None = None


@dataclass(frozen=True, kw_only=True)
class LiteralExpression(Boxed):
    """FEEL text; `language` is empty when the file does not name one."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class ContextEntry:
    """One row of a boxed context; without a variable it is the result cell."""

    variable: Variable | None
    value: Boxed | None


@dataclass(frozen=True, kw_only=True)
class BoxedContext(Boxed):
    """Entries in order; later ones see earlier ones (DMN 1.5, 10.2.1.4)."""

    entries: tuple[ContextEntry, ...]


@dataclass(frozen=True, kw_only=True)
class Relation(Boxed):
    """A list of contexts with the same entries (DMN 1.5, 10.2.1.6)."""

    columns: tuple[Variable, ...]
    rows: tuple[tuple[Boxed | None, ...], ...]


@dataclass(frozen=True, kw_only=True)
class BoxedList(Boxed):
    """A list, item by item."""

    items: tuple[Boxed, ...]


@dataclass(frozen=True, kw_only=True)
class BoxedInvocation(Boxed):
    """A function and what its parameters are bound to (DMN 1.5, 10.2.1.3)."""

    function: Boxed | None
    bindings: tuple[tuple[Variable, Boxed | None], ...]


@dataclass(frozen=True, kw_only=True)
class FunctionDefinition(Boxed):
    """A function: `kind` is FEEL, Java or PMML; only the first is ever run."""

    kind: str
    parameters: tuple[Variable, ...]
    body: Boxed | None


@dataclass(frozen=True, kw_only=True)
class Conditional(Boxed):
    """If, then, else."""

    condition: Boxed | None
    then: Boxed | None
    otherwise: Boxed | None


class Iteration(StrEnum):
    """What is made of an iteration."""

    FOR = "for"
    SOME = "some"
    EVERY = "every"


@dataclass(frozen=True, kw_only=True)
class Iterator(Boxed):
    """Boxed `for … return`, `some … satisfies` and `every … satisfies`."""

    iteration: Iteration
    variable: str
    source: Boxed | None
    source_type: str | None
    body: Boxed | None


@dataclass(frozen=True, kw_only=True)
class BoxedFilter(Boxed):
    """The elements of a list for which a condition holds."""

    source: Boxed | None
    match: Boxed | None


@dataclass(frozen=True, slots=True)
class Cell:
    """Unary tests: an input entry or a list of allowed values."""

    text: str
    id: str = ""
    line: int = 0
    language: str = ""


@dataclass(frozen=True, slots=True)
class InputClause:
    """A condition column. `variable` is the name that Camunda gives to the tested value."""

    expression: LiteralExpression | None
    values: Cell | None = None
    id: str = ""
    line: int = 0
    label: str = ""
    variable: str = ""

    @property
    def title(self) -> str:
        """What people call the column: what it tests or, where that is long, its label."""
        text = " ".join(self.expression.text.split()) if self.expression else ""
        if len(text) > _LONGEST_TITLE:
            return self.label or self.variable or text
        return text or self.variable or self.label


@dataclass(frozen=True, slots=True)
class OutputClause:
    """A result column."""

    name: str
    type_ref: str | None = None
    values: Cell | None = None
    default: LiteralExpression | None = None
    id: str = ""
    line: int = 0
    label: str = ""

    @property
    def title(self) -> str:
        """What people call the column."""
        return self.name or self.label


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; annotations are in the order of the table's annotation columns."""

    inputs: tuple[Cell, ...]
    outputs: tuple[LiteralExpression, ...]
    annotations: tuple[str, ...] = ()
    description: str = ""
    id: str = ""
    line: int = 0


class HitPolicy(StrEnum):
    """Which of the rules that match make up the result (DMN 1.5, 8.2.10)."""

    UNIQUE = "UNIQUE"
    ANY = "ANY"
    PRIORITY = "PRIORITY"
    FIRST = "FIRST"
    COLLECT = "COLLECT"
    RULE_ORDER = "RULE ORDER"
    OUTPUT_ORDER = "OUTPUT ORDER"


class Aggregation(StrEnum):
    """The operator of COLLECT."""

    NONE = ""
    SUM = "SUM"
    COUNT = "COUNT"
    MIN = "MIN"
    MAX = "MAX"


@dataclass(frozen=True, kw_only=True)
class DecisionTable(Boxed):
    """Rules (DMN 1.5, chapter 8)."""

    hit_policy: HitPolicy
    aggregation: Aggregation
    inputs: tuple[InputClause, ...]
    outputs: tuple[OutputClause, ...]
    annotations: tuple[str, ...]
    rules: tuple[Rule, ...]
