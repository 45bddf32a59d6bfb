"""Webhooks: who is told of what, and what did not arrive."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from workflows import outbound, publishing
from workflows import subscriptions as of_events
from workflows.forms import SubscriptionForm
from workflows.refusals import Refusal
from workflows.views.admins import actor_of, for_admins, page, refuse, sent, told


@for_admins
def subscriptions(request: HttpRequest) -> HttpResponse:
    """The list, and a form for one more; its secret is shown once."""
    form = SubscriptionForm(sent(request))
    if request.method == "POST" and form.is_valid():
        secret = of_events.new_secret()
        try:
            made = publishing.subscribe(
                **form.cleaned_data, secret=secret, by=actor_of(request), now=timezone.now()
            )
        except outbound.NotCallable as refusal:
            form.add_error("url", refusal.sentence)
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            shown = {
                "title": f"The secret of {made}",
                "secret": secret,
                "what": "The receiver checks the webhook-signature of what it gets with this "
                "(Standard Webhooks, HMAC-SHA256).",
                "back": ("workflows:subscriptions", "Webhooks"),
            }
            return render(request, "configure/shown_once.html", shown)
    context = {"subscriptions": of_events.every()}
    return page(request, form, template="workflows/subscriptions.html", **context)


@for_admins
@require_safe
def subscription(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(of_events.every(), pk=pk)
    context = {"subscription": found, "deliveries": of_events.latest_deliveries(found)}
    return render(request, "workflows/subscription.html", context)


@for_admins
@require_POST
def switch(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(of_events.every(), pk=pk)
    on = request.POST.get("on") == "1"

    def act() -> None:
        of_events.switch(found, on=on, by=actor_of(request), now=timezone.now())

    said = f"{found} is switched {'on' if on else 'off'}."
    return told(request, act, said, then="workflows:subscriptions")


@for_admins
@require_POST
def retry_delivery(request: HttpRequest, pk: UUID) -> HttpResponse:
    delivery = get_object_or_404(of_events.deliveries(), pk=pk)

    def act() -> None:
        of_events.retry(delivery.pk, by=actor_of(request), now=timezone.now())

    there = reverse("workflows:subscription", args=[delivery.subscription_id])
    return told(request, act, "It is on its way again.", then=there)
