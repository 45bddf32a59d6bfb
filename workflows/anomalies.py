"""What did not follow in chains of events: who may know of it, in which words, and seen to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from workflows import observing, queries
from workflows.heat import in_words
from workflows.models import Anomaly, Expectation, ProcessDefinition, ProcessInstance
from workflows.refusals import OutOfDate

Kind = Anomaly.Kind
SENTENCES: Mapping[str, str] = {
    Kind.NEVER_BEGAN: "{process} never began: {after} was published, and within {within} nobody "
    "began with this key.",
    Kind.UNFINISHED: "{process} began and did not publish {publishes} within {within}.",
    Kind.OTHERWISE: "{process} ended without publishing {publishes}.",
    Kind.LATE: "{process} came late: within {within} it was expected.",
    Kind.NO_ANSWER: "{process} does not answer: {after} has called it and waits longer than "
    "{within}.",
    Kind.TIMED_OUT: "{process} timed out: {after} had called it and did not wait any longer.",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One anomaly as people read it; instances that the viewer may not open are left out."""

    anomaly: Anomaly
    sentence: str
    source: ProcessInstance | None
    reaction: ProcessInstance | None
    standing: list[str]  # steps at which the reaction stands


class SeenTo(OutOfDate):
    """Somebody has seen to the anomaly, or it has settled itself."""


def with_all(anomalies: QuerySet[Anomaly]) -> QuerySet[Anomaly]:
    """With what their sentences speak of."""
    return anomalies.select_related(
        "expectation", "event", "source__definition", "reaction__definition"
    )


def expected() -> QuerySet[Expectation]:
    """Every link that is or was watched, by chain, with how much is open."""
    counted = Count("anomalies", filter=Q(anomalies__settled_at=None))
    found = Expectation.objects.annotate(open_ones=counted)
    return found.order_by("chain", "created_at", "after", "process", "publishes")


def visible_to(user: queries.Viewer) -> QuerySet[Anomaly]:
    """Administrators see all; managers those of instances that they see, and those of instances
    that no queue has an item of: nobody else would look."""
    anomalies = with_all(Anomaly.objects.all())
    if not (user.is_active and user.is_person):
        return anomalies.none()
    if user.is_admin:
        return anomalies
    if not user.memberships.filter(can_manage=True).exists():
        return anomalies.none()
    mine = queries.instances_visible_to(user).values("pk")
    return anomalies.filter(Q(source__in=mine) | Q(source__items__isnull=True)).distinct()


def in_state(anomalies: QuerySet[Anomaly], state: str) -> QuerySet[Anomaly]:
    """Those that are "open", or "settled"."""
    return anomalies.filter(settled_at__isnull=state == "open")


def shown(anomalies: Iterable[Anomaly], user: queries.Viewer) -> list[Shown]:
    """In words, with where things stand. As many statements for a page as for one."""
    rows = list(anomalies)
    names = names_of({row.expectation for row in rows})
    instances = {each for row in rows for each in (row.source_id, row.reaction_id) if each}
    open_to = set(
        queries.instances_visible_to(user).filter(pk__in=instances).values_list("pk", flat=True)
    )
    standing = queries.standing_of(
        [each.reaction for each in rows if each.reaction and each.reaction_id in open_to]
    )
    return [_shown(row, names, open_to, standing) for row in rows]


def names_of(expectations: Iterable[Expectation]) -> dict[str, str]:
    """Names of the processes that these links speak of, by their keys."""
    keys = {key for each in expectations for key in (each.process, each.after)}
    newest = ProcessDefinition.objects.filter(key__in=keys).order_by("key", "-version")
    return dict(newest.distinct("key").values_list("key", "name"))


def in_sentence(kind: str, expectation: Expectation, names: Mapping[str, str]) -> str:
    """What went wrong with a link."""
    return SENTENCES[kind].format(
        process=names.get(expectation.process, expectation.process),
        after=names.get(expectation.after, expectation.after),
        publishes=expectation.publishes or "anything",
        within=in_words(expectation.within.total_seconds()),
    )


@transaction.atomic
def dismiss(anomaly_id: UUID, *, by: str, now: datetime) -> Anomaly:
    """Somebody has seen to it: nothing is waited for any more. Raises `SeenTo` when it is over."""
    held = Anomaly.objects.select_for_update(no_key=True, of=("self",))
    anomaly = held.select_related("expectation").get(pk=anomaly_id)
    if anomaly.settled_at is not None:
        raise SeenTo("Nothing is expected there any more. Nothing was changed.")
    observing.settle(anomaly, outcome=Anomaly.Outcome.DISMISSED, by=by, now=now)
    return anomaly


def _shown(
    row: Anomaly,
    names: Mapping[str, str],
    open_to: set[UUID],
    standing: Mapping[UUID, list[str]],
) -> Shown:
    reaction = row.reaction if row.reaction_id in open_to else None
    return Shown(
        anomaly=row,
        sentence=in_sentence(row.kind, row.expectation, names),
        source=row.source if row.source_id in open_to else None,
        reaction=reaction,
        standing=standing.get(reaction.pk, []) if reaction else [],
    )
