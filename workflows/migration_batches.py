"""Many instances migrated one by one: a row for each, gone through by workers, none held up.

Each instance is a transaction of its own. One that somebody is working on is passed by until the
next look; one that does not fit stays on its version, with the sentences that say why.
"""

import logging
import time
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, OperationalError, connection, transaction

from workflows import journal, migration, runtime, wakeups
from workflows.literals import literal
from workflows.migration import AlreadyThere, Wanted
from workflows.models import MigratedInstance, ProcessDefinition, ProcessInstance, ProcessMigration
from workflows.refusals import NotValid, OutOfDate, Refusal

BATCH = 200
BUDGET = 5.0  # seconds of one worker's turn
SWEPT = 10  # by the sweep itself: a house whose broker is down goes on, slowly
MOST_NAMED = 10_000  # instances that a program may name

logger = logging.getLogger(__name__)
Status = MigratedInstance.Status

# Every running instance of the version, in the order in which they began.
ALL = """
INSERT INTO workflows_migratedinstance (migration_id, instance_id, status, sentence)
SELECT %s, id, 'waiting', '' FROM workflows_processinstance
WHERE definition_id = %s AND status = 'running' ORDER BY id
"""
NAMED = ALL.replace("ORDER BY", "AND id = ANY (%s) ORDER BY")


class UnderWay(OutOfDate):
    """Instances of this version are being migrated already."""


class NothingToDo(NotValid):
    """No instance runs on the version."""


class IsOver(OutOfDate):
    """The migration is done or was stopped."""


@transaction.atomic
def begin(
    *,
    wish: Wanted,
    reason: str,
    by: str,
    now: datetime,
    instances: Collection[UUID] | None = None,
) -> ProcessMigration:
    """Migrate the running instances of a version, or those named, as workers come to them.

    Raises `UnderWay` while another migration of this version goes on, `NothingToDo` when nothing
    runs on it.
    """
    migration.check_reason(reason)
    found = ProcessMigration(
        old=wish.old,
        new=wish.new,
        mapping=dict(wish.mapping),
        timers_anew=wish.timers_anew,
        reason=reason,
        total=0,
        created_at=now,
        created_by=by,
    )
    try:
        with transaction.atomic():
            found.save(force_insert=True)
    except IntegrityError as error:
        raise UnderWay(
            f"Instances of {wish.old} are being migrated already. Wait until that is done, or stop "
            "it."
        ) from error
    found.total = _select(found, instances)
    if not found.total:
        raise NothingToDo(f"No such instance runs on {wish.old}. Nothing was changed.")
    found.save(update_fields=["total"])
    _note("migration.begun", found, by, now, instances=found.total, reason=reason)
    wakeups.once_after_commit(wakeups.MIGRATE)
    return found


@transaction.atomic
def stop(*, migration_id: UUID, by: str, now: datetime) -> ProcessMigration:
    """Whoever was not migrated yet stays on its version. Raises `IsOver`."""
    found = _held(migration_id)
    if found is None or found.status != ProcessMigration.Status.RUNNING:
        raise IsOver("The migration is over. Nothing was changed.")
    waiting = MigratedInstance.objects.filter(migration=found, status=literal("waiting"))
    left = waiting.update(status=Status.STOPPED, ended_at=now)
    _end(found, ProcessMigration.Status.STOPPED, by, now, left=left)
    return found


# --- going through them -------------------------------------------------------------------------


def run_due(now: datetime, *, at_most: int = BATCH, budget: float = BUDGET) -> int:
    """Migrate instances whose turn it is until the time is up; for how many that is settled now."""
    until, settled = time.monotonic() + budget, 0
    running = ProcessMigration.objects.filter(status=literal("running")).order_by("id")
    for found in running.select_related("old", "new").defer("old__source", "new__source"):
        waiting = MigratedInstance.objects.filter(migration=found, status=literal("waiting"))
        for row, instance in waiting.order_by("id").values_list("pk", "instance_id")[:at_most]:
            if time.monotonic() > until:
                return settled
            settled += _settle_safely(row, instance, found, now)
        _end_when_done(found, now)
    return settled


def sweep_due(now: datetime) -> int:
    """A few at a time, and a wake-up for a worker who does the rest."""
    if not ProcessMigration.objects.filter(status=literal("running")).exists():
        return 0
    wakeups.send_sparingly(wakeups.MIGRATE, every=2.0)
    return run_due(now, at_most=SWEPT, budget=0.5)


def work_on(now: datetime) -> None:
    """One turn of a worker; another one follows as long as that settles something."""
    if run_due(now):
        wakeups.send(wakeups.MIGRATE)


def _settle_safely(row: int, instance_id: UUID, found: ProcessMigration, now: datetime) -> bool:
    """One instance that cannot be migrated holds up no other."""
    try:
        return _settle(row, instance_id, found, now)
    except OperationalError as busy:
        logger.info("Instance %s is left for the next look: %s", instance_id, busy)
    except Exception:
        logger.exception("Instance %s cannot be migrated", instance_id)
        sentence = "Something went wrong while it was migrated. See the log."
        return _write(row, Status.STAYED, now, sentence)
    return False


@transaction.atomic
def _settle(row: int, instance_id: UUID, found: ProcessMigration, now: datetime) -> bool:
    """Migrate one instance, or say why not; False when it is not its turn or it is worked on."""
    instance = runtime.hold_if_free(instance_id)
    if instance is None or not _is_waiting(row):
        return False
    if instance.status != ProcessInstance.Status.RUNNING:
        return _write(row, Status.OVER, now)
    wish = Wanted(found.old, found.new, found.mapping, found.timers_anew)
    try:
        migration.migrate_held(
            instance, wish=wish, reason=found.reason, by=found.created_by, now=now
        )
    except AlreadyThere:
        is_there = instance.definition_id == found.new_id
        sentence = "" if is_there else "It runs on another version meanwhile."
        return _write(row, Status.MIGRATED if is_there else Status.STAYED, now, sentence)
    except Refusal as refusal:
        return _write(row, Status.STAYED, now, str(refusal))
    return _write(row, Status.MIGRATED, now)


def _is_waiting(row: int) -> bool:
    """Whether it is still to be done; `stop` does not ask for the instance, so the row is held."""
    held = MigratedInstance.objects.select_for_update(no_key=True)
    return held.filter(pk=row, status=literal("waiting")).first() is not None


def _write(row: int, status: Status, now: datetime, sentence: str = "") -> bool:
    waiting = MigratedInstance.objects.filter(pk=row, status=literal("waiting"))
    return bool(waiting.update(status=status, sentence=sentence, ended_at=now))


@transaction.atomic
def _end_when_done(found: ProcessMigration, now: datetime) -> None:
    waiting = MigratedInstance.objects.filter(migration=found, status=literal("waiting"))
    if waiting.exists():
        return
    held = _held(found.pk)
    if held is not None and held.status == ProcessMigration.Status.RUNNING:
        _end(held, ProcessMigration.Status.DONE, "system", now)


# --- rows ---------------------------------------------------------------------------------------


def _select(found: ProcessMigration, instances: Collection[UUID] | None) -> int:
    with connection.cursor() as cursor:
        if instances is None:
            cursor.execute(ALL, [found.pk, found.old_id])
        else:
            cursor.execute(NAMED, [found.pk, found.old_id, list(instances)])
        return int(cursor.rowcount)


def _held(migration_id: UUID) -> ProcessMigration | None:
    held = ProcessMigration.objects.select_for_update(no_key=True, of=("self",))
    return held.select_related("old", "new").filter(pk=migration_id).first()


def _end(
    found: ProcessMigration,
    status: ProcessMigration.Status,
    by: str,
    now: datetime,
    **detail: object,
) -> None:
    found.status, found.ended_at = status, now
    found.save(update_fields=["status", "ended_at"])
    _note(f"migration.{status.value}", found, by, now, **detail)


def _note(kind: str, found: ProcessMigration, by: str, now: datetime, **detail: object) -> None:
    old: ProcessDefinition = found.old
    versions = {"from": old.version, "to": found.new.version}
    journal.record_outside(
        kind, subject=f"definition:{old.key}", actor=by, now=now, **versions, **detail,
        migration=str(found.pk),
    )  # fmt: skip
