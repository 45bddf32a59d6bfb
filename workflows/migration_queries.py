"""Questions about migrations: where running instances of a version stand, and which of them fit.

Counted by the database, so that a preview of many instances costs little more than one of few.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from workflows.bpmn import moving
from workflows.bpmn.migrating import Plan
from workflows.literals import literal
from workflows.models import (
    Activity,
    Incident,
    Job,
    MigratedInstance,
    ProcessDefinition,
    ProcessInstance,
    ProcessMigration,
    Scope,
)

LIVE = (Activity.Status.ACTIVE, Activity.Status.WAITING)


@dataclass(frozen=True, slots=True)
class Standing:
    """How many running instances stand at one node, and with how many tokens."""

    instances: int
    tokens: int


@dataclass(frozen=True, slots=True)
class Counted:
    """The running instances of a version, and how they fit a plan as they are now."""

    running: int
    fitting: int
    standing: dict[str, Standing]  # by node
    going: dict[str, Standing]  # the same for those that fit
    unmade: dict[str, int]  # instances by a step that is done and could not be undone any more
    in_hand: int  # instances with a job that a worker has just now
    troubled: int  # instances with an open incident
    at_joins: int  # instances of which a token waits for others
    calling: int  # instances that wait for another process


def running_on(definition: ProcessDefinition) -> QuerySet[ProcessInstance]:
    """Its running instances."""
    return ProcessInstance.objects.filter(definition=definition, status=literal("running"))


def counted(definition: ProcessDefinition, plan: Plan) -> Counted:
    """The preview of a whole version. Conditions that only the moment can tell are left out."""
    running = running_on(definition)
    unmade = _unmade(running, plan)
    staying = _staying(running, plan, set(_spread(unmade)))
    return Counted(
        running=running.count(),
        fitting=running.exclude(staying).count(),
        standing=_standing(running),
        going=_standing(running.exclude(staying)),
        unmade={node: len(found) for node, found in unmade.items()},
        in_hand=_many(running, Q(jobs__status=Job.Status.LEASED)),
        troubled=_many(running, Q(incidents__status=Incident.Status.OPEN)),
        at_joins=_many(running, Q(activities__status=Activity.Status.WAITING)),
        calling=_many(running, Q(calls__status="running")),
    )


def standing_in(instance: ProcessInstance) -> dict[str, Standing]:
    """Where one instance stands."""
    return _standing(ProcessInstance.objects.filter(pk=instance.pk))


def blocking(counts: Counted, plan: Plan) -> list[tuple[int, str]]:
    """Why instances stay, the most frequent reason first: how many, and a sentence."""
    reasons = [
        (standing.instances, plan.unplaced(node))
        for node, standing in counts.standing.items()
        if plan.place(node) is None and not plan.dissolves(node)
    ]
    for node, many in counts.unmade.items():
        place = plan.place(node)
        reasons.append((many, moving.no_longer_undone(place) if place else plan.unplaced(node)))
    return sorted(reasons, key=lambda reason: (-reason[0], reason[1]))


# --- migrations ---------------------------------------------------------------------------------


def migrations() -> QuerySet[ProcessMigration]:
    """Every migration with its versions, without their files."""
    found = ProcessMigration.objects.select_related("old", "new")
    return found.defer("old__source", "new__source")


def migrations_of(definition: ProcessDefinition) -> QuerySet[ProcessMigration]:
    """Away from this version, the newest first."""
    return migrations().filter(old=definition)[:20]


def progress(migration: ProcessMigration) -> dict[str, int]:
    """How many instances there are of each status; those without any are 0."""
    rows = MigratedInstance.objects.filter(migration=migration).order_by().values("status")
    found = {row["status"]: row["many"] for row in rows.annotate(many=Count("*"))}
    return {status: found.get(status, 0) for status in MigratedInstance.Status.values}


def stayed(migration: ProcessMigration, after: int = 0) -> QuerySet[MigratedInstance]:
    """Instances that did not fit, with the sentences that say why."""
    rows = MigratedInstance.objects.filter(migration=migration, status=literal("stayed"))
    return rows.filter(pk__gt=after).select_related("instance__definition").order_by("pk")


# --- counting -----------------------------------------------------------------------------------


def _standing(running: QuerySet[ProcessInstance]) -> dict[str, Standing]:
    rows = (
        Activity.objects.filter(instance__in=running, status__in=LIVE)
        .order_by()
        .values("node_id")
        .annotate(tokens=Count("*"), instances=Count("instance_id", distinct=True))
    )
    return {row["node_id"]: Standing(row["instances"], row["tokens"]) for row in rows}


def _many(running: QuerySet[ProcessInstance], which: Q) -> int:
    return running.filter(which).order_by().values("pk").distinct().count()


def _staying(running: QuerySet[ProcessInstance], plan: Plan, unmade: set[UUID]) -> Q:
    """Those that do not fit: a token or an open incident at a step without a place, or records."""
    lost = [name for name, pair in plan.pairs.items() if pair.new is None and not pair.dissolved]
    tokens = Activity.objects.filter(instance__in=running, status__in=LIVE, node_id__in=lost)
    asked = Incident.objects.filter(
        instance__in=running, status=Incident.Status.OPEN, activity__node_id__in=lost
    )
    found = Q(pk__in=tokens.values("instance_id")) | Q(pk__in=asked.values("instance_id"))
    return found | Q(pk__in=unmade) if unmade else found


def _unmade(running: QuerySet[ProcessInstance], plan: Plan) -> dict[str, set[UUID]]:
    """Instances by a step that they have done and that could not be undone any more.

    Only processes with such steps are looked at, and of them what remembers anything.
    """
    lost = moving.unrecorded(plan)
    found: dict[str, set[UUID]] = {}
    if not lost:
        return found
    rows = running.exclude(done=[]).values_list("pk", "done")
    scopes = Scope.objects.filter(instance__in=running, status=Scope.Status.OPEN)
    inner = scopes.exclude(done=[]).values_list("instance_id", "done")
    queued = scopes.exclude(queue=[]).values_list("instance_id", "queue")
    for each in (rows, inner, queued):
        for instance, done in each.iterator():
            for node in lost & set(_nodes(done)):
                found.setdefault(node, set()).add(instance)
    return found


def _nodes(done: Iterable[Any]) -> Iterator[str]:
    for each in done:
        yield each["node"]
        yield from _nodes(each["inner"])


def _spread(unmade: dict[str, set[UUID]]) -> Iterator[UUID]:
    for found in unmade.values():
        yield from found
