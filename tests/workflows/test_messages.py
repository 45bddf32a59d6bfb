"""Messages reach the one who waits for their name and key, wherever it waits."""

import pytest
from django.db import IntegrityError, transaction

from tests.workflows.bpmn.sketch import (
    call,
    catch,
    each,
    on,
    on_event,
    start,
    sub,
)
from tests.workflows.builders import NOW, complete, later, now_of, standing, story
from tests.workflows.mailed import begin, deployed, receives, send, waiting
from workflows import (
    calls,
    incidents,
    journal,
    receivers,
    runtime,
    timers,
)
from workflows.models import Incident, Listener, Receipt
from workflows.refusals import NotValid

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
