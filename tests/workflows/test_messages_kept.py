"""Messages that come before anybody waits are kept for a while."""

from datetime import timedelta

import pytest

from tests.workflows.builders import complete, later, now_of, standing
from tests.workflows.mailed import HOUR, begin, deployed, receives, send
from workflows import (
    correlation,
    senders,
)
from workflows.models import Message
from workflows.refusals import NotValid


@pytest.mark.django_db
def test_a_message_that_comes_early_is_kept_until_somebody_waits():
    definition = deployed("start -> first -> r -> after -> end", r=receives("paid", "= order"))
    instance = begin(definition, order="A-1")
    kept = send(keep_for=HOUR, amount=5)
    assert (kept.instance, kept.kept.status) == (None, "waiting")
    assert correlation.deliver_due(later(minutes=1)) == 0

    complete(instance, "first")
    assert correlation.deliver_due(later(minutes=2)) == 1

    assert standing(instance) == ["after"]
    assert now_of(instance).variables["amount"] == 5
    again = send(keep_for=HOUR, amount=5)
    assert (again.instance, again.is_new) == (instance, False)
    assert correlation.deliver_due(later(minutes=3)) == 0


@pytest.mark.django_db
def test_workers_are_woken_for_what_was_kept_as_soon_as_somebody_waits(
    django_capture_on_commit_callbacks, woken
):
    definition = deployed("start -> first -> r -> end", r=receives("paid", "= order"))
    instance = begin(definition, order="A-1")
    send(key="A-2", message_id="k2", keep_for=HOUR)
    kept = send(keep_for=HOUR).kept

    with django_capture_on_commit_callbacks(execute=True):
        complete(instance, "first")

    assert ("workflows.tasks.deliver_message", str(kept.pk)) in woken
    assert len(woken) == 1


@pytest.mark.django_db
def test_a_message_is_kept_for_its_time_and_no_longer():
    definition = deployed("start -> first -> r -> end", r=receives("paid", "= order"))
    instance = begin(definition, order="A-1")
    send(keep_for=HOUR)

    assert senders.expire_due(later(minutes=59)) == 0
    complete(instance, "first")
    assert correlation.deliver_due(later(hours=1)) == 0
    assert senders.expire_due(later(hours=1)) == 1

    assert Message.objects.get().status == "expired"
    assert standing(instance) == ["r"]


@pytest.mark.django_db
def test_a_kept_message_that_several_begin_to_wait_for_is_refused():
    send(keep_for=HOUR)
    definition = deployed("start -> r -> end", r=receives("paid"))
    both = [begin(definition, business_key="A-1") for _ in range(2)]

    assert correlation.deliver_due(later(minutes=1)) == 0

    message = Message.objects.get()
    assert message.status == "refused"
    assert all(str(each.pk) in message.problem for each in both)


@pytest.mark.django_db
@pytest.mark.parametrize("keep_for", [timedelta(0), timedelta(seconds=-1), timedelta(days=31)])
def test_a_time_to_live_has_bounds(keep_for):
    with pytest.raises(NotValid, match="kept for at most"):
        send(keep_for=keep_for)
