"""The house that stories are played in."""

import pytest

from examples.order_fulfilment import story
from examples.playing import NotAsTold, refused
from examples.stories import settle
from workflows import job_handlers
from workflows.models import Job, JobKind
from workflows.refusals import NotValid

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def orders(house):
    settle(story.EXAMPLE, now=house.now)


def test_work_ends_when_a_ready_job_may_not_be_taken(house, monkeypatch):
    """A kind of work that is done outside stays ready, and nobody here may lease it."""
    handlers = dict(job_handlers._handlers)
    del handlers["order.pay"]
    monkeypatch.setattr(job_handlers, "_handlers", handlers)
    JobKind.objects.update_or_create(name="order.pay", defaults={"external": True})

    story.order(house, "O-1")
    house.work()

    waiting = Job.objects.get(handler="order.pay")
    assert (waiting.status, waiting.attempts) == ("ready", 0)


def test_a_lost_worker_has_done_its_work_and_said_nothing(house):
    house.lose_worker("order.pay")
    story.order(house, "O-1")

    assert story.left()["money"] == 140
    assert Job.objects.get(handler="order.pay").status == "leased"

    for _ in range(2):
        house.pass_time(minutes=5)

    assert Job.objects.get(handler="order.pay").status == "completed"
    assert story.left()["money"] == 140


def test_a_story_can_insist_on_a_refusal():
    def refuses():
        raise NotValid("This cannot be.")

    assert refused(refuses) == "This cannot be."
    with pytest.raises(NotAsTold, match="had to refuse"):
        refused(lambda: None)
