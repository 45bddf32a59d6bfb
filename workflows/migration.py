"""Letting one running instance go on in another version of its process.

Instances keep their version until somebody migrates them. What can go on as what is told by
`workflows.bpmn.migrating`, what that means for one instance by `workflows.moves`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.db import transaction

from workflows import definitions, handlers, journal, moves, runtime
from workflows.bpmn import migrating
from workflows.bpmn.migrating import Plan
from workflows.bpmn.moving import DoesNotFit
from workflows.journal import Fact
from workflows.models import ProcessDefinition, ProcessInstance
from workflows.moves import Moves
from workflows.refusals import NotValid, OutOfDate, Refusal

LONGEST_REASON = 500


class AlreadyThere(OutOfDate):
    """The instance runs on the wanted version, or on another one than was seen."""


class CannotMigrate(Refusal):
    """Something of the instance has no place in the other version."""

    slug = "does-not-fit"

    def __init__(self, sentences: tuple[str, ...]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


@dataclass(frozen=True, slots=True)
class Wanted:
    """From which version to which, and what ids do not tell."""

    old: ProcessDefinition
    new: ProcessDefinition
    mapping: Mapping[str, str] = field(default_factory=dict)
    timers_anew: bool = False  # those whose definition changes, from now on

    def plan(self) -> Plan:
        """What fits. Raises `NotValid` for a mapping that names no step."""
        return plan_of(self.old.pk, self.new.pk, tuple(sorted(self.mapping.items())))


def wanted(
    old: ProcessDefinition,
    new: ProcessDefinition,
    mapping: Mapping[str, str] | None = None,
    *,
    timers_anew: bool = False,
) -> Wanted:
    """What somebody wants, once it makes sense. Raises `NotValid`."""
    if old.key != new.key:
        raise NotValid(
            f"{old} and {new} are different processes. An instance is migrated to another version "
            "of its own process."
        )
    if old.pk == new.pk:
        raise NotValid(f"Its instances run on {new} already. Choose another version.")
    found = Wanted(old, new, dict(mapping or {}), timers_anew)
    found.plan()
    return found


@lru_cache(maxsize=64)
def plan_of(old: UUID, new: UUID, mapping: tuple[tuple[str, str], ...]) -> Plan:
    """The plan for two versions; computed once, because neither of them ever changes."""
    try:
        return migrating.plan(
            definitions.compiled_by_id(old), definitions.compiled_by_id(new), dict(mapping)
        )
    except ValueError as error:
        raise NotValid(str(error)) from error


def preview(instance: ProcessInstance, wish: Wanted, *, now: datetime) -> Moves:
    """What would become of an instance as it is now. Nothing is changed.

    Raises `CannotMigrate` with everything that has no place.
    """
    try:
        return moves.of(instance, wish.plan(), timers_anew=wish.timers_anew, now=now)
    except DoesNotFit as trouble:
        raise CannotMigrate(trouble.sentences) from trouble


@transaction.atomic
def migrate(
    *, instance_id: UUID, wish: Wanted, reason: str, by: str, now: datetime
) -> ProcessInstance:
    """Let an instance go on in another version, as it stands once it is held.

    Raises `CannotMigrate` with everything that has no place, `AlreadyThere` when it is on another
    version than the wanted one begins with, `Over` when it has ended.
    """
    instance = runtime.hold(instance_id)
    return migrate_held(instance, wish=wish, reason=reason, by=by, now=now)


@transaction.atomic
def migrate_held(
    instance: ProcessInstance, *, wish: Wanted, reason: str, by: str, now: datetime
) -> ProcessInstance:
    """`migrate` for an instance that is held. What was begun is taken back when it does not fit."""
    check_reason(reason)
    runtime.refuse_when_over(instance)
    if instance.definition_id != wish.old.pk:
        raise AlreadyThere(
            f"The process runs on version {instance.definition.version} meanwhile. Nothing was "
            "changed."
        )
    found = preview(instance, wish, now=now)
    try:
        with transaction.atomic():
            found.write(now=now)
    except DoesNotFit as trouble:
        raise CannotMigrate(trouble.sentences) from trouble
    found.set_instance()
    instance.definition = wish.new
    fact = Fact(
        kind="process.migrated",
        actor=by,
        subject=f"process:{instance.pk}",
        detail={**_told(wish, found), "reason": reason},
    )
    journal.record_all([fact], instance=instance, now=now, also_save=moves.OF_THE_INSTANCE)
    handlers.moved(instance, found.asked, by, now)
    runtime.look_at_conditions(instance, now=now)
    return instance


def check_reason(reason: str) -> None:
    """Whoever migrates says why. Raises `NotValid`."""
    if not reason.strip() or len(reason) > LONGEST_REASON or "\0" in reason:
        raise NotValid(f"Say why, in at most {LONGEST_REASON} characters.")


def _told(wish: Wanted, found: Moves) -> dict[str, object]:
    return {
        "process": wish.new.key,
        "from": wish.old.version,
        "to": wish.new.version,
        "mapping": dict(wish.mapping),
        "withdrawn": found.waits.withdrawn,
        "opened": found.waits.fresh,
        "left": found.scopes.gone,
        "entered": found.scopes.entered,
        "timers_anew": wish.timers_anew,
    }
