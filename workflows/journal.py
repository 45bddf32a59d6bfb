"""Writing down what happened: append-only, hash-chained, one chain per process instance.

Each entry's hash is SHA-256 over the canonical JSON (RFC 8785) of its own facts and the hash of
the entry before, so a changed, missing or inserted entry shows. `instance` must be held by
`runtime.hold`: its row carries the head of the chain.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid5

from django.db import connection, transaction

from workflows import instance_rows, postponing, sql_json
from workflows.canonical import digest
from workflows.inserting import Values, as_json, insert_plain, statement
from workflows.models import JournalEntry, ProcessInstance

# Subjects outside any process have chains of their own, named after them.
HOUSE = UUID("3f0d8b58-5c3e-5c0b-9a55-4f3f1f0c7a10")


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that happened, before it has its place in a chain."""

    kind: str
    actor: str
    subject: str = ""
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Chapter:
    """What is said of one held instance, and which of its fields the same update writes."""

    instance: ProcessInstance
    facts: Sequence[Fact]
    also_save: Sequence[str] = ()


Moments = tuple[tuple[Fact, datetime], ...]  # what happened, and when
GATHERED = "_gathered"  # of an instance, while a block gathers


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is to be written of one instance: what happened, and which of its fields."""

    said: Moments = ()
    fields: tuple[str, ...] = ()

    def and_then(self, other: "Gathered") -> "Gathered":
        fields = dict.fromkeys((*self.fields, *other.fields))
        return Gathered((*self.said, *other.said), tuple(fields))


_gathering: ContextVar[tuple[ProcessInstance, ...]] = ContextVar("instances", default=())


def record(
    kind: str,
    *,
    instance: ProcessInstance,
    actor: str,
    now: datetime,
    subject: str = "",
    **detail: Any,
) -> None:
    """Append one fact to the chain of a held instance."""
    fact = Fact(kind=kind, actor=actor, subject=subject, detail=detail)
    record_all([fact], instance=instance, now=now)


def record_all(
    facts: Iterable[Fact],
    *,
    instance: ProcessInstance,
    now: datetime,
    also_save: Iterable[str] = (),
) -> None:
    """Append several facts in order, with one statement.

    `also_save` names fields of the instance that the same update writes. Operations that call each
    other may each have read the held row: one whose copy is behind catches up first.
    """
    news = Gathered(tuple((fact, now) for fact in facts), tuple(also_save))
    gathered = instance.__dict__.get(GATHERED)
    if gathered is None:
        _append(news, instance)
    else:  # a new object: whoever takes a savepoint keeps the instance as it is, and puts it back
        instance.__dict__[GATHERED] = gathered.and_then(news)


@contextmanager
def gathering(instance: ProcessInstance) -> Iterator[None]:
    """What is said of a held instance waits for the end of the block, with the fields to be saved.

    Inside of another such block the outer one writes. When the block fails, so does the transaction
    around it, and nothing is written. Other rows of the step may wait with it (`postponing`).
    """
    if GATHERED in instance.__dict__:
        yield
        return
    instance.__dict__[GATHERED] = Gathered()
    token = _gathering.set((*_gathering.get(), instance))
    try:
        with postponing.block():
            yield
            _append(instance.__dict__[GATHERED], instance)
    finally:
        _gathering.reset(token)
        instance.__dict__.pop(GATHERED, None)


def catch_up() -> None:
    """Somebody is about to read rows of instances: what blocks have gathered is written now."""
    for instance in unwritten():
        _append(_taken(instance), instance)


def unwritten() -> tuple[ProcessInstance, ...]:
    """Instances of which blocks are gathering what is said."""
    return _gathering.get()


def _taken(instance: ProcessInstance) -> Gathered:
    """What a block has gathered, which is written now."""
    gathered: Gathered | None = instance.__dict__.get(GATHERED)
    if gathered is None:
        return Gathered()
    instance.__dict__[GATHERED] = Gathered()
    return gathered


def _append(news: Gathered, instance: ProcessInstance) -> None:
    if not news.said:
        if news.fields:
            instance.save(update_fields=news.fields)
        return
    while True:
        entries = _chained(
            news.said, chain=instance.pk, length=instance.chain_length, head=instance.chain_head
        )
        if _took_their_place(instance, entries, news.fields):
            return
        instance.refresh_from_db(fields=["chain_length", "chain_head"])


def record_each(chapters: Sequence[Chapter], *, now: datetime) -> None:
    """Append to the chains of different instances, with one insert and one update for all.

    Raises `instance_rows.Behind` when one of several copies is behind its row.
    """
    if len(chapters) == 1:
        [one] = chapters
        record_all(one.facts, instance=one.instance, now=now, also_save=one.also_save)
        return
    found, news = [], []
    for each in chapters:
        instance, length, head = each.instance, each.instance.chain_length, each.instance.chain_head
        facts = Gathered(tuple((fact, now) for fact in each.facts), tuple(each.also_save))
        all_of_it = _taken(instance).and_then(facts)
        entries = _chained(all_of_it.said, chain=instance.pk, length=length, head=head)
        if entries:
            instance.chain_length, instance.chain_head = _end_of(entries)
        found += entries
        news.append((instance, (length, head), all_of_it.fields))
    instance_rows.move_on(news)
    insert_plain(JournalEntry, found)


def _took_their_place(
    instance: ProcessInstance, entries: list[Values], also_save: Sequence[str]
) -> bool:
    """Write entries and move the head of the chain on, unless it is somewhere else than this copy
    of the instance says: then neither."""
    length, head = _end_of(entries)
    news = {"chain_length": length, "chain_head": head}
    news |= {name: getattr(instance, name) for name in also_save}
    said = sql_json.text(news)
    before: list[str | int] = [instance.chain_length, instance.chain_head]
    values = [said, instance.pk, *before, as_json(entries)]
    moved = postponing.run(instance._meta.db_table, _statement(tuple(news)), values) > 0
    if moved:
        instance.chain_length, instance.chain_head = length, head
    return moved


@lru_cache(maxsize=64)
def _statement(fields: tuple[str, ...]) -> str:
    changed = ", ".join(f"{name} = news.{name}" for name in fields)
    # Names of our own columns.
    return f"""
        WITH moved AS (
            UPDATE workflows_processinstance AS instance SET {changed}
            FROM jsonb_populate_record(NULL::workflows_processinstance, %s::jsonb) AS news
            WHERE instance.id = %s AND instance.chain_length = %s AND instance.chain_head = %s
            RETURNING instance.id
        )
        {statement(JournalEntry)} WHERE EXISTS (SELECT FROM moved)
    """  # noqa: S608


@transaction.atomic
def record_outside(
    kind: str, *, subject: str, actor: str, now: datetime, **detail: Any
) -> JournalEntry:
    """Append a fact that belongs to no process, such as a changed queue, to its subject's chain."""
    chain = uuid5(HOUSE, subject)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [chain.int >> 65])
    last = JournalEntry.objects.filter(chain=chain).order_by("-sequence").first()
    fact = Fact(kind=kind, actor=actor, subject=subject, detail=detail)
    [values] = _chained(
        [(fact, now)],
        chain=chain,
        length=last.sequence if last else 0,
        head=last.hash if last else "",
    )
    return JournalEntry.objects.create(**{**values, "chain": chain, "at": now})


def hash_of(entry: JournalEntry) -> str:
    """What the entry's hash must be, from its own facts and the hash before it."""
    fact = Fact(kind=entry.kind, actor=entry.actor, subject=entry.subject, detail=entry.detail)
    return digest(
        _hashed(
            fact,
            at=entry.at,
            chain=entry.chain,
            sequence=entry.sequence,
            previous_hash=entry.previous_hash,
        )
    )


def first_broken(chain: UUID) -> JournalEntry | None:
    """The first entry of a chain that does not follow from the one before, if any."""
    previous = ""
    entries = JournalEntry.objects.filter(chain=chain).order_by("sequence")
    for expected, entry in enumerate(entries.iterator(), start=1):
        intact = (
            entry.sequence == expected
            and entry.previous_hash == previous
            and entry.hash == hash_of(entry)
        )
        if not intact:
            return entry
        previous = entry.hash
    return None


def verifies(instance: ProcessInstance) -> bool:
    """Whether the chain is whole and ends where the instance says it ends."""
    last = JournalEntry.objects.filter(chain=instance.pk).order_by("-sequence").first()
    ends_right = (
        (last.sequence, last.hash) == (instance.chain_length, instance.chain_head)
        if last
        else instance.chain_length == 0
    )
    return ends_right and first_broken(instance.pk) is None


def _chained(
    said: Iterable[tuple[Fact, datetime]], *, chain: UUID, length: int, head: str
) -> list[Values]:
    """What is written of each, by column: without objects, which would cost more than the rest."""
    entries = []
    for sequence, (fact, now) in enumerate(said, start=length + 1):
        entry = _hashed(fact, at=now, chain=chain, sequence=sequence, previous_hash=head)
        head = digest(entry)
        entry["hash"] = head
        entries.append(entry)
    return entries


def _hashed(
    fact: Fact, *, at: datetime, chain: UUID, sequence: int, previous_hash: str
) -> dict[str, Any]:
    """All that an entry's hash is made of."""
    return {
        "chain": str(chain),
        "sequence": sequence,
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "kind": fact.kind,
        "actor": fact.actor,
        "subject": fact.subject,
        "detail": fact.detail,
        "previous_hash": previous_hash,
    }


def _end_of(entries: list[Values]) -> tuple[int, str]:
    """How long the chain is with these, and its last hash."""
    return entries[-1]["sequence"], entries[-1]["hash"]
