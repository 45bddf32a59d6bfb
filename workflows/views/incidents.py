from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from workflows import queries, reading
from workflows.reading import BadQuery, Page, TooMuch, at_most
from workflows.views.viewer import manager_of

PATIENCE = 3.0  # seconds for one statement
STATES = {"open": "Open", "resolved": "Resolved"}


@require_safe
def incidents(request: HttpRequest) -> HttpResponse:
    visible = queries.incidents_visible_to(manager_of(request))
    try:
        reading.only(request.GET, {"state", "after", "page_size"})
        state = reading.choice(request.GET, "state", set(STATES), "open")
        size, after = reading.page_size(request.GET), request.GET.get("after", "")
        found = visible.filter(status=state)
        if after:
            found = found.filter(pk__lt=reading.identifier(after, "after"))
        with at_most(PATIENCE):
            rows = list(found.order_by("-pk")[: size + 1])
            many = queries.open_incidents(visible).count()
    except (BadQuery, TooMuch) as refusal:
        refused = {"refusal": refusal, "state": "open"}
        return render(request, "workflows/incidents.html", refused, status=refusal.status)
    place = str(rows[size - 1].pk) if len(rows) > size else ""
    context = {"page": Page(rows[:size], place, not after), "state": state, "many_open": many}
    return render(request, "workflows/incidents.html", context)
