"""Elements that meet, in the database: after each step it stands where the reference stands."""

import pytest

from tests.workflows import builders, doors
from tests.workflows.bpmn import sketch
from tests.workflows.bpmn.sketch import (
    call,
    catch,
    end,
    on,
    on_event,
    start,
    sub,
    task,
    throw,
    times,
    undoing,
    undone,
)
from tests.workflows.builders import NOW, activity_at, complete, later, now_of, standing, story
from tests.workflows.mirrored import Mirrored
from workflows import correlation, definitions, incidents, runtime, timers
from workflows.bpmn.tokens import Escalated
from workflows.models import Incident, Listener, ProcessInstance, Timer
from workflows.refusals import NotValid

pytestmark = pytest.mark.django_db


def mirrored(*arrows, variables=None, **made):
    return Mirrored(sketch.xml(*arrows, **made), **(variables or {}))


def deployed(*arrows, key="drawn", **made):
    source = sketch.xml(*arrows, **made).replace(b'"drawn"', f'"{key}"'.encode())
    [definition] = definitions.deploy(source=source, by="user:ada", now=NOW)
    return definition


def test_a_cancelled_transaction_undoes_what_was_done_and_listens_no_more():
    inside = sub(
        "start_p -> a -> b -> gone", tag="transaction", gone=end("cancel"),
        h=undone("a", "not_a"), not_a=undoing(), i=undone("b", "not_b"), not_b=undoing(),
        e=on_event(start("message", "m"), "begin -> c -> end_e"),
    )  # fmt: skip
    both = mirrored("start -> p -> end", "called_off -> d -> end", p=inside,
                    called_off=on("p", "cancel"))  # fmt: skip
    both.complete("a").complete("b")
    assert standing(both.instance) == ["gone", "not_b", "p"]
    assert not Listener.objects.filter(status="open").exists()

    both.complete("not_b").complete("not_a")

    assert standing(both.instance) == ["d"]
    assert both.complete("d").world.over


def test_a_round_that_is_cancelled_ends_the_others_and_undoes_what_they_did(people):
    inside = sub(
        "start_p -> a -> x? -[fine = true]-> b -> end_p", "x? -[else]-> gone", tag="transaction",
        loop=times(3), gone=end("cancel"), h=undone("a", "not_a"), not_a=undoing(),
        late=on("b", "timer"), e=on_event(start("message", "m"), "begin -> c -> end_e"),
    )  # fmt: skip
    both = mirrored("start -> p -> end", "called_off -> d -> end", p=inside,
                    called_off=on("p", "cancel"), variables={"fine": True})  # fmt: skip
    both.complete("a").complete("a")
    both.know(fine=False)

    both.complete("a")

    assert standing(both.instance) == ["gone", "not_a", "p"]
    assert people.cancelled == ["b", "b"]
    assert {each.status for each in Timer.objects.all()} == {"cancelled"}
    both.complete("not_a").complete("not_a").complete("not_a")
    assert standing(both.instance) == ["d"]
    assert both.complete("d").world.over
    assert both.left_open() == []


def test_a_step_that_is_skipped_is_passed_and_the_story_says_so(people):
    space = ' xmlns:f="http://flowable.org/bpmn" f:skipExpression="${small}"'
    both = mirrored("start -> a -> b -> end", a=task(extra=space), b=task(extra=space),
                    variables={"small": True})  # fmt: skip

    assert both.world.over
    assert story(both.instance) == [
        "process.started", "step.skipped", "step.skipped", "event.published", "process.ended",
    ]  # fmt: skip
    assert people.opened == []


def test_an_escalation_of_work_begins_something_beside_and_the_work_goes_on():
    both = mirrored("start -> a -> end", "heard -> b -> end_b", a=task(),
                    heard=on("a", "escalation", "U", stays=True))  # fmt: skip
    row = both.world._row("a", 0)

    both.do(Escalated("a", row.scope, "U", None), row)
    both.do(Escalated("a", row.scope, "other", None), row)

    assert standing(both.instance) == ["a", "b"]


def test_links_lead_on_and_ways_split_and_meet_without_gateways():
    both = mirrored("start -> a -> b -> away", "a -> c -> away", "there -> d -> end",
                    away=throw("link", "x"), there=catch("link", "x"))  # fmt: skip
    both.complete("a").complete("b").complete("c")
    assert standing(both.instance) == ["d", "d"]

    assert both.complete("d").complete("d").world.over


def test_a_compensation_event_sub_process_has_undone_what_it_took_the_place_of():
    inside = sub(
        "start_p -> a -> end_p", h=undone("a", "not_a"), not_a=undoing(),
        e=on_event(start("compensation"), "begin -> first -> back -> end_e",
                   back=throw("compensation")),
    )  # fmt: skip
    both = mirrored("start -> p -> all -> end", p=inside, all=throw("compensation"))

    both.complete("a").complete("first").complete("not_a")

    assert both.world.over
    assert both.left_open() == []


def test_enough_rounds_call_off_the_timers_of_the_others():
    inside = sub("start_p -> wait -> a -> end_p",
                 loop=times(3, until="numberOfCompletedInstances = 1"))  # fmt: skip
    both = mirrored("start -> p -> after -> end", p=inside)
    both.complete("wait").complete("a")

    assert sorted(Timer.objects.values_list("status", flat=True)) == [
        "cancelled", "cancelled", "fired",
    ]  # fmt: skip
    assert standing(both.instance) == ["after"]


def test_a_boundary_event_of_a_loop_ends_every_round():
    both = mirrored("start -> a -> end", "late -> b -> end", a=task(times(3)),
                    late=on("a", "timer"))  # fmt: skip
    both.complete("a").offer("late")

    assert standing(both.instance) == ["b"]
    assert both.complete("b").left_open() == []


def test_an_event_gateway_takes_a_message_that_came_before():
    definition = deployed("start -> a -> r_race -> come -> b -> end", "r_race -> wait -> c -> end",
                          come=catch("message", "m"))  # fmt: skip
    instance = builders.start(definition)
    said = {"name": "m", "key": "", "variables": {"paid": True}, "sender": "api:shop", "now": NOW}
    kept = correlation.keep(**said, until=later(hours=3))
    assert not correlation.deliver(kept.pk, now=NOW)

    complete(instance, "a")
    assert correlation.deliver_due(NOW) == 1

    assert standing(instance) == ["b"]
    assert now_of(instance).variables == {"paid": True}
    assert timers.fire_due(later(hours=2)) == 0


def test_an_error_goes_up_through_two_calls():
    deployed("start -> work -> failed", key="inner", failed=end("error", "E1"))
    deployed("start -> c -> end", key="middle", c=call("inner"))
    outer = builders.start(
        deployed("start -> c -> end", "caught -> help -> end", key="outer", c=call("middle"),
                 caught=on("c", "error", "E1"))
    )  # fmt: skip
    doors.settle()
    inner = ProcessInstance.objects.get(definition__key="inner")

    complete(inner, "work")
    doors.settle()

    assert standing(outer) == ["help"]
    called = ProcessInstance.objects.exclude(pk=outer.pk)
    assert set(called.values_list("status", flat=True)) == {"cancelled"}
    assert not Incident.objects.filter(status="open").exists()


def test_an_error_caught_inside_of_a_call_is_not_the_callers_concern():
    deployed("start -> work -> failed", key="inner", failed=end("error", "E1"),
             e=on_event(start("error", "E1"), "begin -> mend -> end_e"))  # fmt: skip
    outer = builders.start(
        deployed("start -> c -> after -> end", "caught -> help -> end", key="outer",
                 c=call("inner"), caught=on("c", "error", "E1"))
    )  # fmt: skip
    doors.settle()
    inner = ProcessInstance.objects.get(definition__key="inner")
    complete(inner, "work")
    doors.settle()
    assert standing(outer) == ["c"]

    complete(inner, "mend")
    doors.settle()

    assert standing(outer) == ["after"]


def test_a_timer_that_could_not_be_set_is_nobodys_concern_once_its_sub_process_is_done():
    late = on("p", "timer", "")
    soon = lambda name: late(name).replace("PT1H", "= pause")  # noqa: E731 - the same, with FEEL
    both = mirrored("start -> p -> after -> end", "late -> end", late=soon,
                    p=sub("start_p -> a -> end_p"), variables={"pause": "PT1H"})  # fmt: skip
    troubled = builders.start(both.instance.definition, {"pause": "soon"})
    assert Incident.objects.get(status="open").instance_id == troubled.pk

    complete(troubled, "a")

    assert standing(troubled) == ["after"]
    assert Incident.objects.get(instance=troubled).status == "resolved"


def test_a_token_that_could_not_enter_a_join_waits_there_when_it_is_tried_again():
    """The way on which it came counts as well after somebody has helped."""
    instance = builders.start(deployed("start -> all_split -> a -> all_join -> end",
                                       "all_split -> b -> all_join"))  # fmt: skip
    complete(instance, "a")
    waiting = activity_at(instance, "all_join")
    assert waiting.flow_id
    held = now_of(instance)
    type(waiting).objects.filter(pk=waiting.pk).update(status="active", stuck="entering")
    held.joins = {}
    held.save(update_fields=["joins"])
    incident = Incident.objects.create(
        instance=instance, activity=waiting, kind="stuck", message="Stuck.", opened_at=NOW
    )

    incidents.retry(incident_id=incident.pk, by="user:ada", now=NOW)

    assert standing(instance) == ["all_join", "b"]
    assert complete(instance, "b").status == "completed"


def test_of_several_start_events_one_is_named_or_the_plain_one_is_meant():
    definition = deployed("start -> a -> end", "asked -> b -> end", asked=start("message", "m"))
    said = {"definition": definition, "variables": {}, "business_key": "", "by": "x", "now": NOW}

    assert standing(runtime.start(**said)) == ["a"]
    assert standing(runtime.start(**said, start_node="asked")) == ["b"]
    with pytest.raises(NotValid):
        runtime.start(**said, start_node="a")


def test_several_processes_of_a_file_are_deployed_and_run_each_by_itself():
    one, other = (sketch.xml("start -> a -> end"), sketch.xml("start_2 -> b -> end_2"))
    inside = other[other.index(b"<process") : other.index(b"</definitions>")]
    source = one.replace(
        b"</definitions>", inside.replace(b'"drawn"', b'"second"') + b"</definitions>"
    )

    first, second = definitions.deploy(source=source, by="user:ada", now=NOW)

    assert (first.key, second.key) == ("drawn", "second")
    assert standing(builders.start(first)) == ["a"]
    assert standing(builders.start(second)) == ["b"]
