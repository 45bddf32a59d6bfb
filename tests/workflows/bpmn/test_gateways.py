"""Inclusive and event-based gateways, links, and events on the way."""

import pytest

from tests.workflows.bpmn.sketch import call, catch, draw, end, script, sub, task, throw
from tests.workflows.bpmn.world import World

SOME = ("start -> x_or -[n > 0]-> a -> y_or -> c -> end", "x_or -[n > 1]-> b -> y_or",
        "x_or -[else]-> d -> y_or")  # fmt: skip


@pytest.mark.parametrize(("n", "at"), [(0, ["d"]), (1, ["a"]), (2, ["a", "b"])])
def test_an_inclusive_gateway_takes_every_true_flow_else_the_default(n, at):
    assert World(draw(*SOME), n=n).begin().at == at


@pytest.mark.parametrize("n", [0, 1, 2])
def test_an_inclusive_join_waits_for_those_who_can_still_come(n):
    world = World(draw(*SOME), n=n).begin()
    for name in list(world.at):
        assert "c" not in world.at
        world.complete(name)

    assert world.at == ["c"]


def test_an_inclusive_join_goes_on_when_the_last_that_could_come_ends_elsewhere():
    process = draw("start -> x_or -[true]-> a -> y_or -> c -> end",
                   "x_or -[true]-> b -> z? -[far = true]-> end_z", "z? -[else]-> y_or")  # fmt: skip
    world = World(process, far=True).begin().complete("a")
    assert world.at == ["b"]

    world.complete("b")

    assert world.at == ["c"]


def test_an_inclusive_join_counts_a_sub_process_as_a_place_to_come_from():
    process = draw("start -> x_or -[true]-> a -> y_or -> c -> end", "x_or -[true]-> p -> y_or",
                   p=sub("start_p -> b -> end_p"))  # fmt: skip
    world = World(process).begin().complete("a")
    assert world.at == ["b"]

    assert world.complete("b").at == ["c"]


def test_an_inclusive_join_in_a_loop_does_not_wait_for_itself():
    process = draw("start -> m_or -> a -> x? -[again = true]-> m_or", "x? -[else]-> end")
    world = World(process, again=True).begin().complete("a")
    assert world.at == ["a"]

    assert world.complete("a", again=False).over


# --- event-based ---

RACE = {"in_time": catch("message", "paid"), "too_late": catch("timer")}


@pytest.mark.parametrize(("event", "at"), [("in_time", "a"), ("too_late", "b")])
def test_the_first_event_decides(event, at):
    process = draw("start -> x_race -> in_time -> a -> end", "x_race -> too_late -> b -> end_b",
                   **RACE)  # fmt: skip
    world = World(process).begin()
    assert world.at == ["x_race"]

    world.complete(event)

    assert world.at == [at]


def test_what_an_event_brings_is_kept():
    process = draw("start -> x_race -> in_time -> a -> end", "x_race -> too_late -> b -> end_b",
                   **RACE)  # fmt: skip

    assert World(process).begin().complete("in_time", sum=5).variables == {"sum": 5}


# --- links, throwing, passing ---


def test_a_link_goes_on_at_its_other_end():
    process = draw("start -> a -> out", "come -> b -> end", out=throw("link", "L"),
                   come=catch("link", "L"))  # fmt: skip

    assert World(process).begin().complete("a").at == ["b"]


@pytest.mark.parametrize("what", ["message", "signal"])
def test_what_is_thrown_is_told_and_the_token_goes_on(what):
    process = draw("start -> told -> a -> last", told=throw(what, "m"), last=end(what, "n"))
    world = World(process).begin().complete("a")

    assert world.over
    assert [each for each in world.story if each.startswith("Threw")] == [
        "Threw told",
        "Threw last",
    ]


def test_tasks_without_work_are_gone_through():
    process = draw("start -> a -> b -> end", a=task(tag="task"), b=task(tag="manualTask"))

    assert World(process).begin().over


def test_what_is_gone_through_tells_the_flows_that_it_took():
    process = draw("start -> s -[n > 1]-> a -> end", "s -[n < 0]-> b -> end_2",
                   s=script("n + 1", "n"))  # fmt: skip
    world = World(process, n=1).begin()

    passed = next(each for each in world.effects if each.node.id == "s" and hasattr(each, "flows"))
    assert passed.flows == ("s_to_a",)
    assert world.at == ["a"]


def test_a_script_calculates():
    process = draw("start -> s -> x? -[sum > 2]-> a -> end", "x? -[else]-> end_2",
                   s=script("n + 1", "sum"))  # fmt: skip
    world = World(process, n=2).begin()

    assert world.variables["sum"] == 3
    assert world.at == ["a"]


def test_a_condition_that_holds_already_is_not_waited_for():
    process = draw("start -> when -> a -> end", when=catch("conditional", "n > 1"))

    assert World(process, n=2).begin().at == ["a"]
    assert World(process, n=1).begin().at == ["when"]
    assert World(process).begin().complete("when").at == ["a"]


def test_a_called_process_is_waited_for():
    world = World(draw("start -> a -> end", a=call())).begin()
    assert world.at == ["a"]

    assert world.complete("a", answer=42).variables == {"answer": 42}


def test_a_receive_task_waits_for_its_message():
    waiting = lambda name: f'<receiveTask id="{name}" name="r" messageRef="message_m"/>'  # noqa: E731
    world = World(draw("start -> r -> end", r=waiting)).begin()
    assert world.at == ["r"]

    assert world.complete("r").over
