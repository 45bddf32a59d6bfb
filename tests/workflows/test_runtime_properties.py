"""Random models on random ways: after every step the database equals the reference in memory.

Every thing happens through its own door, every step begins with nothing in memory, some are tried
first by a worker that dies in the middle, and at any moment the instance could be cancelled.
"""

import random
from contextlib import contextmanager

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.many import examples
from tests.workflows.bpmn.block_drawing import source, with_names
from tests.workflows.bpmn.blocks import BLOCKS
from tests.workflows.mirrored import Mirrored
from workflows import journal
from workflows.models import Activity, JournalEntry

pytestmark = pytest.mark.django_db

WILD, MOST = 15, 120  # steps with anything at all, and steps in all


def play(block, seed, *, restarts=True, trouble=True):
    """An instance after a random way through a model."""
    chance, luck = random.Random(seed), random.Random(seed)
    mirrored = Mirrored(source(with_names(block)), forgets=restarts, n=chance.randrange(4))
    for count in range(MOST):
        if mirrored.world.over:
            break
        offers = mirrored.world.offers()
        what = chance.choice(offers if count < WILD else calm(mirrored, offers))
        mirrored.know(n=chance.randrange(4) if count < WILD else 1)
        if trouble and luck.random() < 0.2:
            mirrored.crash(luck.randrange(12), *what)
        if trouble and luck.random() < 0.2:
            mirrored.cancel()
        mirrored.do(*what)
    return mirrored


def calm(mirrored, offers):
    """Nothing that begins more and more."""
    nodes = mirrored.world.process.nodes
    return [each for each in offers if nodes[each[0].node].interrupting]


@examples(40)
@given(block=BLOCKS, seed=st.integers(0, 10_000))
def test_the_database_stands_where_the_reference_stands_after_every_step(block, seed):
    with of_its_own():
        mirrored = play(block, seed)

        assert mirrored.world.over
        assert journal.verifies(mirrored.instance)
        assert mirrored.left_open() == []


@examples(8)
@given(block=BLOCKS, seed=st.integers(0, 10_000))
def test_restarts_and_crashes_leave_no_trace(block, seed):
    with of_its_own():
        troubled = play(block, seed)
        told, rows = story(troubled), history(troubled)
    with of_its_own():
        smooth = play(block, seed, restarts=False, trouble=False)

        assert told == story(smooth)
        assert rows == history(smooth)


@contextmanager
def of_its_own():
    """Nothing of one example is there in the next."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def story(mirrored):
    entries = JournalEntry.objects.filter(chain=mirrored.pk).order_by("sequence")
    return [(each.kind, each.actor, each.detail.get("node")) for each in entries]


def history(mirrored):
    rows = Activity.objects.filter(instance=mirrored.pk).order_by("id")
    return list(rows.values_list("node_id", "flow_id", "scope", "status", "kind"))
