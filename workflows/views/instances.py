from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from workflows import (
    call_queries,
    choosing,
    downstream,
    journal,
    message_queries,
    picture,
    queries,
    reading,
    shown_variables,
    story,
)
from workflows.models import Incident, ProcessInstance
from workflows.reading import BadQuery, Page, TooMuch, at_most
from workflows.views.viewer import manager_of

PATIENCE = 3.0  # seconds for one statement
STORY_AT_MOST = 100
CHECKED_AT_MOST = 5_000  # journal entries whose hashes are checked while somebody waits
# What somebody decided is read in the history of the item, which knows when it is sealed.
SEALED = {"outcome"}
STATES = [("any", "Any"), *ProcessInstance.Status.choices]


@require_safe
def instances(request: HttpRequest) -> HttpResponse:
    user = manager_of(request)
    offers: dict[str, object] = {"definitions": queries.definition_keys(), "states": STATES}
    try:
        found = _narrowed(queries.instances_visible_to(user), request.GET)
        with at_most(PATIENCE):
            page = _page(found, request.GET.get("after", ""), reading.page_size(request.GET))
    except (BadQuery, TooMuch) as refusal:
        refused = {"refusal": refusal, **offers}
        return render(request, "workflows/instances.html", refused, status=refusal.status)
    context = {
        "page": page, "standing": queries.standing_of(page.rows),
        "troubled": queries.troubled(page.rows), "wanted": request.GET, **offers,
    }  # fmt: skip
    return render(request, "workflows/instances.html", context)


def _narrowed(instances: QuerySet[ProcessInstance], query: QueryDict) -> QuerySet[ProcessInstance]:
    reading.only(query, {"state", "process", "q", "trouble", "after", "page_size"})
    state = reading.choice(query, "state", {value for value, _ in STATES}, "any")
    if state != "any":
        instances = instances.filter(status=state)
    if key := reading.text(query, "process", longest=200):
        instances = instances.filter(definition__key=key)
    if reading.choice(query, "trouble", {"open"}):
        instances = instances.filter(pk__in=queries.in_trouble())
    if text := reading.text(query, "q", longest=200):
        instances = instances.filter(_named(text))
    return instances


def _named(text: str) -> Q:
    """By the whole business key or its beginning, or by id."""
    found = Q(business_key__startswith=text)
    try:
        return found | Q(pk=UUID(text))
    except ValueError:
        return found


def _page(instances: QuerySet[ProcessInstance], after: str, size: int) -> Page[ProcessInstance]:
    """Newest first: ids grow with time."""
    if after:
        instances = instances.filter(pk__lt=reading.identifier(after, "after"))
    rows = list(instances.order_by("-pk")[: size + 1])
    place = str(rows[size - 1].pk) if len(rows) > size else ""
    return Page(rows=rows[:size], next=place, is_first=not after)


@require_safe
@vary_on_headers("HX-Request")
def instance(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(queries.instances_visible_to(manager_of(request)), pk=pk)
    template = "workflows/instance.html"
    if request.headers.get("HX-Request"):
        template += "#live"
    try:
        before = _sequence(request.GET)
    except BadQuery as refusal:
        return render(request, "400.html", {"refusal": refusal}, status=refusal.status)
    return render(request, template, _shown(found, manager_of(request), before))


def _sequence(query: QueryDict) -> int | None:
    """Where in the journal to go on."""
    text = reading.text(query, "before", longest=9)
    if text and not (text.isascii() and text.isdigit()):
        raise BadQuery("before is the number of a journal entry.")
    return int(text) if text else None


def _shown(found: ProcessInstance, user: queries.Viewer, before: int | None) -> dict[str, object]:
    names = picture.names(found)
    incidents = list(queries.incidents_of(found))
    entries = list(queries.story_of(found, before)[: STORY_AT_MOST + 1])
    events, now = list(queries.events_of(found)), timezone.now()
    return {
        "instance": found,
        "now": now,
        "picture": picture.of(found),
        "standing": queries.standing_of([found]).get(found.pk, []),
        "lines": [story.line(entry, names, hidden=SEALED) for entry in entries[:STORY_AT_MOST]],
        "older": entries[STORY_AT_MOST - 1].sequence if len(entries) > STORY_AT_MOST else None,
        "before": before,
        "variables": shown_variables.rows(found.variables),
        "items": queries.items_of(found, user),
        "choices": choosing.open_in(found),
        "family": call_queries.family_of(found, user),
        "jobs": queries.jobs_of(found),
        "timers": queries.timers_of(found),
        "open_incidents": [each for each in incidents if each.status == Incident.Status.OPEN],
        "resolved_incidents": [each for each in incidents if each.status != Incident.Status.OPEN],
        "events": events,
        "downstream": downstream.of(found, events, user, now=now),
        "messages_sent": message_queries.sent_by(found),
        "is_whole": journal.verifies(found) if found.chain_length <= CHECKED_AT_MOST else None,
    }
