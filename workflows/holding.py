"""Holding an instance: whoever moves it on has its row first, and nothing moves once it is over."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from workflows import journal
from workflows.fetching import FOR_UPDATE, fetch_one
from workflows.models import ProcessInstance
from workflows.refusals import OutOfDate


class Over(OutOfDate):
    """The process instance has ended or was cancelled."""


class AlreadyDone(OutOfDate):
    """The step has been completed or cancelled meanwhile."""


def hold(instance_id: UUID | QuerySet[Any, Any]) -> ProcessInstance:
    """The instance as it is now, locked until the transaction ends. First in the lock order.

    Whatever was read before this call may be out of date. `instance_id` may be a query for it.
    """
    asked, values = "%s", (instance_id,)
    if isinstance(instance_id, QuerySet):
        asked, values = instance_id.query.sql_with_params()
    return hold_of(asked, values)


def hold_of(asked: str, values: Sequence[Any]) -> ProcessInstance:
    """The same for the instance that a statement of ours finds: one that need not be put together
    each time, as a query has to be."""
    journal.catch_up()
    return fetch_one(ProcessInstance, f"self.id = ({asked}) {FOR_UPDATE}", values)


def hold_if_free(instance_id: UUID) -> ProcessInstance | None:
    """Like `hold`, but passes by an instance that somebody else is working on."""
    journal.catch_up()
    free = ProcessInstance.objects.select_for_update(no_key=True, skip_locked=True)
    return free.filter(pk=instance_id).first()


def refuse_when_over(instance: ProcessInstance) -> None:
    """Nothing moves in an instance that is over."""
    if instance.status != ProcessInstance.Status.RUNNING:
        was = "ended" if instance.status == ProcessInstance.Status.COMPLETED else "was cancelled"
        raise Over(f"The process {was} meanwhile. Nothing was changed.")
