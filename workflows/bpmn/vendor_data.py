"""What goes into an activity and comes out of it, as Camunda 7 and 8 and Flowable say it."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from lxml import etree

from workflows.bpmn import juel, written
from workflows.bpmn.details import Data, Mapped
from workflows.bpmn.source import tag_of, text_of
from workflows.bpmn.vendors import ZEEBE, extension, fields, is_older, older
from workflows.bpmn.written import Note, Refuse

DONE_ELSEWHERE = ("serviceTask", "sendTask")  # a worker can bring what a script would compute


def data(element: etree._Element, refuse: Refuse, warn: Note) -> Data | None:
    """The mappings of an activity; None when it has none."""
    called = _call_data(element, refuse) if tag_of(element) == "callActivity" else None
    mapped = _mappings(element, refuse, warn)
    if called is None or mapped is None:
        return called or mapped
    return replace(
        called,
        inputs=(*mapped.inputs, *called.inputs),
        outputs=(*called.outputs, *mapped.outputs),
        all_out=called.all_out and mapped.all_out,
    )


def _mappings(element: etree._Element, refuse: Refuse, warn: Note) -> Data | None:
    zeebe = extension(element, ZEEBE, "ioMapping")
    if zeebe is not None:
        outputs = tuple(_zeebe_mapped(zeebe, "output"))
        return Data(tuple(_zeebe_mapped(zeebe, "input")), outputs, all_out=not outputs)
    return _older_mappings(element, refuse, warn)


def _older_mappings(element: etree._Element, refuse: Refuse, warn: Note) -> Data | None:
    """Parameters of the activity, then those of its connector or the fields of its code."""
    parameters = list(older(element, "inputOutput"))
    connected = [
        each
        for connector in older(element, "connector")
        for each in connector
        if isinstance(each.tag, str) and etree.QName(each).localname == "inputOutput"
    ]
    set_fields = tuple(
        Mapped(name, written.text(said, element, refuse)) for name, said in fields(element).items()
    )
    if not (parameters or connected or set_fields):
        return None
    inputs: list[Mapped] = []
    outputs: list[Mapped] = []
    for holder in (*parameters, *connected):
        inputs += _parameters(holder, "inputParameter", element, refuse)
    for holder in (*connected, *parameters):
        brought = _not_scripted(holder, element, warn)
        outputs += _parameters(holder, "outputParameter", element, refuse, but=brought)
    return Data((*inputs, *set_fields), tuple(outputs))


def _not_scripted(holder: etree._Element, element: etree._Element, warn: Note) -> set[str]:
    """Outputs that a script would compute where a worker can bring them by itself."""
    if tag_of(element) not in DONE_ELSEWHERE:
        return set()
    namespace = etree.QName(holder).namespace or ""
    found = holder.iterfind(f"{{{namespace}}}outputParameter")
    names = {
        each.get("name", "")
        for each in found
        if _is_structured(each) and _structured(each, namespace) is None
    }
    for name in sorted(names):
        warn(element, f"The script for {name} is not run: whoever does the work brings {name}.")
    return names


def _zeebe_mapped(holder: etree._Element, name: str) -> Iterator[Mapped]:
    for each in holder.iterfind(f"{{{ZEEBE}}}{name}"):
        yield Mapped(each.get("target", ""), each.get("source", "").strip())


def _parameters(
    holder: etree._Element,
    name: str,
    element: etree._Element,
    refuse: Refuse,
    *,
    but: Collection[str] = (),
) -> Iterator[Mapped]:
    namespace = etree.QName(holder).namespace or ""
    for each in holder.iterfind(f"{{{namespace}}}{name}"):
        if each.get("name", "") in but:
            continue
        if _is_structured(each):
            structured = _structured(each, namespace)
            if structured is None:
                refuse(
                    element,
                    f"The parameter {each.get('name', '')} is a script. Write its value in FEEL.",
                )
            else:
                yield Mapped(each.get("name", ""), "=" + structured)
        else:
            yield Mapped(each.get("name", ""), written.text(text_of(each), element, refuse))


def _is_structured(parameter: etree._Element) -> bool:
    return any(isinstance(part.tag, str) for part in parameter)


def _structured(holder: etree._Element, namespace: str) -> str | None:
    """A list or map of texts and expressions as FEEL; None for anything else."""
    found = holder.find(f"{{{namespace}}}list")
    listed = found is not None
    if found is None:
        found = holder.find(f"{{{namespace}}}map")
    parts = [] if found is None else [each for each in found if isinstance(each.tag, str)]
    if found is None or any(_is_structured(each) for each in parts):
        return None
    if any(etree.QName(each).localname not in ("value", "entry") for each in parts):
        return None
    try:
        if listed:
            return "[" + ", ".join(_value(text_of(each)) for each in parts) + "]"
        entries = (f"{_quoted(each.get('key', ''))}: {_value(text_of(each))}" for each in parts)
        return "{" + ", ".join(entries) + "}"
    except juel.Untranslatable:
        return None


def _value(text: str) -> str:
    if juel.is_template(text):
        return juel.template(text)
    return juel.value(text) if juel.is_expression(text) else _quoted(text)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _call_data(element: etree._Element, refuse: Refuse) -> Data | None:
    """`in` and `out` of a call; in a file of Camunda 7 or Flowable nothing else crosses."""
    zeebe = extension(element, ZEEBE, "calledElement")
    if zeebe is not None:
        return Data(
            all_in=zeebe.get("propagateAllParentVariables", "true") != "false",
            all_out=zeebe.get("propagateAllChildVariables", "true") != "false",
        )
    if not is_older(element):
        return None
    ways = {name: [*older(element, name)] for name in ("in", "out")}
    return Data(
        inputs=tuple(_passed(ways["in"], element, refuse)),
        outputs=tuple(_passed(ways["out"], element, refuse)),
        all_in=any(each.get("variables") == "all" for each in ways["in"]),
        all_out=any(each.get("variables") == "all" for each in ways["out"]),
    )


def _passed(
    ways: list[etree._Element], element: etree._Element, refuse: Refuse
) -> Iterator[Mapped]:
    for each in ways:
        source, said = each.get("source", ""), each.get("sourceExpression", "")
        target = each.get("target", "")
        if source and target:
            yield Mapped(target, f"={source}")
        elif said and target:
            yield Mapped(target, written.text(said, element, refuse))
