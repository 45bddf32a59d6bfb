"""What events let out: output mappings of Camunda 8 and 7 at events of every kind."""

import pytest

from tests.workflows.bpmn.test_reading import model
from tests.workflows.bpmn.world import World
from workflows.bpmn.check import judge
from workflows.bpmn.model import Severity
from workflows.bpmn.parser import parse

MESSAGE = '<messageEventDefinition messageRef="m"/>'
PAID = '<message id="m" name="paid"/>'


def mapped(source, target="total"):
    """Mappings as Camunda 8 writes them."""
    return (
        f'<extensionElements><zeebe:ioMapping><zeebe:output source="={source}" target="{target}"/>'
        "</zeebe:ioMapping></extensionElements>"
    )


SEVEN = (
    "<extensionElements><camunda:inputOutput>"
    '<camunda:inputParameter name="fee">${3}</camunda:inputParameter>'
    '<camunda:outputParameter name="total">${amount + fee}</camunda:outputParameter>'
    "</camunda:inputOutput></extensionElements>"
)


def flow(source, target):
    return f'<sequenceFlow sourceRef="{source}" targetRef="{target}"/>'


def drawn(*elements):
    (process,) = parse(model("".join(elements), before=PAID))
    assert [each for each in judge(process) if each.severity is Severity.ERROR] == []
    return process


def caught(extensions):
    """A message is waited for, and then a person."""
    return drawn(
        '<startEvent id="start"/><intermediateCatchEvent id="catch">', extensions, MESSAGE,
        '</intermediateCatchEvent><userTask id="a"/><endEvent id="end"/>',
        flow("start", "catch"), flow("catch", "a"), flow("a", "end"),
    )  # fmt: skip


def test_of_a_message_with_mappings_of_camunda_8_the_outputs_alone_are_kept():
    world = World(caught(mapped("amount + 1"))).begin()

    world.complete("catch", amount=4)

    assert world.at == ["a"]
    assert world.variables == {"total": 5}


def test_of_a_message_without_mappings_everything_is_kept():
    world = World(caught("")).begin()

    assert world.complete("catch", amount=4).variables == {"amount": 4}


def test_camunda_7_keeps_what_a_message_brings_beside_the_outputs():
    world = World(caught(SEVEN)).begin()

    world.complete("catch", amount=4)

    assert world.variables == {"amount": 4, "total": 7}


@pytest.mark.parametrize("stays", ["", ' cancelActivity="false"'])
def test_an_event_on_a_boundary_maps_what_it_brings(stays):
    process = drawn(
        '<startEvent id="start"/><userTask id="a"/><boundaryEvent id="on_a" attachedToRef="a"',
        stays, ">", mapped("amount + 1"), MESSAGE, '</boundaryEvent><userTask id="b"/>'
        '<endEvent id="end"/>', flow("start", "a"), flow("a", "end"), flow("on_a", "b"),
        flow("b", "end"),
    )  # fmt: skip
    world = World(process).begin().fire("on_a", amount=4)

    assert "b" in world.at
    assert world.variables == {"total": 5}


def test_an_event_behind_an_event_gateway_maps_what_it_brings():
    process = drawn(
        '<startEvent id="start"/><eventBasedGateway id="race"/><intermediateCatchEvent id="catch">',
        mapped("amount + 1"), MESSAGE, '</intermediateCatchEvent><intermediateCatchEvent id="late">'
        "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
        '</intermediateCatchEvent><userTask id="a"/><endEvent id="end"/>',
        flow("start", "race"), flow("race", "catch"), flow("race", "late"), flow("catch", "a"),
        flow("late", "a"), flow("a", "end"),
    )  # fmt: skip

    assert World(process).begin().complete("catch", amount=4).variables == {"total": 5}


def test_start_events_map_as_they_begin_a_process_or_a_sub_process():
    process = drawn(
        '<startEvent id="start">', mapped("amount + 1"), '</startEvent><subProcess id="p">'
        '<startEvent id="begin">', mapped("total * 2", "double"), '</startEvent><userTask id="a"/>',
        flow("begin", "a"), '</subProcess><endEvent id="end"/>', flow("start", "p"),
        flow("p", "end"),
    )  # fmt: skip

    assert World(process, amount=4).begin().variables == {"amount": 4, "total": 5, "double": 10}


def test_the_start_of_an_event_sub_process_maps_what_it_is_told():
    process = drawn(
        '<startEvent id="start"/><userTask id="a"/><endEvent id="end"/>', flow("start", "a"),
        flow("a", "end"), '<subProcess id="p" triggeredByEvent="true"><startEvent id="told" '
        'isInterrupting="false">', mapped("1 + 1"), MESSAGE, '</startEvent><userTask id="b"/>',
        flow("told", "b"), "</subProcess>",
    )  # fmt: skip
    world = World(process).begin().trigger("told")

    assert world.at == ["a", "b"]
    assert world.variables == {"total": 2}


@pytest.mark.parametrize("extensions", [mapped("amount + 3"), SEVEN])
def test_an_event_that_throws_nothing_calculates(extensions):
    process = drawn(
        '<startEvent id="start"/><intermediateThrowEvent id="sum">', extensions,
        '</intermediateThrowEvent><userTask id="a"/><endEvent id="end">', mapped("total + 1"),
        "</endEvent>", flow("start", "sum"), flow("sum", "a"), flow("a", "end"),
    )  # fmt: skip
    world = World(process, amount=4).begin()
    assert world.variables["total"] == 7

    assert world.complete("a").variables["total"] == 8
    assert world.over


def test_a_mapping_that_cannot_be_told_waits_for_a_person_and_loses_nothing():
    world = World(caught(mapped('assert(amount, amount > 9, \\"Too little.\\")'.replace(
        '\\"', "&quot;").replace(">", "&gt;")))).begin()  # fmt: skip

    world.complete("catch", amount=4)

    assert world.last[-1] == "Stuck catch"
    assert world.variables == {"amount": 4}
    assert world.retry("catch").at == ["a"]
