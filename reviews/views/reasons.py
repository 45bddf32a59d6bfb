"""Reason codes: the chips that say why, offered with a decision."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from queues import configuration
from reviews import setting_up
from reviews.models import ReasonCode
from workflows.views.admins import actor_of, answer, for_admins, sent, told


class ReasonForm(forms.Form):
    review_kind = forms.SlugField(label="Kind of review", max_length=100)
    label = forms.CharField(max_length=100, help_text="What people see, such as “Income unclear”.")
    code = forms.SlugField(max_length=60, help_text="What programs and exports see; it stays.")
    outcome = forms.CharField(
        max_length=60, required=False, label="Only with the answer", help_text="Empty: with any."
    )
    order = forms.IntegerField(min_value=0, max_value=1000, initial=0)


class ChangedReasonForm(ReasonForm):
    review_kind = code = None  # type: ignore[assignment]  # Django drops inherited fields so


@for_admins
def reasons(request: HttpRequest) -> HttpResponse:
    form = ReasonForm(sent(request), initial={"review_kind": next(iter(setting_up.kinds()), "")})

    def act(said: dict[str, Any]) -> str:
        reason = configuration.add(ReasonCode, by=actor_of(request), now=timezone.now(), **said)
        return f"“{reason}” is offered from now on."

    return answer(
        request, form, act, then=request.path, template="reviews/reasons.html",
        reasons=setting_up.reasons(),
    )  # fmt: skip


@for_admins
def reason_edit(request: HttpRequest, pk: int) -> HttpResponse:
    reason = get_object_or_404(setting_up.reasons(), pk=pk)
    initial = {name: getattr(reason, name) for name in ("label", "outcome", "order")}
    form = ChangedReasonForm(sent(request), initial=initial)

    def act(said: dict[str, Any]) -> str:
        configuration.change(reason, by=actor_of(request), now=timezone.now(), **said)
        return "The reason is changed."

    return answer(
        request, form, act, then="reviews:reasons", title=f"Reason “{reason}”",
        back=("reviews:reasons", "Reason codes"),
    )  # fmt: skip


@for_admins
@require_POST
def reason_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Decisions that gave it keep its code."""
    reason = get_object_or_404(setting_up.reasons(), pk=pk)

    def act() -> None:
        configuration.remove(reason, by=actor_of(request), now=timezone.now())

    return told(request, act, f"“{reason}” is not offered any more.", then="reviews:reasons")
