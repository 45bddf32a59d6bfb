"""Answers to what an item asks: an outcome, a change, a flag, and taking it back."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from queues.models import User, WorkItem
from reviews import answers, decisions, forms, worklist
from reviews.models import Decision, Review
from reviews.views.answered import Said, go_on, refused, show
from reviews.views.item import found
from reviews.views.work import person_of
from workflows.refusals import NotValid, Refusal

WORDS = {"approve": "Approved", "done": "Completed", "reject": "Rejected", "decline": "Declined"}


@require_POST
def decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One answer, then the next item."""
    user, item = found(request, pk)
    typed = forms.Typed(request.POST)
    try:
        seen = forms.sound(forms.SeenForm(request.POST))
        decision = decisions.decide(
            item_id=item.pk,
            by=user,
            **seen,
            outcome=request.POST.get("outcome", ""),
            reasons=typed.reasons,
            rationale=typed.rationale,
            answers=_answers(request, item, typed),
            now=timezone.now(),
        )
    except Refusal as refusal:
        return refused(request, user, item, refusal, typed)
    return _on(request, user, item, decision)


@require_POST
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Other values: a new version, which somebody else signs."""
    user, item = found(request, pk)
    typed = forms.Typed(request.POST)
    try:
        seen = forms.sound(forms.SeenForm(request.POST))
        decision = decisions.edit(
            item_id=item.pk,
            by=user,
            **seen,
            edits=forms.edits(_review_of(item).payload, typed.edits),
            reasons=typed.reasons,
            rationale=typed.rationale,
            now=timezone.now(),
        )
    except Refusal as refusal:
        return refused(request, user, item, refusal, typed)
    return _on(request, user, item, decision)


@require_POST
def flag(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A manager looks at it; this person goes on with the next one."""
    user, item = found(request, pk)
    typed = forms.Typed(request.POST)
    try:
        epoch = forms.sound(forms.EpochForm(request.POST))["epoch"]
        decisions.flag(
            item_id=item.pk, by=user, epoch=epoch, text=typed.flag_text, now=timezone.now()
        )
    except Refusal as refusal:
        return refused(request, user, item, refusal, typed)
    said = Said(f"Flagged {item}. A manager has been told.")
    return go_on(request, user, said, slug=request.POST.get("queue", ""))


@require_POST
def undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Takes a decision back, and the person to where they made it."""
    user = person_of(request)
    decision = worklist.undoable_by(user, pk)
    if decision is None:
        raise Http404
    try:
        decisions.undo(decision_id=decision.pk, by=user, now=timezone.now())
    except Refusal as refusal:
        return refused(request, user, decision.item, refusal)
    return show(request, user, decision.item, Said(f"Taken back. {decision.item} is yours again."))


def _answers(request: HttpRequest, item: WorkItem, typed: forms.Typed) -> dict[str, Any]:
    """What the form of plain work was filled in with; nothing where a question is asked."""
    seat = worklist.seat_of(item)
    if seat is None or not seat.review.is_work:
        return {}
    return forms.filled(seat.review, request.POST, typed)


def _review_of(item: WorkItem) -> Review:
    seat = worklist.seat_of(item)
    if seat is None:
        raise NotValid("There is nothing to change here.")
    return seat.review


def _on(request: HttpRequest, user: User, item: WorkItem, decision: Decision) -> HttpResponse:
    """With Shift one stays where one is."""
    said = Said(_words(item, decision), decision)
    slug = request.POST.get("queue", "")
    if request.POST.get("stay"):
        return show(request, user, item, said, slug=slug)
    return go_on(request, user, said, slug=slug)


def _words(item: WorkItem, decision: Decision) -> str:
    if decision.outcome == answers.EDIT:
        return f"Changed {item}. Somebody else signs the new version."
    done = WORDS.get(decision.outcome, f"{decision.outcome.capitalize()}:")
    review = decision.review
    if decision.item.queue.hides_suggestion and review.suggestion:
        return f"{done} {item}. The suggestion was {review.suggestion}."
    return f"{done} {item}."
