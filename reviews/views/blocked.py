from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from queues.views.board import manager_of
from reviews import decisions, queries
from workflows import reading
from workflows.reading import BadQuery, Page
from workflows.refusals import Refusal


@require_safe
def blocked(request: HttpRequest) -> HttpResponse:
    """Reviews that the grid stopped, the longest waiting first."""
    found = queries.blocked_visible_to(manager_of(request))
    try:
        reading.only(request.GET, {"after", "page_size"})
        size, after = reading.page_size(request.GET), request.GET.get("after", "")
        if after:
            found = found.filter(pk__gt=reading.identifier(after, "after"))
    except BadQuery as refusal:
        context = {"refusal": refusal}
        return render(request, "reviews/blocked.html", context, status=refusal.status)
    rows = list(found.order_by("pk")[: size + 1])
    place = str(rows[size - 1].pk) if len(rows) > size else ""
    return render(request, "reviews/blocked.html", {"page": Page(rows[:size], place, not after)})


@require_POST
def unblock(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Lets a stopped review through to people."""
    user = manager_of(request)
    review = get_object_or_404(queries.blocked_visible_to(user), pk=pk)
    rationale = request.POST.get("rationale", "")
    try:
        decisions.unblock(review_id=review.pk, by=user, rationale=rationale, now=timezone.now())
    except Refusal as refusal:
        rows = list(queries.blocked_visible_to(user).order_by("pk")[: reading.USUAL_PAGE])
        context = {"page": Page(rows), "refused": review.pk, "refusal_of_one": refusal}
        context["rationale"] = rationale[:5_000]
        return render(request, "reviews/blocked.html", context, status=refusal.status)
    messages.success(request, f"Released: {review.title}. Two people will look at it.")
    return redirect("reviews:blocked")
