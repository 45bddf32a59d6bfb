from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from queues import explained, routing_tables
from queues import queries as of_queues
from queues.models import WorkItem
from queues.views.board import manager_of
from reviews import queries
from reviews.models import Review
from workflows import journal, picture, readable, story
from workflows.canonical import digest
from workflows.models import JournalEntry

CHECKED_AT_MOST = 5_000  # journal entries whose hashes are checked while somebody waits


@require_safe
def history(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything that happened to one item, and to the review that it belongs to."""
    user, now = manager_of(request), timezone.now()
    visible = of_queues.with_standing(queries.history_visible_to(user), now)
    item = get_object_or_404(visible, pk=pk)
    seat = queries.seat_of(item)
    review = seat.review if seat else None
    entries = list(of_queues.journal_about(item, *([f"review:{review.pk}"] if review else [])))
    names = picture.names(item.instance)
    context = {
        "item": item,
        "instance": item.instance,
        "now": now,
        "seat": seat,
        "review": review,
        "lines": [story.line(entry, names) for entry in readable_now(entries, review)],
        "is_whole": journal.verifies(item.instance)
        if item.instance.chain_length <= CHECKED_AT_MOST
        else None,
        **_work(item, entries, now),
        **(_review(review) if review else {}),
    }
    return render(request, "reviews/history.html", context)


def readable_now(entries: list[JournalEntry], review: Review | None) -> list[JournalEntry]:
    """What was decided in a blind review stays sealed until everybody has signed."""
    if review is None or not queries.is_sealed_for_now(review):
        return entries
    return [entry for entry in entries if not entry.kind.startswith("decision.")]


def _work(item: WorkItem, entries: list[JournalEntry], now: datetime) -> dict[str, object]:
    about_item = [entry for entry in entries if entry.subject == f"item:{item.pk}"]
    routed = of_queues.table_routing_of(item)
    return {
        "routing": routing_tables.told(routed) if routed else None,
        "clocks": [
            explained.explain(clock, about_item, now) for clock in of_queues.clocks_of(item)
        ],
        "leases": of_queues.leases_of(item),
        "skips": of_queues.skips_of(item),
        "exclusions": of_queues.exclusions_of(item),
        "escalations": of_queues.escalations_of(item),
    }


def _review(review: Review) -> dict[str, object]:
    is_sealed = queries.is_sealed_for_now(review)
    decisions = list(queries.decisions_of(review))
    return {
        "is_sealed": is_sealed,
        "signed": sum(decision.withdrawn_at is None for decision in decisions),
        "decisions": [] if is_sealed else decisions,
        "seats": queries.seats_of(review),
        "evidence": [
            (each, readable.facts(_as_mapping(each.content)), each.digest == digest(each.content))
            for each in queries.evidence_of(review)
        ],
    }


def _as_mapping(content: object) -> dict[str, object]:
    return content if isinstance(content, dict) else {"content": content}
