"""What jBPM and Kogito say in a file: data associations, work items, and code that is not run.

    <property id="reason"/> … <dataInputAssociation><sourceRef>reason</sourceRef>
    <targetRef>input_1</targetRef></dataInputAssociation>

There, a variable is a property of the process, and an activity is given inputs and gives outputs of
its own (BPMN 2.0.2, 10.4.2). Data objects that are only drawn mean nothing here.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from workflows.bpmn import juel
from workflows.bpmn.details import Assignment, Data, Form, FormField, Mapped, Work
from workflows.bpmn.source import BPMN, child, children, reference, tag_of, text_of
from workflows.bpmn.vendors import extensions
from workflows.bpmn.written import Note

DROOLS = "http://www.jboss.org/drools"
SCRIPTS = ("onEntry-script", "onExit-script")
PEOPLE = {"ActorId": "users", "GroupId": "groups"}  # inputs of a user task that say who is asked
# Others that are for the engine: they have no effect, and are no variables.
ENGINE = frozenset(["TaskName", "NodeName", "Skippable", "Locale", "CreatedBy"])
REMINDING = frozenset(
    ["Priority", "NotStartedReassign", "NotCompletedReassign", "NotStartedNotify",
     "NotCompletedNotify"]
)  # fmt: skip
TYPES = {"Boolean": "boolean", "Integer": "long", "Long": "long", "Float": "double",
         "Double": "double"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Way:
    """One association: what a name takes, as FEEL after `=` or as it stands."""

    name: str
    text: str


def is_spoken(element: etree._Element) -> bool:
    """Whether a file speaks the language of jBPM: its processes have variables as properties."""
    process = next(element.iterancestors(f"{{{BPMN}}}process"), None)
    return DROOLS in element.nsmap.values() and process is not None


def data(element: etree._Element, warn: Note) -> Data | None:
    """The mappings of an activity; None when it has none."""
    if not is_spoken(element):
        return None
    special = {*PEOPLE, *ENGINE, *REMINDING} if tag_of(element) == "userTask" else {"TaskName"}
    inputs = [way for way in _inputs(element, warn) if way.name not in special]
    outputs = list(_outputs(element, warn))
    if not inputs and not outputs:
        return None
    is_call = tag_of(element) == "callActivity"
    return Data(
        inputs=tuple(Mapped(way.name, way.text) for way in inputs),
        outputs=tuple(Mapped(way.name, way.text) for way in outputs),
        all_in=not is_call,
        all_out=not outputs and not is_call,
    )


def assignment(element: etree._Element, warn: Note) -> Assignment | None:
    """Who is asked, as inputs of a user task say it."""
    if tag_of(element) != "userTask" or not is_spoken(element):
        return None
    ways = {way.name: way.text for way in _inputs(element, _quiet)}
    for name in sorted(REMINDING & ways.keys()):
        warn(element, f"What {name} says has no effect here.")
    users, groups = (_names(ways.get(name, "")) for name in PEOPLE)
    return Assignment(users=users, groups=groups) if users or groups else None


def form(element: etree._Element) -> Form | None:
    """What a user task brings is asked for, under the names of its outputs."""
    if tag_of(element) != "userTask" or not is_spoken(element):
        return None
    fields = tuple(
        FormField(id=name, label=name, type=TYPES.get(_kind(each), "string"))
        for each in _declared(element, "dataOutput")
        if (name := each.get("name", ""))
    )
    return Form(fields=fields) if fields else None


def work(element: etree._Element) -> Work | None:
    """A task that is handed to code by its name."""
    name = element.get(f"{{{DROOLS}}}taskName", "").strip()
    return Work("built-in", name) if name and tag_of(element) in ("task", "serviceTask") else None


def collection(element: etree._Element, said: str) -> str:
    """The variable that the collection of a loop means: an input of the activity stands for it."""
    if is_spoken(element):
        for each in children(element, "dataInputAssociation"):
            if _end(each, "targetRef") == said:
                return _variable(element, _end(each, "sourceRef")) or said
    return said


def unread(element: etree._Element) -> str:
    """What is to be said of scripts and events whose data is not followed."""
    if any(isinstance(each.tag, str) and each.tag in CODE for each in extensions(element)):
        return (
            "What it runs as it is entered or left is not run. If the process needs that, give it "
            "to a task."
        )
    is_event = tag_of(element).endswith("Event")
    ways = [*children(element, "dataInputAssociation"), *children(element, "dataOutputAssociation")]
    if is_event and is_spoken(element) and any(_is_meant(element, each) for each in ways):
        return (
            "The data associations of events are not followed: what is told becomes variables by "
            "name, and a message carries its inputs alone."
        )
    return ""


CODE = frozenset(f"{{{DROOLS}}}{name}" for name in SCRIPTS)


# --- associations -------------------------------------------------------------------------------


def _inputs(element: etree._Element, warn: Note) -> Iterator[Way]:
    names = {each.get("id", ""): each.get("name", "") for each in _declared(element, "dataInput")}
    for each in children(element, "dataInputAssociation"):
        if not _is_readable(element, each, warn):
            continue
        name = names.get(_end(each, "targetRef"), "")
        variable = _variable(element, _end(each, "sourceRef"))
        if name and variable:
            yield Way(name, f"={variable}")
        for assigned in children(each, "assignment"):
            target = reference(text_of(child(assigned, "to")))
            yield from _assigned(element, names.get(target, name), assigned, warn)


def _outputs(element: etree._Element, warn: Note) -> Iterator[Way]:
    names = {each.get("id", ""): each.get("name", "") for each in _declared(element, "dataOutput")}
    for each in children(element, "dataOutputAssociation"):
        if not _is_readable(element, each, warn):
            continue
        name = names.get(_end(each, "sourceRef"), "")
        variable = _variable(element, _end(each, "targetRef"))
        if name and variable:
            yield Way(variable, f"={name}")
        elif variable:
            for assigned in children(each, "assignment"):
                yield from _assigned(element, variable, assigned, warn)


def _assigned(
    element: etree._Element, name: str, assigned: etree._Element, warn: Note
) -> Iterator[Way]:
    said = text_of(child(assigned, "from"))
    try:
        text = _text(said)
    except juel.Untranslatable as reason:
        warn(element, f"What is assigned to {name} is left out. {reason}")
        return
    if name:
        yield Way(name, text)


def _text(said: str) -> str:
    if juel.is_expression(said):
        return "=" + juel.value(said)
    return "=" + juel.template(said) if juel.is_template(said) else said


def _is_readable(element: etree._Element, association: etree._Element, warn: Note) -> bool:
    """One with a transformation says what only another engine could compute."""
    if child(association, "transformation") is None:
        return True
    if _is_meant(element, association):
        warn(element, "A data association with a transformation is left out. Map it in a script.")
    return False


def _is_meant(element: etree._Element, association: etree._Element) -> bool:
    """Whether it is about a variable, and no drawing of data alone."""
    ends = (_end(association, "sourceRef"), _end(association, "targetRef"))
    assigned = bool(children(association, "assignment"))
    return assigned or any(_variable(element, end) for end in ends)


def _end(association: etree._Element, tag: str) -> str:
    return reference(text_of(child(association, tag)))


def _variable(element: etree._Element, wanted: str) -> str:
    """The variable that a property of a process or sub-process around declares."""
    for around in element.iterancestors(f"{{{BPMN}}}process", f"{{{BPMN}}}subProcess"):
        for each in children(around, "property"):
            if each.get("id") == wanted:
                return str(each.get("name") or wanted)
    return ""


def _declared(element: etree._Element, tag: str) -> list[etree._Element]:
    holder = child(element, "ioSpecification")
    return [] if holder is None else children(holder, tag)


def _kind(declared: etree._Element) -> str:
    return str(declared.get(f"{{{DROOLS}}}dtype", "")).rpartition(".")[2]


def _names(text: str) -> tuple[str, ...]:
    """Names between commas; one expression is one name."""
    if text.startswith("="):
        return (text,)
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _quiet(_element: etree._Element, _sentence: str) -> None:
    """Said elsewhere."""
