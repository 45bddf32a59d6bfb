"""Messages and signals whose names are expressions, and signals that carry what Camunda 7 says."""

import pytest

from tests.workflows.bpmn import sketch
from tests.workflows.bpmn.sketch import catch, end, on, start, throw
from tests.workflows.builders import NOW, standing
from tests.workflows.mailed import begin
from tests.workflows.test_signals import spread, tell
from workflows import correlation, definitions
from workflows.models import Incident, Listener, Message
from workflows.refusals import NotValid

SEVEN = b'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'


def deployed(*arrows, key="drawn", names, **made):
    """The process, in whose file messages and signals have got these names."""
    source = sketch.xml(*arrows, **made).replace(b'id="drawn"', f'id="{key}"'.encode())
    for name, said in names.items():
        source = source.replace(f'name="{name}" />'.encode(), f'name="{said}" />'.encode())
    source = source.replace(b"<definitions ", b"<definitions " + SEVEN + b" ")
    [definition] = definitions.deploy(source=source, by="user:ada", now=NOW)
    return definition


@pytest.mark.parametrize("said", ["alarm-${floor}", "=&quot;alarm-&quot; + string(floor)"])
@pytest.mark.django_db
def test_a_signal_is_heard_by_those_for_whom_its_name_comes_out_alike(said):
    made = {"names": {"alarm": said}, "c": catch("signal", "alarm")}
    definition = deployed("start -> c -> after -> end", **made)
    first, second = (begin(definition, floor=floor) for floor in (1, 2))

    tell("alarm-2")
    spread()

    assert standing(first) == ["c"]
    assert standing(second) == ["after"]


@pytest.mark.django_db
def test_a_message_on_a_boundary_is_waited_for_by_its_name_of_the_moment():
    made = {"on_a": on("a", "message", "m"), "names": {"m": "paid-${order.number}"}}
    instance = begin(deployed("start -> a -> end", "on_a -> b -> end", **made), order={"number": 7})

    told = correlation.correlate(name="paid-7", key="", variables={}, sender="x", now=NOW)

    assert told is not None
    assert standing(instance) == ["b"]


@pytest.mark.django_db
def test_what_is_sent_is_called_by_its_name_of_the_moment():
    made = {"t": throw("signal", "alarm"), "end": end("message", "m")}
    names = {"alarm": "${kind}", "m": "${kind}-over"}
    definition = deployed("start -> t -> end", names=names, **made)

    begin(definition, kind="fire")

    assert list(Message.objects.order_by("id").values_list("kind", "name")) == [
        ("signal", "fire"), ("message", "fire-over"),
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_name_that_cannot_be_told_is_an_incident_until_it_can():
    instance = begin(deployed("start -> c -> end", c=catch("message", "m"), names={"m": "${kind}"}))

    assert not Listener.objects.exists()
    assert "The name of c is no text" in Incident.objects.get(instance=instance).message


@pytest.mark.parametrize("what", ["message", "signal"])
@pytest.mark.django_db
def test_the_name_of_what_begins_a_process_is_fixed(what):
    with pytest.raises(NotValid) as refusal:
        deployed("start -> a -> end", start=start(what, "m"), names={"m": "m-${x}"})

    assert [each["sentence"] for each in refusal.value.findings] == [
        f"start begins a process: the name of its {what} is fixed."
    ]


@pytest.mark.django_db
def test_a_signal_carries_what_camunda_7_gives_it():
    given = (
        '<extensionElements><camunda:in source="amount" target="sum"/>'
        '<camunda:in sourceExpression="${amount * 2}" target="double"/></extensionElements>'
    )

    def thrown(name):
        event = throw("signal", "alarm")(name)
        return event.replace(
            'Ref="signal_alarm"/>', f'Ref="signal_alarm">{given}</signalEventDefinition>'
        )

    begin(deployed("start -> t -> end", t=thrown, names={}), amount=4)

    assert Message.objects.get().variables == {"sum": 4, "double": 8}
