"""Loop characteristics as they stand in a file (BPMN 2.0.2, 10.3.8; Camunda 7 and 8, Flowable)."""

from dataclasses import replace
from typing import Any

from lxml import etree

from workflows.bpmn import jbpm, juel, written
from workflows.bpmn.details import Loop
from workflows.bpmn.source import child, text_of
from workflows.bpmn.vendors import OURS, ZEEBE, extension, older, vendor
from workflows.bpmn.written import Refuse

MULTIPLE, STANDARD = "multiInstanceLoopCharacteristics", "standardLoopCharacteristics"
PARTS = frozenset([MULTIPLE, STANDARD])


def read(element: etree._Element, refuse: Refuse, first: int) -> dict[str, Any]:
    """The loop of an activity; nothing when it is performed once."""
    multiple, standard = child(element, MULTIPLE), child(element, STANDARD)
    if multiple is not None:
        return {"loop": _multiple(element, multiple, refuse, first)}
    if standard is not None:
        return {"loop": _standard(element, standard, refuse, first)}
    return {}


def _multiple(element: etree._Element, said: etree._Element, refuse: Refuse, first: int) -> Loop:
    given = _given(element, said, refuse)
    collection = (
        given.get("inputCollection")
        or vendor(said, "collection")
        or jbpm.collection(element, text_of(child(said, "loopDataInputRef")))
    )
    item = child(said, "inputDataItem")
    loop = Loop(
        sequential=said.get("isSequential") in ("true", "1"),
        cardinality=_expression(said, "loopCardinality", element, refuse),
        collection=_feel(str(collection), element, refuse),
        item=str(
            given.get("inputElement")
            or vendor(said, "elementVariable")
            or ("" if item is None else item.get("name", ""))
        ),
        until=_until(said, element, refuse),
        results=str(given.get("outputCollection", "")),
        result=str(given.get("outputElement", "")).removeprefix("=").strip(),
        first=first,
        counter=vendor(said, "elementIndexVariable"),
    )
    gathered = list(older(said, "variableAggregation"))
    if len(gathered) > 1:
        refuse(element, "The loop gathers more than one list of variables. Gather one.")
    for each in gathered[:1]:
        loop = replace(loop, results=each.get("target", ""), result=_of_each(each, element, refuse))
    if not loop.cardinality and not loop.collection:
        refuse(element, "The loop says neither a collection nor a number of instances. Add one.")
    return loop


def _of_each(gathered: etree._Element, element: etree._Element, refuse: Refuse) -> str:
    """What one round adds to the list that Flowable gathers: variables under their names."""
    entries = []
    for each in gathered:
        if not isinstance(each.tag, str) or etree.QName(each).localname != "variable":
            continue
        source, said = each.get("source", ""), each.get("sourceExpression", "")
        try:
            value = written.translated(said, element).removeprefix("=") if said else source
        except juel.Untranslatable as reason:
            refuse(element, str(reason))
            continue
        entries.append(f'"{each.get("target") or source}": {value or "null"}')
    return "{" + ", ".join(entries) + "}"


OWN = {
    "collection": "inputCollection",
    "item": "inputElement",
    "results": "outputCollection",
    "result": "outputElement",
}


def _given(element: etree._Element, said: etree._Element, refuse: Refuse) -> dict[str, str]:
    """The attributes of Camunda 8, or our own under the same names."""
    own = extension(said, OURS, "loop")
    if own is None:
        zeebe = extension(said, ZEEBE, "loopCharacteristics")
        return {} if zeebe is None else {str(key): str(each) for key, each in zeebe.attrib.items()}
    for name in sorted(str(name) for name in own.attrib if name not in OWN):
        known = ", ".join(OWN)
        refuse(element, f"countersign:loop: {name} is not known. Known are {known}.")
    return {OWN[str(key)]: str(each) for key, each in own.attrib.items() if key in OWN}


def _standard(element: etree._Element, said: etree._Element, refuse: Refuse, first: int) -> Loop:
    most = said.get("loopMaximum", "")
    loop = Loop(
        sequential=True,
        standard=True,
        again=_until(said, element, refuse, "loopCondition"),
        before=said.get("testBefore") in ("true", "1"),
        most=int(most) if most.isdecimal() and len(most) < 10 else None,
        first=first,
    )
    if not loop.again and loop.most is None:
        refuse(element, "The loop says neither a condition nor a maximum. Add one.")
    return loop


def _until(
    said: etree._Element, element: etree._Element, refuse: Refuse, tag: str = "completionCondition"
) -> str:
    return written.condition(text_of(child(said, tag)), element, refuse)


def _expression(said: etree._Element, tag: str, element: etree._Element, refuse: Refuse) -> str:
    return _feel(text_of(child(said, tag)), element, refuse)


def _feel(text: str, element: etree._Element, refuse: Refuse) -> str:
    return written.text(text, element, refuse).removeprefix("=").strip()
