"""One item: looked at, claimed, kept, given back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from queues import claims
from queues.models import User, WorkItem
from reviews import desk, forms, worklist
from reviews.views.answered import Said, go_on, refused, to_item
from reviews.views.work import person_of
from workflows import problems
from workflows.refusals import Refusal


def found(request: HttpRequest, pk: UUID) -> tuple[User, WorkItem]:
    """An item that this person may know of; everybody else learns of no such item."""
    user = person_of(request)
    items = worklist.visible_to(user).select_related("seat__review")
    return user, get_object_or_404(items, pk=pk)


@require_safe
def item(request: HttpRequest, pk: UUID) -> HttpResponse:
    user, now = person_of(request), timezone.now()
    shown = get_object_or_404(worklist.shown_to(user, now), pk=pk)
    context = desk.laid_out(shown, user, now)
    context["slug"] = request.GET.get("queue", "")
    return render(request, "reviews/item.html", context)


@require_POST
def claim(request: HttpRequest, pk: UUID) -> HttpResponse:
    user, item = found(request, pk)
    try:
        claims.claim(item_id=item.pk, by=user, now=timezone.now())
    except Refusal as refusal:
        return refused(request, user, item, refusal)
    return to_item(item, request.POST.get("queue", ""))


@require_POST
def release(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Back to its place in the queue; the person goes to their start page."""
    user, item = found(request, pk)
    try:
        epoch = forms.sound(forms.EpochForm(request.POST))["epoch"]
        claims.release(item_id=item.pk, by=user, epoch=epoch, now=timezone.now())
    except Refusal as refusal:
        return refused(request, user, item, refusal, forms.Typed(request.POST))
    messages.success(request, f"Given back: {item}. It is in its place in {item.queue} again.")
    if request.headers.get("HX-Request"):
        answer = HttpResponse()
        answer["HX-Redirect"] = redirect("reviews:work").url
        return answer
    return redirect("reviews:work")


@require_POST
def skip(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Passed on, with a reason; then the next one."""
    user, item = found(request, pk)
    try:
        sent = forms.sound(forms.SkipForm(request.POST))
        claims.skip(
            item_id=item.pk,
            by=user,
            epoch=sent["epoch"],
            reason=sent["skip_reason"],
            text=sent["skip_text"],
            now=timezone.now(),
        )
    except Refusal as refusal:
        return refused(request, user, item, refusal, forms.Typed(request.POST))
    return go_on(request, user, Said(f"Skipped {item}."), slug=request.POST.get("queue", ""))


@require_POST
def heartbeat(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Still here; 409 with the sentence when the item is somebody else's by now."""
    user, item = found(request, pk)
    try:
        epoch = forms.sound(forms.EpochForm(request.POST))["epoch"]
        claims.heartbeat(item_id=item.pk, by=user, epoch=epoch, now=timezone.now())
    except Refusal as refusal:
        problem = problems.problem(refusal.status, refusal.slug, refusal.sentence)
        return JsonResponse(problem.data, status=refusal.status, content_type=problems.MEDIA_TYPE)
    return HttpResponse(status=204)
