"""What Camunda 7, Camunda 8, Flowable and Activiti say in a file, in the neutral form of `details`.

Whatever has a meaning here is read into it; everything else is kept as `Foreign`.
"""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from workflows.bpmn import (
    jbpm,
    roles,
    skipping,
    vendor_data,
    vendor_forms,
    vendor_steps,
    vendor_work,
)
from workflows.bpmn.details import Foreign
from workflows.bpmn.kinds import ACTIVITIES
from workflows.bpmn.source import tag_of, text_of
from workflows.bpmn.vendors import OLDER, OURS, ZEEBE, extensions
from workflows.bpmn.written import Note, Refuse

KEPT_TEXT = 2_000  # characters of a foreign element's text

SKIPPED = frozenset(kind.value for kind in ACTIVITIES)
MEANT = frozenset(
    [
        "inputOutput",
        "connector",
        "field",
        "failedJobRetryTimeCycle",
        "errorEventDefinition",
        "in",
        "out",
        "formData",
        "formProperty",
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


def read(element: etree._Element, refuse: Refuse, warn: Note) -> dict[str, Any]:
    """Fields of a node that extensions fill; fields that they say nothing about are left out."""
    tag = tag_of(element)
    for sentence in (jbpm.unread(element), vendor_data.unread(element)):
        if sentence:
            warn(element, sentence)
    said: dict[str, Any] = {
        "work": vendor_work.work(element, tag, warn) or jbpm.work(element),
        "data": vendor_data.data(element, refuse, warn) or jbpm.data(element, warn),
        "skip": skipping.read(element, warn, is_activity=tag in SKIPPED),
        "call": vendor_steps.call(element, refuse) if tag == "callActivity" else None,
        "adhoc": vendor_steps.ad_hoc(element, refuse, warn) if tag == "adHocSubProcess" else None,
        "assignment": roles.assignment(
            element, vendor_steps.assignment(element) or jbpm.assignment(element, warn)
        ),
        "form": vendor_forms.form(element) or jbpm.form(element),
        "foreign": tuple(_foreign(element)),
    }
    return {name: value for name, value in said.items() if value}


def _foreign(element: etree._Element) -> Iterator[Foreign]:
    for each in extensions(element):
        if not isinstance(each.tag, str):
            continue
        name = etree.QName(each)
        namespace = name.namespace or ""
        if namespace == OURS or (namespace in (*OLDER, ZEEBE) and name.localname in MEANT):
            continue
        attributes = {str(key): str(value) for key, value in each.attrib.items()}
        yield Foreign(namespace, name.localname, attributes, text_of(each)[:KEPT_TEXT])
