"""Messages reach the one who waits for them, once; those that come early are kept for a while."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests.workflows import builders
from tests.workflows.bpmn import sketch
from tests.workflows.bpmn.sketch import (
    call,
    catch,
    each,
    end,
    on,
    on_event,
    script,
    start,
    sub,
    throw,
)
from tests.workflows.builders import NOW, complete, later, now_of, standing, story
from workflows import (
    calls,
    correlation,
    definitions,
    incidents,
    intake,
    journal,
    receivers,
    runtime,
    senders,
    timers,
)
from workflows.models import Incident, Listener, Message, ProcessInstance, Receipt
from workflows.refusals import NotValid

HOUR = timedelta(hours=1)


def receives(message, key=""):
    """A receive task, which waits with this key."""
    said = f'<extensionElements><c:message key="{key}"/></extensionElements>' if key else ""
    what = f'messageRef="message_{message}"'
    return lambda name: f'<receiveTask id="{name}" name="{name}" {what}>{said}</receiveTask>'


def send_task(name):
    return f'<sendTask id="{name}" name="{name}" messageRef="message_order"/>'


def sends(message, key="", **inputs):
    """An event that throws a message with a key, and carries these inputs."""
    said = f'<c:message key="{key}"/>' if key else ""
    said += "".join(f'<c:input name="{name}" value="{text}"/>' for name, text in inputs.items())
    inside = f"<extensionElements>{said}</extensionElements>" if said else ""
    thrown = throw("message", message)
    return lambda name: thrown(name).replace("><message", f">{inside}<message")


def deployed(*arrows, key="drawn", **made):
    source = sketch.xml(*arrows, **made).replace(b'id="drawn"', f'id="{key}"'.encode())
    [definition] = definitions.deploy(source=source, by="user:ada", now=NOW)
    return definition


def begin(definition, *, business_key="", **variables):
    return runtime.start(
        definition=definition, variables=variables, business_key=business_key, by="x", now=NOW
    )


def waiting(message="paid", key="= order", **variables):
    """An instance that waits for a message with the key that its variable says."""
    definition = deployed("start -> r -> after -> end", r=receives(message, key))
    return begin(definition, **variables)


def send(name="paid", key="A-1", message_id="k1", now=NOW, keep_for=None, **variables):
    return intake.take(
        message=name, variables=variables, business_key=key, idempotency_key=message_id,
        sender="api:shop", now=now, keep_for=keep_for,
    )  # fmt: skip


# --- finding the one ---


@pytest.mark.django_db
def test_a_message_reaches_the_one_that_waits_with_its_key():
    first, second = waiting(order="A-1"), waiting(order="A-2")

    taken = send(key="A-2", amount=5)

    assert (taken.instance, taken.has_started, taken.is_new) == (second, False, True)
    assert standing(first) == ["r"]
    assert standing(second) == ["after"]
    assert now_of(second).variables == {"order": "A-2", "amount": 5}
    assert story(second) == ["process.started", "message.received"]
    assert journal.verifies(now_of(second))
    assert Listener.objects.get(instance=second).status == "heard"


@pytest.mark.django_db
def test_without_a_key_in_the_model_the_business_key_tells_who_is_meant():
    definition = deployed("start -> r -> end", r=receives("paid"))
    first, second = (begin(definition, business_key=each) for each in ("A-1", "A-2"))

    send(key="A-1")

    assert (now_of(first).status, now_of(second).status) == ("completed", "running")


@pytest.mark.django_db
def test_a_message_that_may_be_meant_for_several_is_refused_and_names_them():
    definition = deployed("start -> r -> end", r=receives("paid"))
    both = [begin(definition, business_key="A-1") for _ in range(2)]

    with pytest.raises(receivers.Ambiguous) as refusal:
        send(key="A-1")

    assert all(str(each.pk) in str(refusal.value) for each in both)
    assert [standing(each) for each in both] == [["r"], ["r"]]
    assert not Receipt.objects.exists(), "it may be sent again when one of them is gone"


@pytest.mark.django_db
def test_another_name_or_key_reaches_nobody():
    instance = waiting(order="A-1")

    for name, key in (("paid", "A-2"), ("Paid", "A-1"), ("paid", "a-1")):
        with pytest.raises(NotValid, match="No process waits"):
            send(name, key)

    assert standing(instance) == ["r"]


@pytest.mark.django_db
def test_a_key_may_be_waited_for_once_and_the_second_needs_a_person():
    first, second = waiting(order="A-1"), waiting(order="A-1")

    incident = Incident.objects.get(instance=second)
    assert "somebody waits for it already" in incident.message
    with pytest.raises(NotValid, match="somebody waits for it already"), transaction.atomic():
        incidents.retry(incident_id=incident.pk, by="user:ada", now=NOW)

    send(key="A-1")
    assert standing(first) == ["after"]
    incidents.retry(incident_id=incident.pk, by="user:ada", now=NOW)
    send(key="A-1", message_id="k2")
    assert standing(second) == ["after"]


@pytest.mark.django_db
def test_two_branches_of_one_instance_cannot_wait_with_the_same_key():
    definition = deployed("start -> all_split -> r -> end", "all_split -> s -> end",
                          r=receives("paid", "= order"), s=receives("paid", "= order"))  # fmt: skip

    instance = begin(definition, order="A-1")

    assert Listener.objects.filter(instance=instance, status="open").count() == 1
    assert Incident.objects.get().kind == "handler"


@pytest.mark.django_db
def test_the_database_lets_nobody_wait_twice_with_one_key():
    waiting(order="A-1")
    listener = Listener.objects.get()
    listener.pk = None
    listener._state.adding = True

    with pytest.raises(IntegrityError, match="listener_once_per_key"), transaction.atomic():
        Listener.objects.bulk_create(
            [Listener(instance=listener.instance, node_id="x", kind="message", name="paid",
                      key="A-1", opened_at=NOW)]
        )  # fmt: skip


# --- where it may be waited for ---


@pytest.mark.django_db
def test_an_intermediate_event_waits_for_its_message():
    definition = deployed("start -> c -> after -> end", c=catch("message", "paid"))
    instance = begin(definition, business_key="A-1")

    send()

    assert standing(instance) == ["after"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("stays", "left", "again"), [(False, ["chase"], []), (True, ["chase", "check"], ["chase"])]
)
def test_a_message_on_a_step_takes_it_over_or_runs_beside(stays, left, again):
    definition = deployed("start -> check -> end", "stop -> chase -> end",
                          stop=on("check", "message", "stop", stays=stays))  # fmt: skip
    instance = begin(definition, business_key="A-1")

    send("stop")
    assert standing(instance) == left

    if stays:
        send("stop", message_id="k2")
        assert standing(instance) == sorted([*left, *again])
        complete(instance, "check")
    assert Listener.objects.filter(status="open").count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("stays", [False, True])
def test_a_message_begins_an_event_sub_process(stays):
    definition = deployed(
        "start -> check -> end",
        e=on_event(start("message", "stop", stays=stays), "begin -> chase -> end_e"),
    )  # fmt: skip
    assert definition.messages == [], "it begins no instance"
    instance = begin(definition, business_key="A-1")

    send("stop")

    assert ("check" in standing(instance)) == stays
    assert "chase" in standing(instance)
    assert Listener.objects.filter(status="open").count() == stays


@pytest.mark.django_db
def test_of_message_and_timer_behind_a_gateway_the_first_decides():
    definition = deployed("start -> g_race -> c -> paid -> end", "g_race -> wait -> late -> end",
                          c=catch("message", "paid"), wait=catch("timer"))  # fmt: skip
    one, other = (begin(definition, business_key=each) for each in ("A-1", "A-2"))

    send(key="A-1")
    assert timers.fire_due(later(hours=2)) == 1

    assert (standing(one), standing(other)) == (["paid"], ["late"])
    with pytest.raises(NotValid, match="No process waits"):
        send(key="A-2", message_id="k2")


@pytest.mark.django_db
def test_a_message_reaches_a_step_inside_of_a_sub_process():
    definition = deployed("start -> p -> end", p=sub("start_p -> r -> end_p", r=receives("paid")))
    instance = begin(definition, business_key="A-1")

    send()

    assert now_of(instance).status == "completed"


@pytest.mark.django_db
def test_nobody_waits_any_more_when_the_instance_was_cancelled():
    instance = waiting(order="A-1")

    runtime.cancel(instance_id=instance.pk, by="user:ada", reason="", now=NOW)

    with pytest.raises(NotValid, match="No process waits"):
        send()


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


# --- before it is waited for ---


@pytest.mark.django_db
def test_a_message_that_comes_early_is_kept_until_somebody_waits():
    definition = deployed("start -> first -> r -> after -> end", r=receives("paid", "= order"))
    instance = begin(definition, order="A-1")
    kept = send(keep_for=HOUR, amount=5)
    assert (kept.instance, kept.kept.status) == (None, "waiting")
    assert correlation.deliver_due(later(minutes=1)) == 0

    complete(instance, "first")
    assert correlation.deliver_due(later(minutes=2)) == 1

    assert standing(instance) == ["after"]
    assert now_of(instance).variables["amount"] == 5
    again = send(keep_for=HOUR, amount=5)
    assert (again.instance, again.is_new) == (instance, False)
    assert correlation.deliver_due(later(minutes=3)) == 0


@pytest.mark.django_db
def test_workers_are_woken_for_what_was_kept_as_soon_as_somebody_waits(
    django_capture_on_commit_callbacks, woken
):
    definition = deployed("start -> first -> r -> end", r=receives("paid", "= order"))
    instance = begin(definition, order="A-1")
    send(key="A-2", message_id="k2", keep_for=HOUR)
    kept = send(keep_for=HOUR).kept

    with django_capture_on_commit_callbacks(execute=True):
        complete(instance, "first")

    assert ("workflows.tasks.deliver_message", str(kept.pk)) in woken
    assert len(woken) == 1


@pytest.mark.django_db
def test_a_message_is_kept_for_its_time_and_no_longer():
    definition = deployed("start -> first -> r -> end", r=receives("paid", "= order"))
    instance = begin(definition, order="A-1")
    send(keep_for=HOUR)

    assert senders.expire_due(later(minutes=59)) == 0
    complete(instance, "first")
    assert correlation.deliver_due(later(hours=1)) == 0
    assert senders.expire_due(later(hours=1)) == 1

    assert Message.objects.get().status == "expired"
    assert standing(instance) == ["r"]


@pytest.mark.django_db
def test_a_kept_message_that_several_begin_to_wait_for_is_refused():
    send(keep_for=HOUR)
    definition = deployed("start -> r -> end", r=receives("paid"))
    both = [begin(definition, business_key="A-1") for _ in range(2)]

    assert correlation.deliver_due(later(minutes=1)) == 0

    message = Message.objects.get()
    assert message.status == "refused"
    assert all(str(each.pk) in message.problem for each in both)


@pytest.mark.django_db
@pytest.mark.parametrize("keep_for", [timedelta(0), timedelta(seconds=-1), timedelta(days=31)])
def test_a_time_to_live_has_bounds(keep_for):
    with pytest.raises(NotValid, match="kept for at most"):
        send(keep_for=keep_for)


# --- thrown inside ---


@pytest.mark.django_db
def test_what_a_process_sends_reaches_the_other_one_with_what_it_carries():
    receiver = waiting(order="A-1", own="mine")
    definition = deployed("start -> t -> end", key="sender",
                          t=sends("paid", "= number", amount="sum + 1"))  # fmt: skip

    sender = begin(definition, number="A-1", sum=4, own="theirs")
    assert standing(receiver) == ["r"], "not in the transaction of the sender"
    assert correlation.deliver_due(NOW) == 1

    assert standing(receiver) == ["after"]
    assert now_of(receiver).variables == {"order": "A-1", "own": "mine", "amount": 5}
    assert "message.sent" in story(sender)
    assert now_of(sender).status == "completed"
    assert correlation.deliver_due(NOW) == 0


@pytest.mark.django_db
def test_an_end_or_a_send_task_that_sends_starts_another_process():
    deployed("start -> check -> end", key="other", start=start("message", "order"))
    end_of = deployed("start -> done", key="one", done=end("message", "order"))
    task = deployed("start -> s -> end", key="two", s=send_task)

    begin(end_of)
    begin(task)
    assert correlation.deliver_due(NOW) == 2

    assert ProcessInstance.objects.filter(definition__key="other", status="running").count() == 2


@pytest.mark.django_db
def test_a_message_that_cannot_be_taken_is_told_at_the_sender():
    receiver = deployed("start -> r -> end", r=receives("paid"))
    for _ in range(2):
        begin(receiver, business_key="A-1")
    sender = begin(deployed("start -> t -> wait -> end", key="sender", t=sends("paid", "= n")),
                   n="A-1")  # fmt: skip

    assert correlation.deliver_due(NOW) == 0

    assert Message.objects.get().status == "refused"
    assert story(sender)[-2:] == ["message.refused", "incident.opened"]
    assert journal.verifies(now_of(sender))


@pytest.mark.django_db
def test_a_message_whose_key_has_no_value_is_refused_and_the_sender_goes_on():
    sender = begin(deployed("start -> t -> wait -> end", key="sender", t=sends("paid", "= n")))

    assert Message.objects.get().status == "refused"
    assert standing(sender) == ["wait"]
    assert "message.refused" in story(sender)


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


# --- further places ---


@pytest.mark.django_db
def test_each_round_of_a_loop_waits_with_a_key_of_its_own():
    rounds = sub(
        "start_p -> r -> end_p", loop=each("orders", "order"), r=receives("paid", "= order")
    )
    instance = begin(deployed("start -> p -> after -> end", p=rounds), orders=["A-1", "A-2"])

    send(key="A-2")
    with pytest.raises(NotValid, match="No process waits"):
        send(key="A-2", message_id="k2")
    assert Listener.objects.filter(instance=instance, status="open").get().key == "A-1"
    send(key="A-1", message_id="k3")

    assert standing(instance) == ["after"]


@pytest.mark.django_db
def test_a_called_process_hears_its_own_messages():
    deployed("start -> r -> end", r=receives("paid", "= order"), key="other")
    caller = begin(deployed("start -> c -> after -> end", key="caller", c=call()), order="A-1")
    calls.settle_due(NOW)

    taken = send()
    calls.settle_due(NOW)

    assert taken.instance.caller.instance == caller
    assert standing(caller) == ["after"]


@pytest.mark.django_db
def test_trouble_in_one_branch_does_not_keep_another_from_its_message():
    definition = deployed("start -> all_split -> r -> after -> end",
                          "all_split -> x? -[n = 1]-> a -> end", "x? -[n = 2]-> b -> end",
                          r=receives("paid", "= order"))  # fmt: skip
    instance = begin(definition, order="A-1", n=3)
    assert Incident.objects.get(instance=instance).kind == "stuck"

    send()

    assert "after" in standing(instance)
    assert Incident.objects.get().status == "open"
