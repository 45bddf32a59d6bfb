"""Beginning what lies in an ad-hoc sub-process, and saying that it is done."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from workflows import choosing, queries
from workflows.views.admins import told
from workflows.views.viewer import manager_of


@require_POST
def choose(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One button: the activity that begins, or that nothing more is to be done."""
    user = manager_of(request)
    instance = get_object_or_404(queries.instances_visible_to(user), pk=pk)
    wanted = _identifier(request.POST.get("activity", ""))
    activity = get_object_or_404(instance.activities.all(), pk=wanted)
    node = request.POST.get("begin", "")

    def act() -> None:
        now = timezone.now()
        if node:
            choosing.begin(activity_id=activity.pk, node_id=node, by=user.actor, now=now)
        else:
            choosing.finish(activity_id=activity.pk, by=user.actor, now=now)

    sentence = f"{activity}: begun." if node else f"{activity} is done."
    return told(request, act, sentence, then=reverse("workflows:instance", args=[instance.pk]))


def _identifier(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
