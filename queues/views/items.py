from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from queues import aging, filters, queries
from queues.filters import ItemFilter
from queues.models import Queue, User, WorkItem
from queues.views.board import manager_of
from workflows import reading, spreadsheet
from workflows.reading import BadQuery, Page, TooMuch, at_most

PATIENCE = 3.0  # seconds for one statement
EXPORT_AT_MOST = 10_000
HEAD = [
    "Item", "Title", "Queue", "Status", "Stands", "Priority", "Holder", "Due (UTC)",
    "Created (UTC)", "Ready (UTC)", "Reserved (UTC)", "Ended (UTC)", "Returns", "Skips",
    "Business key",
]  # fmt: skip


@require_safe
def items(request: HttpRequest) -> HttpResponse:
    """The list, or with `format=csv` the same list as a file."""
    user, now = manager_of(request), timezone.now()
    try:
        wanted = filters.read(request.GET)
        form = reading.choice(request.GET, "format", {"csv"})
        kind = reading.choice(request.GET, "kind", {"claim", "decide", "resolve"}, "decide")
        size = reading.page_size(request.GET)
        queue = _queue(user, wanted)
        found = _found(user, wanted, now)
        with at_most(PATIENCE):
            if form:
                return _export(found, wanted)
            page = filters.page(found, wanted.sort, request.GET.get("after", ""), size)
        is_whole = queue is not None and _is_whole_queue(request, page)
        buckets = _backlog(queue, kind, now) if queue and is_whole and page.rows else []
    except (BadQuery, TooMuch) as refusal:
        context = {"refusal": refusal, "wanted": ItemFilter(), **_offers(user)}
        return render(request, "queues/items.html", context, status=refusal.status)
    context = {
        "page": page, "wanted": wanted, "now": now, "queue": queue, "is_whole": is_whole,
        "buckets": buckets, "export_at_most": EXPORT_AT_MOST,
        "kind": kind, "kinds": aging.kinds_offered(queue) if queue else [], **_offers(user),
    }  # fmt: skip
    return render(request, "queues/items.html", context)


def _is_whole_queue(request: HttpRequest, page: Page[WorkItem]) -> bool:
    """The backlog is drawn for a queue as such, not beside each narrower list of its items."""
    given = {name for name, value in request.GET.items() if value}
    asked = filters.read(request.GET)
    is_plain = asked == ItemFilter(queue=asked.queue, sort=asked.sort)
    return page.is_first and is_plain and given <= {"queue", "kind", "sort", "state", "page_size"}


def _backlog(queue: Queue, kind: str, now: datetime) -> list[aging.Bucket]:
    """Nothing rather than a late list, when there is too much to count."""
    try:
        with at_most(PATIENCE):
            return aging.histogram(queue, kind, now)
    except TooMuch:
        return []


def _queue(user: User, wanted: ItemFilter) -> Queue | None:
    """The one queue that is looked at; one of somebody else's does not exist."""
    if not wanted.queue:
        return None
    return get_object_or_404(queries.queues_visible_to(user), slug=wanted.queue)


def _found(user: User, wanted: ItemFilter, now: datetime) -> QuerySet[WorkItem]:
    found = filters.narrow(queries.items_visible_to(user), wanted, now)
    return queries.with_standing(found, now).select_related(
        "queue__policy__calendar", "holder", "instance"
    )


def _offers(user: User) -> dict[str, object]:
    queues = queries.queues_visible_to(user)
    return {
        "queues": queues,
        "people": queries.people_of(queues),
        "states": filters.STATE_NAMES,
        "standings": filters.STANDING_NAMES,
    }


def _export(found: QuerySet[WorkItem], wanted: ItemFilter) -> HttpResponse:
    rows = filters.page(found, wanted.sort, "", EXPORT_AT_MOST)
    answer = HttpResponse(
        spreadsheet.csv_text(HEAD, (_row(item) for item in rows.rows)),
        content_type="text/csv; charset=utf-8",
    )
    answer["Content-Disposition"] = 'attachment; filename="items.csv"'
    answer["X-Rows-Left-Out"] = "yes" if rows.next else "no"
    return answer


def _row(item: WorkItem) -> list[object]:
    return [
        str(item.pk), item.title, item.queue.name, item.get_status_display(),
        getattr(item, "standing", "").replace("_", " "), item.priority,
        item.holder.username if item.holder else "",
        *(_utc(at) for at in (
            item.due_at, item.created_at, item.ready_at, item.reserved_at, item.ended_at
        )),
        item.returns, item.skips, item.instance.business_key,
    ]  # fmt: skip


def _utc(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S") if at else ""
