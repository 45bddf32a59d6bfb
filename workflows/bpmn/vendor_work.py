"""What does the work of a task, as Camunda 7 and 8, Flowable and Activiti say it."""

from collections.abc import Mapping
from types import MappingProxyType

from lxml import etree

from workflows.bpmn import juel
from workflows.bpmn.details import Work
from workflows.bpmn.source import child, text_of
from workflows.bpmn.vendors import OLDER, ZEEBE, binding, extension, vendor


def work(element: etree._Element, tag: str) -> Work | None:
    """The work of a task or event; None when the file leaves it open."""
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
            binding=binding(decision.get("bindingType", "")),
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
