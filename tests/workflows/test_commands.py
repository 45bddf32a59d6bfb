"""A message is a command: whoever sent it learns what became of it, and may act on that."""

import threading

import pytest
from django.db import transaction

from tests.workflows import builders
from tests.workflows.bpmn.sketch import end, task, times
from tests.workflows.builders import NOW, later, now_of, standing, story
from tests.workflows.mailed import HOUR, begin, deployed, receives, send, sends, waiting
from workflows import commands, correlation, dead_letters, incidents, journal, runtime, senders
from workflows.models import Incident, JournalEntry, Message
from workflows.refusals import NotValid, OutOfDate

pytestmark = pytest.mark.django_db
ADA = "user:ada"


def sending(key="= number", **variables):
    """An instance that has sent a message and waits for something else."""
    definition = deployed("start -> t -> wait -> end", key="sender", t=sends("paid", key))
    return begin(definition, **{"number": "A-1", **variables})


def the_incident(instance):
    return Incident.objects.get(instance=instance, status="open")


def test_what_nobody_takes_in_its_time_becomes_an_incident_of_the_sender():
    sender = sending()
    assert correlation.deliver_due(NOW) == 0

    assert senders.expire_due(later(minutes=59)) == 0
    assert senders.expire_due(later(hours=1)) == 1
    assert senders.expire_due(later(hours=1)) == 0

    incident = the_incident(sender)
    assert (incident.kind, incident.activity.node_id) == ("message", "t")
    assert "'paid' with the key 'A-1' was not taken. Nobody took it" in incident.message
    assert story(sender)[-2:] == ["message.expired", "incident.opened"]
    assert standing(sender) == ["wait"], "the sender goes on"
    assert journal.verifies(now_of(sender))


def test_it_is_sent_again_and_reaches_who_has_come_since():
    sender = sending()
    senders.expire_due(later(hours=1))
    receiver = waiting(order="A-1")

    incidents.retry(incident_id=the_incident(sender).pk, by=ADA, now=later(hours=2))
    assert correlation.deliver_due(later(hours=2)) == 1

    assert standing(receiver) == ["after"]
    message = Message.objects.get()
    assert (message.status, message.instance) == ("delivered", receiver)
    assert story(sender)[-2:] == ["incident.resolved", "message.sent_again"]
    assert not Incident.objects.filter(status="open").exists()


def test_what_is_sent_again_and_not_taken_again_is_an_incident_again():
    sender = sending()
    senders.expire_due(later(hours=1))

    incidents.retry(incident_id=the_incident(sender).pk, by=ADA, now=later(hours=2))

    assert senders.expire_due(later(hours=2, minutes=59)) == 0
    assert senders.expire_due(later(hours=3)) == 1
    assert the_incident(sender).opened_at == later(hours=3)


@pytest.mark.django_db(transaction=True)
def test_a_sender_that_is_busy_is_told_by_the_next_sweep():
    sender = sending()
    held, done = threading.Event(), threading.Event()

    def busy():
        with transaction.atomic():
            runtime.hold(sender.pk)
            held.set()
            done.wait(20)

    def sweep():
        held.wait(20)
        try:
            return senders.expire_due(later(hours=1))
        finally:
            done.set()

    assert builders.elsewhere(busy, sweep) == [None, 0]
    assert senders.expire_due(later(hours=1)) == 1
    assert the_incident(sender).kind == "message"


def test_a_person_may_do_without_it_and_says_why():
    sender = sending()
    senders.expire_due(later(hours=1))
    with pytest.raises(NotValid, match="Say why"):
        dead_letters.settle(
            incident_id=the_incident(sender).pk, reason=" ", result={}, by=ADA, now=later(hours=2)
        )

    dead_letters.settle(
        incident_id=the_incident(sender).pk, reason="Told by phone.", result={}, by=ADA,
        now=later(hours=2),
    )  # fmt: skip

    message = Message.objects.get()
    assert (message.status, message.problem, message.ended_by) == (
        "withdrawn", "Told by phone.", ADA,
    )  # fmt: skip
    assert story(sender)[-2:] == ["incident.resolved", "message.withdrawn"]


def test_the_sender_may_be_over_when_it_turns_out():
    sender = begin(deployed("start -> done", key="sender", done=end("message", "paid")))
    assert now_of(sender).status == "completed"

    senders.expire_due(later(hours=1))
    incidents.retry(incident_id=the_incident(sender).pk, by=ADA, now=later(hours=2))

    assert Message.objects.get().status == "waiting"
    assert journal.verifies(now_of(sender))


def test_a_process_that_was_given_up_leaves_nothing_to_look_at():
    sender = sending()
    runtime.cancel(instance_id=sender.pk, by=ADA, reason="", now=NOW)

    senders.expire_due(later(hours=1))

    assert Message.objects.get().status == "expired"
    assert not Incident.objects.exists()
    assert story(sender)[-1] == "message.expired"


def test_a_message_that_several_might_be_meant_by_is_refused_at_the_sender_and_sent_again():
    receiver = deployed("start -> r -> end", r=receives("paid"))
    both = [begin(receiver, business_key="A-1") for _ in range(2)]
    sender = sending()
    assert correlation.deliver_due(NOW) == 0
    assert all(str(each.pk) in the_incident(sender).message for each in both)

    runtime.cancel(instance_id=both[0].pk, by=ADA, reason="Twice.", now=NOW)
    incidents.retry(incident_id=the_incident(sender).pk, by=ADA, now=NOW)
    assert correlation.deliver_due(NOW) == 1

    assert now_of(both[1]).status == "completed"


def test_a_message_that_could_not_be_made_is_made_of_what_is_known_later():
    sender = sending(number=None)
    receiver = waiting(order="A-1")
    incident = the_incident(sender)
    assert "The key “number” of “t” is neither" in incident.message
    with pytest.raises(NotValid, match="number"):
        incidents.retry(incident_id=incident.pk, by=ADA, now=NOW)
    assert the_incident(sender) == incident, "nothing was changed"

    dead_letters.correct(incident_id=incident.pk, news={"number": "A-1"}, by=ADA, now=NOW)
    assert correlation.deliver_due(NOW) == 1

    assert standing(receiver) == ["after"]


def test_a_wrong_key_is_corrected_and_the_message_sent_again():
    sender = sending(number="A-7")
    receiver = waiting(order="A-1")
    senders.expire_due(later(hours=1))

    dead_letters.correct(
        incident_id=the_incident(sender).pk, news={"number": "A-1"}, by=ADA, now=later(hours=1)
    )
    assert correlation.deliver_due(later(hours=1)) == 1

    assert standing(receiver) == ["after"]


def test_each_round_of_a_loop_sends_a_message_of_its_own():
    loop = times(3)
    many = task(loop, tag="sendTask", extra=' messageRef="message_paid"')
    sender = begin(deployed("start -> s -> wait -> end", key="sender", s=many))

    assert senders.expire_due(later(hours=1)) == 3

    assert Incident.objects.filter(instance=sender, kind="message").count() == 3
    assert Message.objects.values("activity").distinct().count() == 3


def test_a_message_on_its_way_is_withdrawn_and_reaches_nobody():
    sender = sending()
    message = Message.objects.get()

    commands.withdraw(message_id=message.pk, reason="A mistake.", by=ADA, now=NOW)
    receiver = waiting(order="A-1")

    assert correlation.deliver_due(NOW) == 0
    assert standing(receiver) == ["r"]
    assert story(sender)[-1] == "message.withdrawn"
    with pytest.raises(OutOfDate, match="withdrawn"):
        commands.withdraw(message_id=message.pk, reason="Twice.", by=ADA, now=NOW)
    commands.send_again(message_id=message.pk, by=ADA, now=NOW)
    assert correlation.deliver_due(NOW) == 1
    assert standing(receiver) == ["after"]


def test_what_is_taken_stays_taken():
    waiting(order="A-1")
    sending()
    correlation.deliver_due(NOW)
    message = Message.objects.get()

    with pytest.raises(OutOfDate, match="delivered"):
        commands.withdraw(message_id=message.pk, reason="Too late.", by=ADA, now=NOW)
    with pytest.raises(OutOfDate, match="delivered"):
        commands.send_again(message_id=message.pk, by=ADA, now=NOW)


def test_through_the_message_its_incident_is_settled_too():
    sender = sending()
    senders.expire_due(later(hours=1))
    message = Message.objects.get()

    commands.send_again(message_id=message.pk, by=ADA, now=later(hours=1))
    assert not Incident.objects.filter(status="open").exists()
    senders.expire_due(later(hours=2))
    commands.withdraw(message_id=message.pk, reason="Not needed.", by=ADA, now=later(hours=2))

    assert not Incident.objects.filter(status="open").exists()
    assert Incident.objects.filter(instance=sender, resolution="Not needed.").count() == 1
    assert Message.objects.get().status == "withdrawn"


def test_the_message_of_a_program_is_withdrawn_and_sent_again_on_record():
    message = send(keep_for=HOUR).kept

    commands.withdraw(message_id=message.pk, reason="Wrong order.", by=ADA, now=NOW)
    commands.send_again(message_id=message.pk, by=ADA, now=later(minutes=1))

    entries = JournalEntry.objects.filter(subject=f"message:{message.pk}").order_by("sequence")
    assert [each.kind for each in entries] == ["message.withdrawn", "message.sent_again"]
    assert journal.first_broken(entries[0].chain) is None
    again = Message.objects.get()
    assert (again.status, again.expires_at) == ("waiting", later(minutes=61))


def test_a_program_that_asks_again_learns_what_became_of_its_message():
    message = send(keep_for=HOUR).kept
    senders.expire_due(later(hours=1))

    again = send(keep_for=HOUR)

    assert (again.kept, again.is_new) == (message, False)
    assert again.kept.status == "expired"
    assert again.kept.problem == senders.NOBODY
