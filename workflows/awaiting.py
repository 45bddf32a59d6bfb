"""What the tokens and scopes that a step sets down wait for, and who is asked when they cannot."""

from collections.abc import Iterable, Sequence

from workflows import listening
from workflows.bpmn.kinds import Kind
from workflows.bpmn.scopes import ROOT
from workflows.bpmn.waits import Wait
from workflows.models import Activity, Incident
from workflows.openings import CannotOpen
from workflows.sheet import Sheet


def wait(sheet: Sheet, activity: Activity, found: Iterable[Wait]) -> list[Activity]:
    """Open what a new activity waits for; the decisions that it asks are given back.

    Its timers come last: they may be in trouble.
    """
    openings, node = sheet.fresh.openings, sheet.process.nodes[activity.node_id]
    jobs, timers = len(openings.jobs), len(openings.timers)
    try:
        openings.add(found, sheet.place(activity.scope, activity))
    except CannotOpen as trouble:
        sheet.trouble(activity, trouble.kind, str(trouble))
    for job in openings.jobs[jobs:]:
        sheet.note("job.created", f"job:{job.pk}", node=node.id, handler=job.handler)
    for timer in openings.timers[timers:]:
        if node.kind is Kind.TIMER_CATCH:
            due_at = timer.due_at.isoformat()
            sheet.note("timer.set", f"activity:{activity.pk}", node=node.id, due_at=due_at)
    decisions, openings.decisions = openings.decisions, []
    return decisions


def listen(sheet: Sheet, scope: int, found: Iterable[Wait], owner: Activity | None = None) -> None:
    """A scope, the inside of `owner`, listens for what begins its event sub-processes."""
    try:
        sheet.fresh.openings.add(found, sheet.place(scope))
    except CannotOpen as trouble:
        asked = owner if owner and scope != ROOT else _first(sheet)
        sheet.trouble(asked, trouble.kind, str(trouble))


def refuse_doubles(sheets: Sequence[Sheet]) -> None:
    """What waits for a message and key that somebody waits for already is in trouble."""
    by_listener = {
        listener.pk: sheet for sheet in sheets for listener in sheet.fresh.openings.listeners
    }
    listeners = [each for sheet in sheets for each in sheet.fresh.openings.listeners]
    double = listening.taken(listeners)
    gone = {listener.pk for listener in double}
    for listener in double:
        sheet = by_listener[listener.pk]
        sheet.fresh.openings.forget(lambda row: row.pk in gone)
        node = sheet.process.nodes[listener.node_id]
        sentence = listening.sentence(listener, node.name or node.id)
        owner = listener.activity or _owner_of(sheet, listener.scope)
        sheet.trouble(owner, Incident.Kind.HANDLER, sentence)


def _owner_of(sheet: Sheet, scope: int) -> Activity:
    row = sheet.standing.rows.get(scope)
    return row.activity if row is not None and row.activity is not None else _first(sheet)


def _first(sheet: Sheet) -> Activity:
    return next(iter(sheet.fresh.activities.values()))
