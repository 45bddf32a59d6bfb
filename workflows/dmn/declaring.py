"""What a decision reads is declared in its file: input data, and requirements.

By the standard a decision sees only what it requires (DMN 1.5, 6.3.7 and 10.4). A table that is
edited as a sheet says what it asks in its columns and cells; the graph around it has to follow.

Only what is missing is added. A requirement that nothing reads any more stays: it may be drawn on
purpose, callers may give the value, and who removes it should see the graph, not the table.
Files in Camunda's dialect stay as they are: there, a decision sees everything.
"""

from collections.abc import Iterator

from workflows.dmn import model, names, sheet_writing
from workflows.dmn.additions import Additions
from workflows.dmn.dialect import CAMUNDA
from workflows.dmn.following import followed
from workflows.dmn.parser import parse
from workflows.dmn.reads import Reads, Sight, names_of_columns
from workflows.dmn.sheet_parts import Sheet
from workflows.dmn.sheet_source import Source
from workflows.dmn.sheet_xml import sheet_of, surroundings_of

Owner = model.Decision | model.Knowledge
Element = model.Input | model.Decision | model.Knowledge | model.Service


def with_sheet(xml: bytes, decision_id: str, sheet: Sheet) -> bytes:
    """The file with this table in place of the decision's own, and what it reads declared.

    Raises SheetError when the file cannot hold the table.
    """
    old = sheet_of(xml, decision_id)
    written = sheet_writing.with_sheet(xml, decision_id, sheet)
    try:
        return declared(followed(written, old, sheet), decision_id)
    except model.DmnError:
        return written  # whoever checks the draft says what is wrong with it


def declared(xml: bytes, decision_id: str) -> bytes:
    """The file in which this decision (or business knowledge model) requires what it reads.

    A name that nothing in the file has becomes input data; for one that is there, a requirement
    is added unless that closed a circle. The first input data of a file ends that its decisions
    see all that is given (`workflows.dmn`), so each of them is looked at then. Raises DmnError when
    the file cannot be read.
    """
    definitions = parse(xml)
    # What an import without a name brings cannot be told from what is missing.
    if definitions.dialect == CAMUNDA or not all(each.name for each in definitions.imports):
        return xml
    declaring = _Declaring(definitions, xml)
    owners: tuple[Owner, ...] = (*definitions.decisions, *definitions.knowledge)
    for owner in owners:
        if owner.id == decision_id:
            declaring.complete(owner)
    if declaring.inputs and not definitions.inputs:
        for decision in definitions.decisions:
            if decision.id != decision_id:
                declaring.complete(decision)
    return declaring.added.result() or xml


class _Declaring:
    """One file on its way to declare what its decisions read."""

    def __init__(self, definitions: model.Definitions, xml: bytes) -> None:
        self._definitions = definitions
        self._special = surroundings_of(xml).names
        self.added = Additions(Source(xml))
        self._parameters = self.added.names_of("formalParameter", "parameter")
        self._entries = self.added.names_of("itemComponent").union(
            *(names.in_expression(each.expression) for each in definitions.decisions)
        )
        self.inputs: dict[str, str] = {}  # new ones: name, id
        elements: tuple[Element, ...] = (
            *definitions.inputs,
            *definitions.decisions,
            *definitions.knowledge,
            *definitions.services,
        )
        self._by_id = {each.id: each for each in elements if each.id}
        self._by_name: dict[str, Element] = {}
        for each in elements:
            self._by_name.setdefault(each.variable.name, each)
        self._behind = {each.id: _behind(each) for each in self._by_id.values()}

    def complete(self, owner: Owner) -> None:
        """Require everything that it reads and does not see."""
        if owner.id not in self.added.elements:
            return
        sight = self._sight(owner)
        reads = Reads(sight)
        reads.of(_logic_of(owner))
        for name, types in reads.variables.items():
            if name in self._by_name:
                self._require(owner, self._by_name[name])
            elif isinstance(owner, model.Decision):  # a function has parameters instead
                self._give(owner, name, types)
        for name in reads.perhaps:
            if name in self._by_name:
                self._require(owner, self._by_name[name])
            elif name not in self._entries and isinstance(owner, model.Decision):
                self._give(owner, name, set())

    def _give(self, owner: Owner, name: str, types: set[str]) -> None:
        self.inputs[name] = self.added.input_data(name, types)
        self.added.requirement(owner.id, "requiredInput", self.inputs[name])

    def _require(self, owner: Owner, target: Element) -> None:
        """A requirement of the right kind; none that closes a circle or that cannot be written."""
        tag = _TAGS[type(target)]
        is_of_function = isinstance(owner, model.Knowledge) and tag != "requiredKnowledge"
        if not target.id or is_of_function or owner.id in self._reached(target.id):
            return
        self._behind[owner.id].append(target.id)
        self.added.requirement(owner.id, tag, target.id)

    def _reached(self, start: str) -> set[str]:
        found: set[str] = set()
        waiting = [start]
        while waiting:
            each = waiting.pop()
            if each not in found:
                found.add(each)
                waiting += self._behind.get(each, ())
        return found

    def _sight(self, owner: Owner) -> Sight:
        """What the owner sees, and which unusual names its texts may have."""
        known = frozenset(self._seen_by(owner))
        foreign = self._parameters - known - self._by_name.keys()
        unseen = (self._by_name.keys() - known) | foreign
        own = names.special(known)
        near = dict.fromkeys((*(name for name in self._special if name not in unseen), *own))
        every = dict.fromkeys((*self._special, *own))
        made = (
            *names_of_columns(_logic_of(owner), tuple(every)),
            *names.special(frozenset(self.inputs)),
        )
        further = tuple(name for name in (*every, *dict.fromkeys(made)) if name not in foreign)
        language = self._definitions.language
        return Sight(known, tuple(near), (further, (*further, *foreign)), language)

    def _seen_by(self, owner: Owner) -> Iterator[str]:
        yield from (each.name for each in self._definitions.imports)
        requires = owner.requires if isinstance(owner, model.Decision) else ()
        for href in (*requires, *owner.knowledge):
            if not href.namespace and href.id in self._by_id:
                yield self._by_id[href.id].variable.name
        if isinstance(owner, model.Knowledge):
            yield owner.variable.name
            if owner.function is not None:
                yield from (each.name for each in owner.function.parameters)


def _logic_of(owner: Owner) -> model.Boxed | None:
    return owner.function if isinstance(owner, model.Knowledge) else owner.expression


def _behind(element: Element) -> list[str]:
    """The ids of what an element needs in order to be evaluated, within its file."""
    match element:
        case model.Decision():
            hrefs = (*element.requires, *element.knowledge)
        case model.Knowledge():
            hrefs = element.knowledge
        case model.Service():
            hrefs = (*element.outputs, *element.encapsulated)
        case _:
            hrefs = ()
    return [href.id for href in hrefs if not href.namespace]


_TAGS: dict[type, str] = {
    model.Input: "requiredInput",
    model.Decision: "requiredDecision",
    model.Knowledge: "requiredKnowledge",
    model.Service: "requiredKnowledge",
}
