"""Random models on random ways: after every step the database equals the reference in memory."""

import itertools
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.workflows.bpmn import sketch
from tests.workflows.bpmn.blocks import BLOCKS, Drawing, named
from tests.workflows.mirrored import Mirrored
from workflows import journal
from workflows.models import Activity, Job, Listener, Scope, Timer

pytestmark = pytest.mark.django_db

WILD, MOST = 15, 120  # steps with anything at all, and steps in all

SETTINGS = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))


def source(block):
    drawing = Drawing(itertools.count(1))
    end = drawing.draw(named(block, itertools.count(1)), "start", "")
    return sketch.xml(*drawing.arrows, f"{end} -> end", **drawing.made)


def play(model, seed):
    """An instance after a random way through a model."""
    chance = random.Random(seed)
    mirrored = Mirrored(model, n=chance.randrange(4))
    for count in range(MOST):
        if mirrored.world.over:
            break
        offers = mirrored.world.offers()
        happening, row = chance.choice(offers if count < WILD else calm(mirrored, offers))
        mirrored.know(n=chance.randrange(4) if count < WILD else 1)
        mirrored.do(happening, row)
    return mirrored


def calm(mirrored, offers):
    """Nothing that begins more and more."""
    nodes = mirrored.world.process.nodes
    return [each for each in offers if nodes[each[0].node].interrupting]


@SETTINGS
@given(block=BLOCKS, seed=st.integers(0, 10_000))
def test_the_database_stands_where_the_reference_stands_after_every_step(block, seed):
    mirrored = play(source(block), seed)

    assert mirrored.world.over
    assert journal.verifies(mirrored.instance)
    assert not Activity.objects.filter(instance=mirrored.pk, status__in=["active", "waiting"])
    assert not Scope.objects.filter(instance=mirrored.pk, status="open").exists()
    assert not Timer.objects.filter(instance=mirrored.pk, status="pending").exists()
    assert not Listener.objects.filter(instance=mirrored.pk, status="open").exists()
    assert not Job.objects.filter(instance=mirrored.pk, status__in=["ready", "leased"]).exists()
