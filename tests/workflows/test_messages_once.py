"""A message is taken once, and those with the same key in the order in which they came."""

import threading

import pytest
from django.db import connection, transaction

from tests.workflows import builders
from tests.workflows.bpmn.sketch import (
    catch,
    script,
)
from tests.workflows.builders import later, now_of, standing, story
from tests.workflows.mailed import HOUR, begin, deployed, receives, send, waiting
from workflows import (
    correlation,
    intake,
    journal,
    runtime,
    senders,
    timers,
)
from workflows.models import Listener, Message
from workflows.refusals import NotValid

# --- once ---


@pytest.mark.django_db
def test_the_same_message_again_changes_nothing_and_answers_the_same():
    instance = waiting(order="A-1")
    send()
    waiting(message="paid", order="A-1")

    again = send()

    assert (again.instance, again.is_new) == (instance, False)
    assert Listener.objects.filter(status="open").count() == 1
    with pytest.raises(intake.KeyReused):
        send(amount=7)


@pytest.mark.django_db(transaction=True)
def test_of_two_equal_messages_at_once_one_is_taken():
    instance = waiting(order="A-1")

    answers = builders.elsewhere(*(lambda: send(now=later(minutes=1)) for _ in range(4)))

    assert [answer.instance for answer in answers] == [instance] * 4
    assert sorted(answer.is_new for answer in answers) == [False, False, False, True]
    assert story(instance).count("message.received") == 1


@pytest.mark.django_db(transaction=True)
def test_two_messages_for_one_listener_are_looked_at_again_once_the_instance_is_free():
    instance = waiting(order="A-1")
    found, held = [], threading.Event()

    def second():
        held.wait(5)
        return send(message_id="k2", keep_for=HOUR)

    def first():
        with transaction.atomic():
            taken = send(message_id="k1")
            held.set()
            _until_somebody_waits()
            return taken

    found = builders.elsewhere(first, second)

    assert found[0].instance == instance
    assert (found[1].instance, found[1].kept.status) == (None, "waiting")


@pytest.mark.django_db(transaction=True)
def test_a_message_that_waits_while_the_timer_fires_finds_nobody():
    definition = deployed("start -> g_race -> c -> paid -> end", "g_race -> wait -> late -> end",
                          c=catch("message", "paid"), wait=catch("timer"))  # fmt: skip
    instance = begin(definition, business_key="A-1")
    held = threading.Event()

    def timer():
        with transaction.atomic():
            runtime.hold(instance.pk)
            held.set()
            _until_somebody_waits()
            return timers.fire_due(later(hours=1))

    def message():
        held.wait(5)
        return send()

    fired, refusal = builders.elsewhere(timer, message)

    assert fired == 1
    assert isinstance(refusal, NotValid)
    assert standing(instance) == ["late"]
    assert journal.verifies(now_of(instance))


def _until_somebody_waits():
    """Until another connection waits for a lock."""
    for _ in range(2_000):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
            if cursor.fetchone()[0]:
                return
        threading.Event().wait(0.01)
    raise AssertionError("Nobody came to wait.")


# --- in order ---


def counting():
    """A process that takes one message after the other, and remembers what each brought."""
    return deployed(
        "start -> r -> s -> more? -[else]-> r", "more? -[n < 0]-> end",
        r=receives("paid", "= order"), s=script("append(seen, amount)", "seen"), key="counting",
    )  # fmt: skip


@pytest.mark.django_db
def test_messages_with_the_same_key_are_taken_in_the_order_in_which_they_came():
    kept = [send(message_id=f"k{each}", keep_for=HOUR, amount=each).kept for each in (1, 2, 3)]
    instance = begin(counting(), order="A-1", seen=[], n=1)

    for message in reversed(kept):
        correlation.deliver(message.pk, now=later(minutes=1))

    assert now_of(instance).variables["seen"] == [1, 2, 3]


@pytest.mark.django_db
def test_a_new_message_does_not_overtake_one_that_was_kept():
    send(message_id="k1", keep_for=HOUR, amount=1)
    send(message_id="k2", key="A-2", keep_for=HOUR, amount=9)
    instance = begin(counting(), order="A-1", seen=[], n=1)

    taken = send(message_id="k3", amount=3)

    assert taken.instance == instance
    assert now_of(instance).variables["seen"] == [1, 3]


@pytest.mark.django_db
def test_an_earlier_message_that_takes_the_only_place_leaves_none_for_the_new_one():
    send(message_id="k1", keep_for=HOUR, amount=1)
    instance = waiting(order="A-1")

    with pytest.raises(NotValid, match="No process waits"):
        send(message_id="k2", amount=2)

    assert now_of(instance).variables["amount"] == 1
    later_one = send(message_id="k2", keep_for=HOUR, amount=2)
    assert later_one.kept.status == "waiting"


@pytest.mark.django_db
def test_an_earlier_message_that_cannot_be_taken_holds_up_no_later_one(monkeypatch):
    kept = [send(message_id=f"k{each}", keep_for=HOUR, amount=each).kept for each in (1, 2)]
    instance = begin(counting(), order="A-1", seen=[], n=1)
    hear = runtime.hear

    def stumbles(listener, *, variables, **named):
        if variables.get("amount") == 1:
            raise ZeroDivisionError
        hear(listener, variables=variables, **named)

    monkeypatch.setattr(runtime, "hear", stumbles)
    assert correlation.deliver(kept[1].pk, now=later(minutes=1))

    assert now_of(instance).variables["seen"] == [2]
    assert Message.objects.get(pk=kept[0].pk).status == "refused"


@pytest.mark.django_db(transaction=True)
def test_a_kept_message_expires_or_is_taken_never_both():
    kept = send(keep_for=HOUR).kept
    instance = waiting(order="A-1")
    held = threading.Event()

    def takes():
        with transaction.atomic():
            runtime.hold(instance.pk)
            held.set()
            _until_somebody_waits()
            return correlation.deliver(kept.pk, now=later(minutes=59))

    def too_late():
        held.wait(5)
        senders.expire_due(later(hours=2))
        return correlation.deliver(kept.pk, now=later(minutes=59))

    answers = builders.elsewhere(takes, too_late)

    status = Message.objects.get().status
    assert answers.count(True) == (status == "delivered")
    assert (standing(instance) == ["after"]) == (status == "delivered")
