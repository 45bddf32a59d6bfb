"""The token game over processes nobody thought of: what is built from blocks comes to an end."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.drawn import draw
from workflows.bpmn.check import check
from workflows.bpmn.scopes import Marking
from workflows.bpmn.tokens import (
    Arrived,
    Completed,
    Ended,
    Entered,
    Finished,
    Joined,
    Passed,
    Started,
)
from workflows.engine import step

BLOCKS = st.recursive(
    st.just(("task",)),
    lambda inner: st.one_of(
        st.tuples(st.just("row"), st.lists(inner, min_size=1, max_size=3)),
        st.tuples(st.just("choice"), st.lists(inner, min_size=2, max_size=3)),
        st.tuples(st.just("both"), st.lists(inner, min_size=2, max_size=3)),
    ),
    max_leaves=12,
)


class Sketch:
    """Turns blocks into arrows."""

    def __init__(self):
        self.arrows = []
        self.count = 0

    def name(self, shape):
        self.count += 1
        return shape.format(self.count)

    def add(self, block, source, label=""):
        """Draw a block behind `source`; returns the node it ends with."""
        match block:
            case ("task",):
                task = self.name("t{}")
                self.arrows.append(f"{source} -{label}> {task}")
                return task
            case ("row", blocks):
                for each in blocks:
                    source, label = self.add(each, source, label), ""
                return source
            case ("choice", blocks):
                return self.branches(blocks, source, label, self.name("x{}?"), self.name("m{}?"))
            case ("both", blocks):
                split = self.name("p{}_split")
                return self.branches(blocks, source, label, split, split[:-5] + "join")

    def branches(self, blocks, source, label, split, merge):
        self.arrows.append(f"{source} -{label}> {split}")
        last = len(blocks) - 1
        for index, block in enumerate(blocks):
            said = (
                ("[else]-" if index == last else f"[n = {index}]-") if split.endswith("?") else ""
            )
            self.arrows.append(f"{self.add(block, split, said)} -> {merge}")
        return merge


def drawn(block):
    sketch = Sketch()
    end = sketch.add(block, "start")
    return draw(*sketch.arrows, f"{end} -> end")


def play_through(process, seed):
    """Complete resting activities in a random order, until none is left."""
    chance = random.Random(seed)
    variables = {"n": chance.randrange(3)}
    resting, effects, steps = [], [], 0
    marking, happening = Marking(), Started("start")
    while happening:
        marking, done = step(process, marking, happening, variables)
        resting += [effect.node.id for effect in done if isinstance(effect, Entered)]
        effects += done
        assert marking.live == len(resting) + sum(
            sum(waiting.values()) for waiting in marking.joins.values()
        ), "each live token rests at an activity or waits at a join"
        steps += 1
        assert steps < 500
        happening = None
        if resting:
            happening = Completed(resting.pop(chance.randrange(len(resting))))
    return marking, effects


@settings(max_examples=150, deadline=None)
@given(block=BLOCKS, seed=st.integers(0, 10_000))
def test_every_run_of_a_block_structured_process_ends(block, seed):
    marking, effects = play_through(drawn(block), seed)

    assert marking == Marking(live=0)
    assert [type(effect) for effect in effects].count(Finished) == 1
    assert isinstance(effects[-1], Finished)


@settings(max_examples=100, deadline=None)
@given(block=BLOCKS, seed=st.integers(0, 10_000))
def test_tokens_are_neither_lost_nor_made_from_nothing(block, seed):
    _, effects = play_through(drawn(block), seed)

    made = 1 + sum(len(e.flows) - 1 for e in effects if isinstance(e, Passed))
    taken = sum(len(e.flows) - 1 for e in effects if isinstance(e, Joined))
    assert made - taken == sum(isinstance(e, Ended) for e in effects)
    arrived = sum(isinstance(e, Arrived) for e in effects)
    assert arrived == sum(len(e.flows) for e in effects if isinstance(e, Joined))


@settings(max_examples=50, deadline=None)
@given(block=BLOCKS, seed=st.integers(0, 10_000))
def test_the_same_happenings_have_the_same_effects(block, seed):
    process = drawn(block)

    assert play_through(process, seed) == play_through(process, seed)


@settings(max_examples=100, deadline=None)
@given(block=BLOCKS)
def test_block_structured_processes_pass_the_check(block):
    assert check(drawn(block)) == []
