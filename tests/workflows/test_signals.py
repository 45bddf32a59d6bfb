"""Signals reach everybody who listens, each on its own; conditions are met when they come true."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.workflows import builders
from tests.workflows.bpmn.sketch import (
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
from tests.workflows.builders import NOW, complete, now_of, standing, story
from tests.workflows.mailed import begin, deployed
from workflows import correlation, journal, runtime, signals, variable_changes
from workflows.models import Listener, Message, ProcessInstance


def tell(name="alarm", **variables):
    return signals.broadcast(name=name, variables=variables, sender="api:shop", now=NOW)


def spread(now=NOW):
    """Sweep until nothing is left; how many rows reached somebody."""
    moved = 0
    while found := correlation.deliver_due(now):
        moved += found
    return moved


def listening(number=1):
    definition = deployed("start -> c -> after -> end", c=catch("signal", "alarm"))
    return [begin(definition) for _ in range(number)]


@pytest.mark.django_db
def test_a_signal_reaches_everybody_who_listens_and_what_it_starts():
    both = listening(2)
    [other] = [begin(deployed("start -> c -> end", key="other", c=catch("signal", "calm")))]
    begins = deployed("start -> check -> end", key="begun", start=start("signal", "alarm"))

    tell(level=3)
    assert spread() == 4

    assert [standing(each) for each in both] == [["after"], ["after"]]
    assert now_of(both[0]).variables == {"level": 3}
    assert standing(other) == ["c"]
    begun = ProcessInstance.objects.get(definition=begins)
    assert (standing(begun), begun.variables) == (["check"], {"level": 3})
    assert all(journal.verifies(now_of(each)) for each in [*both, begun])


@pytest.mark.django_db
def test_a_signal_is_not_kept_for_those_who_listen_later():
    tell()
    assert spread() == 1

    [late] = listening()

    assert spread() == 0
    assert standing(late) == ["c"]


@pytest.mark.django_db
def test_who_was_gone_when_the_signal_came_is_passed_by():
    gone, there = listening(2)
    signal = tell()
    assert correlation.deliver(signal.pk, now=NOW)
    runtime.cancel(instance_id=gone.pk, by="user:ada", reason="", now=NOW)

    assert spread() == 1

    assert standing(there) == ["after"]
    shares = Message.objects.filter(origin=signal).order_by("id")
    assert [share.status for share in shares] == ["dropped", "delivered"]


@pytest.mark.django_db
def test_one_who_cannot_take_a_signal_holds_up_no_other(monkeypatch):
    broken, sound = listening(2)
    hears = runtime.hear

    def stumbles(listener, *, instance, **named):
        if instance.pk == broken.pk:
            raise ZeroDivisionError
        hears(listener, instance=instance, **named)

    monkeypatch.setattr(runtime, "hear", stumbles)
    tell()

    assert spread() == 2
    assert standing(sound) == ["after"]
    assert Message.objects.filter(status="refused", listener__instance=broken).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_share_is_taken_once_however_many_workers_look():
    [instance] = listening()
    assert correlation.deliver(tell().pk, now=NOW)
    share = Message.objects.get(listener__instance=instance)

    taken = builders.elsewhere(*[lambda: correlation.deliver(share.pk, now=NOW)] * 4)

    assert sorted(taken) == [False, False, False, True]
    assert story(instance).count("signal.received") == 1


@pytest.mark.django_db
def test_a_signal_thrown_by_a_process_reaches_the_others():
    both = listening(2)
    thrower = begin(deployed("start -> t -> done", key="thrower", t=throw("signal", "alarm"),
                             done=end("signal", "alarm")))  # fmt: skip

    assert standing(both[0]) == ["c"], "not in the transaction of who throws"
    spread()

    assert [standing(each) for each in both] == [["after"], ["after"]]
    assert story(thrower).count("signal.sent") == 2


@pytest.mark.django_db
@pytest.mark.parametrize("stays", [False, True])
def test_a_signal_on_a_step_and_in_an_event_sub_process(stays):
    on_step = begin(deployed("start -> check -> end", "s -> chase -> end",
                             s=on("check", "signal", "alarm", stays=stays)))  # fmt: skip
    in_scope = begin(deployed("start -> check -> end", key="other", e=on_event(
        start("signal", "alarm", stays=stays), "begin -> chase -> end_e")))  # fmt: skip

    for _ in range(2):
        tell()
        spread()

    assert standing(on_step).count("chase") == (2 if stays else 1)
    assert standing(in_scope).count("chase") == (2 if stays else 1)
    assert ("check" in standing(on_step)) == ("check" in standing(in_scope)) == stays


# --- conditions ---


@pytest.mark.django_db
def test_a_condition_is_met_by_the_step_that_makes_it_true():
    definition = deployed("start -> all_split -> c -> after -> end", "all_split -> a -> b -> end",
                          c=catch("conditional", "n > 3"))  # fmt: skip
    instance = begin(definition, n=1)
    assert standing(instance) == ["a", "c"]

    complete(instance, "a", n=3)
    assert standing(instance) == ["b", "c"]
    complete(instance, "b", n=4)

    assert standing(instance) == ["after"]
    assert story(instance)[-1] == "condition.met"
    assert journal.verifies(now_of(instance))


@pytest.mark.django_db
def test_a_condition_on_a_step_takes_it_over_even_when_it_holds_already():
    definition = deployed("start -> check -> end", "c -> chase -> end",
                          c=on("check", "conditional", "urgent"))  # fmt: skip

    calm, urgent = begin(definition, urgent=False), begin(definition, urgent=True)

    assert (standing(calm), standing(urgent)) == (["check"], ["chase"])


@pytest.mark.django_db
def test_a_condition_that_goes_on_holding_occurs_once_for_each_change():
    definition = deployed(
        "start -> check -> end",
        e=on_event(start("conditional", "n > 3", stays=True), "begin -> s -> chase -> end_e",
                   s=script("n + 1", "n")),
    )  # fmt: skip
    instance = begin(definition, n=1)
    assert standing(instance) == ["check"]

    variable_changes.change(
        instance_id=instance.pk, name="n", value=4, reason="It is four.", by="user:ada", now=NOW,
        was=variable_changes.mark({"n": 1}, "n"),
    )  # fmt: skip

    assert standing(instance).count("chase") == 1
    assert now_of(instance).variables["n"] == 5


@pytest.mark.django_db
def test_a_condition_without_an_answer_is_not_met():
    definition = deployed("start -> check -> next -> end", "c -> chase -> end",
                          c=on("check", "conditional", "n > 3"))  # fmt: skip
    instance = begin(definition)

    assert standing(instance) == ["check"]
    assert Listener.objects.get().status == "open"
    complete(instance, "check", n="many")
    assert standing(instance) == ["next"]


@pytest.mark.django_db
def test_many_conditions_are_looked_at_with_as_many_statements_as_few():
    counts = []
    for many in (2, 40):
        rounds = sub("start_p -> a -> end_p", "c -> b -> end_c", c=on("a", "conditional", "n = i"),
                     loop=each("items", "i"))  # fmt: skip
        definition = deployed("start -> all_split -> p -> end", "all_split -> x -> end", p=rounds)
        instance = begin(definition, items=list(range(1, many + 1)), n=0)
        with CaptureQueriesContext(connection) as seen:
            complete(instance, "x", n=many)
        counts.append(len(seen))
        assert standing(instance).count("b") == 1
        assert standing(instance).count("a") == many - 1

    assert counts[0] == counts[1]
