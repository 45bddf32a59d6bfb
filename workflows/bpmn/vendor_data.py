"""What goes into an activity and comes out of it, as Camunda 7 and 8 and Flowable say it."""

from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from workflows.bpmn import written
from workflows.bpmn.details import Data, Mapped
from workflows.bpmn.source import tag_of, text_of
from workflows.bpmn.vendors import OLDER, ZEEBE, extension, is_older, older
from workflows.bpmn.written import Refuse


def data(element: etree._Element, refuse: Refuse) -> Data | None:
    """The mappings of an activity; None when it has none."""
    called = _call_data(element) if tag_of(element) == "callActivity" else None
    mapped = _mappings(element, refuse)
    if called is None or mapped is None:
        return called or mapped
    return replace(
        called,
        inputs=(*mapped.inputs, *called.inputs),
        outputs=(*called.outputs, *mapped.outputs),
        all_out=called.all_out and mapped.all_out,
    )


def _mappings(element: etree._Element, refuse: Refuse) -> Data | None:
    zeebe = extension(element, ZEEBE, "ioMapping")
    if zeebe is not None:
        outputs = tuple(_zeebe_mapped(zeebe, "output"))
        return Data(tuple(_zeebe_mapped(zeebe, "input")), outputs, all_out=not outputs)
    for namespace in OLDER:
        holder = extension(element, namespace, "inputOutput")
        if holder is not None:
            return Data(
                tuple(_parameters(holder, namespace, "inputParameter", element, refuse)),
                tuple(_parameters(holder, namespace, "outputParameter", element, refuse)),
            )
    return None


def _zeebe_mapped(holder: etree._Element, name: str) -> Iterator[Mapped]:
    for each in holder.iterfind(f"{{{ZEEBE}}}{name}"):
        yield Mapped(each.get("target", ""), each.get("source", "").strip())


def _parameters(
    holder: etree._Element, namespace: str, name: str, element: etree._Element, refuse: Refuse
) -> Iterator[Mapped]:
    for each in holder.iterfind(f"{{{namespace}}}{name}"):
        if any(isinstance(part.tag, str) for part in each):
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


def _structured(holder: etree._Element, namespace: str) -> str | None:
    """A list or map of plain texts as FEEL; None for anything else."""
    found = holder.find(f"{{{namespace}}}list")
    if found is not None:
        return "[" + ", ".join(_quoted(text_of(each)) for each in found) + "]"
    found = holder.find(f"{{{namespace}}}map")
    if found is None:
        return None
    entries = (f"{_quoted(each.get('key', ''))}: {_quoted(text_of(each))}" for each in found)
    return "{" + ", ".join(entries) + "}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _call_data(element: etree._Element) -> Data | None:
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
        inputs=tuple(_passed(ways["in"])),
        outputs=tuple(_passed(ways["out"])),
        all_in=any(each.get("variables") == "all" for each in ways["in"]),
        all_out=any(each.get("variables") == "all" for each in ways["out"]),
    )


def _passed(ways: list[etree._Element]) -> Iterator[Mapped]:
    for each in ways:
        source = each.get("source") or each.get("sourceExpression", "").strip("${# }")
        target = each.get("target", "")
        if source and target:
            yield Mapped(target, f"={source}")
