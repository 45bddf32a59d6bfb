"""What a person can do about a process that cannot go on."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from workflows import dead_letters, incidents, queries, reading, runtime, strict_json
from workflows.models import Incident
from workflows.reading import BadQuery
from workflows.refusals import NotValid, Refusal
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
        messages.success(request, f"{_step(incident)} is tried again.")
    return redirect("workflows:incidents")


@require_POST
def retry_many(request: HttpRequest) -> HttpResponse:
    """Has those that were chosen tried again."""
    user = manager_of(request)
    try:
        chosen = [reading.identifier(each, "incident") for each in request.POST.getlist("incident")]
        found = queries.incidents_visible_to(user).filter(pk__in=chosen)
        tried = dead_letters.retry_many(
            incident_ids=found.values_list("pk", flat=True), by=user.actor, now=timezone.now()
        )
    except (BadQuery, Refusal) as refusal:
        messages.warning(request, str(refusal))
        return redirect("workflows:incidents")
    if tried.again:
        many = "one incident" if tried.again == 1 else f"{tried.again} incidents"
        messages.success(request, f"Tried again: {many}.")
    for sentence in dict.fromkeys(sentence for _, sentence in tried.refused):
        messages.warning(request, sentence)
    if not tried.again and not tried.refused:
        messages.warning(request, "Choose at least one incident. Nothing was changed.")
    return redirect("workflows:incidents")


@require_POST
def correct(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Gives variables their right values, and has what failed tried again with them."""
    user = manager_of(request)
    incident = get_object_or_404(queries.incidents_visible_to(user), pk=pk)
    try:
        news = _object(request.POST.get("variables", ""))
        dead_letters.correct(incident_id=incident.pk, news=news, by=user.actor, now=timezone.now())
    except Refusal as refusal:
        messages.warning(request, refusal.sentence)
    else:
        messages.success(request, f"{_step(incident)} is tried again with these values.")
    return redirect("workflows:incidents")


@require_POST
def settle(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Closes an incident with a reason: its work was done in another way, or is not needed."""
    user = manager_of(request)
    incident = get_object_or_404(queries.incidents_visible_to(user), pk=pk)
    try:
        dead_letters.settle(
            incident_id=incident.pk,
            reason=request.POST.get("reason", ""),
            result=_object(request.POST.get("result", "") or "{}"),
            by=user.actor,
            now=timezone.now(),
        )
    except Refusal as refusal:
        messages.warning(request, refusal.sentence)
    else:
        messages.success(request, f"{_step(incident)} is settled.")
    return redirect("workflows:incidents")


def _step(incident: Incident) -> str:
    """What went wrong is on the page; here it is where."""
    return f"“{incident.activity}” of {incident.instance}"


def _object(text: str) -> dict[str, object]:
    """What somebody typed as a JSON object. Raises `NotValid`."""
    try:
        value = strict_json.loads(text.encode())
    except strict_json.NotJSON as error:
        raise NotValid(f"{error} Nothing was changed.") from error
    if not isinstance(value, dict):
        raise NotValid('Write a JSON object, such as {"amount": 12000}. Nothing was changed.')
    return value


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
