"""Senders that wait until somebody has their message: their model catches that nobody does."""

import threading

import pytest
from django.db import transaction
from django.urls import reverse

from tests.reviews.builders import person
from tests.workflows import builders
from tests.workflows.bpmn.sketch import draw, end, on, on_event, start, sub, throw, times
from tests.workflows.builders import NOW, later, now_of, standing, story
from tests.workflows.mailed import begin, deployed, receives, sends, waiting
from workflows import (
    answering,
    commands,
    correlation,
    incidents,
    journal,
    runtime,
    senders,
    tasks,
    timers,
)
from workflows.bpmn import answers
from workflows.models import Incident, Message, ProcessInstance, Timer
from workflows.refusals import OutOfDate

pytestmark = pytest.mark.django_db
ADA = "user:ada"
REFUSED, NOT_TAKEN = answers.REFUSED, answers.NOT_TAKEN
WAITS = "its sender waits until somebody has it"


def asks(key="= number", loop=""):
    """A send task with a message of its own."""
    said = f'<extensionElements><c:message key="{key}"/></extensionElements>'
    return lambda name: (
        f'<sendTask id="{name}" name="{name}" messageRef="message_paid">{said}{loop}</sendTask>'
    )


def sender(code=REFUSED, *, number="A-1", **made):
    """An instance that waits for an answer to its message; `mend` follows when nobody takes it."""
    made = {"t": asks(), "e": on("t", "error", code), **made}
    definition = deployed("start -> t -> after -> end", "e -> mend -> end", key="sender", **made)
    return begin(definition, number=number)


def settle(now=NOW):
    while correlation.deliver_due(now) or answering.tell_due(now):
        pass


def refused(instance):
    """Two might be meant, so that nobody is."""
    receiver = deployed("start -> r -> end", r=receives("paid"))
    for _ in range(2):
        begin(receiver, business_key="A-1")
    settle()
    return instance


# --- the message is taken ---


def test_the_sender_goes_on_once_somebody_has_its_message():
    instance = sender()
    settle()
    assert standing(instance) == ["t"]

    receiver = waiting(order="A-1")
    settle()

    assert (standing(instance), standing(receiver)) == (["after"], ["after"])
    assert story(instance)[-2:] == ["message.sent", "message.taken"]
    assert not Message.objects.get().untold
    assert answering.tell_due(NOW) == 0
    assert journal.verifies(now_of(instance))


def test_a_message_that_begins_a_process_is_taken():
    instance = sender()
    deployed("start -> b -> end", key="taker", start=start("message", "paid"))

    settle()

    assert standing(instance) == ["after"]


def test_one_that_was_known_already_is_taken():
    def once(name):
        said = '<extensionElements><c:start key="" once="event"/></extensionElements>'
        return start("message", "paid")(name).replace("><message", f">{said}<message")

    deployed("start -> b -> end", key="taker",
             start=lambda name: once(name).replace('key="" ', ""))  # fmt: skip
    first, second = sender(), sender()

    settle()

    assert standing(first) == standing(second) == ["after"]
    assert sorted(Message.objects.values_list("status", flat=True)) == ["delivered", "dropped"]


def test_a_worker_that_delivers_it_tells_the_sender(woken, django_capture_on_commit_callbacks):
    instance, receiver = sender(), waiting(order="A-1")
    with django_capture_on_commit_callbacks(execute=True):
        correlation.deliver(Message.objects.get().pk, now=NOW)
    assert ("workflows.tasks.deliver_message", str(Message.objects.get().pk)) in woken
    assert standing(receiver) == ["after"]
    assert standing(instance) == ["t"], "its transaction holds the receiver alone"

    tasks.deliver_message(str(Message.objects.get().pk))

    assert standing(instance) == ["after"]


@pytest.mark.django_db(transaction=True)
def test_a_sender_that_is_busy_is_told_by_the_next_sweep():
    instance = sender()
    waiting(order="A-1")
    correlation.deliver_due(NOW)
    held, done = threading.Event(), threading.Event()

    def busy():
        with transaction.atomic():
            runtime.hold(instance.pk)
            held.set()
            done.wait(20)

    def sweep():
        held.wait(20)
        try:
            return answering.tell_due(NOW)
        finally:
            done.set()

    assert builders.elsewhere(busy, sweep) == [None, 0]
    assert answering.tell_due(NOW) == 1
    assert standing(instance) == ["after"]


# --- nobody takes it ---


def test_a_refusal_is_caught_at_the_send_task():
    instance = refused(sender())

    assert standing(instance) == ["mend"]
    assert not Incident.objects.exists()
    message = Message.objects.get()
    assert (message.status, message.untold) == ("refused", False)
    assert story(instance)[-1] == "activity.cancelled"
    assert "message.refused" in story(instance), "its journal tells it all the same"


def test_that_nobody_took_it_in_its_time_is_another_error():
    instance = sender(NOT_TAKEN)
    settle()

    assert senders.expire_due(later(hours=1)) == 1

    assert standing(instance) == ["mend"]
    assert not Incident.objects.exists()


def test_an_event_that_catches_everything_catches_both_and_knows_the_sentence():
    def everything(name):
        names = 'errorCodeVariable="code" z:errorMessageVariable="sentence"'
        space = 'xmlns:z="http://camunda.org/schema/1.0/bpmn"'
        return on("t", "error")(name).replace(
            "<errorEventDefinition", f"<errorEventDefinition {space} z:{names}"
        )

    instance = refused(sender(e=everything))

    known = now_of(instance).variables
    assert standing(instance) == ["mend"]
    assert known["code"] == "message.refused"
    assert known["sentence"].startswith("Several wait for the message 'paid'")


def test_what_the_model_does_not_catch_is_an_incident_and_the_sender_waits_on():
    instance = refused(sender(NOT_TAKEN))

    incident = Incident.objects.get()
    assert (incident.kind, incident.activity.node_id) == ("message", "t")
    assert standing(instance) == ["t"]

    taken, other = ProcessInstance.objects.exclude(pk=instance.pk).order_by("id")
    runtime.cancel(instance_id=other.pk, by=ADA, reason="Twice.", now=NOW)
    incidents.retry(incident_id=incident.pk, by=ADA, now=NOW)
    settle()
    assert now_of(taken).status == "completed"
    assert standing(instance) == ["after"]


def test_a_person_who_withdraws_it_lets_the_sender_go_on():
    instance = refused(sender(NOT_TAKEN))

    commands.withdraw(message_id=Message.objects.get().pk, reason="By phone.", by=ADA, now=NOW)
    settle()

    assert standing(instance) == ["after"]
    with pytest.raises(OutOfDate):
        commands.withdraw(message_id=Message.objects.get().pk, reason="So.", by=ADA, now=NOW)


def test_a_message_that_cannot_be_made_is_an_incident_and_goes_on_once_it_is_made():
    instance = sender(number=None)
    incident = Incident.objects.get()
    assert incident.activity.node_id == "t"
    assert standing(instance) == ["t"]

    ProcessInstance.objects.filter(pk=instance.pk).update(variables={"number": "A-1"})
    incidents.retry(incident_id=incident.pk, by=ADA, now=NOW)
    waiting(order="A-1")
    settle()

    assert standing(instance) == ["after"]


def test_an_event_around_catches_it_for_a_throwing_event():
    inside = sub("start_p -> t -> end_p", t=sends("paid", "= number"))
    instance = begin(
        deployed("start -> p -> after -> end", "e -> mend -> end", key="sender", p=inside,
                 e=on("p", "error", NOT_TAKEN)),
        number="A-1",
    )  # fmt: skip
    assert standing(instance) == ["p", "t"]

    senders.expire_due(later(hours=1))

    assert standing(instance) == ["mend"]


def test_an_end_event_waits_too_and_an_event_sub_process_takes_over():
    rescue = on_event(start("error", REFUSED), "begin -> mend -> end_e")
    definition = deployed("start -> t", key="sender", t=end("message", "paid"), e=rescue)
    instance = begin(definition, business_key="A-1")
    assert standing(instance) == ["t"]

    receiver = deployed("start -> r -> end", r=receives("paid"))
    for _ in range(2):
        begin(receiver)
    settle()

    assert standing(instance) == ["e", "mend"]


# --- the sender is gone ---


def test_whoever_is_cancelled_withdraws_what_nobody_has_yet():
    instance = sender(NOT_TAKEN, late=on("t", "timer"))
    settle()

    assert timers.fire_due(later(minutes=60, seconds=-1)) == 0
    Timer.objects.update(due_at=NOW)
    assert timers.fire_due(NOW) == 1
    waiting(order="A-1")
    settle()

    assert now_of(instance).status == "completed"

    message = Message.objects.get()
    assert (message.status, message.problem) == (
        "withdrawn", "The step that sent it was cancelled.",
    )  # fmt: skip
    assert not Incident.objects.exists()


def test_a_sender_that_was_given_up_meanwhile_is_not_told():
    instance = sender()
    waiting(order="A-1")
    correlation.deliver_due(NOW)

    runtime.cancel(instance_id=instance.pk, by=ADA, reason="", now=NOW)

    assert answering.tell_due(NOW) == 1
    assert answering.tell_due(NOW) == 0
    assert now_of(instance).status == "cancelled"


def test_each_round_of_a_loop_waits_for_its_own():
    instance = sender(t=asks("= loopCounter", loop=times(2)))
    waiting(order="1")
    settle()
    assert standing(instance) == ["t", "t"]

    waiting(order="2")
    settle()

    assert standing(instance) == ["after"]


def test_the_pages_say_that_the_sender_waits(client):
    instance = sender()
    client.force_login(person("ada", is_admin=True))
    pages = [reverse("workflows:instance", args=[instance.pk]), reverse("workflows:messages")]

    assert all(WAITS in client.get(page).content.decode() for page in pages)
    waiting(order="A-1")
    settle()

    assert not any(WAITS in client.get(page).content.decode() for page in pages)


# --- who waits ---


@pytest.mark.parametrize(
    ("code", "waits"),
    [("", True), (REFUSED, True), (NOT_TAKEN, True), ("E1", False), (None, False)],
)
def test_a_send_task_waits_where_an_error_event_on_it_might_be_meant(code, waits):
    made = {} if code is None else {"e": on("t", "error", code)}
    process = draw("start -> t -> end", t=asks(), **made)

    assert answers.are_awaited(process, process.nodes["t"]) is waits


@pytest.mark.parametrize(("code", "waits"), [(REFUSED, True), ("", False), ("E1", False)])
def test_elsewhere_an_event_around_has_to_name_the_error(code, waits):
    inside = sub("start_p -> t -> end_p", t=throw("message", "paid"))
    around = draw("start -> p -> end", p=inside, e=on("p", "error", code))
    rescue = on_event(start("error", code), "begin -> t -> end_e", t=throw("message", "paid"))
    within = draw("start -> a -> end", e=rescue)

    assert answers.are_awaited(around, around.nodes["t"]) is waits
    assert not answers.are_awaited(within, within.nodes["t"]), "it does not catch its own"


def test_what_a_worker_sends_is_the_workers_job():
    job = '<extensionElements><c:job handler="any"/></extensionElements>'
    task = f'<sendTask id="t" name="t">{job}</sendTask>'
    process = draw("start -> t -> end", e=on("t", "error"), t=lambda _name: task)

    assert not answers.are_awaited(process, process.nodes["t"])
