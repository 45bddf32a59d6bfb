"""The token game, one rule at a time."""

import pytest

from tests.workflows.drawn import draw
from workflows.bpmn.scopes import Marking
from workflows.bpmn.tokens import (
    BoundaryFired,
    Completed,
    Ended,
    Entered,
    Finished,
    Interrupted,
    Started,
    Stuck,
)
from workflows.engine import step


def story(effects):
    return [f"{type(effect).__name__} {effect.node.id}" for effect in effects]


def play(process, *happenings, variables=None):
    """Every step in turn; the marking at the end and the last step's effects."""
    marking, effects = Marking(), []
    for happening in happenings:
        marking, effects = step(process, marking, happening, variables or {})
    return marking, effects


def test_a_token_rests_at_the_first_task():
    marking, effects = play(draw("start -> a", "a -> end"), Started("start"))

    assert story(effects) == ["Passed start", "Entered a"]
    assert marking.live == 1


def test_the_last_completion_finishes_the_process():
    marking, effects = play(draw("start -> a", "a -> end"), Started("start"), Completed("a"))

    assert story(effects) == ["Ended end", "Finished end"]
    assert marking == Marking(live=0)


def test_an_entry_tells_over_which_flow_the_token_came():
    _, effects = play(draw("start -> a", "a -> end"), Started("start"))

    assert effects[-1] == Entered(effects[-1].node, "f0")


def test_a_step_leaves_the_marking_it_was_given_alone():
    process = draw("start -> x_split", "x_split -> a", "x_split -> b", "a -> x_join", "b -> x_join",
                   "x_join -> end")  # fmt: skip
    before = Marking(live=2, joins={"x_join": {"f3": 1}})

    step(process, before, Completed("b"), {})

    assert before == Marking(live=2, joins={"x_join": {"f3": 1}})


# --- exclusive gateways ---

CHOICE = ("start -> x?", "x? -[amount > 10]-> big", "x? -[amount > 5]-> middle",
          "x? -[else]-> small", "big -> end", "middle -> end", "small -> end")  # fmt: skip


@pytest.mark.parametrize(("amount", "taken"), [(11, "big"), (6, "middle"), (5, "small")])
def test_the_first_true_branch_is_taken_else_the_default(amount, taken):
    marking, effects = play(draw(*CHOICE), Started("start"), variables={"amount": amount})

    assert story(effects) == ["Passed start", "Passed x", f"Entered {taken}"]
    assert marking.live == 1


def test_b11_no_true_branch_and_no_default_waits_for_a_person():
    process = draw("start -> x?", "x? -[n = 1]-> a", "x? -[n = 2]-> b", "a -> end", "b -> end")

    marking, effects = play(process, Started("start"), variables={"n": 3})

    assert isinstance(effects[-1], Stuck)
    assert "no default flow" in effects[-1].reason
    assert marking.live == 1


def test_a_stuck_gateway_is_tried_again_with_better_variables():
    process = draw("start -> x?", "x? -[n = 1]-> a", "x? -[n = 2]-> b", "a -> end", "b -> end")
    marking, _ = play(process, Started("start"), variables={"n": 3})

    marking, effects = step(process, marking, Completed("x"), {"n": 2})

    assert story(effects) == ["Passed x", "Entered b"]
    assert marking.live == 1


@pytest.mark.parametrize("variables", [{}, {"amount": "much"}, {"amount": None}])
def test_a_condition_that_is_neither_true_nor_false_waits_for_a_person(variables):
    _, effects = play(draw(*CHOICE), Started("start"), variables=variables)

    assert isinstance(effects[-1], Stuck)
    assert "neither true nor false" in effects[-1].reason


def test_an_exclusive_gateway_lets_every_token_through_that_comes():
    process = draw("start -> x_split", "x_split -> m?", "x_split -> m?", "m? -> a", "a -> end")

    marking, effects = play(process, Started("start"))

    assert story(effects).count("Entered a") == 2
    assert marking.live == 2


# --- parallel gateways ---

BOTH = ("start -> x_split", "x_split -> a", "x_split -> b", "a -> x_join", "b -> x_join",
        "x_join -> c", "c -> end")  # fmt: skip


def test_a_split_sends_a_token_over_each_flow():
    marking, effects = play(draw(*BOTH), Started("start"))

    assert story(effects) == ["Passed start", "Passed x_split", "Entered a", "Entered b"]
    assert marking.live == 2


def test_a_join_waits_for_its_siblings():
    marking, effects = play(draw(*BOTH), Started("start"), Completed("b"))

    assert story(effects) == ["Arrived x_join"]
    assert marking == Marking(live=2, joins={"x_join": {"f4": 1}}, resting={"a": 1})


def test_a_join_goes_on_when_all_have_arrived():
    marking, effects = play(draw(*BOTH), Started("start"), Completed("b"), Completed("a"))

    assert story(effects) == ["Arrived x_join", "Joined x_join", "Passed x_join", "Entered c"]
    assert marking == Marking(live=1, resting={"c": 1})


def test_a_second_token_over_the_same_flow_does_not_make_a_join():
    process = draw("start -> x_split", "x_split -> m?", "x_split -> m?", "x_split -> b",
                   "m? -> x_join", "b -> x_join", "x_join -> end")  # fmt: skip

    marking, _ = play(process, Started("start"))

    assert marking.joins == {"x_join": {"f4": 2}}


def test_tokens_too_many_at_a_join_keep_waiting():
    process = draw("start -> x_split", "x_split -> m?", "x_split -> m?", "x_split -> b",
                   "m? -> x_join", "b -> x_join", "x_join -> end")  # fmt: skip

    marking, effects = play(process, Started("start"), Completed("b"))

    assert story(effects) == ["Arrived x_join", "Joined x_join", "Passed x_join", "Ended end"]
    assert marking == Marking(live=1, joins={"x_join": {"f4": 1}})


# --- what BPMN allows without gateways ---


def test_several_flows_out_of_a_task_are_a_parallel_split():
    process = draw("start -> a", "a -> b", "a -> c", "b -> end", "c -> end")

    marking, effects = play(process, Started("start"), Completed("a"))

    assert story(effects) == ["Entered b", "Entered c"]
    assert marking.live == 2


def test_several_flows_into_a_task_do_not_wait_for_each_other():
    process = draw("start -> x_split", "x_split -> a", "x_split -> a", "a -> end")

    _, effects = play(process, Started("start"))

    assert story(effects).count("Entered a") == 2


def test_of_conditional_flows_out_of_a_task_all_true_ones_are_taken():
    process = draw("start -> a", "a -[n > 1]-> b", "a -[n > 2]-> c", "a -[else]-> d",
                   "b -> end", "c -> end", "d -> end")  # fmt: skip

    taken = {
        n: story(play(process, Started("start"), Completed("a"), variables={"n": n})[1])
        for n in (1, 2, 3)
    }

    assert taken == {1: ["Entered d"], 2: ["Entered b"], 3: ["Entered b", "Entered c"]}


# --- ends ---


def test_an_end_event_ends_one_token_alone():
    process = draw("start -> x_split", "x_split -> end", "x_split -> a", "a -> end_2")

    marking, effects = play(process, Started("start"))

    assert "Ended end" in story(effects)
    assert not any(isinstance(effect, Finished) for effect in effects)
    assert marking.live == 1


def test_a_terminate_end_ends_every_token():
    process = draw("start -> x_split", "x_split -> a", "x_split -> b", "x_split -> c",
                   "a -> stop", "b -> x_join", "c -> x_join", "x_join -> end")  # fmt: skip

    marking, effects = play(process, Started("start"), Completed("b"), Completed("a"))

    assert effects[0] == Ended(process.nodes["stop"], terminate=True, flow="f4")
    assert story(effects) == ["Ended stop", "Finished stop"]
    assert marking == Marking(live=0)


def test_tokens_on_their_way_do_not_survive_a_terminate_end():
    process = draw("start -> x_split", "x_split -> stop", "x_split -> a", "a -> end")

    marking, effects = play(process, Started("start"))

    assert story(effects) == ["Passed start", "Passed x_split", "Ended stop", "Finished stop"]
    assert marking.live == 0


# --- timers ---

LATE = ("start -> a", "a -> end", "late_a -> end_late")


def test_an_interrupting_timer_takes_the_token_of_its_activity():
    marking, effects = play(draw(*LATE), Started("start"), BoundaryFired("late_a"))

    assert story(effects) == [
        "Interrupted late_a", "Passed late_a", "Ended end_late", "Finished end_late",
    ]  # fmt: skip
    assert effects[0] == Interrupted(draw(*LATE).nodes["late_a"])
    assert marking.live == 0


def test_a_timer_that_does_not_interrupt_adds_a_token():
    process = draw("start -> a", "a -> end", "remind_a -> b", "b -> end_2")

    marking, effects = play(process, Started("start"), BoundaryFired("remind_a"))

    assert story(effects) == ["Passed remind_a", "Entered b"]
    assert marking.live == 2


def test_a_reminder_may_fire_again_and_again():
    process = draw("start -> a", "a -> end", "remind_a -> b", "b -> end_2")
    fired = [BoundaryFired("remind_a")] * 3

    marking, _ = play(process, Started("start"), *fired)

    assert marking.live == 4


def test_a_token_rests_at_an_intermediate_timer():
    process = draw("start -> wait", "wait -> end")

    _, before = play(process, Started("start"))
    _, after = play(process, Started("start"), Completed("wait"))

    assert story(before) == ["Passed start", "Entered wait"]
    assert story(after) == ["Ended end", "Finished end"]


def test_only_boundary_events_fire():
    with pytest.raises(ValueError, match="not a boundary event"):
        play(draw("start -> a", "a -> end"), Started("start"), BoundaryFired("a"))


def test_a_loop_without_a_wait_is_stopped():
    process = draw("start -> x?", "x? -[true]-> y?", "y? -> x?", "x? -[else]-> end")

    marking, effects = play(process, Started("start"))

    assert isinstance(effects[-1], Stuck)
    assert "10000 nodes or more" in effects[-1].reason
    assert marking.live == 1
