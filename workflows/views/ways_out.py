"""What a person can do about a process that cannot go on."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from workflows import incidents, queries, runtime
from workflows.refusals import Refusal
from workflows.views.viewer import manager_of

LONGEST_REASON = 500


@require_POST
def retry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Has what failed tried again, once the cause is gone."""
    user = manager_of(request)
    incident = get_object_or_404(queries.incidents_visible_to(user), pk=pk)
    try:
        incidents.retry(incident_id=incident.pk, by=user.actor, now=timezone.now())
    except Refusal as refusal:
        messages.warning(request, refusal.sentence)
    else:
        messages.success(request, f"Tried again: {incident}."[:300])
    return redirect("workflows:incidents")


@require_POST
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Gives up on a whole process; everything it did stays on record."""
    user = manager_of(request)
    instance = get_object_or_404(queries.instances_visible_to(user), pk=pk)
    reason = request.POST.get("reason", "").replace("\x00", "").strip()
    if not reason or len(reason) > LONGEST_REASON:
        sentence = f"Say why the process is given up, in at most {LONGEST_REASON} characters."
        messages.warning(request, f"{sentence} Nothing was changed.")
        return redirect("workflows:instance", instance.pk)
    try:
        runtime.cancel(instance_id=instance.pk, by=user.actor, reason=reason, now=timezone.now())
    except Refusal as refusal:
        messages.warning(request, refusal.sentence)
    else:
        messages.success(request, f"{instance} is cancelled.")
    return redirect("workflows:instance", instance.pk)
