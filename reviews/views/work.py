"""Where a reviewer's day starts: what waits for me, what I hold, what I did."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from queues.models import Queue, User
from reviews import day, play, worklist
from reviews.views.answered import to_item


def person_of(request: HttpRequest) -> User:
    """Who asks, when they are a person; programs have the API."""
    if isinstance(request.user, User) and request.user.is_person:
        return request.user
    raise Http404


@require_safe
@vary_on_headers("HX-Request")
def work(request: HttpRequest) -> HttpResponse:
    user, now = person_of(request), timezone.now()
    template = (
        "reviews/work.html#live" if request.headers.get("HX-Request") else "reviews/work.html"
    )
    return render(request, template, day.at_work(user, now))


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Goes on with what is held, or takes what comes first, in one queue or in all."""
    user, now = person_of(request), timezone.now()
    slug = request.POST.get("queue", "")
    queue = within(user, slug)
    item, sentence = play.next_or_why_not(by=user, now=now, queue=queue)
    if item is not None:
        return to_item(item, slug)
    messages.info(request, sentence or "Nothing is ready for you here at the moment.")
    return redirect("reviews:work")


def within(user: User, slug: str) -> Queue | None:
    """The queue that a person wants to stay in, if any."""
    return get_object_or_404(worklist.queues_of(user), slug=slug) if slug else None
