"""Rows that one step brings to an end: collected first, written together."""

from uuid import UUID

from workflows import cancelling
from workflows.bpmn.kinds import Kind
from workflows.joining import Joins
from workflows.models import Activity
from workflows.sheet import Sheet


class Closing:
    """What one step completes and cancels of what earlier ones, or itself, have set down."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self.joins = Joins(sheet.standing.marking)
        self._emptied: set[int] = set()  # whatever lay in these scopes is cancelled
        self._interrupted_scopes: set[int] = set()
        self._dropped: set[UUID] = set()  # these tokens are cancelled
        self._closed: set[int] = set()
        self._done: dict[UUID, str] = {}  # tokens of scopes that are complete, with their nodes

    # --- while effects are taken ---

    def interrupt(self, token: UUID, inner: int | None) -> None:
        """A boundary event cancels the activity that it sits on, with the scope inside of it."""
        self._drop(token)
        if inner is not None:
            self._interrupted_scopes.add(inner)
            self._sheet.standing.cancel(inner)
            self.empty(inner)

    def close(self, scope: int) -> None:
        """A scope is complete, and so is the token that it is the inside of; a round has none."""
        fresh, row = self._sheet.fresh, self._sheet.standing.close(scope)
        self.quiet(scope)
        fresh.close(scope)
        if row.activity_id is None:
            return
        if row.activity_id in fresh.activities:
            fresh.finish(fresh.activities[row.activity_id])
        else:
            self._done[row.activity_id] = row.node_id

    def quiet(self, scope: int) -> None:
        """Event sub-processes of a scope begin no longer."""
        self._closed.add(scope)

    def empty(self, scope: int) -> None:
        """Whatever lies in a scope is cancelled, what this step has set down there included."""
        standing = self._sheet.standing

        def is_within(number: int) -> bool:
            return standing.is_within(number, scope)

        self._emptied.add(scope)
        self._sheet.fresh.empty(is_within)
        self.joins.forget(is_within)
        standing.empty(scope)

    def _drop(self, token: UUID) -> None:
        """A token is cancelled, whether this step has set it down or an earlier one."""
        fresh = self._sheet.fresh
        if token in fresh.activities:
            fresh.cancel([fresh.activities[token]])
        else:
            self._dropped.add(token)

    # --- when the step is over ---

    def write(self) -> list[Activity]:
        """Write it down; the activities that were cancelled."""
        self._complete_rows()
        return self._cancel_rows()

    def _complete_rows(self) -> None:
        now, nodes = self._sheet.now, self._sheet.process.nodes
        tokens = [*self.joins.consumed(self._sheet.instance), *self._done]
        if tokens:
            Activity.objects.filter(pk__in=tokens, status__in=cancelling.LIVE).update(
                status=Activity.Status.COMPLETED, ended_at=now
            )
        if any(nodes[node].boundary for node in self._done.values()):
            cancelling.waits(self._done, now=now)
            cancelling.settle_incidents(self._done, how="The step was completed.", now=now)

    def _cancel_rows(self) -> list[Activity]:
        instance, now = self._sheet.instance, self._sheet.now
        emptied = set(self._emptied)
        if self._sheet.standing.had_scopes and emptied:
            inside = cancelling.scopes_inside(instance, emptied)
            over = {*inside, *self._interrupted_scopes}
            cancelling.end_scopes(instance, over, now=now)
            emptied.update(inside)
        cancelled = cancelling.live_in(instance, emptied, self._dropped)
        cancelling.rows(cancelled, now=now)
        may_listen = Kind.EVENT_SUB_PROCESS in self._sheet.process.kinds
        if may_listen and (quiet := emptied | self._closed):
            cancelling.waits_of_scopes(instance, quiet, now=now)
        return cancelled
