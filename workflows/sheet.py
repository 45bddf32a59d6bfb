"""What one step of a held instance knows, and notes while it goes on."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from workflows.bpmn.model import Process
from workflows.bpmn.scopes import ROOT
from workflows.fresh import Fresh
from workflows.journal import Fact
from workflows.models import Activity, Incident, ProcessInstance
from workflows.openings import Place
from workflows.standing import Standing


class Sheet:
    """The paper that a step is worked out on: where things stand, new rows, facts."""

    def __init__(
        self,
        *,
        instance: ProcessInstance,
        process: Process,
        actor: str,
        now: datetime,
        at: int = ROOT,
        facts: Iterable[Fact] = (),
    ) -> None:
        self.instance, self.process = instance, process
        self.actor, self.now = actor, now
        self.facts = [*facts]
        self.standing = Standing(instance, process, at, now)
        self.fresh = Fresh(instance, now)

    def note(self, kind: str, subject: str = "", **detail: Any) -> None:
        """Remember a fact for the journal."""
        self.facts.append(Fact(kind=kind, actor=self.actor, subject=subject, detail=detail))

    def place(self, scope: int, activity: Activity | None = None) -> Place:
        """Where something is waited for, and what is known there now."""
        known = self.standing.seen(scope)
        if activity and activity.inputs:
            known = {**known, **activity.inputs}
        return Place(self.instance, self.now, scope, activity, known)

    def trouble(self, activity: Activity, kind: Incident.Kind, sentence: str) -> None:
        """A person has to look at this."""
        incident = self.fresh.trouble(activity, kind, sentence)
        if incident is not None:
            subject = f"incident:{incident.pk}"
            self.note("incident.opened", subject, trouble=kind.value, node=activity.node_id)
