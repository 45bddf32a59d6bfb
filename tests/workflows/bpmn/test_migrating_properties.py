"""Random models around which sub-processes come, and from which they go, while they run."""

import random

from hypothesis import given
from hypothesis import strategies as st

from tests.many import examples
from tests.workflows.bpmn.block_drawing import source, with_names
from tests.workflows.bpmn.blocks import BLOCKS
from tests.workflows.bpmn.moved_world import STAYS, move_reference
from tests.workflows.bpmn.versions import newer, wrapped
from tests.workflows.bpmn.world import World
from workflows.bpmn.kinds import Kind
from workflows.bpmn.moving import DoesNotFit
from workflows.bpmn.parser import parse

MOST = 400  # steps of one instance
PLAIN = ("row", [("both", [("task", ""), ("times", 2, False, ("task", ""))]), ("task", "")])


def versions(block, chance, *, out):
    """The process with and without sub-processes around; `out`: the other way round."""
    plain = source(with_names(("row", [block, ("task", "")])))
    models = [plain, wrapped(plain, chance)]
    return [process for model in (reversed(models) if out else models) for process in parse(model)]


def play(world, chance, steps):
    for _ in range(steps):
        if world.over:
            return
        world.variables["n"] = chance.randrange(4)
        world.do(*chance.choice(world.offers()))


def finish(world, chance):
    """On to the end, without what begins more and more."""
    for _ in range(MOST):
        if world.over:
            return
        world.variables["n"] = 1
        offers = world.offers()
        calm = [each for each in offers if type(each[0]).__name__ in ("Completed", "Retried")]
        world.do(*chance.choice(calm or offers))


def outcome(block, seed, *, out):
    """What becomes of one random instance, and how many scopes it has then."""
    chance = random.Random(seed)
    old, new = versions(block, chance, out=out)
    return become(old, new, chance, {})


def throws(world, row):
    """Whether a token rests at an error that nobody catches."""
    return world.process.nodes[row.node].kind is Kind.ERROR_END


def become(old, new, chance, mapping):
    """What becomes of an instance of the old version, somewhere on its way, in the new one.

    It comes to its end, unless it throws an error that the new version catches nowhere any more.
    """
    world = World(old, n=chance.randrange(4)).begin()
    play(world, chance, chance.randrange(6))
    if world.over:
        return "over"
    before = len(world.scopes)
    try:
        move_reference(world, new, mapping)
    except DoesNotFit as trouble:
        return _stays(trouble)
    after = len(world.scopes)
    finish(world, chance)
    uncaught = any(throws(world, row) for row in world.rows)
    assert world.over or uncaught
    return "enters" if after > before else "leaves" if after < before else "goes on"


def _stays(trouble):
    known = [any(why in each for why in STAYS) for each in trouble.sentences]
    return "stays" if all(known) else str(trouble)


@examples(60)
@given(block=BLOCKS, seed=st.integers(0, 10_000), out=st.booleans())
def test_instances_that_enter_and_leave_sub_processes_come_to_their_end(block, seed, out):
    assert outcome(block, seed, out=out) in ("over", "stays", "enters", "leaves", "goes on")


@examples(40)
@given(block=BLOCKS, seed=st.integers(0, 10_000))
def test_steps_may_be_called_otherwise_in_sub_processes_that_are_new(block, seed):
    chance = random.Random(seed)
    plain = source(with_names(("row", [block, ("task", "")])))
    changed, mapping = newer(plain, chance)
    (old,), (new,) = parse(plain), parse(wrapped(changed, chance))

    found = become(old, new, chance, mapping)

    assert found in ("over", "stays", "enters", "leaves", "goes on")


def test_such_instances_do_enter_and_leave():
    found = [outcome(PLAIN, seed, out=out) for seed in range(30) for out in (False, True)]

    assert min(found.count("enters"), found.count("leaves")) > 5
