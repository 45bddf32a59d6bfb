"""The answer to what was done on an item: the next item, the same one, or why there is none.

With htmx the answer is the desk alone, put in place of the old one; without it is a redirect with
the words as a message.
"""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from queues.models import User, WorkItem
from queues.templatetags.display import calm, duration
from reviews import day, desk, play, worklist
from reviews.forms import Typed
from reviews.models import Decision
from workflows import security
from workflows.refusals import Refusal

SWAPPED = (409, 422)  # of the error answers, the ones that htmx puts into the page


@dataclass(frozen=True, slots=True)
class Said:
    """What has just happened, in words, and whether it can be taken back."""

    text: str
    decision: Decision | None = None


def address(item: WorkItem, slug: str = "") -> str:
    """The page of an item; `slug` is the queue that a person wants to stay in."""
    own = reverse("reviews:item", args=[item.pk])
    return f"{own}?{urlencode({'queue': slug})}" if slug else own


def to_item(item: WorkItem, slug: str = "") -> HttpResponseRedirect:
    return redirect(address(item, slug))


def go_on(request: HttpRequest, user: User, said: Said, *, slug: str = "") -> HttpResponse:
    """The next item; when there is none, what else waits."""
    now = timezone.now()
    queue = worklist.queues_of(user).filter(slug=slug).first() if slug else None
    item, sentence = play.next_or_why_not(by=user, now=now, queue=queue)
    if item is not None:
        return show(request, user, item, said, slug=slug, is_next=True)
    if not is_swap(request):
        messages.success(request, said.text)
        if sentence:
            messages.info(request, sentence)
        return redirect("reviews:work")
    return _nothing_left(request, user, said, sentence)


def show(
    request: HttpRequest,
    user: User,
    item: WorkItem,
    said: Said,
    *,
    slug: str = "",
    is_next: bool = False,
) -> HttpResponse:
    """One item, with what was just done in words."""
    if not is_swap(request):
        messages.success(request, said.text)
        return to_item(item, slug)
    now = timezone.now()
    shown = worklist.shown_to(user, now).get(pk=item.pk)
    context = desk.laid_out(shown, user, now)
    coming = f"{said.text} Now {shown}{_due(shown.due_at, now)}."
    context["announcement"] = coming if is_next else said.text
    context |= _undo(said) | {"said": said, "slug": slug}
    response = render(request, "reviews/desk_answer.html", context)
    response["HX-Push-Url"] = address(item, slug)
    return _in_place(response)


def refused(
    request: HttpRequest, user: User, item: WorkItem, refusal: Refusal, typed: Typed | None = None
) -> HttpResponse:
    """The item as it is now, the sentence, and everything that was typed."""
    security.refused(refusal, by=user.actor, at=request.path)
    now = timezone.now()
    shown = worklist.shown_to(user, now).get(pk=item.pk)
    context = desk.laid_out(shown, user, now, typed=typed, refusal=refusal)
    context["slug"] = request.POST.get("queue", "")
    if not is_swap(request):
        return render(request, "reviews/item.html", context, status=refusal.status)
    context["announcement"] = refusal.sentence
    status = refusal.status if refusal.status in SWAPPED else 409
    return _in_place(render(request, "reviews/desk_answer.html", context, status=status))


def is_swap(request: HttpRequest) -> bool:
    """Whether the answer goes into a page that shows a desk already."""
    return request.headers.get("HX-Target") == "desk"


def _nothing_left(request: HttpRequest, user: User, said: Said, sentence: str) -> HttpResponse:
    context = day.at_work(user, timezone.now())
    context["announcement"] = f"{said.text} {sentence or 'Nothing else is ready for you.'}"
    context |= _undo(said) | {"said": said, "sentence": sentence}
    response = render(request, "reviews/desk_empty.html", context)
    response["HX-Push-Url"] = reverse("reviews:work")
    return _in_place(response)


def _due(due_at: datetime | None, now: datetime) -> str:
    if due_at is None:
        return ""
    return f", due in {duration(calm(due_at - now))}" if due_at > now else ", overdue"


def _undo(said: Said) -> dict[str, object]:
    """The toast that takes a decision back while its window lasts."""
    decision = said.decision
    if decision is None or not worklist.is_undoable(decision, timezone.now()):
        return {}
    left = decision.effect.due_at - timezone.now()
    return {
        "undo_url": reverse("reviews:undo", args=[decision.pk]),
        "undo_for": max(1, int(left.total_seconds())),
    }


def _in_place(response: HttpResponse) -> HttpResponse:
    response["HX-Retarget"] = "#desk"
    response["HX-Reswap"] = "outerHTML show:window:top"
    return response
