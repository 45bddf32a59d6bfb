"""Which processes reacted to events, by key: what the observer and the page of an instance ask.

A reaction has the business key of the instance that published, and began after the first event of
that type with the key: what comes twice is one fact. Events without a business key cannot be
followed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Min

from workflows import chains
from workflows.chains import Reaction, Said
from workflows.models import Event, Expectation, ProcessInstance

CLOCKS_DIFFER = timedelta(seconds=2)  # between two machines
OVER = (ProcessInstance.Status.COMPLETED, ProcessInstance.Status.CANCELLED)


@dataclass(frozen=True, slots=True)
class Link:
    """One event, and what followed it."""

    event: Event
    source: ProcessInstance
    key: str
    said: Said
    reaction: ProcessInstance | None


def links_of(expectation: Expectation, events: Sequence[Event], *, now: datetime) -> list[Link]:
    """What followed each of these events; their instances are loaded. Three statements in all."""
    keyed = {event.pk: event.instance for event in events if event.instance is not None}
    keys = {instance.business_key for instance in keyed.values()} - {""}
    if not keys:
        return []
    first = _first_published(expectation.after, keys)
    begun = _begun(expectation, keys, min(first.values()))
    published = _published(expectation.publishes, begun)
    found = []
    for event in events:
        source = keyed.get(event.pk)
        if source is None or not source.business_key:
            continue
        since = first[source.business_key] - CLOCKS_DIFFER
        reactions = [
            Reaction(each, each.started_at, each.status in OVER, published.get(each.pk))
            for each in begun[source.business_key]
            if each.started_at >= since and each.pk != source.pk
        ]
        said, best = chains.of_reactions(
            reactions, must_publish=bool(expectation.publishes),
            due_at=event.at + expectation.within, now=now,
        )  # fmt: skip
        reaction = best.row if best else None
        found.append(Link(event, source, source.business_key, said, reaction))
    return found


def _first_published(kind: str, keys: Iterable[str]) -> dict[str, datetime]:
    rows = Event.objects.filter(type=kind, instance__business_key__in=keys).order_by()
    grouped = rows.values("instance__business_key").annotate(first=Min("at"))
    return {row["instance__business_key"]: row["first"] for row in grouped}


def _begun(
    expectation: Expectation, keys: Iterable[str], since: datetime
) -> Mapping[str, list[ProcessInstance]]:
    found = ProcessInstance.objects.filter(
        business_key__in=keys,
        definition__key=expectation.process,
        started_at__gte=since - CLOCKS_DIFFER,
    )
    by_key: dict[str, list[ProcessInstance]] = defaultdict(list)
    for each in found.select_related("definition").defer("definition__source", "variables"):
        by_key[each.business_key].append(each)
    return by_key


def _published(kind: str, begun: Mapping[str, list[ProcessInstance]]) -> dict[UUID, datetime]:
    """When each of these instances first published an event of this type."""
    if not kind:
        return {}
    instances = [each.pk for found in begun.values() for each in found]
    rows = Event.objects.filter(type=kind, instance__in=instances).order_by()
    grouped = rows.values("instance").annotate(first=Min("at"))
    return {row["instance"]: row["first"] for row in grouped}
