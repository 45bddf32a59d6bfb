"""What a DMN file says, as frozen nodes (DMN 1.5, chapters 6, 7, 8 and 10.5).

The parser builds these from XML, the checks judge them, `linking` compiles them. Names follow the
standard's metamodel; type references and expressions are texts here.
"""

from dataclasses import dataclass

from workflows.dmn.logic import (
    Aggregation,
    Boxed,
    BoxedContext,
    BoxedFilter,
    BoxedInvocation,
    BoxedList,
    Cell,
    Conditional,
    ContextEntry,
    DecisionTable,
    FunctionDefinition,
    HitPolicy,
    InputClause,
    Iteration,
    Iterator,
    LiteralExpression,
    OutputClause,
    Relation,
    Rule,
    Variable,
)
from workflows.feel import Dialect
from workflows.findings import Finding, ModelRefused, Severity

__all__ = [
    "Aggregation",
    "Boxed",
    "BoxedContext",
    "BoxedFilter",
    "BoxedInvocation",
    "BoxedList",
    "Cell",
    "Conditional",
    "ContextEntry",
    "Decision",
    "DecisionTable",
    "Definitions",
    "DmnError",
    "Finding",
    "FunctionDefinition",
    "FunctionItem",
    "HitPolicy",
    "Href",
    "Import",
    "Input",
    "InputClause",
    "ItemDefinition",
    "Iteration",
    "Iterator",
    "Knowledge",
    "LiteralExpression",
    "OutputClause",
    "Relation",
    "Rule",
    "Service",
    "Severity",
    "Variable",
]


class DmnError(ModelRefused):
    """A DMN file is refused."""


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
