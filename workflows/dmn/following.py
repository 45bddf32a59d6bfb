"""A column that is renamed or gets another type takes its own input data along.

Else a new table would keep the input that it began with for ever, and a column of numbers would go
on reading input that is declared to be text.
"""

from dataclasses import replace

from workflows.dmn import model
from workflows.dmn.dialect import CAMUNDA
from workflows.dmn.parser import parse
from workflows.dmn.reads import Reads, Sight, name_in
from workflows.dmn.sheet_fragments import with_attribute
from workflows.dmn.sheet_parts import InputColumn, Sheet
from workflows.dmn.sheet_source import Source
from workflows.dmn.sheet_xml import surroundings_of


def followed(xml: bytes, old: Sheet, new: Sheet) -> bytes:
    """The file, which has the new sheet already, with input data as its columns now have it.

    Only data that nothing but this decision requires, that its column asks for by its mere name,
    and whose type was the column's type follows; a name only when nothing reads the old one any
    more and nothing else has the new one.
    """
    before = {column.id: column for column in old.inputs}
    for column in new.inputs:
        earlier = before.get(column.id)
        if earlier is None or (earlier.expression, earlier.type) == (
            column.expression,
            column.type,
        ):
            continue
        definitions = parse(xml)
        own = _own_input(definitions, old.decision, earlier)
        if own is not None and definitions.dialect != CAMUNDA:
            xml = _changed(xml, own, _wanted(xml, definitions, old.decision, own, column))
    return xml


def _own_input(
    definitions: model.Definitions, decision_id: str, column: InputColumn
) -> model.Input | None:
    """The input data that the column asked for, if it is this decision's alone."""
    for each in definitions.inputs:
        users = [other.id for other in definitions.decisions if _refers(other.requires, each)]
        is_given = any(_refers(service.input_data, each) for service in definitions.services)
        if each.variable.name == column.expression and users == [decision_id] and not is_given:
            return each if (each.variable.type_ref or "") == column.type else None
    return None


def _refers(hrefs: tuple[model.Href, ...], target: model.Input) -> bool:
    return any(not href.namespace and href.id == target.id for href in hrefs)


def _wanted(
    xml: bytes,
    definitions: model.Definitions,
    decision_id: str,
    own: model.Input,
    column: InputColumn,
) -> model.Variable:
    """What the variable is to be; as it is when the column no longer asks for it alone."""
    name = own.variable.name
    if column.expression == name:
        return replace(own.variable, type_ref=column.type or None)
    told = surroundings_of(xml).names
    (decision,) = (each for each in definitions.decisions if each.id == decision_id)
    reads = Reads(Sight(frozenset(), told, ()))
    reads.of(decision.expression)
    is_read = name in reads.variables or name in reads.perhaps
    new = name_in(column.expression, told)
    if is_read or not new or new in _names(definitions):
        return own.variable
    return model.Variable(new, column.type or None)


def _changed(xml: bytes, own: model.Input, wanted: model.Variable) -> bytes:
    if wanted == own.variable:
        return xml
    source = Source(xml)
    (element,) = (
        each for each in source.children(source.root, "inputData") if each.get("id") == own.id
    )
    edits = []
    for each in (element, source.child(element, "variable")):
        if each is None:
            continue
        span = source.span(each)
        tag = source.text[span.start : span.inner_start]
        if each.get("name") == own.variable.name:
            tag = with_attribute(tag, "name", wanted.name)
        if each is not element:
            tag = with_attribute(tag, "typeRef", wanted.type_ref or "")
        edits.append((span.start, span.inner_start, tag))
    return source.spliced(edits)


def _names(definitions: model.Definitions) -> set[str]:
    """What the elements of the file are called where they are read."""
    return {
        *(each.name for each in definitions.imports),
        *(each.variable.name for each in definitions.inputs),
        *(each.variable.name for each in definitions.decisions),
        *(each.variable.name for each in definitions.knowledge),
        *(each.variable.name for each in definitions.services),
    }
