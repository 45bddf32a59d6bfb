"""The administrators' first page, and the small lists that need no page of their own."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from queues import configuration, configured, overview, unusual
from queues.forms.queues import SkipReasonForm
from queues.models import SkipReason
from workflows.views.admins import actor_of, answer, for_admins, sent, told


@for_admins
@require_safe
def configure(request: HttpRequest) -> HttpResponse:
    context = {"oddities": unusual.found(), "sections": overview.sections()}
    return render(request, "queues/configure/overview.html", context)


@for_admins
def skip_reasons(request: HttpRequest) -> HttpResponse:
    """The list, with a form for one more."""
    form = SkipReasonForm(sent(request))

    def act(said: dict[str, object]) -> str:
        reason = configuration.add(SkipReason, by=actor_of(request), now=timezone.now(), **said)
        return f"“{reason}” is offered from now on."

    return answer(
        request, form, act, then=request.path, template="queues/configure/skip_reasons.html",
        reasons=configured.skip_reasons(),
    )  # fmt: skip


@for_admins
def skip_reason_edit(request: HttpRequest, pk: int) -> HttpResponse:
    reason = get_object_or_404(configured.skip_reasons(), pk=pk)
    initial = {"label": reason.label, "order": reason.order}
    form = SkipReasonForm(sent(request), initial=initial, reason=reason)

    def act(said: dict[str, object]) -> str:
        configuration.change(reason, by=actor_of(request), now=timezone.now(), **said)
        return "The reason is changed."

    return answer(
        request, form, act, then="queues:skip-reasons", title=f"Reason “{reason}”",
        back=("queues:skip-reasons", "Reasons for skipping"),
    )  # fmt: skip


@for_admins
@require_POST
def skip_reason_remove(request: HttpRequest, pk: int) -> HttpResponse:
    reason = get_object_or_404(configured.skip_reasons(), pk=pk)

    def act() -> None:
        configuration.remove(reason, by=actor_of(request), now=timezone.now())

    return told(request, act, f"“{reason}” is removed.", then="queues:skip-reasons")
