"""What goes into an activity and comes out of it, as Camunda 7 and 8 and Flowable say it."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace

from lxml import etree

from workflows.bpmn import juel, written
from workflows.bpmn.details import Data, Mapped
from workflows.bpmn.source import child, tag_of, text_of
from workflows.bpmn.vendors import ZEEBE, extension, fields, is_older, older
from workflows.bpmn.written import Note, Refuse

TROUBLE = ("errorEventDefinition", "escalationEventDefinition")
FEEL = ("feel", "text/feel")
DONE_ELSEWHERE = ("serviceTask", "sendTask")  # a worker can bring what a script would compute


def data(element: etree._Element, refuse: Refuse, warn: Note) -> Data | None:
    """The mappings of an activity; None when it has none."""
    called = _call_data(element, refuse) if tag_of(element) == "callActivity" else None
    mapped = _mappings(element, refuse, warn)
    carried = _carried(element, refuse, warn)
    caught = _caught(element, refuse)
    if caught:
        outputs = (*(mapped.outputs if mapped else ()), *caught)
        return replace(mapped or Data(), outputs=outputs, all_out=False)
    if carried:
        return replace(mapped or Data(), inputs=(*(mapped.inputs if mapped else ()), *carried))
    if called is None or mapped is None:
        return called or mapped
    return replace(
        called,
        inputs=(*mapped.inputs, *called.inputs),
        outputs=(*called.outputs, *mapped.outputs),
        all_out=called.all_out and mapped.all_out,
    )


def _carried(element: etree._Element, refuse: Refuse, warn: Note) -> tuple[Mapped, ...]:
    """What a signal is given on its way in a file of Camunda 7: `in` of its definition."""
    definition = child(element, "signalEventDefinition")
    if definition is None:
        return ()
    ways = list(older(definition, "in"))
    if any(each.get("variables") for each in ways):
        warn(
            element,
            "In Camunda the signal carries every variable. Here it carries those that it names.",
        )
    return tuple(_passed(ways, element, refuse))


def _caught(element: etree._Element, refuse: Refuse) -> tuple[Mapped, ...]:
    """What an error or escalation brings, where a file of Flowable names it: `in` of the event."""
    definition = next(
        (found for tag in TROUBLE if (found := child(element, tag)) is not None), None
    )
    if definition is None:
        return ()
    ways = [*older(element, "in"), *older(definition, "in")]
    return tuple(_passed(ways, element, refuse))


def unread(element: etree._Element) -> str:
    """What is to be said of mappings that stand where nothing is mapped."""
    tags = {tag_of(part) for part in element}
    if tag_of(element) == "callActivity":
        return ""
    names = {"in", "out"} - ({"in"} if tags & {*TROUBLE} else set())
    found = [name for name in sorted(names) if list(older(element, name))]
    if not found:
        return ""
    return (
        f"What {' and '.join(found)} say here has no effect: calls are mapped, and errors and "
        "escalations that are caught."
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
    note = warn if tag_of(element) in DONE_ELSEWHERE else refuse
    set_fields = tuple(_fields(element, note))
    if not (parameters or connected or set_fields):
        return None
    inputs = [
        each
        for holder in (*parameters, *connected)
        for each in _parameters(holder, "inputParameter", element, note)
    ]
    outputs = [
        each
        for holder in (*connected, *parameters)
        for each in _parameters(holder, "outputParameter", element, note)
    ]
    return Data((*inputs, *set_fields), tuple(outputs))


def _fields(element: etree._Element, note: Note) -> Iterator[Mapped]:
    for name, said in fields(element).items():
        try:
            yield Mapped(name, written.translated(said, element))
        except juel.Untranslatable as reason:
            note(element, _left_out(name, "inputParameter", str(reason), element))


def _zeebe_mapped(holder: etree._Element, name: str) -> Iterator[Mapped]:
    for each in holder.iterfind(f"{{{ZEEBE}}}{name}"):
        yield Mapped(each.get("target", ""), each.get("source", "").strip())


def _parameters(
    holder: etree._Element, tag: str, element: etree._Element, note: Note
) -> Iterator[Mapped]:
    """Parameters of this kind, but for those whose value only code could tell."""
    namespace = etree.QName(holder).namespace or ""
    for each in holder.iterfind(f"{{{namespace}}}{tag}"):
        name = each.get("name", "")
        try:
            yield Mapped(name, _said(each))
        except juel.Untranslatable as reason:
            note(element, _left_out(name, tag, str(reason), element))


def _said(parameter: etree._Element) -> str:
    """The value of a parameter: FEEL after `=`, or a text. Raises `Untranslatable`."""
    if _is_structured(parameter):
        return "=" + _structured(parameter)
    return written.translated(text_of(parameter), parameter)


def _left_out(name: str, tag: str, why: str, element: etree._Element) -> str:
    if tag_of(element) not in DONE_ELSEWHERE:
        return (
            f"The parameter {name} is a script. Write its value in FEEL."
            if why == "It is a script."
            else why
        )
    whose = "is given" if tag == "inputParameter" else "has to bring"
    rest = f"nothing as {name}" if tag == "inputParameter" else name
    return f"The parameter {name} is not computed here: whoever does the work {whose} {rest}. {why}"


def _is_structured(parameter: etree._Element) -> bool:
    return any(isinstance(part.tag, str) for part in parameter)


def _structured(holder: etree._Element) -> str:
    """A list, a map or a script as FEEL, or the text of something plain.

    Raises `Untranslatable` for a script in another language.
    """
    parts = [part for part in holder if isinstance(part.tag, str)]
    if not parts:
        return _value(text_of(holder))
    kind = etree.QName(parts[0]).localname
    inside = [part for part in parts[0] if isinstance(part.tag, str)]
    if kind == "script" and parts[0].get("scriptFormat", "").lower() in FEEL:
        return f"({text_of(parts[0])})"
    if kind == "list":
        return "[" + ", ".join(map(_item, inside)) + "]"
    if kind == "map":
        return _map([(each.get("key", ""), _structured(each)) for each in inside])
    raise juel.Untranslatable("It is a script.")


def _item(element: etree._Element) -> str:
    """An entry of a list: a value, or a list, map or script by itself."""
    if etree.QName(element).localname == "value":
        return _structured(element)
    holder = etree.Element("value")
    holder.append(deepcopy(element))
    return _structured(holder)


def _map(entries: list[tuple[str, str]]) -> str:
    """A context; where a key is an expression, it is put together as it is worked out."""
    if not any(juel.is_expression(key) or juel.is_template(key) for key, _ in entries):
        return "{" + ", ".join(f"{_quoted(key)}: {value}" for key, value in entries) + "}"
    said = (f"{{key: string({_value(key)}), value: {value}}}" for key, value in entries)
    return f"context([{', '.join(said)}])"


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
    all_in, all_out = (
        any(each.get("variables") == "all" for each in ways[name]) for name in ("in", "out")
    )
    return Data(
        inputs=tuple(_passed(ways["in"], element, refuse)),
        outputs=tuple(_passed(ways["out"], element, refuse)),
        all_in=all_in,
        all_out=all_out,
        says_all_out=all_out,
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
