"""Process definitions: deploying new versions and reading those that are there."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from workflows import external, job_handlers, journal, needs, partners, security
from workflows.bpmn import check, extensions, parser, talk, timing
from workflows.bpmn.kinds import WORKED
from workflows.bpmn.model import BpmnError, Finding, Kind, Process, Severity
from workflows.literals import literal
from workflows.models import (
    Listener,
    Message,
    ProcessDefinition,
    ProcessInstance,
    StartTimer,
)
from workflows.refusals import NotValid

LARGEST_SOURCE = 2 * 1024 * 1024  # bytes
DEPLOYING = 7_331_001  # advisory lock: versions are numbered one after the other


@transaction.atomic
def deploy(*, source: bytes, by: str, now: datetime) -> list[ProcessDefinition]:
    """A new version of each executable process in a BPMN file.

    A process whose file has not changed keeps its version. `NotValid` lists every finding.
    """
    processes = read(source)
    external.know(_new_topics(processes))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [DEPLOYING])
    return [_deploy(process, source=source, by=by, now=now) for process in processes]


def read(source: bytes) -> list[Process]:
    """The executable processes of a file, all of which can run here."""
    if len(source) > LARGEST_SOURCE:
        raise NotValid(f"The file has {len(source)} bytes. At most {LARGEST_SOURCE} are read.")
    try:
        processes = check.accept(source)
    except BpmnError as error:
        security.note("model-refused", what=str(error.findings[0]))
        raise _refusal(error.findings) from error
    missing = [finding for process in processes for finding in _unknown_handlers(process)]
    if missing:
        raise _refusal(missing)
    return processes


def warnings_of(definition: ProcessDefinition) -> list[Finding]:
    """What is to be said of a process that runs as it is."""
    found = findings_of(definition)
    return [finding for finding in found if finding.severity is Severity.WARNING]


def findings_of(definition: ProcessDefinition) -> list[Finding]:
    """What the checks say of a deployed model, what it lacks, and how it fits with the others."""
    process = compiled(definition)
    others = partners.of(definition, compiled=compiled)
    return [*check.check(process), *needs.of(process), *others]


def compiled(definition: ProcessDefinition) -> Process:
    """The process ready to run; parsed once per definition and worker."""
    return _compiled(definition.pk)


def compiled_by_id(definition_id: UUID) -> Process:
    """The same for who knows only the id of a definition."""
    return _compiled(definition_id)


def process_of(instance: ProcessInstance) -> Process:
    """The process that an instance runs."""
    return _compiled(instance.definition_id)


def started_by(message: str) -> ProcessDefinition | None:
    """The newest version of the process that this message starts."""
    return _started_by(message).first()


def begun_by(message: str, *, key: str) -> ProcessDefinition | None:
    """The process that this message begins now: none while somebody waits for this very key."""
    waiting = Listener.objects.filter(
        kind=literal("message"), status=literal("open"), name=message
    ).filter(Q(key=key) | Q(key="", instance__business_key=key))
    found = _started_by(message)
    return (found.exclude(Exists(waiting)) if key else found).first()


def _started_by(message: str) -> QuerySet[ProcessDefinition]:
    newer = ProcessDefinition.objects.filter(key=OuterRef("key"), version__gt=OuterRef("version"))
    found = ProcessDefinition.objects.filter(~Exists(newer), messages__contains=[message])
    return found.defer("source")


def message_start(definition: ProcessDefinition, message: str) -> str:
    """The start event of a process that waits for this message."""
    for node in compiled(definition).inside(""):
        if node.message == message:
            return node.id
    raise NotValid(f"{definition} has no start event for {message!r}.")


def started_by_signal(signal: str) -> list[ProcessDefinition]:
    """The newest versions of the processes that this signal starts."""
    newer = ProcessDefinition.objects.filter(key=OuterRef("key"), version__gt=OuterRef("version"))
    found = ProcessDefinition.objects.filter(~Exists(newer), signals__contains=[signal])
    return list(found.defer("source").order_by("key"))


@lru_cache(maxsize=256)
def _compiled(definition_id: UUID) -> Process:
    key, source = ProcessDefinition.objects.values_list("key", "source").get(pk=definition_id)
    return next(process for process in parser.parse(bytes(source)) if process.id == key)


def _deploy(process: Process, *, source: bytes, by: str, now: datetime) -> ProcessDefinition:
    digest = hashlib.sha256(source).hexdigest()
    newest = ProcessDefinition.objects.filter(key=process.id).order_by("-version").first()
    if newest and newest.source_sha256 == digest:
        return newest
    messages = [node.message for node in process.inside("") if node.message]
    _refuse_taken(process, messages)
    start_timers = _start_timers(process, now)
    definition = ProcessDefinition.objects.create(
        key=process.id,
        version=newest.version + 1 if newest else 1,
        name=process.name or process.id,
        source=source,
        source_sha256=digest,
        messages=messages,
        signals=sorted(_signals(process)),
        talk=talk.of(process),
        deployed_at=now,
        deployed_by=by,
    )
    _replace_start_timers(definition, start_timers, now)
    _look_for_kept(messages)
    journal.record_outside(
        "definition.deployed",
        subject=f"definition:{definition.key}",
        actor=by,
        now=now,
        version=definition.version,
        source_sha256=digest,
    )
    return definition


def _signals(process: Process) -> set[str]:
    starts = (node for node in process.inside("") if node.kind is Kind.SIGNAL_START)
    return {node.event.name for node in starts if node.event}


def _refuse_taken(process: Process, messages: list[str]) -> None:
    """One message starts one process."""
    for message in messages:
        other = started_by(message)
        if other and other.key != process.id:
            raise NotValid(
                f"The message {message} already starts {other.name}. Give it another name."
            )


def _look_for_kept(messages: list[str]) -> None:
    """Messages that came before the process they begin was there are looked at once more."""
    if messages:
        kept = Message.objects.filter(kind=literal("message"), status=literal("waiting"))
        kept.filter(name__in=messages).update(tried_at=None)


def _start_timers(process: Process, now: datetime) -> list[StartTimer]:
    """The timers that start a process, from now on. `NotValid` when a moment cannot be told."""
    rows = []
    for node in process.inside(""):
        if node.kind is not Kind.TIMER_START or node.timer is None:
            continue
        try:
            plan = timing.plan(node.timer, {}, now)
        except timing.TimingError as error:
            raise _refusal([Finding(node.id, node.line, str(error))]) from error
        rows.append(
            StartTimer(
                node_id=node.id,
                due_at=plan.due_at,
                look_at=plan.due_at,
                repeats_left=None if plan.repetitions is None else plan.repetitions - 1,
                period=plan.period,
                cron=plan.cron,
            )
        )
    return rows


def _replace_start_timers(
    definition: ProcessDefinition, rows: list[StartTimer], now: datetime
) -> None:
    """Older versions start no instances any more; one that fires just now is waited for.

    What somebody has switched off stays off.
    """
    older = StartTimer.objects.filter(
        definition__key=definition.key, status=StartTimer.Status.PENDING
    )
    off = set(older.filter(is_on=False).values_list("node_id", flat=True))
    older.update(status=StartTimer.Status.CANCELLED, ended_at=now)
    for row in rows:
        row.definition, row.is_on = definition, row.node_id not in off
    StartTimer.objects.bulk_create(rows)


def _unknown_handlers(process: Process) -> Iterator[Finding]:
    known = job_handlers.names()
    for node in process.nodes.values():
        if node.extension("job") and extensions.job(node).handler not in known:
            sentence = (
                f"No handler named {extensions.job(node).handler} is installed. "
                f"Known are {', '.join(sorted(known)) or 'none'}. "
                "If a worker outside does it, give its token this topic first."
            )
            yield Finding(node.id, node.line, sentence)


def _new_topics(processes: list[Process]) -> set[str]:
    """Topics of other tools' models: workers outside may do them, whoever they will be."""
    works = (
        node.work.name
        for process in processes
        for node in process.nodes.values()
        if node.kind in WORKED and node.work is not None and node.work.by_worker
    )
    return {name for name in works if not name.startswith("=")} - job_handlers.names()


def _refusal(findings: tuple[Finding, ...] | list[Finding]) -> NotValid:
    places: list[dict[str, object]] = [
        {"element": each.element, "line": each.line, "sentence": each.sentence} for each in findings
    ]
    count = "one place has" if len(places) == 1 else f"{len(places)} places have"
    return NotValid(f"The model cannot run: {count} to be corrected. {findings[0]}", places)
