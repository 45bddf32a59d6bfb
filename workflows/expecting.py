"""What administrators expect of chains of events: declared once, switched off and on.

{"chain": "Settlement", "links": [
    {"after": "trade.captured", "process": "trade_confirmation",
     "publishes": "trade.confirmed", "within": "PT2H"},
    {"calls": "entitlement_check", "by": "class_booking", "within": "PT5M"}]}
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max

from workflows import journal, strict_json
from workflows.bpmn import timing
from workflows.models import Event, Expectation
from workflows.refusals import NotValid

LONGEST_CHAIN, LONGEST_NAME = 100, 200
MOST_LINKS = 100
LARGEST_FILE = 256 * 1024  # bytes
DECLARING = 7_331_004  # advisory lock: links are declared by one after the other
SHORTEST, LONGEST = timedelta(seconds=1), timedelta(days=366)
REACTION, ANSWER = {"after", "process", "publishes", "within"}, {"calls", "by", "within"}
EXAMPLES = (
    (
        '{"after": "trade.captured", "process": "trade_confirmation", '
        '"publishes": "trade.confirmed", "within": "PT2H"}'
    ),
    '{"calls": "entitlement_check", "by": "class_booking", "within": "PT5M"}',
)
EXAMPLE = " or ".join(EXAMPLES)


@dataclass(frozen=True, slots=True)
class Expected:
    """One link as somebody declares it; see `Expectation` for the words."""

    kind: str
    after: str
    process: str
    within: timedelta
    publishes: str = ""


@transaction.atomic
def declare(*, chain: str, links: Iterable[Expected], by: str, now: datetime) -> list[Expectation]:
    """Watch these links from now on. One that is known already takes the new chain and time.

    Raises `NotValid` with a sentence about what cannot be watched.
    """
    _check_text("name of the chain", chain, LONGEST_CHAIN)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [DECLARING])
    return [_declared(chain, link, by, now) for link in links]


@transaction.atomic
def replace(*, chain: str, links: Iterable[Expected], by: str, now: datetime) -> list[Expectation]:
    """Watch these links of a chain and no others: what else it had is switched off.

    Raises `NotValid` as `declare` does.
    """
    declared = declare(chain=chain, links=links, by=by, now=now)
    watched = {each.pk for each in declared}
    for each in Expectation.objects.filter(chain=chain).order_by("pk"):
        switch(each.pk, on=each.pk in watched, by=by, now=now)
    return declared


def read(source: bytes) -> tuple[str, list[Expected]]:
    """The chain that a file declares. Raises `NotValid` with the place that is wrong."""
    if len(source) > LARGEST_FILE:
        raise NotValid(f"The file has {len(source):,} bytes. At most {LARGEST_FILE:,} are read.")
    try:
        said = strict_json.loads(source)
    except strict_json.NotJSON as error:
        raise NotValid(f"The file is no JSON. {error}") from error
    return understood(said)


def understood(said: object) -> tuple[str, list[Expected]]:
    """The same of what was read already."""
    if not isinstance(said, dict) or set(said) != {"chain", "links"}:
        raise NotValid('A chain is an object with its name in "chain" and a list in "links".')
    links = said["links"]
    if not isinstance(links, list) or not 0 < len(links) <= MOST_LINKS:
        raise NotValid(f'"links" is a list of 1 to {MOST_LINKS} links.')
    _check_text("name of the chain", said["chain"], LONGEST_CHAIN)
    return said["chain"], [_link(each, number) for number, each in enumerate(links, start=1)]


@transaction.atomic
def switch(expectation_id: UUID, *, on: bool, by: str, now: datetime) -> Expectation:
    """Watch a link, or let it be. What was published meanwhile is not looked at afterwards."""
    held = Expectation.objects.select_for_update(no_key=True).get(pk=expectation_id)
    if held.is_active == on:
        return held
    held.is_active, held.look_at = on, now
    if on:
        held.seen_position = _newest()
    held.save(update_fields=["is_active", "look_at", "seen_position"])
    _say("expectation.switched", held, by, now, before=not on, after_that=on)
    return held


def _declared(chain: str, link: Expected, by: str, now: datetime) -> Expectation:
    _check(link)
    said = {"kind": link.kind, "after": link.after, "process": link.process,
            "publishes": link.publishes}  # fmt: skip
    fresh = Expectation(
        **said, chain=chain, within=link.within, seen_position=_newest(), look_at=now,
        created_at=now, created_by=by,
    )  # fmt: skip
    Expectation.objects.bulk_create([fresh], ignore_conflicts=True)
    held = Expectation.objects.select_for_update(no_key=True).get(**said)
    if held.pk == fresh.pk:
        _say("expectation.declared", held, by, now)
    elif (held.chain, held.within) != (chain, link.within):
        held.chain, held.within, held.look_at = chain, link.within, now
        held.save(update_fields=["chain", "within", "look_at"])
        _say("expectation.changed", held, by, now)
    return held


def _check(link: Expected) -> None:
    for what, text in (("event or caller", link.after), ("process", link.process)):
        _check_text(what, text, LONGEST_NAME)
    if link.publishes:
        _check_text("event that is expected", link.publishes, LONGEST_NAME)
    if not SHORTEST <= link.within <= LONGEST:
        raise NotValid("The time is from one second to a year, such as PT2H.")


def _newest() -> int:
    """Events up to here are the past: they are not looked at."""
    last: int | None = Event.objects.aggregate(last=Max("position"))["last"]
    return last or 0


def _link(said: object, number: int) -> Expected:
    is_answer = isinstance(said, Mapping) and "calls" in said
    known = ANSWER if is_answer else REACTION
    if not isinstance(said, Mapping) or not known - {"publishes"} <= set(said) <= known:
        raise NotValid(f"Link {number} is not understood. Write {EXAMPLE}.")
    texts = {name: _text(value, name, number) for name, value in said.items()}
    try:
        within = timing.duration(texts["within"])
    except timing.TimingError as error:
        raise NotValid(f"Link {number}: {error}") from error
    kind = Expectation.Kind.ANSWER if is_answer else Expectation.Kind.REACTION
    after, process = ("by", "calls") if is_answer else ("after", "process")
    link = Expected(kind, texts[after], texts[process], within, texts.get("publishes", ""))
    _check(link)
    return link


def _text(value: object, name: str, number: int) -> str:
    if not isinstance(value, str):
        raise NotValid(f"Link {number}: {name} is a text in quotes.")
    return value


def _check_text(what: str, text: object, longest: int) -> None:
    if not isinstance(text, str) or not text.strip() or len(text) > longest:
        raise NotValid(f"The {what} is a text of 1 to {longest} characters.")
    if not text.isprintable():
        raise NotValid(f"The {what} holds a character that cannot be printed. Leave it out.")


def _say(kind: str, held: Expectation, by: str, now: datetime, **detail: Any) -> None:
    journal.record_outside(
        kind, subject=f"expectation:{held.pk}", actor=by, now=now, chain=held.chain,
        kind_of=held.kind, follows=held.after, process=held.process, publishes=held.publishes,
        within=held.within.total_seconds(), **detail,
    )  # fmt: skip
