"""The list of items as its address describes it: filters, order and place. The URL is the state."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime

from queues import queries
from queues.models import WorkItem
from queues.queries import Standing
from workflows import reading
from workflows.reading import BadQuery, Page

STATES = ("open", *WorkItem.Status.values, "any")
FIELDS = {"queue", "state", "standing", "holder", "priority", "q", "sort"}
KNOWN = FIELDS | {"after", "page_size", "format", "kind"}
NOT_DUE = "never"

STATE_NAMES = [("open", "Open"), *WorkItem.Status.choices, ("any", "Any")]
STANDING_NAMES = [
    (Standing.ON_TRACK.value, "On track"),
    (Standing.WATCH.value, "Watch"),
    (Standing.WARN.value, "Warn"),
    (Standing.BREACHED.value, "Breached"),
    (Standing.PAUSED.value, "Paused"),
    (Standing.NONE.value, "No promise"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFilter:
    """What is shown, of which an address has all."""

    queue: str = ""  # its slug
    state: str = "open"
    standing: str = ""
    holder: str = ""  # a user name
    priority: int | None = None
    text: str = ""
    sort: str = "due"

    @property
    def is_narrowed(self) -> bool:
        return self != ItemFilter(sort=self.sort)


def read(query: Mapping[str, str]) -> ItemFilter:
    """Raises BadQuery with the sentence that names the wrong parameter."""
    reading.only(query, KNOWN)
    state = reading.choice(query, "state", set(STATES), "open")
    standing = reading.choice(query, "standing", {each.value for each in Standing})
    priority = reading.choice(query, "priority", set("12345"))
    is_list_of_open = state not in {"completed", "obsolete", "any"}
    return ItemFilter(
        queue=reading.text(query, "queue"),
        state="open" if standing and state == "any" else state,
        standing=standing,
        holder=reading.text(query, "holder", longest=150),
        priority=int(priority) if priority else None,
        text=reading.text(query, "q"),
        sort=reading.choice(
            query, "sort", {"due", "newest"}, "due" if is_list_of_open else "newest"
        ),
    )


def narrow(items: QuerySet[WorkItem], wanted: ItemFilter, now: datetime) -> QuerySet[WorkItem]:
    """Looks up nothing by itself: `%` and `_` in the text mean themselves."""
    if wanted.state == "open":
        items = items.filter(queries.is_open())
    elif wanted.state != "any":
        items = items.filter(status=wanted.state)
    if wanted.standing:
        items = items.filter(queries.is_open(), queries.stands(Standing(wanted.standing), now))
    if wanted.queue:
        items = items.filter(queue__slug=wanted.queue)
    if wanted.holder:
        items = items.filter(holder__username=wanted.holder)
    if wanted.priority:
        items = items.filter(priority=wanted.priority)
    return items.filter(_mentions(wanted.text)) if wanted.text else items


def _mentions(text: str) -> Q:
    """The title has it, or it is an item's id or the business key of its process."""
    found = Q(title__icontains=text) | Q(instance__business_key=text)
    try:
        return found | Q(pk=UUID(text))
    except ValueError:
        return found


def page(items: QuerySet[WorkItem], sort: str, after: str, size: int) -> Page[WorkItem]:
    """The next so many rows after a place that an earlier page gave out."""
    rows = _newest(items, after, size + 1) if sort == "newest" else _due(items, after, size + 1)
    is_last = len(rows) <= size
    rows = rows[:size]
    place = "" if is_last or not rows else _place_of(rows[-1], sort)
    return Page(rows=rows, next=place, is_first=not after)


def _place_of(item: WorkItem, sort: str) -> str:
    if sort == "newest":
        return str(item.pk)
    return f"{item.due_at.isoformat() if item.due_at else NOT_DUE}~{item.pk}"


def _newest(items: QuerySet[WorkItem], after: str, many: int) -> list[WorkItem]:
    """Ids grow with time."""
    if after:
        items = items.filter(pk__lt=reading.identifier(after, "after"))
    return list(items.order_by("-pk")[:many])


def _due(items: QuerySet[WorkItem], after: str, many: int) -> list[WorkItem]:
    """Earliest due first, then what is not due at all: two walks along one index."""
    due, never = items.filter(due_at__isnull=False), items.filter(due_at__isnull=True)
    at, last = _due_place(after) if after else (None, None)
    if last and at is None:
        return list(never.filter(pk__gt=last).order_by("pk")[:many])
    if last:
        due = due.filter(Q(due_at__gt=at) | Q(pk__gt=last), due_at__gte=at)
    rows = list(due.order_by("due_at", "pk")[:many])
    return rows + list(never.order_by("pk")[: many - len(rows)]) if len(rows) < many else rows


def _due_place(after: str) -> tuple[datetime | None, UUID]:
    moment, _, identifier = after.partition("~")
    last = reading.identifier(identifier, "after")
    if moment == NOT_DUE:
        return None, last
    try:
        at = parse_datetime(moment)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise BadQuery("after is not a place in this list. Start again from the top.")
    return at, last
