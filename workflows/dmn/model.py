"""What a DMN file says, as frozen nodes (DMN 1.5, chapters 6, 7, 8 and 10.5).

The parser builds these from XML, the checks judge them, `linking` compiles them. Names follow the
standard's metamodel; type references and expressions are texts here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from workflows.feel import Dialect


class Severity(StrEnum):
    """An error keeps a model from being loaded; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with one element of a model, in a sentence that says what to do."""

    element: str
    line: int
    sentence: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        place = f"{self.element}, line {self.line}" if self.element else f"line {self.line}"
        return f"{self.sentence} ({place})"


class DmnError(Exception):
    """A model is refused; `findings` says why, element by element."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(" ".join(str(finding) for finding in findings[:5]))
        self.findings = tuple(findings)


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
        """What people call the column."""
        text = self.expression.text if self.expression else ""
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


@dataclass(frozen=True, slots=True)
class FunctionItem:
    """The signature of an item definition that is a function."""

    parameters: tuple[Variable, ...]
    output_type: str | None


@dataclass(frozen=True, slots=True)
class ItemDefinition:
    """A named type or, inside another one, a component (DMN 1.5, 7.3.3)."""

    name: str
    type_ref: str | None = None
    is_collection: bool = False
    allowed: Cell | None = None
    constraint: Cell | None = None
    components: tuple["ItemDefinition", ...] = ()
    function: FunctionItem | None = None
    id: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Import:
    """Another model whose elements are `name.element` here."""

    name: str
    namespace: str
    kind: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Href:
    """A reference to an element: of this file when `namespace` is empty."""

    namespace: str
    id: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Input:
    """Input data."""

    id: str
    name: str
    variable: Variable
    line: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision: its logic and what it requires."""

    id: str
    name: str
    variable: Variable
    expression: Boxed | None = None
    requires: tuple[Href, ...] = ()  # input data and decisions
    knowledge: tuple[Href, ...] = ()  # business knowledge models and services
    question: str = ""
    allowed_answers: str = ""
    description: str = ""
    line: int = 0

    @property
    def is_table(self) -> bool:
        """Whether the logic is one decision table."""
        return isinstance(self.expression, DecisionTable)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """A business knowledge model: a named function."""

    id: str
    name: str
    variable: Variable
    function: FunctionDefinition | None = None
    knowledge: tuple[Href, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class Service:
    """A decision service: decisions as one function (DMN 1.5, 6.3.10)."""

    id: str
    name: str
    variable: Variable
    outputs: tuple[Href, ...] = ()
    encapsulated: tuple[Href, ...] = ()
    input_decisions: tuple[Href, ...] = ()
    input_data: tuple[Href, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class Definitions:
    """One DMN file."""

    id: str
    name: str
    namespace: str
    version: str  # of DMN: "1.1" … "1.5"
    dialect: Dialect
    language: str = ""
    items: tuple[ItemDefinition, ...] = ()
    imports: tuple[Import, ...] = ()
    inputs: tuple[Input, ...] = ()
    decisions: tuple[Decision, ...] = ()
    knowledge: tuple[Knowledge, ...] = ()
    services: tuple[Service, ...] = ()
    findings: tuple[Finding, ...] = ()
