"""Called processes, people and ad-hoc sub-processes, as other tools write them."""

import re
from typing import Any

from lxml import etree

from workflows.bpmn import written
from workflows.bpmn.details import AdHoc, Assignment, Call
from workflows.bpmn.source import child, reference, text_of
from workflows.bpmn.vendors import ZEEBE, binding, extension, older, vendor
from workflows.bpmn.written import Note, Refuse

# What Camunda's Modeler writes where the called process is to have the caller's business key.
SAME_KEY = re.compile(r"[#$]\{\s*execution\.(processBusinessKey|getProcessBusinessKey\(\))\s*\}")


def call(element: etree._Element, refuse: Refuse) -> Call:
    """The process that a call activity calls."""
    zeebe = extension(element, ZEEBE, "calledElement")
    if zeebe is not None:
        called = zeebe.get("processId", "")
        return Call(called, binding(zeebe.get("bindingType", "")), zeebe.get("versionTag", ""))
    if vendor(element, "caseRef"):
        refuse(element, "A case (CMMN) is called, which cannot be run here. Call a process.")
    keys = [each.get("businessKey", "") for each in older(element, "in")]
    key = next((key.strip() for key in keys if key), "")
    has_same = bool(SAME_KEY.fullmatch(key))
    called = written.text(element.get("calledElement", ""), element, refuse)
    bound = binding(vendor(element, "calledElementBinding"))
    version = "calledElementVersionTag" if bound == "tag" else "calledElementVersion"
    return Call(
        called if called.startswith("=") else reference(called),
        bound,
        written.text(vendor(element, version), element, refuse),
        "" if has_same else written.text(key, element, refuse),
        has_same,
    )


def assignment(element: etree._Element) -> Assignment | None:
    """Who is asked; None when nobody is named."""
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


def ad_hoc(element: etree._Element, refuse: Refuse, warn: Note) -> AdHoc:
    """How an ad-hoc sub-process is performed."""
    zeebe = extension(element, ZEEBE, "adHoc")
    worker = extension(element, ZEEBE, "taskDefinition")
    if worker is not None:
        warn(
            element,
            f"In Camunda the worker {worker.get('type', '')[:100]} begins the activities in it. "
            "Here people begin them, on the page of the instance or over the API.",
        )
    return AdHoc(
        sequential=element.get("ordering") == "Sequential",
        until=written.condition(text_of(child(element, "completionCondition")), element, refuse),
        cancel_rest=element.get("cancelRemainingInstances", "true") not in ("false", "0"),
        active=("" if zeebe is None else zeebe.get("activeElementsCollection", "")).removeprefix(
            "="
        ),
    )
