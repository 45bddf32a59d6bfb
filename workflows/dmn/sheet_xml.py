"""Decision tables out of DMN files of the versions 1.1 to 1.5."""

from collections.abc import Iterator

from lxml import etree

from workflows.dmn.sheet_parts import (
    AGGREGATIONS,
    HIT_POLICIES,
    InputColumn,
    NamedType,
    OutputColumn,
    Row,
    Sheet,
    SheetError,
    Surroundings,
)
from workflows.dmn.sheet_reading import FIRST_NAMESPACE
from workflows.dmn.sheet_source import Source
from workflows.dmn.source import CAMUNDA

POLICY_NAMES = frozenset(name for name, _ in HIT_POLICIES.values())
# A rule's own description (every version; the only one that Camunda's Modeler shows).
DESCRIPTION = "Description"


def decisions_in(xml: bytes) -> list[tuple[str, str, bool]]:
    """Id, name and whether it is a decision table, for each decision of the file."""
    return [entry[:3] for entry in _logic_in(xml) if entry[3] == "decision"]


def tables_in(xml: bytes) -> list[tuple[str, str]]:
    """Id and name of everything that is a decision table, knowledge models included."""
    return [(entry[0], entry[1]) for entry in _logic_in(xml) if entry[2]]


def _logic_in(xml: bytes) -> list[tuple[str, str, bool, str]]:
    return [
        (
            element.get("id", ""),
            element.get("name", ""),
            table is not None,
            etree.QName(element).localname,
        )
        for element, table in Source(xml).logic()
    ]


def sheet_of(xml: bytes, decision_id: str) -> Sheet:
    """The decision table of this decision; raises SheetError when there is none to edit."""
    source = Source(xml)
    decision, table = source.table_of(decision_id)
    return read_table(source, decision, table)


def read_table(source: Source, decision: etree._Element, table: etree._Element) -> Sheet:
    """The table as a sheet. Columns and rules without an id get one from their place."""
    ids = Ids(source.ids)
    described = (DESCRIPTION,) if has_descriptions(source, table) else ()
    return Sheet(
        decision=decision.get("id", ""),
        name=decision.get("name", ""),
        hit_policy=_policy(table),
        aggregation=_aggregation(table),
        inputs=tuple(
            _input(source, column, ids.of(column, "input", number))
            for number, column in enumerate(source.children(table, "input"), 1)
        ),
        outputs=tuple(
            _output(source, column, ids.of(column, "output", number))
            for number, column in enumerate(source.children(table, "output"), 1)
        ),
        annotations=_clauses(source, table) + described,
        rules=tuple(_rules(source, table, ids)),
    )


class Ids:
    """Ids that the file has, and made-up ones that it does not have yet."""

    def __init__(self, taken: set[str]) -> None:
        self.taken = set(taken)

    def of(self, element: etree._Element, kind: str, number: int) -> str:
        """The element's id, else one from its place, such as rule_7."""
        if found := element.get("id"):
            return found
        made_up = f"{kind}_{number}"
        while made_up in self.taken:
            made_up += "_"
        self.taken.add(made_up)
        return made_up


def _policy(table: etree._Element) -> str:
    policy = table.get("hitPolicy", "UNIQUE")
    if policy not in POLICY_NAMES:
        raise SheetError(f"Line {table.sourceline}: {policy[:40]} is not a hit policy.")
    return policy


def _aggregation(table: etree._Element) -> str:
    aggregation = table.get("aggregation", "")
    if aggregation and aggregation not in AGGREGATIONS.values():
        raise SheetError(f"Line {table.sourceline}: {aggregation[:40]} is not an aggregation.")
    return aggregation


def _input(source: Source, column: etree._Element, column_id: str) -> InputColumn:
    expression = source.child(column, "inputExpression")
    return InputColumn(
        id=column_id,
        label=column.get("label", ""),
        expression=source.text_in(column, "inputExpression", "text"),
        type="" if expression is None else expression.get("typeRef", ""),
        allowed=source.text_in(column, "inputValues", "text"),
    )


def _output(source: Source, column: etree._Element, column_id: str) -> OutputColumn:
    return OutputColumn(
        id=column_id,
        label=column.get("label", ""),
        name=column.get("name", ""),
        type=column.get("typeRef", ""),
        allowed=source.text_in(column, "outputValues", "text"),
        default=source.text_in(column, "defaultOutputEntry", "text"),
    )


def has_descriptions(source: Source, table: etree._Element) -> bool:
    """Whether the last annotation column is the rules' own description.

    DMN 1.1 knows no other annotation and Camunda's Modeler shows no other.
    """
    if source.namespace == FIRST_NAMESPACE or _is_of_camunda(source):
        return True
    return any(source.text_in(rule, "description") for rule in source.children(table, "rule"))


def _clauses(source: Source, table: etree._Element) -> tuple[str, ...]:
    """Names of the annotation columns; entries without a clause have a column without a name."""
    names = [clause.get("name", "") for clause in source.children(table, "annotation")]
    rules = source.children(table, "rule")
    widest = max((len(source.children(rule, "annotationEntry")) for rule in rules), default=0)
    return tuple(names + [""] * (widest - len(names)))


def _rules(source: Source, table: etree._Element, ids: "Ids") -> Iterator[Row]:
    described = has_descriptions(source, table)
    asked = len(source.children(table, "input"))
    answered = len(source.children(table, "output"))
    noted = len(_clauses(source, table))
    for number, rule in enumerate(source.children(table, "rule"), 1):
        description = (source.text_in(rule, "description"),) if described else ()
        yield Row(
            id=ids.of(rule, "rule", number),
            inputs=_entries(source, rule, "inputEntry", asked),
            outputs=_entries(source, rule, "outputEntry", answered),
            annotations=_entries(source, rule, "annotationEntry", noted) + description,
        )


def _entries(source: Source, rule: etree._Element, tag: str, width: int) -> tuple[str, ...]:
    """The cells of one kind, filled up with empty ones."""
    entries = source.children(rule, tag)
    if len(entries) > width:
        raise SheetError(
            f"Line {rule.sourceline}: this rule has {len(entries)} entries of {tag} for "
            f"{width} columns. Remove what has no column."
        )
    texts = [source.text_in(entry, "text") for entry in entries]
    return tuple(texts + [""] * (width - len(texts)))


def surroundings_of(xml: bytes) -> Surroundings:
    """What the columns and cells of the file's tables may refer to."""
    source = Source(xml)
    names = {
        text
        for element in source.root.iter(etree.Element)
        if etree.QName(element).localname not in {"definitions", "output", "annotation"}
        if (text := element.get("name", "")) and not text.isidentifier()
    }
    return Surroundings(_types(source), tuple(sorted(names)), camunda=_is_of_camunda(source))


def _is_of_camunda(source: Source) -> bool:
    return CAMUNDA in source.root.nsmap.values()


def types_in(xml: bytes) -> dict[str, NamedType]:
    """The item definitions of the file by name, with what a column of that type may hold."""
    return _types(Source(xml))


def _types(source: Source) -> dict[str, NamedType]:
    definitions = {
        item.get("name", ""): item for item in source.children(source.root, "itemDefinition")
    }
    return {name: _named_type(source, definitions, name) for name in definitions}


def _named_type(
    source: Source, definitions: dict[str, etree._Element], name: str, depth: int = 0
) -> NamedType:
    """Follows a definition to the built-in type below it; the nearest allowed values count."""
    item = definitions[name]
    if item.get("isCollection") == "true" or source.child(item, "typeRef") is None:
        return NamedType()
    base = source.text_in(item, "typeRef").removeprefix("feel:")
    allowed = source.text_in(item, "allowedValues", "text")
    if base not in definitions:
        return NamedType(base, allowed)
    if depth > len(definitions):  # a definition that refers to itself
        return NamedType()
    below = _named_type(source, definitions, base, depth + 1)
    return NamedType(below.base, allowed or below.allowed) if below.base else NamedType()
