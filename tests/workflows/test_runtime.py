"""Instances start, move on, wait, end and are cancelled; every step of it is on record."""

import pytest

from tests.workflows import builders
from tests.workflows.builders import NOW, complete, now_of, standing, started, story
from workflows import jobs, journal, runtime, timers
from workflows.models import Event, Incident, Job, Timer
from workflows.refusals import NotValid, OutOfDate

pytestmark = pytest.mark.django_db


def test_a_new_instance_runs_to_its_first_wait(people):
    instance = started("start -> check", "check -> end", variables={"amount": 5})

    assert standing(instance) == ["check"]
    assert people.opened == ["check"]
    assert now_of(instance).live_tokens == 1
    assert story(instance) == ["process.started"]


def test_a_completed_step_moves_the_token_on_and_ends_the_process():
    instance = started("start -> check", "check -> end")

    complete(instance, "check", decision={"outcome": "approve"})

    instance = now_of(instance)
    assert instance.status == "completed"
    assert (instance.end_node, instance.ended_at, instance.live_tokens) == ("end", NOW, 0)
    assert instance.variables == {"decision": {"outcome": "approve"}}
    assert story(instance) == [
        "process.started",
        "activity.completed",
        "event.published",
        "process.ended",
    ]
    assert journal.verifies(instance)


def test_a_condition_chooses_the_way():
    instance = started(
        "start -> big?",
        "big? -[amount > 10]-> check",
        "big? -[else]-> auto",
        "check -> end",
        "auto -> end",
        variables={"amount": 11},
    )

    assert standing(instance) == ["check"]
    assert story(instance) == ["process.started", "gateway.passed"]


PARALLEL = (
    "start -> both_split",
    "both_split -> left",
    "both_split -> right",
    "left -> both_join",
    "right -> both_join",
    "both_join -> end",
)


def test_a_join_waits_for_both_sides(people):
    instance = started(*PARALLEL)
    assert people.opened == ["left", "right"]

    complete(instance, "left")
    assert standing(instance) == ["both_join", "right"]

    complete(instance, "right")
    assert standing(instance) == []
    assert now_of(instance).status == "completed"
    assert story(instance).count("gateway.passed") == 2


def test_joining_costs_no_more_statements_for_many_branches(django_assert_max_num_queries):
    branches = [f"step{number}" for number in range(40)]
    instance = started(
        "start -> all_split",
        *(f"all_split -> {name}" for name in branches),
        *(f"{name} -> all_join" for name in branches),
        "all_join -> end",
    )
    for name in branches[:-1]:
        complete(instance, name)

    with django_assert_max_num_queries(14):
        complete(instance, branches[-1])

    assert now_of(instance).status == "completed"


def test_an_ending_that_terminates_takes_every_other_token_along(people):
    instance = started(
        "start -> both_split",
        "both_split -> left",
        "both_split -> right",
        "both_split -> auto",
        "late_right -> end_late",
        "left -> stop",
        "right -> end",
        "auto -> end",
    )

    complete(instance, "left")

    assert standing(instance) == []
    assert people.cancelled == ["right"]
    assert Job.objects.get().status == "cancelled"
    assert Timer.objects.get().status == "cancelled"
    assert now_of(instance).status == "completed"


def test_a_step_is_completed_once():
    instance = started("start -> check", "check -> next", "next -> end")
    complete(instance, "check")
    before = story(instance)

    with pytest.raises(OutOfDate, match="meanwhile"):
        complete(instance, "check")

    assert story(instance) == before
    assert standing(instance) == ["next"]


def test_cancelling_stops_everything(people):
    instance = started(
        "start -> both_split",
        "both_split -> check",
        "both_split -> auto",
        "both_split -> wait",
        "check -> end",
        "auto -> end",
        "wait -> end",
    )

    runtime.cancel(instance_id=instance.pk, by="user:ada", reason="Sent by mistake.", now=NOW)

    assert standing(instance) == []
    assert people.cancelled == ["check"]
    assert Job.objects.get().status == "cancelled"
    assert Timer.objects.get().status == "cancelled"
    assert story(instance)[-1] == "process.cancelled"
    assert journal.verifies(now_of(instance))


def test_nothing_moves_in_a_cancelled_instance():
    instance = started("start -> check", "check -> end")
    runtime.cancel(instance_id=instance.pk, by="user:ada", reason="", now=NOW)

    with pytest.raises(OutOfDate, match="was cancelled"):
        complete(instance, "check")
    with pytest.raises(OutOfDate, match="was cancelled"):
        runtime.cancel(instance_id=instance.pk, by="user:ada", reason="", now=NOW)


def test_b11_no_way_on_is_an_incident_and_can_be_tried_again():
    from workflows import incidents

    instance = started(
        "start -> check", "check -> way?", "way? -[amount > 10]-> next", "next -> end",
        "way? -[amount < 5]-> end",
    )  # fmt: skip

    complete(instance, "check", amount=7)
    first = Incident.objects.get()
    assert (first.kind, standing(instance)) == ("stuck", ["way"])
    assert "No condition" in first.message

    incidents.retry(incident_id=first.pk, by="user:ada", now=NOW)
    assert Incident.objects.filter(status="open").count() == 1

    instance = now_of(instance)
    instance.variables = {"amount": 12}
    instance.save(update_fields=["variables"])
    again = Incident.objects.get(status="open")
    incidents.retry(incident_id=again.pk, by="user:ada", now=NOW)
    assert standing(instance) == ["next"]
    assert not Incident.objects.filter(status="open").exists()
    assert journal.verifies(now_of(instance))


def test_a_step_that_cannot_be_opened_is_an_incident(people):
    def refuse(*_what):
        raise ZeroDivisionError

    people.open = refuse
    instance = started("start -> check", "check -> end")

    incident = Incident.objects.get()
    assert (incident.kind, incident.activity.node_id) == ("handler", "check")
    assert "ZeroDivisionError" in incident.message
    assert standing(instance) == ["check"]
    assert journal.verifies(now_of(instance))


def test_opening_a_step_can_be_tried_again(people):
    from workflows import incidents

    def refuse(*_what):
        raise NotValid("There is no queue for this region.")

    people.open = refuse
    instance = started("start -> check", "check -> end")
    people.open = lambda *_what: None
    incident = Incident.objects.get(message="There is no queue for this region.")

    incidents.retry(incident_id=incident.pk, by="user:ada", now=NOW)

    assert people.opened == ["check", "check"]
    assert story(instance)[-1] == "incident.resolved"
    with pytest.raises(OutOfDate, match="ada has resolved"):
        incidents.retry(incident_id=incident.pk, by="user:bob", now=NOW)


def decides_itself(instance, activity, node, now):
    runtime.complete(activity=activity, instance=instance, variables={}, actor="system", now=now)


def test_a_step_may_decide_itself_as_it_opens(people):
    people.open = decides_itself
    instance = started("start -> check", "check -> next", "next -> end")

    assert people.opened == ["check", "next"]
    assert now_of(instance).status == "completed"
    assert journal.verifies(now_of(instance))


def test_what_a_failed_opening_did_is_taken_back(people):
    def decides_and_fails(instance, activity, node, now):
        if node.id == "check":
            decides_itself(instance, activity, node, now)
            raise ZeroDivisionError

    people.open = decides_and_fails
    instance = started("start -> check", "check -> next", "next -> end")

    assert standing(instance) == ["check"]
    assert story(instance) == ["process.started", "incident.opened"]
    assert journal.verifies(now_of(instance))


def test_an_endless_chain_of_such_steps_ends_with_a_person(people):
    people.open = decides_itself
    instance = started("start -> check", "check -> again?", "again? -[true]-> check",
                       "again? -[else]-> end")  # fmt: skip

    assert Incident.objects.get().kind == "handler"
    assert standing(instance) == ["check"]


def test_steps_that_a_sibling_took_back_are_not_opened(people):
    def left_decides_itself(instance, activity, node, now):
        if node.id == "left":
            decides_itself(instance, activity, node, now)

    people.open = left_decides_itself
    instance = started(
        "start -> both_split", "both_split -> left", "both_split -> right",
        "left -> stop", "right -> end",
    )  # fmt: skip

    assert people.opened == ["left"]
    assert people.cancelled == ["right"]
    assert now_of(instance).status == "completed"


def test_every_end_publishes_its_event():
    instance = started("start -> check", "check -> end", variables={"amount": 5})

    complete(instance, "check")

    event = Event.objects.get()
    assert (event.type, event.instance_id, event.at) == ("drawn.end", instance.pk, NOW)
    assert event.data == {"amount": 5}


@pytest.mark.parametrize(
    "variables",
    [[], "text", None, {"a": float("nan")}, {"a": float("inf")}, {"a": "\0"}, {"a": "\ud800"},
     {"a": object()}, {"a": "x" * 2_000_000}, {"x" * 200: 1}, {"a": 10**400}],
)  # fmt: skip
def test_variables_that_cannot_be_kept_are_refused(variables):
    definition = builders.deployed("start -> check", "check -> end")

    with pytest.raises(NotValid):
        runtime.start(
            definition=definition, variables=variables, business_key="", by="api:shop", now=NOW
        )  # fmt: skip


def test_variables_are_refused_when_they_grow_too_large():
    instance = started("start -> check", "check -> end", variables={"a": "x" * 600_000})

    with pytest.raises(NotValid, match="At most"):
        complete(instance, "check", b="x" * 600_000)

    assert standing(instance) == ["check"]


def test_moving_on_takes_few_statements(django_assert_max_num_queries):
    definition = builders.deployed("start -> auto", "auto -> check", "check -> end")
    runtime.start(definition=definition, variables={}, business_key="", by="x", now=NOW)

    with django_assert_max_num_queries(8):
        instance = builders.start(definition)
    job = jobs.lease(builders.job_at(instance, "auto").pk, by="worker-1", now=NOW)
    with django_assert_max_num_queries(12):
        jobs.complete(leased=job, result={}, now=NOW)
    with django_assert_max_num_queries(12):
        complete(instance, "check")


def test_an_interrupting_timer_takes_the_steps_place(people):
    instance = started("start -> check", "late_check -> chase", "check -> end", "chase -> end")

    assert timers.fire_due(builders.later(hours=1)) == 1

    assert standing(instance) == ["chase"]
    assert people.cancelled == ["check"]
    assert story(instance) == ["process.started", "timer.fired", "activity.cancelled"]
