"""What does the work of a task, as Camunda 7 and 8, Flowable and Activiti say it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from lxml import etree

from workflows.bpmn import juel
from workflows.bpmn.details import Foreseen, Work
from workflows.bpmn.source import child, children, reference, text_of
from workflows.bpmn.vendors import FOX, OLDER, ZEEBE, binding, extension, fields, older, vendor
from workflows.bpmn.written import Note

SCRIPTS = ("", "feel", "text/feel")
# Forms of work by the attribute that names the code.
ATTRIBUTES: Mapping[str, str] = MappingProxyType(
    {
        "class": "class",
        "delegate": "delegateExpression",
        "expression": "expression",
        "built-in": "type",
    }
)


def work(element: etree._Element, tag: str, warn: Note) -> Work | None:
    """The work of a task or event; None when the file leaves it open."""
    found = _zeebe_work(element)
    if found is not None:
        return found
    if tag == "scriptTask":
        return _script(element)
    return _older_work(element, warn)


def work_of(definition: etree._Element, warn: Note) -> Work | None:
    """Who sends a message, where the event definition says so (Camunda 7)."""
    return _older_work(definition, warn)


# --- Camunda 7, Flowable, Activiti ---


def _older_work(element: etree._Element, warn: Note) -> Work | None:
    found = _named(element)
    if found is None:
        return None
    result = vendor(element, "resultVariable") or vendor(element, "resultVariableName")
    found = replace(
        found,
        result=found.result or result,
        retries=_text(element, "failedJobRetryTimeCycle"),
        headers=MappingProxyType({**dict(_properties(element)), **found.headers}),
        errors=tuple(_errors(element, warn)),
    )
    return _bound(element, found) if found.form == "decision" else found


def _named(element: etree._Element) -> Work | None:
    """The work that an element names, and what the name itself says."""
    if vendor(element, "type") in ("external", "external-worker"):
        return Work("topic", _name(vendor(element, "topic")))
    if decision := vendor(element, "decisionRef"):
        return Work("decision", _name(decision))
    if vendor(element, "type") == "dmn":
        key = fields(element).get("decisionTableReferenceKey", "")
        return Work("decision", _name(key), maps="each")
    for form, attribute in ATTRIBUTES.items():
        if said := vendor(element, attribute):
            return _code(form, said)
    connector = next(older(element, "connector"), None)
    if connector is not None:
        namespace = etree.QName(connector).namespace
        return Work("connector", _name(text_of(connector.find(f"{{{namespace}}}connectorId"))))
    return None


def _name(said: str) -> str:
    """A name as it stands, or as FEEL after `=`."""
    if juel.is_expression(said):
        try:
            return "=" + juel.value(said)
        except juel.Untranslatable:
            return said.strip()
    return said.strip()


def _code(form: str, said: str) -> Work:
    """An expression that calls nothing is a script; code is known by what it calls first."""
    said = said.strip()
    if form not in ("delegate", "expression") or not juel.is_expression(said):
        return Work(form, said)
    script = _calculated(said) if form == "expression" else None
    if script is not None:
        return script
    called = juel.called(said)
    if called == said[2:-1].strip():  # the bean itself
        return Work(form, called)
    headers = MappingProxyType({"expression": said})
    return Work(form, called, headers=headers) if called else Work("code", said)


def _calculated(said: str) -> Work | None:
    """An expression that gives a variable its value, or a value."""
    assigned = juel.assignment(said)
    if assigned:
        return Work("script", assigned[1], result=assigned[0])
    try:
        return Work("script", juel.value(said, calls=False))
    except juel.Untranslatable:
        return None


def _properties(element: etree._Element) -> Iterator[tuple[str, str]]:
    """Extension properties: a worker is told them as headers."""
    for holder in older(element, "properties"):
        for each in holder:
            if isinstance(each.tag, str):
                yield each.get("name", ""), each.get("value", "")


def _errors(element: etree._Element, warn: Note) -> Iterator[Foreseen]:
    """Failures of an external task that are BPMN errors (Camunda 7)."""
    for each in older(element, "errorEventDefinition"):
        wanted = reference(each.get("errorRef", ""))
        try:
            condition = juel.condition(each.get("expression", ""))
        except juel.Untranslatable as reason:
            warn(element, f"Which failures are the error {wanted} is not looked at. {reason}")
            continue
        yield Foreseen(_error_code(element, wanted), condition)


def _error_code(element: etree._Element, wanted: str) -> str:
    for each in children(element.getroottree().getroot(), "error"):
        if each.get("id") == wanted:
            return str(each.get("errorCode") or each.get("name") or wanted)
    return wanted


def _bound(element: etree._Element, asked: Work) -> Work:
    """Which version of a decision is asked, and what is kept of its answer (Camunda 7)."""
    bound = binding(vendor(element, "decisionRefBinding"))
    attribute = "decisionRefVersionTag" if bound == "tag" else "decisionRefVersion"
    maps = vendor(element, "mapDecisionResult") or "resultList"
    return replace(
        asked,
        binding=bound,
        version=vendor(element, attribute),
        maps=asked.maps or (maps if asked.result else ""),
    )


def _text(element: etree._Element, name: str) -> str:
    for namespace in (*OLDER, FOX):
        found = extension(element, namespace, name)
        if found is not None:
            return text_of(found)
    return ""


# --- Camunda 8 ---


def _zeebe_work(element: etree._Element) -> Work | None:
    task = extension(element, ZEEBE, "taskDefinition")
    if task is not None:
        headers = extension(element, ZEEBE, "taskHeaders")
        known = () if headers is None else headers.iterfind(f"{{{ZEEBE}}}header")
        return Work(
            "topic",
            task.get("type", "").strip(),
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
            retries=decision.get("retries", ""),
            binding=binding(decision.get("bindingType", "")),
            version=decision.get("versionTag", ""),
        )
    return None


# --- scripts ---


def _script(element: etree._Element) -> Work:
    zeebe = extension(element, ZEEBE, "script")
    if zeebe is not None:
        return Work("script", zeebe.get("expression", ""), result=zeebe.get("resultVariable", ""))
    written_in = element.get("scriptFormat", "").lower()
    if written_in == "juel" and (calculated := _calculated(text_of(child(element, "script")))):
        return replace(calculated, result=calculated.result or vendor(element, "resultVariable"))
    form = "script" if written_in in SCRIPTS or "feel" in written_in else "code"
    return Work(
        form, text_of(child(element, "script")), result=vendor(element, "resultVariable"),
        headers=MappingProxyType({"language": written_in}),
    )  # fmt: skip
