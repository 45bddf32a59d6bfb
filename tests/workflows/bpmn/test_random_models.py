"""Models nobody thought of, on ways nobody thought of, with a restart after every step.

`World` keeps rows as a database would and compares them with the marking after each step; `Play`
performs the same block without any BPMN, and has to see the same things open.
"""

import random

from hypothesis import given
from hypothesis import strategies as st

from tests.many import examples
from tests.workflows.bpmn.block_drawing import drawn, with_names
from tests.workflows.bpmn.blocks import BLOCKS
from tests.workflows.bpmn.meaning import Play
from tests.workflows.bpmn.world import World
from workflows.bpmn.check import judge
from workflows.bpmn.model import Severity
from workflows.bpmn.scopes import Marking
from workflows.bpmn.tokens import Activated, BoundaryFired, Completed, Started, Triggered
from workflows.engine import step

WILD, MOST = 40, 400  # steps with events at will, and steps in all


def play(block, seed):
    """The world after a random way through a block, and what happened on it."""
    block = with_names(block)
    chance = random.Random(seed)
    happened = [(Started("start"), {"n": chance.randrange(4)})]
    world = World(drawn(block), n=happened[0][1]["n"]).begin()
    meant = Play(block, world.variables["n"])
    for count in range(MOST):
        offers = [(name_of(each), each, row) for each, row in world.offers()]
        assert sorted(name for name, _, _ in offers) == sorted(each.name for each in meant.open)
        assert world.over == meant.over
        if world.over:
            break
        index = choice(meant, chance, wild=count < WILD)
        n = chance.randrange(4) if count < WILD else chance.randrange(1, 4)
        happening, row = matching(offers, meant, index)
        happened.append((happening, {"n": n}))
        world.variables["n"] = n
        world.do(happening, row)
        meant.do(index, n)
    return world, happened


def name_of(happening):
    begun = isinstance(happening, Activated)
    return f"begin {happening.node}" if begun else happening.node


def choice(meant, chance, *, wild):
    """Anything; later on nothing that begins more and more."""
    indexes = [i for i, each in enumerate(meant.open) if wild or not each.again]
    return chance.choice(indexes)


def matching(offers, meant, index):
    """The same thing on the side of BPMN: among those of one name, the one as old."""
    name = meant.open[index].name
    position = sum(each.name == name for each in meant.open[:index])
    same = [(happening, row) for each, happening, row in offers if each == name]
    return same[position]


@examples(150)
@given(block=BLOCKS, seed=st.integers(0, 10_000))
def test_every_way_through_every_model_is_what_it_means(block, seed):
    world, _ = play(block, seed)

    assert world.over
    assert world.rows == []
    assert world.marking.inner == {}
    assert world.last[-1].startswith("Finished")


@examples(50)
@given(block=BLOCKS, seed=st.integers(0, 10_000))
def test_restarts_change_nothing(block, seed):
    world, happened = play(block, seed)
    process, marking, story = world.process, Marking(), []

    for happening, variables in happened:
        marking, effects = step(process, marking, happening, variables)
        story += [f"{type(each).__name__} {each.node.id}" for each in effects]

    assert story == world.story
    assert marking == world.marking


@examples(50)
@given(block=BLOCKS)
def test_every_such_model_passes_the_check(block):
    process = drawn(with_names(block))

    assert [each for each in judge(process) if each.severity is Severity.ERROR] == []


def test_the_ways_are_as_wild_as_they_are_meant_to_be():
    seen = set()
    beside = ("besides", "message", "", ("task", ""), ("task", ""))
    block = ("both", [
        ("rescued", "timer", "", beside, ("task", "")),
        ("first", [("timer", "", ("task", "")), ("signal", "", ("times", 2, False, ("task", "")))]),
    ])  # fmt: skip

    for seed in range(20):
        seen |= {type(happening) for happening, _ in play(block, seed)[1]}

    assert seen == {Started, Completed, BoundaryFired, Triggered}
