"""A process may say that it begins once for each key, whoever tells it and however often."""

import pytest
from django.db import IntegrityError, connection, transaction

from tests.workflows import builders
from tests.workflows.bpmn import sketch
from tests.workflows.bpmn.sketch import catch, on_event, start
from tests.workflows.builders import NOW, complete, now_of, standing, story
from tests.workflows.mailed import HOUR, deployed, send, sends
from tests.workflows.test_signals import spread, tell
from workflows import correlation, intake, journal, runtime, starting
from workflows.bpmn.check import check
from workflows.models import Beginning, Message, ProcessInstance, Receipt
from workflows.refusals import NotValid


def begins(what, name, said):
    """A start event that says how it begins a process."""
    plain = start(what, name)
    inside = f"<extensionElements><c:start {said}/></extensionElements>"
    return lambda node: plain(node).replace("><", f">{inside}<", 1)


def once(what, name, by="process", key=""):
    return begins(what, name, f'once="{by}"' + (f' key="{key}"' if key else ""))


def pair():
    """Begins with either of two messages, and waits for the other one."""
    return deployed(
        "a -> wait_b -> done -> end", "b -> wait_a -> done",
        a=once("message", "first"), b=once("message", "second"),
        wait_a=catch("message", "first"), wait_b=catch("message", "second"),
    )  # fmt: skip


def only():
    return ProcessInstance.objects.get()


# --- messages ---


@pytest.mark.django_db
@pytest.mark.parametrize(("one", "other"), [("first", "second"), ("second", "first")])
def test_whichever_message_comes_first_begins_and_the_other_one_is_waited_for(one, other):
    pair()

    begun = send(one, "A-1", "k1", amount=1)
    heard = send(other, "A-1", "k2", weight=2)

    assert (begun.has_started, heard.has_started) == (True, False)
    assert heard.instance == begun.instance == only()
    assert standing(only()) == ["done"]
    assert only().variables == {"amount": 1, "weight": 2}
    assert journal.verifies(only())


@pytest.mark.django_db
def test_other_keys_begin_instances_of_their_own():
    pair()

    both = [send("first", key, f"k{key}").instance for key in ("A-1", "A-2")]

    assert both[0] != both[1]
    assert [each.business_key for each in both] == ["A-1", "A-2"]


@pytest.mark.django_db
def test_the_same_message_again_changes_nothing_and_is_told():
    pair()
    begun = send("first", "A-1", "k1")

    again = send("first", "A-1", "k2", amount=99)

    assert (again.instance, again.has_started) == (begun.instance, False)
    assert standing(only()) == ["wait_b"]
    assert only().variables == {}
    assert story(only())[-1] == "message.repeated"
    assert Receipt.objects.get(idempotency_key="k2").instance == only()
    assert not Message.objects.exists()


@pytest.mark.django_db
def test_a_message_that_was_heard_and_comes_again_changes_nothing():
    pair()
    send("first", "A-1", "k1")
    send("second", "A-1", "k2")

    send("second", "A-1", "k3")
    complete(only(), "done")
    send("second", "A-1", "k4")

    assert story(only()).count("message.repeated") == 2
    assert not Message.objects.exists()


@pytest.mark.django_db
def test_what_comes_when_the_process_is_over_is_kept_for_people_to_see():
    pair()
    instance = send("first", "A-1", "k1").instance
    runtime.cancel(instance_id=instance.pk, by="user:ada", reason="", now=NOW)

    late = send("second", "A-1", "k2", weight=2)

    assert late.instance == instance
    kept = Message.objects.get()
    assert (kept.status, kept.variables) == ("refused", {"weight": 2})
    assert "did not wait for it any more" in kept.problem
    assert story(instance)[-1] == "message.late"
    assert journal.verifies(now_of(instance))
    assert send("second", "A-1", "k2", weight=2).instance == instance, "sent again, the same"
    assert Message.objects.count() == 1


@pytest.mark.django_db
def test_what_comes_before_the_process_waits_for_it_is_kept_or_refused():
    deployed(
        "a -> check -> wait_b -> end", "b -> check",
        a=once("message", "first"), b=once("message", "second"), wait_b=catch("message", "second"),
    )  # fmt: skip
    instance = send("first", "A-1", "k1").instance

    with pytest.raises(NotValid, match="No process waits"):
        send("second", "A-1", "k2")
    kept = send("second", "A-1", "k3", keep_for=HOUR)

    assert kept.instance is None
    complete(instance, "check")
    assert correlation.deliver_due(NOW) == 1
    assert now_of(instance).status == "completed"


@pytest.mark.django_db
def test_without_a_key_nothing_begins():
    pair()

    with pytest.raises(NotValid, match="Send a business key"):
        send("first", "", "k1")

    assert not ProcessInstance.objects.exists()
    assert not Receipt.objects.exists()


@pytest.mark.django_db
def test_a_key_may_come_from_what_the_message_brings():
    deployed("a -> check -> end", a=once("message", "first", key="order.id"))

    begun = [send("first", "", f"k{n}", order={"id": "A-1"}).instance for n in range(2)]

    assert begun[0] == begun[1] == only()
    assert only().business_key == "A-1"


@pytest.mark.django_db
def test_a_key_that_the_message_brings_finds_who_waits_with_it():
    deployed(
        "a -> wait_b -> done -> end", "b -> wait_a -> done",
        a=once("message", "first", key="order"), b=once("message", "second", key="order"),
        wait_a=catch("message", "first"), wait_b=catch("message", "second"),
    )  # fmt: skip
    for key in ("A-1", "A-2"):
        send("first", "", f"a{key}", order=key)

    heard = send("second", "", "b", order="A-2").instance

    assert (heard.business_key, standing(heard)) == ("A-2", ["done"])


@pytest.mark.django_db
@pytest.mark.parametrize("order", [None, {}, {"id": ""}, {"id": [1]}, {"id": True}, {"id": "a\nb"}])
def test_a_key_that_is_no_plain_text_is_refused(order):
    deployed("a -> check -> end", a=once("message", "first", key="order.id"))

    with pytest.raises(NotValid, match="no plain text"):
        send("first", "", "k1", order=order)

    assert not ProcessInstance.objects.exists()


@pytest.mark.django_db
def test_a_newer_version_begins_no_second_one_for_a_key():
    pair()
    send("first", "A-1", "k1")
    deployed("a -> check -> end", a=once("message", "first"))

    send("first", "A-1", "k2")

    assert ProcessInstance.objects.count() == 1


@pytest.mark.django_db
def test_a_message_of_a_process_that_comes_twice_begins_once():
    deployed("a -> check -> end", key="other", a=once("message", "first"))
    sender = deployed("start -> t -> end", t=sends("first", "= order"))
    both = [
        runtime.start(definition=sender, variables={"order": "A-1"}, business_key="", by="x",
                      now=NOW)
        for _ in range(2)
    ]  # fmt: skip

    assert spread() == 1

    begun = ProcessInstance.objects.get(definition__key="other")
    assert story(begun)[-1] == "message.repeated"
    assert sorted(Message.objects.values_list("status", flat=True)) == ["delivered", "dropped"]
    assert {now_of(each).status for each in both} == {"completed"}


@pytest.mark.django_db
def test_the_sender_is_told_what_came_too_late():
    pair()
    over = send("first", "A-1", "k1").instance
    runtime.cancel(instance_id=over.pk, by="user:ada", reason="", now=NOW)
    sender = deployed("start -> t -> end", key="other", t=sends("second", "= order"))
    instance = runtime.start(
        definition=sender, variables={"order": "A-1"}, business_key="", by="x", now=NOW
    )

    assert spread() == 0

    assert Message.objects.get().status == "refused"
    assert story(over)[-1] == "message.late"
    assert story(instance)[-2:] == ["message.refused", "incident.opened"]


# --- signals, and people ---


@pytest.mark.django_db
def test_a_signal_begins_under_the_key_that_it_carries_and_once():
    deployed("s -> check -> end", s=once("signal", "booked", by="event", key="booking.id"))

    for _ in range(2):
        tell("booked", booking={"id": "B-7"})
        spread()

    assert only().business_key == "B-7"
    assert story(only()) == ["process.started", "signal.repeated"]
    shares = Message.objects.exclude(origin=None).order_by("id")
    assert [share.status for share in shares] == ["delivered", "dropped"]
    assert "knows that already" in shares[1].problem


@pytest.mark.django_db
def test_once_for_each_event_means_one_for_each_event():
    deployed("s -> check -> end", "t -> check",
             s=once("signal", "booked", by="event", key="id"),
             t=once("signal", "cancelled", by="event", key="id"))  # fmt: skip

    for name in ("booked", "cancelled", "booked", "cancelled"):
        tell(name, id="B-7")
        spread()

    assert ProcessInstance.objects.filter(business_key="B-7").count() == 2


@pytest.mark.django_db
def test_a_signal_without_the_key_is_refused_with_a_sentence():
    deployed("s -> check -> end", s=once("signal", "booked", key="booking.id"))

    tell("booked")
    spread()

    share = Message.objects.exclude(origin=None).get()
    assert share.status == "refused"
    assert "no plain text" in share.problem


@pytest.mark.django_db
def test_a_person_who_starts_it_by_hand_is_told_that_it_has_begun():
    definition = pair()
    send("first", "A-1", "k1")

    with pytest.raises(NotValid, match="has begun for A-1 already"):
        starting.start(definition=definition, start_node="a", variables={}, business_key="A-1",
                       key="form", by="user:ada", now=NOW)  # fmt: skip

    assert ProcessInstance.objects.count() == 1


# --- the rule itself ---


@pytest.mark.django_db
def test_the_database_lets_no_process_begin_twice_for_a_key():
    pair()
    send("first", "A-1", "k1")
    other = send("first", "A-2", "k2").instance

    with pytest.raises(IntegrityError, match="process_begins_once"), transaction.atomic():
        Beginning.objects.filter(instance=other).update(key="A-1")


@pytest.mark.django_db(transaction=True)
def test_of_two_that_come_at_once_one_begins_and_the_other_is_heard():
    pair()

    def one(name):
        def run():
            with transaction.atomic():
                taken = intake.take(
                    message=name, variables={}, business_key="A-1", idempotency_key=name,
                    sender="api:shop", now=NOW,
                )  # fmt: skip
                connection.cursor().execute("SELECT pg_sleep(0.2)")
            return taken

        return run

    taken = builders.elsewhere(one("first"), one("second"))

    assert sorted(each.has_started for each in taken) == [False, True]
    assert standing(only()) == ["done"]


def test_it_has_no_meaning_in_an_event_sub_process():
    process = sketch.draw(
        "start -> a -> end", e=on_event(once("message", "first"), "begin -> b -> end_e")
    )

    assert any("says how a process begins" in finding.sentence for finding in check(process))


def test_only_process_or_event_are_known():
    process = sketch.draw("s -> a -> end", s=begins("message", "first", 'once="always"'))

    assert any("one of process, event" in finding.sentence for finding in check(process))


@pytest.mark.django_db
def test_what_does_not_begin_once_begins_each_time_as_before():
    deployed("a -> check -> end", a=start("message", "first"))

    both = {send("first", "A-1", f"k{n}").instance.pk for n in range(2)}

    assert len(both) == 2
    assert not Beginning.objects.exists()


@pytest.mark.django_db
def test_a_message_goes_to_the_one_who_waits_for_its_key_before_it_begins_anything():
    waits = deployed("start -> c -> after -> end", key="waits", c=catch("message", "stop"))
    deployed("a -> check -> end", key="begins", a=start("message", "stop"))
    waiting = runtime.start(definition=waits, variables={}, business_key="A-1", by="x", now=NOW)

    heard, begun, plain = (send("stop", key, f"k{key}") for key in ("A-1", "A-2", ""))

    assert (heard.instance, heard.has_started) == (waiting, False)
    assert standing(waiting) == ["after"]
    assert begun.has_started
    assert plain.has_started
