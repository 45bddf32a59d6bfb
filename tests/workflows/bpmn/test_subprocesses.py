"""Sub-processes, event sub-processes and ad-hoc sub-processes: scopes within scopes."""

import pytest

from tests.workflows.bpmn.sketch import draw, end, on, on_event, script, start, sub, times
from tests.workflows.bpmn.world import World

ONE = {"p": sub("start_p -> a -> end_p")}


def test_a_sub_process_begins_with_its_own_start_and_ends_with_its_last_token():
    world = World(draw("start -> p -> b -> end", **ONE)).begin()
    assert world.at == ["a"]

    world.complete("a")

    assert world.at == ["b"]
    assert world.marking.inner == {}


def test_a_sub_process_waits_for_all_of_its_tokens():
    inside = sub("start_p -> x_split -> a -> end_p", "x_split -> b -> end_q")
    world = World(draw("start -> p -> c -> end", p=inside)).begin().complete("a")
    assert world.at == ["b"]

    world.complete("b")

    assert world.at == ["c"]


def test_a_sub_process_without_a_start_begins_at_everything_nothing_leads_to():
    world = World(draw("start -> p -> end", p=sub("a -> end_p", "b -> end_q"))).begin()

    assert world.at == ["a", "b"]


def test_sub_processes_lie_in_each_other():
    inner = sub("start_q -> a -> end_q")
    world = World(draw("start -> p -> end", p=sub("start_p -> q -> end_p", q=inner))).begin()
    assert len(world.marking.inner) == 2

    world.complete("a")

    assert world.over


def test_two_tokens_in_one_sub_process_have_a_scope_each():
    process = draw("start -> x_split -> m? -> p -> end", "x_split -> y? -> m?", **ONE)
    world = World(process).begin()
    assert world.at == ["a", "a"]

    world.complete("a", at=0)

    assert world.at == ["a"]
    assert not world.over


def test_terminate_ends_its_own_scope_alone():
    inside = sub("start_p -> x_split -> a -> stop", "x_split -> b -> end_p")
    process = draw("start -> y_split -> p -> c -> end", "y_split -> d -> end_2", p=inside)
    world = World(process).begin().complete("a")

    assert world.at == ["c", "d"]


def test_a_sub_process_that_calculates_only_is_gone_through_at_once():
    inside = sub("start_p -> s -> end_p", s=script("n + 1", "n"))
    world = World(draw("start -> p -> end", p=inside), n=1).begin()

    assert world.over
    assert world.variables == {"n": 2}


# --- boundaries of sub-processes ---


def test_an_interrupting_timer_takes_everything_inside_with_it():
    inside = sub("start_p -> x_split -> a -> end_p", "x_split -> b -> end_q")
    process = draw("start -> p -> end", "late -> c -> end_c", p=inside, late=on("p", "timer"))
    world = World(process).begin()

    world.fire("late")

    assert world.at == ["c"]
    assert world.marking.inner == {}


def test_a_timer_that_does_not_interrupt_leaves_the_inside_alone():
    process = draw("start -> p -> end", "late -> c -> end_c",
                   late=on("p", "timer", stays=True), **ONE)  # fmt: skip
    world = World(process).begin().fire("late")

    assert world.at == ["a", "c"]


def test_an_error_end_leaves_through_the_boundary():
    inside = sub("start_p -> x_split -> a -> failed", "x_split -> b -> end_p",
                 failed=end("error", "E1"))  # fmt: skip
    process = draw("start -> p -> end", "oops -> c -> end_c", p=inside, oops=on("p", "error", "E1"))
    world = World(process).begin()

    world.complete("a")

    assert world.at == ["c"]


def test_the_very_code_is_preferred_to_what_catches_all():
    inside = sub("start_p -> a -> failed", failed=end("error", "E1"))
    process = draw("start -> p -> end", "any -> b -> end_b", "one -> c -> end_c", p=inside,
                   any=on("p", "error"), one=on("p", "error", "E1"))  # fmt: skip

    assert World(process).begin().complete("a").at == ["c"]


def test_an_error_goes_up_until_somebody_catches_it():
    inner = sub("start_q -> a -> failed", failed=end("error", "E1"))
    process = draw("start -> p -> end", "oops -> c -> end_c", oops=on("p", "error"),
                   p=sub("start_p -> q -> end_p", "other -> b -> end_b", q=inner,
                         other=on("q", "error", "E2")))  # fmt: skip

    assert World(process).begin().complete("a").at == ["c"]


def test_an_error_that_nobody_catches_waits_for_a_person():
    world = World(draw("start -> a -> failed", failed=end("error", "E1"))).begin().complete("a")

    assert world.last == ["Escaped failed", "Stuck failed"]
    assert not world.over


def test_an_error_of_a_worker_is_caught_on_its_task():
    process = draw("start -> a -> end", "oops -> b -> end_b", oops=on("a", "error", "E1"))

    assert World(process).begin().fail("a", "E1").at == ["b"]


def test_an_error_of_a_worker_that_nobody_catches_leaves_the_task_as_it_is():
    world = World(draw("start -> a -> end")).begin().fail("a", "E1")

    assert world.last == ["Escaped a"]
    assert world.at == ["a"]


@pytest.mark.parametrize(("stays", "at"), [(True, ["b", "c"]), (False, ["c"])])
def test_an_escalation_interrupts_or_not(stays, at):
    inside = sub("start_p -> a -> told -> b -> end_p", told=lambda name: (
        f'<intermediateThrowEvent id="{name}"><escalationEventDefinition '
        'escalationRef="escalation_U"/></intermediateThrowEvent>'))  # fmt: skip
    process = draw("start -> p -> end", "up -> c -> end_c", p=inside,
                   up=on("p", "escalation", "U", stays=stays))  # fmt: skip

    assert World(process).begin().complete("a").at == at


def test_an_escalation_that_nobody_catches_holds_up_nobody():
    world = World(draw("start -> told", told=end("escalation", "U"))).begin()

    assert "Escaped told" in world.story
    assert world.over


# --- event sub-processes ---


def test_an_event_sub_process_takes_over():
    process = draw("start -> a -> end", e=on_event(start("message", "m"), "begin -> b -> end_e"))
    world = World(process).begin()

    world.trigger("begin_e")

    assert world.at == ["b"]
    assert world.complete("b").over


def test_an_event_sub_process_may_run_beside():
    process = draw("start -> a -> end",
                   e=on_event(start("timer", stays=True), "begin -> b -> end_e"))  # fmt: skip
    world = World(process).begin().trigger("begin_e").trigger("begin_e")
    assert world.at == ["a", "b", "b"]

    world.complete("a").complete("b")

    assert world.at == ["b"]
    assert world.complete("b").over


def test_an_event_sub_process_catches_errors_of_its_scope_before_the_boundary_does():
    inside = sub("start_p -> a -> failed", failed=end("error", "E1"),
                 e=on_event(start("error"), "begin -> b -> end_e"))  # fmt: skip
    process = draw("start -> p -> c -> end", "oops -> d -> end_d", p=inside,
                   oops=on("p", "error", "E1"))  # fmt: skip
    world = World(process).begin().complete("a")
    assert world.at == ["b"]

    world.complete("b")

    assert world.at == ["c"]


def test_an_error_inside_an_event_sub_process_is_for_those_around():
    again = on_event(start("error"), "begin -> b -> failed_e", failed_e=end("error", "E2"))
    inside = sub("start_p -> a -> failed", failed=end("error", "E1"), e=again)
    process = draw("start -> p -> end", "oops -> d -> end_d", p=inside, oops=on("p", "error"))
    world = World(process).begin().complete("a")

    world.complete("b")

    assert world.at == ["d"]


def test_after_an_interruption_no_other_event_sub_process_begins():
    process = draw("start -> a -> end", e=on_event(start("message", "m"), "begin -> b -> end_e"),
                   f=on_event(start("message", "n"), "begin -> c -> end_f"))  # fmt: skip
    world = World(process).begin().trigger("begin_e")

    assert world.marking.interrupted
    assert [type(each).__name__ for each, _ in world.offers()] == ["Completed"]


# --- ad-hoc ---


def ad_hoc(*arrows, until="", extra="", **made):
    said = f"<completionCondition>{until}</completionCondition>" if until else ""
    return sub(*arrows, tag="adHocSubProcess", loop=said, extra=extra, **made)


def test_people_choose_what_begins_in_an_ad_hoc_sub_process():
    process = draw("start -> p -> end", p=ad_hoc("a -> b", "c -> d"))
    world = World(process).begin()
    assert world.at == []

    world.activate("a").activate("c")

    assert world.at == ["a", "c"]
    world.complete("a").complete("b").complete("c").complete("d")
    assert not world.over
    world.activate("a").complete("a").complete("b").say_done("p")
    assert world.over


def test_an_ad_hoc_sub_process_is_not_done_while_something_is_under_way():
    process = draw("start -> p -> end", p=ad_hoc("a -> b", "c -> d"))
    world = World(process).begin().activate("a")

    with pytest.raises(ValueError, match="Finish it first"):
        world.say_done("p")


def test_with_a_condition_saying_that_it_is_done_is_not_enough():
    process = draw("start -> p -> end", p=ad_hoc("a -> b", until="enough = true"))
    world = World(process, enough=False).begin()
    with pytest.raises(ValueError, match="is done when enough = true is true"):
        world.say_done("p")

    world.variables["enough"] = True

    assert world.say_done("p").over


def test_an_ad_hoc_sub_process_ends_when_its_condition_holds():
    process = draw("start -> p -> end", p=ad_hoc("a -> b", "c -> d", until="enough = true"))
    world = World(process, enough=False).begin().activate("a").complete("a").complete("b")
    assert not world.over

    world.activate("c").activate("a").complete("c", enough=True)

    assert world.over
    assert "Emptied p" in world.last


def test_what_is_not_of_the_ad_hoc_sub_process_cannot_be_begun():
    process = draw("start -> p -> c -> end", p=ad_hoc("a -> b"))
    world = World(process).begin()

    with pytest.raises(ValueError, match="cannot be begun"):
        world.activate("b")


def test_in_a_sequential_ad_hoc_sub_process_one_follows_the_other():
    process = draw(
        "start -> p -> end", p=ad_hoc("a -> b", "c -> d", extra=' ordering="Sequential"')
    )
    world = World(process).begin().activate("a")

    with pytest.raises(ValueError, match="one activity follows the other"):
        world.activate("c")


def test_a_sub_process_is_performed_several_times():
    process = draw("start -> p -> b -> end", p=sub("start_p -> a -> end_p", loop=times(2)))
    world = World(process).begin()
    assert world.at == ["a", "a"]

    world.complete("a").complete("a")

    assert world.at == ["b"]
