from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from queues import attention, insights, queries
from queues import notices as notices_of
from queues.models import User
from queues.queries import Standing
from workflows.reading import TooMuch, at_most

COLUMNS = [
    (Standing.ON_TRACK, "On track", ""),
    (Standing.WATCH, "Watch", ""),
    (Standing.WARN, "Warn", "warn"),
    (Standing.BREACHED, "Breached", "breach"),
    (Standing.PAUSED, "Paused", ""),
]
NO_PROMISE = (Standing.NONE, "No promise", "")


def manager_of(request: HttpRequest) -> User:
    """Who asks, when managers' pages are for them; everybody else learns of no such page."""
    if isinstance(request.user, User) and queries.is_manager(request.user):
        return request.user
    raise Http404


@require_safe
@vary_on_headers("HX-Request")
def board(request: HttpRequest) -> HttpResponse:
    user, now = manager_of(request), timezone.now()
    template = (
        "queues/board.html#live" if request.headers.get("HX-Request") else "queues/board.html"
    )
    try:
        with at_most(insights.PATIENCE):
            shown = insights.board(user, now)
            matters = attention.matters(user, now)
    except TooMuch:
        return render(request, template, {"now": now, "is_late": True}, status=503)
    columns = COLUMNS + [NO_PROMISE] * bool(shown.total.standing[Standing.NONE])
    context = {"now": now, "board": shown, "columns": columns, "matters": matters}
    return render(request, template, context)


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    user = manager_of(request)
    return render(request, "queues/notices.html", {"notices": queries.latest_notices(user)})


@require_POST
def read_notices(request: HttpRequest) -> HttpResponse:
    notices_of.read_all(by=manager_of(request), now=timezone.now())
    return redirect("queues:notices")
