"""What Camunda 7, Camunda 8, Flowable and Activiti say in a file, in the neutral form of `details`.

Whatever has a meaning here is read into it; everything else is kept as `Foreign`.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from lxml import etree

from workflows.bpmn import juel, written
from workflows.bpmn.details import (
    AdHoc,
    Assignment,
    Call,
    Data,
    Foreign,
    Form,
    FormField,
    Mapped,
    Work,
)
from workflows.bpmn.source import BPMN, child, reference, tag_of, text_of
from workflows.bpmn.written import Refuse

CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
FLOWABLE = "http://flowable.org/bpmn"
ACTIVITI = "http://activiti.org/bpmn"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
OLDER = (CAMUNDA, FLOWABLE, ACTIVITI)  # one family: they share their attributes
OURS = "urn:countersign:bpmn:1"
KEPT_TEXT = 2_000  # characters of a foreign element's text

MEANT = frozenset(
    [
        "inputOutput",
        "in",
        "out",
        "formData",
        "taskDefinition",
        "taskHeaders",
        "ioMapping",
        "assignmentDefinition",
        "taskSchedule",
        "priorityDefinition",
        "calledElement",
        "calledDecision",
        "script",
        "formDefinition",
        "adHoc",
        "loopCharacteristics",
        "subscription",
    ]
)


def vendor(element: etree._Element, name: str) -> str:
    """An attribute of the older family, or nothing."""
    for namespace in OLDER:
        said = element.get(f"{{{namespace}}}{name}")
        if said:
            return str(said)
    return ""


def extensions(element: etree._Element) -> Iterator[etree._Element]:
    """Everything inside `<extensionElements>`."""
    holder = child(element, "extensionElements")
    return iter(()) if holder is None else iter(holder)


def extension(element: etree._Element, namespace: str, name: str) -> etree._Element | None:
    """The first extension with this name."""
    found = element.find(f"{{{BPMN}}}extensionElements/{{{namespace}}}{name}")
    return found if found is not None else None


def is_older(root: etree._Element) -> bool:
    """Whether a file speaks the language of Camunda 7, Flowable or Activiti."""
    return any(namespace in OLDER for namespace in root.nsmap.values())


def read(element: etree._Element, refuse: Refuse) -> dict[str, Any]:
    """Fields of a node that extensions fill; fields that they say nothing about are left out."""
    tag = tag_of(element)
    said: dict[str, Any] = {
        "work": _work(element, tag),
        "data": _data(element, refuse),
        "call": _call(element, refuse) if tag == "callActivity" else None,
        "adhoc": _ad_hoc(element, refuse) if tag == "adHocSubProcess" else None,
        "assignment": _assignment(element),
        "form": _form(element),
        "foreign": tuple(_foreign(element)),
    }
    return {name: value for name, value in said.items() if value}


# --- the work of a task ---


def _work(element: etree._Element, tag: str) -> Work | None:
    if tag == "scriptTask":
        return _script(element)
    zeebe = _zeebe_work(element)
    if zeebe is not None:
        return zeebe
    form, name = _older_work(element)
    if not form:
        return None
    return Work(
        form,
        name,
        result=vendor(element, "resultVariable") or vendor(element, "resultVariableName"),
        retries=_text(element, "failedJobRetryTimeCycle"),
        binding=vendor(element, "decisionRefBinding"),
        version=vendor(element, "decisionRefVersion"),
    )


def _older_work(element: etree._Element) -> tuple[str, str]:
    if vendor(element, "type") in ("external", "external-worker"):
        return "topic", vendor(element, "topic")
    if decision := vendor(element, "decisionRef"):
        return "decision", decision
    for form, attribute in OTHER_FORMS.items():
        if name := vendor(element, attribute):
            return _called(form, name)
    for namespace in OLDER:
        connector = extension(element, namespace, "connector")
        if connector is not None:
            return "connector", _inner_text(connector, namespace, "connectorId")
    return "", ""


def _called(form: str, name: str) -> tuple[str, str]:
    """A delegate by its bare name; an expression that calls nothing is a script."""
    if form in ("delegate", "expression") and juel.is_expression(name):
        bare = name.strip()[2:-1].strip()
        if form == "delegate" and bare.isidentifier():
            return form, bare
        if form == "expression":
            try:
                return "script", juel.value(name)
            except juel.Untranslatable:
                return form, name
    return form, name


def work_of(definition: etree._Element) -> Work | None:
    """Who sends a message, where the event definition says so (Camunda 7)."""
    form, name = _older_work(definition)
    return Work(form, name) if form else None


OTHER_FORMS: Mapping[str, str] = MappingProxyType(
    {
        "class": "class",
        "delegate": "delegateExpression",
        "expression": "expression",
        "connector": "type",
    }
)


def _zeebe_work(element: etree._Element) -> Work | None:
    task = extension(element, ZEEBE, "taskDefinition")
    if task is not None:
        headers = extension(element, ZEEBE, "taskHeaders")
        known = () if headers is None else headers.iterfind(f"{{{ZEEBE}}}header")
        return Work(
            "topic",
            task.get("type", ""),
            retries=task.get("retries", ""),
            headers=MappingProxyType(
                {each.get("key", ""): each.get("value", "") for each in known}
            ),
        )
    decision = extension(element, ZEEBE, "calledDecision")
    if decision is not None:
        return Work(
            "decision",
            decision.get("decisionId", ""),
            result=decision.get("resultVariable", ""),
            binding=_binding(decision.get("bindingType", "")),
            version=decision.get("versionTag", ""),
        )
    return None


def _script(element: etree._Element) -> Work:
    zeebe = extension(element, ZEEBE, "script")
    if zeebe is not None:
        return Work("script", zeebe.get("expression", ""), result=zeebe.get("resultVariable", ""))
    written_in = element.get("scriptFormat", "").lower()
    form = "script" if written_in in ("", "feel", "text/feel") or "feel" in written_in else "code"
    return Work(
        form, text_of(child(element, "script")), result=vendor(element, "resultVariable"),
        headers=MappingProxyType({"language": written_in}),
    )  # fmt: skip


def _text(element: etree._Element, name: str) -> str:
    for namespace in OLDER:
        found = extension(element, namespace, name)
        if found is not None:
            return text_of(found)
    return ""


def _inner_text(element: etree._Element, namespace: str, name: str) -> str:
    return text_of(element.find(f"{{{namespace}}}{name}"))


# --- data in and out ---


def _data(element: etree._Element, refuse: Refuse) -> Data | None:
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
    return _call_data(element) if tag_of(element) == "callActivity" else None


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
    """`in` and `out` of a call activity: without any, nothing crosses (as in Camunda 7)."""
    zeebe = extension(element, ZEEBE, "calledElement")
    if zeebe is not None:
        return Data(
            all_in=zeebe.get("propagateAllParentVariables", "true") != "false",
            all_out=zeebe.get("propagateAllChildVariables", "true") != "false",
        )
    ways = {name: [*_older(element, name)] for name in ("in", "out")}
    return Data(
        inputs=tuple(_passed(ways["in"])),
        outputs=tuple(_passed(ways["out"])),
        all_in=any(each.get("variables") == "all" for each in ways["in"]),
        all_out=any(each.get("variables") == "all" for each in ways["out"]),
    )


def _older(element: etree._Element, name: str) -> Iterator[etree._Element]:
    for each in extensions(element):
        if isinstance(each.tag, str) and each.tag in {f"{{{space}}}{name}" for space in OLDER}:
            yield each


def _passed(ways: list[etree._Element]) -> Iterator[Mapped]:
    for each in ways:
        source = each.get("source") or each.get("sourceExpression", "").strip("${# }")
        target = each.get("target", "")
        if source and target:
            yield Mapped(target, f"={source}")


# --- calls, people, forms ---


def _call(element: etree._Element, refuse: Refuse) -> Call:
    zeebe = extension(element, ZEEBE, "calledElement")
    if zeebe is not None:
        called = zeebe.get("processId", "")
        return Call(called, _binding(zeebe.get("bindingType", "")), zeebe.get("versionTag", ""))
    keys = [each.get("businessKey", "") for each in _older(element, "in")]
    called = written.text(element.get("calledElement", ""), element, refuse)
    return Call(
        called if called.startswith("=") else reference(called),
        _binding(vendor(element, "calledElementBinding")),
        vendor(element, "calledElementVersion"),
        written.text(next((key for key in keys if key), ""), element, refuse),
    )


def _binding(said: str) -> str:
    return {"deployment": "deployment", "version": "version", "versionTag": "version"}.get(
        said, "latest"
    )


def _assignment(element: etree._Element) -> Assignment | None:
    zeebe = extension(element, ZEEBE, "assignmentDefinition")
    schedule = extension(element, ZEEBE, "taskSchedule")
    priority = extension(element, ZEEBE, "priorityDefinition")
    given = {} if zeebe is None else dict(zeebe.attrib)
    times = {} if schedule is None else dict(schedule.attrib)
    found = Assignment(
        assignee=str(given.get("assignee") or vendor(element, "assignee")),
        users=_names(given.get("candidateUsers") or vendor(element, "candidateUsers")),
        groups=_names(given.get("candidateGroups") or vendor(element, "candidateGroups")),
        due=str(times.get("dueDate") or vendor(element, "dueDate")),
        follow_up=str(times.get("followUpDate") or vendor(element, "followUpDate")),
        priority=vendor(element, "priority")
        or ("" if priority is None else priority.get("priority", "")),
    )
    return found if found != Assignment() else None


def _names(text: Any) -> tuple[str, ...]:
    """Names between commas; one expression is one name."""
    said = str(text or "").strip()
    if said.startswith(("=", "${", "#{")):
        return (said,)
    return tuple(name.strip() for name in said.split(",") if name.strip())


def _form(element: etree._Element) -> Form | None:
    zeebe = extension(element, ZEEBE, "formDefinition")
    key = vendor(element, "formKey") or vendor(element, "formRef")
    if zeebe is not None:
        key = zeebe.get("formKey") or zeebe.get("formId") or zeebe.get("externalReference") or ""
    fields = tuple(
        FormField(
            each.get("id", ""),
            each.get("label", "") or each.get("name", ""),
            each.get("type", ""),
            each.get("defaultValue", ""),
        )
        for namespace in OLDER
        for each in element.iterfind(
            f"{{{BPMN}}}extensionElements/{{{namespace}}}formData/{{{namespace}}}formField"
        )
    )
    return Form(key, fields) if key or fields else None


def _ad_hoc(element: etree._Element, refuse: Refuse) -> AdHoc:
    zeebe = extension(element, ZEEBE, "adHoc")
    return AdHoc(
        sequential=element.get("ordering") == "Sequential",
        until=written.condition(text_of(child(element, "completionCondition")), element, refuse),
        cancel_rest=element.get("cancelRemainingInstances", "true") not in ("false", "0"),
        active=("" if zeebe is None else zeebe.get("activeElementsCollection", "")).removeprefix(
            "="
        ),
    )


def _foreign(element: etree._Element) -> Iterator[Foreign]:
    for each in extensions(element):
        if not isinstance(each.tag, str):
            continue
        name = etree.QName(each)
        namespace = name.namespace or ""
        if namespace == OURS or (namespace in (*OLDER, ZEEBE) and name.localname in MEANT):
            continue
        attributes = {str(key): str(value) for key, value in each.attrib.items()}
        yield Foreign(
            namespace, name.localname, MappingProxyType(attributes), text_of(each)[:KEPT_TEXT]
        )
