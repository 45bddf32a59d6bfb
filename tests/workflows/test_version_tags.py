"""Calls that are bound to the tag of a version, as Camunda 7 and 8 write them."""

import pytest

from tests.workflows import builders
from tests.workflows.bpmn.test_foreign_work import around
from tests.workflows.bpmn.test_reading import model
from tests.workflows.builders import NOW
from workflows import calls, definitions
from workflows.models import Incident, ProcessInstance

pytestmark = pytest.mark.django_db

OTHER = (
    '<startEvent id="s"/><task id="t" name="{}"/><sequenceFlow id="f" sourceRef="s" targetRef="t"/>'
)
BY_TAG = {
    7: '<callActivity id="a" name="C" calledElement="other" '
    'camunda:calledElementBinding="versionTag" camunda:calledElementVersionTag="{}"/>',
    8: '<callActivity id="a" name="C"><extensionElements><zeebe:calledElement processId="other" '
    'bindingType="versionTag" versionTag="{}"/></extensionElements></callActivity>',
}


def other(tag, name, *, tool):
    """A version of the called process that this tool gave a tag."""
    inside = OTHER.format(name)
    if tool == 8:
        inside = f'<extensionElements><zeebe:versionTag value="{tag}"/></extensionElements>{inside}'
    source = model(inside).replace(b'<process id="drawn"', b'<process id="other"')
    if tool == 7:
        said = f'<process camunda:versionTag="{tag}"'.encode()
        source = source.replace(b"<process", said, 1)
    [definition] = definitions.deploy(source=source, by="user:ada", now=NOW)
    return definition


def called(tag, *, tool):
    source, _ = around(BY_TAG[tool].format(tag))
    [definition] = definitions.deploy(source=source, by="user:ada", now=NOW)
    instance = builders.start(definition)
    calls.settle_due(NOW)
    return ProcessInstance.objects.filter(caller__instance=instance).first()


@pytest.mark.parametrize("tool", [7, 8])
def test_the_newest_version_with_the_tag_is_called(tool):
    other("spring", "one", tool=tool)
    second = other("spring", "two", tool=tool)
    other("autumn", "three", tool=tool)

    assert called("spring", tool=tool).definition == second


def test_a_tag_that_no_version_has_is_an_incident():
    other("spring", "one", tool=7)

    assert called("winter", tool=7) is None
    assert "the version with the tag 'winter' of other" in Incident.objects.get().message
