"""Hours: each calendar with its versions, and the next one as a preview before it is published."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from queues import calendars as publishing
from queues import configured, previews, working_time
from queues.forms.promises import CalendarForm, initial_of_calendar
from queues.models import Calendar
from workflows.refusals import Refusal
from workflows.views.admins import actor_of, for_admins, page, refuse, sent

TEMPLATE = "queues/configure/calendar.html"
USUAL = {
    "zone": "Europe/London",
    **dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-17:00"),
}


@for_admins
@require_safe
def calendars(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    rows = [
        (calendar, working_time.from_spec(calendar.spec).is_open(now))
        for calendar in configured.calendars()
    ]
    return render(request, "queues/configure/calendars.html", {"rows": rows})


@for_admins
def calendar_add(request: HttpRequest) -> HttpResponse:
    return _page(request, None)


@for_admins
def calendar_edit(request: HttpRequest, key: str) -> HttpResponse:
    calendar = configured.versions_of_calendar(key).first()
    if calendar is None:
        raise Http404
    return _page(request, calendar)


def _page(request: HttpRequest, calendar: Calendar | None) -> HttpResponse:
    """The form with what its hours mean; published when that is what was pressed."""
    now = timezone.now()
    initial: dict[str, Any] = initial_of_calendar(calendar) if calendar else USUAL
    form = CalendarForm(sent(request), initial=initial, calendar=calendar)
    context: dict[str, Any] = {"calendar": calendar, "is_sent": request.method == "POST"}
    hours = working_time.from_spec(calendar.spec) if calendar else None
    if request.method == "POST" and form.is_valid():
        try:
            hours = working_time.from_spec(form.spec)
            if request.POST.get("do") == "publish":
                return _publish(request, form, calendar, now)
        except Refusal as refusal:
            refuse(form, refusal)
    if calendar:
        context["versions"] = configured.versions_of_calendar(calendar.key)
        context["changes"] = configured.changes(f"calendar:{calendar.key}")
    return page(request, form, template=TEMPLATE, **context, **_meaning(hours, now))


def _publish(
    request: HttpRequest, form: CalendarForm, calendar: Calendar | None, now: datetime
) -> HttpResponse:
    said = form.cleaned_data
    key = calendar.key if calendar else said["key"]
    if calendar is None and configured.versions_of_calendar(key).exists():
        form.add_error("key", f"There is a calendar with the key {key}. Change that one.")
        return page(request, form, template=TEMPLATE)
    published = publishing.publish(
        key=key, name=said["name"], spec=form.spec, by=actor_of(request), now=now
    )
    messages.success(
        request,
        f"{published} is published. Publish the policies that should count in it: clocks that "
        "run keep the hours they began with.",
    )
    return redirect("queues:calendars")


def _meaning(hours: working_time.Calendar | None, now: datetime) -> dict[str, Any]:
    if hours is None:
        return {}
    return {
        "week": previews.week(hours),
        "year": previews.year(hours, now.year),
        "year_title": str(now.year),
        "examples": previews.examples(hours, now),
    }
