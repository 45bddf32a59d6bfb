"""Rows that one step sets down: collected first, written together, taken back while it goes on."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from workflows import cancelling, listening, postponing, wakeups
from workflows.bpmn.model import Node
from workflows.making import new
from workflows.models import (
    Activity,
    Call,
    CallReport,
    Event,
    Incident,
    Job,
    Listener,
    Message,
    ProcessInstance,
    Scope,
)
from workflows.openings import Openings


class Fresh:
    """What one step adds to a held instance."""

    def __init__(self, instance: ProcessInstance, now: datetime) -> None:
        self.instance, self.now = instance, now
        self.activities: dict[UUID, Activity] = {}
        self.openings = Openings()
        self.events: list[Event] = []
        self.reports: list[CallReport] = []  # to whoever called this instance
        self.messages: list[Message] = []  # thrown here, to be delivered after the commit
        self._incidents: dict[UUID, Incident] = {}  # by activity: it has one at most

    def add(self, node: Node, scope: int, status: Activity.Status, flow: str | None) -> Activity:
        """A token at this node."""
        activity = new(
            Activity,
            instance=self.instance,
            node_id=node.id,
            kind=node.kind,
            name=node.name,
            flow_id=flow or "",
            scope=scope,
            status=status,
            entered_at=self.now,
            ended_at=self.now if status is Activity.Status.COMPLETED else None,
        )
        self.activities[activity.pk] = activity
        return activity

    def trouble(self, activity: Activity, kind: Incident.Kind, sentence: str) -> Incident | None:
        """A person has to look at this; nothing when somebody is asked to already."""
        if activity.pk in self._incidents:
            return None
        incident = Incident(
            instance=self.instance,
            activity=activity,
            kind=kind,
            message=sentence,
            opened_at=self.now,
        )
        self._incidents[activity.pk] = incident
        return incident

    def finish(self, activity: Activity) -> None:
        """A token rests no longer: whatever was opened for it is not needed."""
        activity.complete(now=self.now)
        self.openings.forget_token(activity)

    def close(self, scope: int) -> None:
        """A scope is complete: its event sub-processes begin no longer."""
        self.openings.forget_scope(scope)

    def cancel(self, activities: Iterable[Activity]) -> None:
        """These tokens are taken back, with all that was opened for them."""
        gone = {each.pk for each in activities if is_live(each)}
        for token in gone:
            self.activities[token].cancel(now=self.now)
            self._incidents.pop(token, None)
        self.openings.forget(lambda row: row.activity_id in gone)

    def empty(self, is_within: Callable[[int], bool]) -> None:
        """Whatever lies in these scopes is taken back."""
        self.cancel([each for each in self.activities.values() if is_within(each.scope)])
        self.openings.forget(lambda row: row.activity_id is None and is_within(row.scope))

    def rows(self, scopes: list[Scope]) -> list[tuple[Any, list[Any]]]:
        """What is to be inserted, in this order."""
        return [
            (Activity, list(self.activities.values())),
            (Scope, scopes),
            *self.openings.rows(),
            (Incident, list(self._incidents.values())),
            (Event, self.events),
            (CallReport, self.reports),
            (Message, self.messages),
        ]


def write_down(steps: Sequence[tuple[Fresh, list[Scope]]]) -> None:
    """Insert what steps of different instances add, with one statement.

    Each step comes with the scopes that began in it.
    """
    found: dict[Any, list[Any]] = {}
    for fresh, scopes in steps:
        for model, rows in fresh.rows(scopes):
            found.setdefault(model, []).extend(rows)
    postponing.insert(*found.values())
    _wake(found)


def _wake(written: dict[Any, list[Any]]) -> None:
    """Tell workers what there is to do for them."""
    if jobs := written[Job]:
        wakeups.after_commit(wakeups.RUN_JOB, [job.pk for job in jobs])
    if written[Call] or written[CallReport]:
        wakeups.once_after_commit(wakeups.SETTLE_CALLS)
    if messages := written[Message]:
        wakeups.after_commit(wakeups.TELL, [message.pk for message in messages])
    listening.look_after_commit(written[Listener])


def is_live(activity: Activity) -> bool:
    """Whether an activity still holds a token."""
    return activity.status in cancelling.LIVE
