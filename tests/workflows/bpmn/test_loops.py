"""Multi-instance activities and standard loops."""

import time
from collections.abc import Mapping

import pytest

from tests.workflows.bpmn.sketch import again, draw, each, on, sub, task, times
from tests.workflows.bpmn.world import World
from workflows.bpmn.scopes import Marking
from workflows.bpmn.tokens import Completed, Started, Stuck
from workflows.engine import play, step


def test_parallel_instances_all_begin_at_once():
    world = World(draw("start -> a -> b -> end", a=task(times(3)))).begin()
    assert world.at == ["a", "a", "a"]

    world.complete("a").complete("a")

    assert world.at == ["a"]
    assert world.complete("a").at == ["b"]


def test_sequential_instances_follow_each_other():
    world = World(draw("start -> a -> end", a=task(times(3, sequential=True)))).begin()
    counters = []
    while not world.over:
        assert world.at == ["a"]
        counters.append(world.seen(max(world.scopes))["loopCounter"])
        world.complete("a")

    assert counters == [1, 2, 3]


@pytest.mark.parametrize("sequential", [False, True])
def test_each_instance_sees_its_own_element(sequential):
    loop = each("items", "item", sequential=sequential)
    world = World(draw("start -> a -> end", a=task(loop)), items=["x", "y"]).begin()
    seen = []
    while not world.over:
        seen.append(world.seen(world._row("a", 0).scope)["item"])
        world.complete("a")

    assert seen == ["x", "y"]


def test_results_are_collected_in_the_order_of_the_elements():
    loop = each("items", "item", result="item + answer")
    world = World(draw("start -> a -> end", a=task(loop)), items=["x", "y"], answer="").begin()

    world.complete("a", at=1, answer="!").complete("a", answer="?")

    assert world.variables["results"] == ["x?", "y!"]


def test_no_elements_bring_an_empty_list():
    loop = each("items", "item", result="item")
    world = World(draw("start -> a -> b -> end", a=task(loop)), items=[]).begin()

    assert world.variables["results"] == []


def test_no_elements_no_instances():
    world = World(draw("start -> a -> b -> end", a=task(each("items", "item"))), items=[]).begin()

    assert world.at == ["b"]


def test_enough_is_enough():
    loop = times(3, until="numberOfCompletedInstances >= 2")
    world = World(draw("start -> a -> b -> end", a=task(loop))).begin()

    world.complete("a").complete("a")

    assert world.at == ["b"]
    assert "Emptied a" in world.last


def test_a_completion_condition_sees_what_the_instance_brought():
    loop = times(3, sequential=True, until="answer = true")
    world = World(draw("start -> a -> b -> end", a=task(loop)), answer=False).begin()

    world.complete("a", answer=True)

    assert world.at == ["b"]


@pytest.mark.parametrize(
    ("loop", "said"),
    [(each("n", "item"), "not a list"), (times("n"), "not a number of instances")],
)
def test_b13_what_cannot_be_counted_waits_for_a_person(loop, said):
    world = World(draw("start -> a -> end", a=task(loop)), n="many").begin()

    assert said in world.effects[-1].reason
    world.variables["n"] = 2 if "number" in said else [1, 2]
    assert world.retry("a").at == ["a", "a"]


def test_b13_a_million_instances_are_too_many():
    world = World(draw("start -> a -> end", a=task(times("n"))), n=1_000_000).begin()

    assert "too many" in world.effects[-1].reason


def test_a_timer_on_a_looped_task_takes_all_instances():
    process = draw("start -> a -> end", "late -> b -> end_b", a=task(times(3)),
                   late=on("a", "timer"))  # fmt: skip
    world = World(process).begin().complete("a")

    world.fire("late")

    assert world.at == ["b"]


def test_an_error_of_one_instance_is_caught_on_the_looped_task():
    process = draw("start -> a -> end", "oops -> b -> end_b", a=task(times(3)),
                   oops=on("a", "error"))  # fmt: skip
    world = World(process).begin()

    world.fail("a", "E1", at=1)

    assert world.at == ["b"]


def test_a_standard_loop_asks_after_each_round():
    world = World(draw("start -> a -> end", a=task(again("more = true"))), more=True).begin()
    world.complete("a")
    assert world.at == ["a"]

    world.complete("a", more=False)

    assert world.over


def test_a_standard_loop_may_ask_before_the_first_round():
    loop = again("more = true", before=True)
    world = World(draw("start -> a -> b -> end", a=task(loop)), more=False).begin()

    assert world.at == ["b"]


def test_a_standard_loop_has_a_maximum():
    world = World(draw("start -> a -> end", a=task(again("", most=2)))).begin()

    world.complete("a").complete("a")

    assert world.over


def test_loops_lie_in_loops():
    inner = sub("start_p -> a -> end_p", loop=times(2), a=task(times(2, sequential=True)))
    world = World(draw("start -> p -> end", p=inner)).begin()
    done = 0
    while not world.over:
        world.complete("a")
        done += 1

    assert done == 4


def test_a_step_of_a_large_loop_touches_few_scopes():
    process = draw("start -> a -> end", a=task(times(1000)))
    world = World(process).begin()

    table = play(process, world.marking, Completed("a", 500), {})

    assert len(table.touched) <= 3
    assert len(table.effects) <= 2


class Asked(Mapping):
    """Scopes as a database would give them: one by one, when they are asked for."""

    def __init__(self, scopes):
        self.scopes, self.asked = scopes, []

    def __getitem__(self, number):
        self.asked.append(number)
        return self.scopes[number]

    def __iter__(self):
        raise AssertionError("a step asks for no more than it needs")

    def __len__(self):
        raise AssertionError("a step asks for no more than it needs")


def test_a_step_asks_for_its_own_scopes_alone():
    inner = sub("start_p -> a -> b -> end_p", loop=times(50))
    process = draw("start -> p -> end", p=inner)
    marking = World(process).begin().marking
    number, body = next(each for each in marking.inner.items() if "a" in each[1].resting)
    asked = Asked(marking.inner)
    part = Marking(live=marking.live, resting=marking.resting, inner=asked, last=marking.last)

    table = play(process, part, Completed("a", number), {})

    assert set(asked.asked) <= {number, body.parent, marking.inner[body.parent].parent}
    assert table.space(number).resting == {"b": 1}


def test_as_many_rounds_as_are_possible_begin_in_one_step():
    process = draw("start -> p -> end", p=sub("start_p -> a -> end_p", loop=times(10_000)))
    begun = time.process_time()

    marking, effects = step(process, Marking(), Started("start"), {})

    assert not any(isinstance(effect, Stuck) for effect in effects)
    assert len(marking.inner) == 20_001
    assert time.process_time() - begun < 10


def test_a_long_list_is_looked_at_once_when_all_begin_together():
    process = draw("start -> a -> end", a=task(each("items", "item")))
    begun = time.process_time()

    marking, _ = step(process, Marking(), Started("start"), {"items": list(range(10_000))})

    assert marking.inner[5_001].variables == {"loopCounter": 5_000, "item": 4_999}
    assert time.process_time() - begun < 10


def test_rounds_within_rounds_have_a_bound():
    inner = sub("start_p -> q -> end_p", loop=times(1_000), q=sub("m -> n", loop=times(1_000)))
    begun = time.process_time()

    _, effects = step(draw("start -> p -> end", p=inner), Marking(), Started("start"), {})

    stuck = [effect for effect in effects if isinstance(effect, Stuck)]
    assert len(stuck) > 900
    assert all("more than 50000 at once" in effect.reason for effect in stuck)
    assert time.process_time() - begun < 20
