"""Processes that start by themselves: when next, and switched on or off."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from workflows import message_queries
from workflows import start_timers as starting
from workflows.views.admins import actor_of, for_admins, told

LIST = "workflows/start_timers.html"


@for_admins
@require_safe
def start_timers(request: HttpRequest) -> HttpResponse:
    """One for each timer start of the versions in force."""
    timers = [(each, message_queries.step_of(each)) for each in message_queries.start_timers()]
    context = {"timers": timers, "now": timezone.now()}
    return render(request, LIST, context)


@for_admins
@require_POST
def switch(request: HttpRequest, pk: UUID) -> HttpResponse:
    timer = get_object_or_404(message_queries.start_timers(), pk=pk)
    on = request.POST.get("on") == "1"

    def act() -> None:
        starting.switch(timer_id=timer.pk, on=on, by=actor_of(request), now=timezone.now())

    what = "starts by itself again" if on else "does not start by itself any more"
    said = f"{timer.definition.name} {what} ({message_queries.step_of(timer)})."
    return told(request, act, said, then="workflows:start-timers")
