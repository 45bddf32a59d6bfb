"""Wake-ups are speed, never the promise."""

import pytest
from django.db import transaction

from workflows import wakeups
from workflows.ids import uuid7


@pytest.mark.django_db(transaction=True)
def test_after_one_commit_workers_are_woken_for_the_first_of_many(monkeypatch):
    sent = []
    monkeypatch.setattr(wakeups, "send", lambda _task, row: sent.append(row) or True)
    rows = [uuid7() for _ in range(wakeups.MOST_AT_ONCE + 50)]

    with transaction.atomic():
        wakeups.after_commit(wakeups.RUN_JOB, rows)
        assert sent == []

    assert sent == [str(row) for row in rows[: wakeups.MOST_AT_ONCE]]
