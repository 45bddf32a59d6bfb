"""What a token or a scope waits for: rows to be written, computed before anything is."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

from workflows.bpmn import expressions, extensions, timing
from workflows.bpmn.expressions import Unclear
from workflows.bpmn.model import Node
from workflows.bpmn.waits import Wait
from workflows.feel import FeelError
from workflows.models import Activity, Call, Incident, Job, Listener, ProcessInstance, Timer

# The first wake-up goes out at the commit; the sweep looks after the job from here on.
FIRST_LOOK = timedelta(seconds=1)
LONGEST_KEY = 200
LONGEST_NAME = 200
LONGEST_TOPIC = 200
LONGEST_VERSION = 100


class CannotOpen(Exception):
    """A step cannot be opened as modelled and with these variables: a person has to look."""

    def __init__(self, kind: Incident.Kind, sentence: str) -> None:
        super().__init__(sentence)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is waited for: a scope, the token that waits, and what is known there."""

    instance: ProcessInstance
    now: datetime
    scope: int
    activity: Activity | None
    known: Mapping[str, Any]


@dataclass(slots=True)
class Openings:
    """Rows that were opened, by their kind."""

    jobs: list[Job] = field(default_factory=list)
    timers: list[Timer] = field(default_factory=list)
    listeners: list[Listener] = field(default_factory=list)
    people: list[Activity] = field(default_factory=list)
    decisions: list[Activity] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    _owners: set[UUID | int] = field(default_factory=set)  # tokens, and scopes without one

    def add(self, waits: Iterable[Wait], place: Place) -> None:
        """Open what is waited for, one by one. Raises `CannotOpen` at the first trouble."""
        for wait in waits:
            if wait.what not in OPENERS:
                sentence = f"{wait.node.name or wait.node.id} cannot be opened: {wait.what}."
                raise CannotOpen(Incident.Kind.HANDLER, sentence)
            self._owners.add(place.activity.pk if place.activity else place.scope)
            OPENERS[wait.what](self, wait, place)

    def forget_token(self, activity: Activity) -> None:
        """Leave out what was opened for a token."""
        if activity.pk in self._owners:
            self.forget(lambda row: row.activity_id == activity.pk)

    def forget_scope(self, scope: int) -> None:
        """Leave out what was opened for a scope itself."""
        if scope in self._owners:
            self.forget(lambda row: row.activity_id is None and row.scope == scope)

    def forget(self, gone: Callable[[Any], bool]) -> None:
        """Leave out rows of tokens or scopes that were cancelled in the same step."""
        self.jobs = [row for row in self.jobs if not gone(row)]
        self.timers = [row for row in self.timers if not gone(row)]
        self.listeners = [row for row in self.listeners if not gone(row)]
        self.calls = [row for row in self.calls if not gone(row)]

    def rows(self) -> list[tuple[Any, list[Any]]]:
        """What is to be inserted, in this order."""
        return [
            (Job, self.jobs),
            (Timer, self.timers),
            (Listener, self.listeners),
            (Call, self.calls),
        ]


# --- one kind each ---


def _open_job(openings: Openings, wait: Wait, place: Place) -> None:
    openings.jobs.append(job_for(wait.node, place))


def _open_timer(openings: Openings, wait: Wait, place: Place) -> None:
    openings.timers.append(timer_for(wait.node, place))


def _open_listener(openings: Openings, wait: Wait, place: Place) -> None:
    openings.listeners.append(listener_for(wait.node, place))


def _open_person(openings: Openings, _wait: Wait, place: Place) -> None:
    openings.people.append(_token(place))


def _open_decision(openings: Openings, _wait: Wait, place: Place) -> None:
    openings.decisions.append(_token(place))


def _open_call(openings: Openings, wait: Wait, place: Place) -> None:
    openings.calls.append(call_for(wait.node, place))


def _open_undo(openings: Openings, wait: Wait, place: Place) -> None:
    openings.calls.append(undoing_call_for(wait.of, place))


def _open_answer(_openings: Openings, _wait: Wait, _place: Place) -> None:
    """The message itself is the row by which its sender is found."""


OPENERS: Mapping[str, Callable[[Openings, Wait, Place], None]] = MappingProxyType(
    {
        "job": _open_job,
        "person": _open_person,
        "decision": _open_decision,
        "call": _open_call,
        "undo": _open_undo,
        "answer": _open_answer,
        "timer": _open_timer,
        "message": _open_listener,
        "signal": _open_listener,
        "conditional": _open_listener,
    }
)


def job_for(node: Node, place: Place) -> Job:
    """The job of an automated step."""
    said = extensions.job(node)
    try:
        given = extensions.inputs(node, place.known)
    except FeelError as error:
        sentence = f"The input of {node.name or node.id} cannot be evaluated: {error}"
        raise CannotOpen(Incident.Kind.HANDLER, sentence) from error
    return Job(
        instance=place.instance,
        activity=_token(place),
        handler=text_said(said.handler, "topic", node, place, LONGEST_TOPIC),
        input=given,
        result_variable=said.result,
        max_attempts=said.attempts,
        lease_for=said.lease,
        backoff=said.backoff,
        created_at=place.now,
        ready_at=place.now,
        dispatch_at=place.now + FIRST_LOOK,
        dispatches=1,
    )


def timer_for(node: Node, place: Place) -> Timer:
    """One timer, due as its event says."""
    if node.timer is None:
        raise ValueError(f"{node.id} has no timer.")
    try:
        plan = timing.plan(node.timer, place.known, place.now)
    except timing.TimingError as error:
        sentence = f"The timer {node.name or node.id} cannot be set: {error}"
        raise CannotOpen(Incident.Kind.TIMER, sentence) from error
    return Timer(
        instance=place.instance,
        activity=place.activity,
        scope=place.scope,
        node_id=node.id,
        due_at=plan.due_at,
        repeats_left=None if plan.repetitions is None else plan.repetitions - 1,
        period=plan.period,
        cron=plan.cron,
    )


def call_for(node: Node, place: Place) -> Call:
    """The promise to begin the process that a call activity calls, with what it is given."""
    said = node.call
    if said is None:
        raise ValueError(f"{node.id} calls nothing.")
    token = _token(place)
    given = {**(place.known if node.data.all_in else {}), **(token.inputs or {})}
    key = text_said(said.business_key, "business key", node, place, LONGEST_KEY)
    return Call(
        instance=place.instance,
        activity=token,
        process=text_said(said.element, "process", node, place, LONGEST_KEY),
        binding=said.binding,
        version=text_said(said.version, "version", node, place, LONGEST_VERSION),
        business_key=place.instance.business_key if said.same_key else key,
        inputs=given,
        look_at=place.now,
        created_at=place.now,
    )


def undoing_call_for(called_id: str, place: Place) -> Call:
    """The promise to undo a process that was called, by another instance of the same version."""
    called = ProcessInstance.objects.select_related("definition").get(pk=called_id)
    return Call(
        instance=place.instance,
        activity=_token(place),
        process=called.definition.key,
        business_key=called.business_key,
        undoes=called,
        look_at=place.now,
        created_at=place.now,
    )


def text_said(text: str, what: str, node: Node, place: Place, longest: int) -> str:
    """A text of the model, or the text or whole number that its expression gives."""
    try:
        value = expressions.value(text, place.known)
    except Unclear as reason:
        raise CannotOpen(Incident.Kind.HANDLER, str(reason)) from reason
    if isinstance(value, bool) or not isinstance(value, str | int):
        sentence = f"The {what} of {node.name or node.id} is no text: {text}."
        raise CannotOpen(Incident.Kind.HANDLER, sentence)
    if len(str(value)) > longest or not (str(value) or " ").isprintable():
        sentence = f"The {what} of {node.name or node.id} is no plain text of up to {longest}."
        raise CannotOpen(Incident.Kind.HANDLER, f"{sentence[:-1]} characters.")
    return str(value)


def listener_for(node: Node, place: Place) -> Listener:
    """Somebody who waits for a message, a signal or a condition."""
    what = node.event.what if node.event else Listener.Kind.MESSAGE.value
    return Listener(
        instance=place.instance,
        activity=place.activity,
        scope=place.scope,
        node_id=node.id,
        kind=what,
        name=name_of(node, place),
        key=key_of(node, place.known),
        opened_at=place.now,
    )


def name_of(node: Node, place: Place) -> str:
    """What the message or signal of an event is called; its name may be an expression."""
    name = node.event.name if node.event else ""
    if not name.startswith("="):
        return name[:LONGEST_NAME]
    return text_said(name, "name", node, place, LONGEST_NAME)


def key_of(node: Node, known: Mapping[str, Any]) -> str:
    """What tells this instance from others that wait for the same message; "" without a key."""
    if node.event is None or not node.event.key:
        return ""
    try:
        value = expressions.evaluated(node.event.key, known)
    except Unclear as reason:
        raise CannotOpen(Incident.Kind.HANDLER, str(reason)) from reason
    if isinstance(value, bool) or not isinstance(value, str | int | float) or value == "":
        what = f"The key “{node.event.key}” of “{node.name or node.id}”"
        sentence = f"{what} is neither a text nor a number: no message could find this instance."
        raise CannotOpen(Incident.Kind.HANDLER, sentence)
    if len(str(value)) > LONGEST_KEY:
        sentence = f"The key of {node.name or node.id} is longer than {LONGEST_KEY} characters."
        raise CannotOpen(Incident.Kind.HANDLER, sentence)
    return str(value)


def _token(place: Place) -> Activity:
    if place.activity is None:
        raise ValueError("Work is done by a token, not by a scope.")
    return place.activity
