"""Sub-processes, loops, events and decisions of deployed models, step by step in the database."""

import pytest
from django.db import transaction

from tests.workflows import builders
from tests.workflows.bpmn import sketch
from tests.workflows.bpmn.sketch import end, on, on_event, script, start, sub, task, times, undone
from tests.workflows.builders import NOW, complete, later, now_of, run, standing, story
from workflows import definitions, incidents, jobs, journal, runtime, timers
from workflows.models import Activity, Event, Incident, Job, JournalEntry, Scope, Timer

pytestmark = pytest.mark.django_db

JOB = '<extensionElements><c:job handler="any" result="{0}"/></extensionElements>'


def service(loop="", *, result="answer", inside=""):
    said = JOB.format(result).replace("</ext", f"{inside}</ext")
    return lambda name: f'<serviceTask id="{name}" name="{name}">{said}{loop}</serviceTask>'


def deployed(*arrows, **made):
    [definition] = definitions.deploy(
        source=sketch.xml(*arrows, **made), by="user:ada", now=NOW
    )  # fmt: skip
    return definition


def started(*arrows, variables=None, **made):
    return builders.start(deployed(*arrows, **made), variables=variables)


def finish(instance, node):
    """Somebody finishes one of several steps at this node, an innermost one."""
    active = Activity.objects.filter(instance=instance, node_id=node, status="active")
    with transaction.atomic():
        runtime.complete(
            activity=active.latest("scope", "id"), instance=runtime.hold(instance.pk),
            variables={}, actor="user:alice", now=NOW,
        )  # fmt: skip


def fails_with(code, **variables):
    def answer(_work):
        raise jobs.BusinessError(code, "It does not fit.", variables)

    return answer


# --- sub-processes ---


def test_a_sub_process_is_left_when_nothing_in_it_is_left(people):
    instance = started(
        "start -> p -> after -> end", p=sub("start_p -> x_split -> a", "x_split -> b", "a -> end_p")
    )  # fmt: skip
    assert standing(instance) == ["a", "b", "p"]

    complete(instance, "a")
    assert standing(instance) == ["b", "p"]
    complete(instance, "b")

    assert standing(instance) == ["after"]
    assert people.opened == ["a", "b", "after"]
    assert Scope.objects.get().status == "ended"
    assert Event.objects.count() == 0, "an end inside is not the end of the process"


def test_a_timer_on_a_sub_process_cancels_what_is_inside_however_deep(people):
    instance = started(
        "start -> p -> end", "late -> chase -> end",
        p=sub("start_p -> q -> end_p", q=sub("start_q -> x_split -> a -> end_q", "x_split -> job",
                                             job=service())),
        late=on("p", "timer"),
    )  # fmt: skip

    assert timers.fire_due(later(hours=1)) == 1

    assert standing(instance) == ["chase"]
    assert people.cancelled == ["a"]
    assert Job.objects.get().status == "cancelled"
    assert set(Scope.objects.values_list("status", flat=True)) == {"cancelled"}
    assert journal.verifies(now_of(instance))


def test_finishing_a_sub_process_calls_its_timer_off():
    instance = started("start -> p -> end", "late -> end", p=sub("start_p -> a -> end_p"),
                       late=on("p", "timer"))  # fmt: skip

    complete(instance, "a")

    assert Timer.objects.get().status == "cancelled"
    assert now_of(instance).status == "completed"


def test_terminating_inside_ends_the_sub_process_alone():
    instance = started(
        "start -> both_split -> p -> after -> end", "both_split -> beside -> end",
        p=sub("start_p -> x_split -> a -> stop_p", "x_split -> b -> end_p"),
    )  # fmt: skip

    complete(instance, "a")

    assert standing(instance) == ["after", "beside"]


def test_cancelling_an_instance_closes_every_scope():
    instance = started("start -> p -> end", p=sub("start_p -> a -> end_p", e=on_event(
        start("timer"), "begin -> chase -> end_e")))  # fmt: skip

    runtime.cancel(instance_id=instance.pk, by="user:ada", reason="", now=NOW)

    assert Scope.objects.get().status == "cancelled"
    assert Timer.objects.get().status == "cancelled"
    assert standing(instance) == []


# --- errors ---


def test_an_error_of_a_job_is_caught_on_its_boundary(machine):
    machine.answer = fails_with("sold", item="book")
    instance = started("start -> a -> end", "wrong -> chase -> end", a=service(),
                       wrong=on("a", "error", "sold"))  # fmt: skip

    run(builders.job_at(instance, "a"))

    instance = now_of(instance)
    assert (standing(instance), instance.variables) == (["chase"], {"item": "book"})
    assert (Job.objects.get().status, Job.objects.get().last_error) == (
        "completed", "sold: It does not fit.",
    )  # fmt: skip
    assert journal.verifies(instance)


def test_an_error_goes_outwards_to_whoever_catches_it(machine):
    machine.answer = fails_with("x")
    instance = started(
        "start -> p -> end", "wrong -> chase -> end",
        p=sub("start_p -> x_split -> a -> end_p", "x_split -> b", a=service(),),
        wrong=on("p", "error"),
    )  # fmt: skip

    run(builders.job_at(instance, "a"))

    assert standing(instance) == ["chase"]


def test_an_error_that_nobody_catches_is_a_persons_job_and_can_be_tried_again(machine):
    machine.answer = fails_with("x")
    instance = started("start -> a -> end", a=service())

    run(builders.job_at(instance, "a"))

    incident = Incident.objects.get()
    assert (incident.kind, standing(instance)) == ("dead_job", ["a"])
    machine.answer = lambda _work: {"fine": True}
    incidents.retry(incident_id=incident.pk, by="user:ada", now=NOW)
    run(builders.job_at(instance, "a"))
    assert now_of(instance).status == "completed"


def test_an_error_end_that_nobody_catches_is_an_incident():
    instance = started("start -> a -> wrong", wrong=end("error", "x"))

    complete(instance, "a")

    assert Incident.objects.get().kind == "stuck"
    assert story(instance)[-2:] == ["error.uncaught", "incident.opened"]


# --- event sub-processes ---


def test_an_event_sub_process_on_a_timer_takes_over():
    instance = started("start -> a -> end", e=on_event(start("timer"), "begin -> b -> end_e"))

    assert timers.fire_due(later(hours=1)) == 1

    assert standing(instance) == ["b", "e"]
    complete(instance, "b")
    assert now_of(instance).status == "completed"


def test_an_event_sub_process_that_stays_repeats_by_cron():
    beside = on_event(start("timer", stays=True), "begin -> b -> end_e")
    source = sketch.xml("start -> a -> end", e=beside).replace(
        b"<timeDuration>PT1H</timeDuration>", b"<timeCycle>0 0 9-17 * * MON-FRI</timeCycle>"
    )
    [definition] = definitions.deploy(source=source, by="user:ada", now=NOW)
    instance = builders.start(definition)

    fired = [timers.fire_due(later(hours=hours)) for hours in (1, 2, 2.5)]

    assert fired == [1, 1, 0]
    assert standing(instance) == ["a", "b", "b", "e", "e"]
    complete(instance, "a")
    assert Timer.objects.filter(status="pending").exists(), "the instance still goes on"
    finish(instance, "b")
    finish(instance, "b")
    assert now_of(instance).status == "completed"
    assert not Timer.objects.filter(status="pending").exists()


def test_an_event_sub_process_that_cannot_be_timed_is_an_incident_until_it_can():
    source = sketch.xml(
        "start -> a -> end", e=on_event(start("timer"), "begin -> b -> end_e")
    ).replace(b"PT1H", b"=pause")  # fmt: skip
    [definition] = definitions.deploy(source=source, by="user:ada", now=NOW)
    instance = builders.start(definition, {"pause": "soon"})
    incident = Incident.objects.get()
    assert incident.kind == "timer"

    instance.variables = {"pause": "PT5M"}
    instance.save(update_fields=["variables"])
    incidents.retry(incident_id=incident.pk, by="user:ada", now=NOW)

    assert timers.fire_due(later(minutes=5)) == 1
    assert standing(instance) == ["b", "e"]


# --- loops ---


def test_rounds_run_side_by_side_and_their_results_come_in_order(machine):
    machine.answer = lambda work: {"double": work.input["item"] * 2}
    instance = started(
        "start -> a -> check -> end",
        a=service(sketch.each("items", "item", result="answer.double"), result="answer"),
        variables={"items": [1, 2, 3]},
    )  # fmt: skip
    work = list(Job.objects.order_by("-id"))

    for job in work:
        run(job)

    assert now_of(instance).variables["results"] == [2, 4, 6]
    assert standing(instance) == ["check"]
    assert {row.status for row in Scope.objects.all()} == {"ended"}


def test_enough_rounds_cancel_the_others(people):
    instance = started(
        "start -> a -> check -> end",
        a=task(times(3, until="numberOfCompletedInstances = 2")),
    )  # fmt: skip

    finish(instance, "a")
    finish(instance, "a")

    assert standing(instance) == ["check"]
    assert people.cancelled.count("a") == 1


def test_one_round_follows_the_other():
    instance = started("start -> a -> end", a=task(times(2, sequential=True)))
    assert standing(instance) == ["a", "a"], "the loop and its round"

    complete(instance, "a")
    assert now_of(instance).status == "running"
    complete(instance, "a")

    assert now_of(instance).status == "completed"


# --- what is done on the way ---


def test_scripts_calculate_and_gateways_decide_in_one_step():
    instance = started(
        "start -> s -> way? -[n > 2]-> a -> end", "way? -[else]-> end",
        s=script("n + 1", "n"), variables={"n": 2},
    )  # fmt: skip

    assert standing(instance) == ["a"]
    assert now_of(instance).variables == {"n": 3}


def test_a_race_is_won_by_the_first_timer():
    instance = started("start -> g_race -> soon -> a -> end", "g_race -> later -> b -> end",
                       soon=sketch.catch("timer"), later=sketch.catch("timer"))  # fmt: skip
    assert standing(instance) == ["g_race"]

    assert timers.fire_due(later(hours=1)) == 1

    assert len(standing(instance)) == 1
    assert sorted(Timer.objects.values_list("status", flat=True)) == ["cancelled", "fired"]


def test_what_goes_in_and_comes_out_of_a_step_is_mapped(machine):
    mapped = '<c:input name="twice" value="n * 2"/><c:output name="m" value="answer + 1"/>'
    machine.answer = lambda work: {"sum": work.input["twice"]}
    instance = started("start -> a -> end", variables={"n": 4}, a=service(
        inside=mapped.replace("answer + 1", "answer.sum + 1")))  # fmt: skip

    run(builders.job_at(instance, "a"))

    assert now_of(instance).variables == {"n": 4, "m": 9}


def test_what_was_done_is_undone_newest_first():
    instance = started(
        "start -> a -> b -> back -> end", back=sketch.throw("compensation"),
        ua=undone("a", "take_a"), ub=undone("b", "take_b"),
        take_a=sketch.undoing(), take_b=sketch.undoing(),
    )  # fmt: skip
    complete(instance, "a")
    complete(instance, "b")
    assert standing(instance) == ["back", "take_b"]
    told = JournalEntry.objects.get(kind="compensation.begun")
    assert (told.detail["steps"], told.detail["many"]) == (["b", "a"], 2)

    complete(instance, "take_b")
    assert standing(instance) == ["back", "take_a"]
    complete(instance, "take_a")

    assert now_of(instance).status == "completed"


def test_stuck_tokens_of_a_scope_can_be_tried_again():
    instance = started(
        "start -> p -> end", p=sub("start_p -> way? -[n > 10]-> a -> end_p")
    )  # fmt: skip
    incident = Incident.objects.get()
    assert standing(instance) == ["p", "way"]

    instance = now_of(instance)
    instance.variables = {"n": 12}
    instance.save(update_fields=["variables"])
    incidents.retry(incident_id=incident.pk, by="user:ada", now=NOW)

    assert standing(instance) == ["a", "p"]
    assert Activity.objects.get(node_id="a").scope == 1
