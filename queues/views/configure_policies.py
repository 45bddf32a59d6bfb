"""Promises: each policy with its versions, and the next one as a preview before it is published."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from queues import configured, in_words, policies, previews, working_time
from queues.forms.promises import PolicyForms
from queues.models import SLAPolicy
from workflows.refusals import NotValid, Refusal
from workflows.views.admins import actor_of, for_admins, refuse, sent

TEMPLATE = "queues/configure/policy.html"


@for_admins
@require_safe
def policies_page(request: HttpRequest) -> HttpResponse:
    rows = [(policy, list(in_words.of_policy(policy))) for policy in configured.policies()]
    context = {"rows": rows, "has_calendar": configured.calendars().exists()}
    return render(request, "queues/configure/policies.html", context)


@for_admins
def policy_add(request: HttpRequest) -> HttpResponse:
    return _page(request, None)


@for_admins
def policy_edit(request: HttpRequest, key: str) -> HttpResponse:
    policy = configured.versions_of_policy(key).first()
    if policy is None:
        raise Http404
    return _page(request, policy)


def _page(request: HttpRequest, policy: SLAPolicy | None) -> HttpResponse:
    now = timezone.now()
    forms = PolicyForms(sent(request), policy)
    context: dict[str, Any] = {"policy": policy, "forms": forms, "form": forms.head}
    if request.method == "POST" and forms.is_valid():
        hours = working_time.from_spec(forms.head.cleaned_data["calendar"].spec)
        try:
            if request.POST.get("do") == "publish":
                return _publish(request, forms, policy, now)
            context["meaning"] = previews.of_goals(forms.promised, hours, now)
        except Refusal as refusal:
            refuse(forms.head, refusal)
    if policy:
        context["versions"] = configured.versions_of_policy(policy.key)
        context["changes"] = configured.changes(f"policy:{policy.key}")
    is_wrong = request.method == "POST" and not (forms.is_valid() and not forms.head.errors)
    return render(request, TEMPLATE, context, status=422 if is_wrong else 200)


def _publish(
    request: HttpRequest, forms: PolicyForms, policy: SLAPolicy | None, now: datetime
) -> HttpResponse:
    said = forms.head.cleaned_data
    key = policy.key if policy else said["key"]
    if policy is None and configured.versions_of_policy(key).exists():
        raise NotValid(f"There is a policy with the key {key}. Change that one.")
    published = policies.publish(
        key=key,
        name=said["name"],
        calendar=said["calendar"],
        goals=forms.promised,
        by=actor_of(request),
        now=now,
    )
    messages.success(
        request,
        f"{published} is published. Choose it in the queues that should promise it; clocks that "
        "run keep what they began with.",
    )
    return redirect("queues:policies")
