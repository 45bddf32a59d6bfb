"""Handing things to people: steps to those who look after them, trouble to whoever can help."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.db import OperationalError, transaction

from workflows import handlers, journal
from workflows.bpmn.model import Node
from workflows.models import Activity, Incident, Job, ProcessInstance
from workflows.refusals import Refusal

MOST_NESTED = 20  # steps for people that decide themselves, one straight after the other

Objects = list[tuple[ProcessInstance, dict[str, Any]]]  # and what is in them

logger = logging.getLogger(__name__)
_nested: ContextVar[int] = ContextVar("steps that decide themselves", default=0)


def open_incident(
    *,
    instance: ProcessInstance,
    activity: Activity,
    kind: Incident.Kind,
    message: str,
    now: datetime,
    job: Job | None = None,
) -> Incident:
    """Ask a person to look. An activity has one open incident at most. `instance` is held."""
    incident, created = Incident.objects.get_or_create(
        activity=activity,
        status=Incident.Status.OPEN,
        defaults={
            "instance": instance,
            "job": job,
            "kind": kind,
            "message": message,
            "opened_at": now,
        },
    )
    if created:
        journal.record(
            "incident.opened",
            instance=instance,
            actor="system",
            now=now,
            subject=f"incident:{incident.pk}",
            trouble=kind.value,
            node=activity.node_id,
        )
    return incident


def open_steps(
    *, instance: ProcessInstance, steps: Sequence[tuple[Activity, Node]], now: datetime
) -> None:
    """Hand steps for people to their handlers. One that fails keeps no other from being opened.

    All of them under one savepoint; when one fails, each under its own.
    """
    opened = _open_together(instance, steps, now) if len(steps) > 1 else 0
    for position, (activity, node) in enumerate(steps[opened:], start=opened):
        # An earlier step may have decided itself and taken the others back.
        if position == 0 or _is_active(activity):
            open_step(instance=instance, activity=activity, node=node, now=now)


def _open_together(
    instance: ProcessInstance, steps: Sequence[tuple[Activity, Node]], now: datetime
) -> int:
    """How many are opened: all of them, those up to one that decided itself, or none."""
    before, resting = _as_they_are(instance), instance.resting
    try:
        with _deeper(), transaction.atomic():
            for count, (activity, node) in enumerate(steps, start=1):
                handlers.opened(node.kind, instance, activity, node, now)
                if instance.resting is not resting:  # tokens have moved
                    return count
    except OperationalError:
        raise  # the transaction as a whole is tried again
    except Exception:  # noqa: BLE001 - each is tried by itself, where it is told
        _put_back(before)
        return 0
    return len(steps)


def _as_they_are(instance: ProcessInstance) -> Objects:
    """This instance, and those whose facts are still to be written: a handler may write them."""
    return [(each, dict(vars(each))) for each in (instance, *journal.unwritten())]


def _put_back(objects: Objects) -> None:
    """The savepoint was rolled back: so are the objects that stand for its rows."""
    for each, before in objects:
        vars(each).clear()
        vars(each).update(before)


@contextmanager
def _deeper() -> Iterator[None]:
    """Steps that decide themselves, one straight after the other, come to an end."""
    token = _nested.set(_nested.get() + 1)
    try:
        if _nested.get() > MOST_NESTED:
            raise Refusal(f"The process decided {MOST_NESTED} steps in a row without anybody.")
        yield
    finally:
        _nested.reset(token)


def _is_active(activity: Activity) -> bool:
    return Activity.objects.filter(pk=activity.pk, status=Activity.Status.ACTIVE).exists()


def open_step(
    *, instance: ProcessInstance, activity: Activity, node: Node, now: datetime
) -> Incident | None:
    """Hand a step for people to its handler; when that fails, to a person, as an incident."""
    before = _as_they_are(instance)
    try:
        with _deeper(), transaction.atomic():
            handlers.opened(node.kind, instance, activity, node, now)
    except OperationalError:
        raise  # the transaction as a whole is tried again
    except Exception as error:  # noqa: BLE001 - whatever failed, a person looks at it
        _put_back(before)
        return open_incident(
            instance=instance,
            activity=activity,
            kind=Incident.Kind.HANDLER,
            message=_sentence(error, node),
            now=now,
        )
    return None


def _sentence(error: Exception, node: Node) -> str:
    if isinstance(error, Refusal):
        return str(error)
    logger.error("%s could not be opened", node.id, exc_info=error)
    return f"{node.name or node.id} could not be opened ({type(error).__name__}). See the log."
