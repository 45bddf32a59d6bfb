"""Answering what an item asks, and taking an answer back."""

from uuid import UUID

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from reviews import answers, decisions, worklist
from reviews.api import shown
from reviews.api.work import PersonsOperation, UnderLease
from workflows.api.described import described
from workflows.api.fields import Nothing, Object, Text, Whole

EXAMPLE = {
    "outcome": "reject",
    "reasons": ["debts"],
    "rationale": "Two loans are open elsewhere.",
    "epoch": 1,
    "version": 1,
    "content_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
}


class Answer(UnderLease):
    version = Whole(min_value=1, help_text="Of the review, as it was shown.")
    content_hash = Text(max_length=64, help_text="Of the review, as it was shown.")
    reasons = serializers.ListField(
        child=Text(max_length=60),
        max_length=answers.MOST_REASONS,
        required=False,
        default=list,
        help_text="Codes from the review's `reasons`.",
    )
    rationale = Text(
        max_length=answers.LONGEST_RATIONALE, required=False, allow_blank=True, default=""
    )


class DecisionIn(Answer):
    outcome = Text(max_length=60, help_text="One of the review's `outcomes`.")
    answers = Object(
        required=False,
        help_text="Field of the review's `form` → value, where there is a form.",
    )


class EditIn(Answer):
    edits = Object(help_text="Field of the payload → proposed value, of the same kind.")


class Decide(PersonsOperation):
    @described(
        operation_id="decide",
        tags=["Decisions"],
        summary="Decide",
        description=(
            "Bound to exactly what was shown. It takes effect when your undo window is over. "
            "Sending the same again under the same lease gives the decision that was made. Plain "
            "work has the one outcome `done`; `answers` are the values of its form."
        ),
        sends=DecisionIn,
        answers={200: shown.DecisionOut},
        problems=(403, 404, 409, 422),
        examples=[OpenApiExample("A loan is declined", value=EXAMPLE, request_only=True)],
    )
    def post(self, request: Request, pk: UUID) -> Response:
        said = self.sent(request, DecisionIn)
        user, item = self.item(request, pk)
        decision = decisions.decide(item_id=item.pk, by=user, now=timezone.now(), **said)
        return Response(shown.DecisionOut(decision).data)


class Edit(PersonsOperation):
    @described(
        operation_id="propose_other_values",
        tags=["Decisions"],
        summary="Propose other values",
        description="A new version, which somebody else signs; signatures so far are void.",
        sends=EditIn,
        answers={200: shown.DecisionOut},
        problems=(403, 404, 409, 422),
    )
    def post(self, request: Request, pk: UUID) -> Response:
        said = self.sent(request, EditIn)
        user, item = self.item(request, pk)
        decision = decisions.edit(item_id=item.pk, by=user, now=timezone.now(), **said)
        return Response(shown.DecisionOut(decision).data)


class Undo(PersonsOperation):
    @described(
        operation_id="undo_decision",
        tags=["Decisions"],
        summary="Take your decision back before it takes effect",
        description="You hold the item again, under a new lease.",
        sends=Nothing,
        answers={200: shown.LeaseOut},
        problems=(403, 404, 409),
    )
    def post(self, request: Request, pk: UUID) -> Response:
        self.sent(request)
        user = self.person(request)
        decision = worklist.undoable_by(user, pk)
        if decision is None:
            raise Http404
        lease = decisions.undo(decision_id=decision.pk, by=user, now=timezone.now())
        return Response(shown.LeaseOut(lease).data)
