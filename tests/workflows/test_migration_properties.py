"""Random models on random ways, changed in between: rows go on as the reference in memory does."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.many import examples
from tests.workflows.bpmn.block_drawing import source, with_names
from tests.workflows.bpmn.blocks import BLOCKS
from tests.workflows.bpmn.moved_world import STAYS, move_reference
from tests.workflows.bpmn.versions import newer, wrapped
from tests.workflows.builders import NOW
from tests.workflows.mirrored import Mirrored
from tests.workflows.test_runtime_properties import MOST, calm, of_its_own
from workflows import journal, migration
from workflows.bpmn.model import Kind
from workflows.bpmn.parser import parse
from workflows.bpmn.tokens import Retried
from workflows.models import ProcessDefinition

pytestmark = pytest.mark.django_db
WILD = 6


def play(mirrored, chance, steps):
    """Some steps with anything at all."""
    for _ in range(steps):
        if mirrored.world.over:
            return
        happening, row = chance.choice(mirrored.world.offers())
        mirrored.know(n=chance.randrange(4))
        mirrored.do(happening, row)


def finish(mirrored, chance):
    """On to the end, or as far as the new version leads, without what begins more and more."""
    for _ in range(MOST):
        offers = leading_on(mirrored)
        if not offers:
            return
        mirrored.know(n=1)
        mirrored.do(*chance.choice(offers))


def leading_on(mirrored):
    """What may happen next; that an error which nobody catches is thrown again leads nowhere."""
    nodes = mirrored.world.process.nodes
    return [
        (happening, row)
        for happening, row in calm(mirrored, mirrored.world.offers())
        if not (isinstance(happening, Retried) and nodes[happening.node].kind is Kind.ERROR_END)
    ]


def waits_for_ever(mirrored):
    """Whether the new version took away what a join waits for, or who catches an error."""
    return any(row.waiting or row.stuck for row in mirrored.world.rows)


def migrate(mirrored, model, mapping):
    """The instance and the reference, each in its own way; why not, when it does not fit."""
    old = mirrored.instance.definition
    new = ProcessDefinition.objects.create(
        key=old.key, version=old.version + 1, name="Drawn", source=model, source_sha256="1" * 64,
        deployed_at=NOW, deployed_by="user:ada",
    )  # fmt: skip
    try:
        migration.migrate(
            instance_id=mirrored.pk, wish=migration.wanted(old, new, mapping), reason="Newer.",
            by="user:ada", now=NOW,
        )  # fmt: skip
    except migration.CannotMigrate as refusal:
        return str(refusal)
    (process,) = parse(model)
    move_reference(mirrored.world, process, mapping)
    return ""


@examples(30)
@given(block=BLOCKS, seed=st.integers(0, 10_000))
def test_an_instance_goes_on_in_another_version_as_the_reference_does(block, seed):
    chance = random.Random(seed)
    model = source(with_names(("row", [block, ("task", "")])))
    changed, mapping = newer(model, chance)
    with of_its_own():
        mirrored = Mirrored(model, n=chance.randrange(4))
        play(mirrored, chance, chance.randrange(WILD))
        if mirrored.world.over:
            return

        refusal = migrate(mirrored, changed, mapping)

        assert not refusal or "No way leads from" in refusal
        mirrored.check()
        finish(mirrored, chance)
        assert journal.verifies(mirrored.instance)
        if mirrored.world.over:
            assert mirrored.left_open() == []
        else:
            assert waits_for_ever(mirrored)
            mirrored.cancel()


@examples(30)
@given(block=BLOCKS, seed=st.integers(0, 10_000), out=st.booleans())
def test_an_instance_enters_and_leaves_sub_processes_as_the_reference_does(block, seed, out):
    chance = random.Random(seed)
    plain = source(with_names(("row", [block, ("task", "")])))
    models = [plain, wrapped(plain, chance)]
    old, new = reversed(models) if out else models
    with of_its_own():
        mirrored = Mirrored(old, n=chance.randrange(4))
        play(mirrored, chance, chance.randrange(WILD))
        if mirrored.world.over:
            return

        refusal = migrate(mirrored, new, {})

        assert not refusal or any(why in refusal for why in STAYS)
        mirrored.check()
        finish(mirrored, chance)
        assert mirrored.world.over
        assert journal.verifies(mirrored.instance)
        assert mirrored.left_open() == []


def test_the_versions_are_as_different_as_they_are_meant_to_be():
    both = ("both", [("task", ""), ("task", "")])
    model = source(with_names(("unless", "timer", "", both, ("task", ""))))
    added, gone, called = 0, 0, 0

    for seed in range(40):
        changed, mapping = newer(model, random.Random(seed))
        (old,), (new,) = parse(model), parse(changed)
        fresh = new.nodes.keys() - old.nodes.keys() - set(mapping.values())
        added += any(new.nodes[name].kind is Kind.BOUNDARY_TIMER for name in fresh)
        gone += any(name not in mapping and name not in new.nodes for name in old.nodes)
        called += bool(mapping)

    assert min(added, gone, called) > 2
