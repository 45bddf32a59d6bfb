"""An administrator sends a message, or gives a signal, as a program would."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from workflows import announcing, intake, message_queries
from workflows.message_forms import MessageForm, SignalForm, ToldForm
from workflows.refusals import Refusal
from workflows.views.admins import actor_of, for_admins, page, refuse, sent

SEND = "workflows/message_send.html"
GIVE = "workflows/signal_give.html"


@for_admins
def send(request: HttpRequest) -> HttpResponse:
    """The form, who would take the message, or in a sentence what became of it."""
    form = MessageForm(sent(request), initial=_initial(request))
    context: dict[str, Any] = {"known": message_queries.names_known("message"), "tab": "send"}
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if "preview" in request.POST:
            context["takers"] = message_queries.would_take(said["name"], said["business_key"])
        else:
            context |= _done(form, lambda: _sent(request, form))
    return page(request, form, template=SEND, **context)


@for_admins
def give(request: HttpRequest) -> HttpResponse:
    """The form, who would hear the signal, or how many are told now."""
    form = SignalForm(sent(request), initial=_initial(request))
    context: dict[str, Any] = {"known": message_queries.names_known("signal"), "tab": "signal"}
    if request.method == "POST" and form.is_valid():
        hearers = message_queries.would_hear(form.cleaned_data["name"])
        if "preview" in request.POST:
            context["hearers"] = hearers
        else:
            context |= _done(form, lambda: {**_given(request, form), "told": hearers})
    return page(request, form, template=GIVE, **context)


def _initial(request: HttpRequest) -> dict[str, str]:
    return {"name": request.GET.get("name", "")[:200]}


def _done(form: ToldForm, act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What came of it, for the page; a refusal stands in the form."""
    try:
        return act()
    except Refusal as refusal:
        refuse(form, refusal)
        return {}


def _sent(request: HttpRequest, form: MessageForm) -> dict[str, Any]:
    said = form.cleaned_data
    taken = intake.take(
        message=said["name"],
        variables=said["variables"],
        business_key=said["business_key"],
        idempotency_key=said["key"],
        sender=actor_of(request),
        now=timezone.now(),
        keep_for=form.keeps,
    )
    return {"taken": taken}


def _given(request: HttpRequest, form: SignalForm) -> dict[str, Any]:
    said = form.cleaned_data
    signal, is_new = announcing.announce(
        signal=said["name"],
        variables=said["variables"],
        idempotency_key=said["key"],
        sender=actor_of(request),
        now=timezone.now(),
    )
    return {"signal": signal, "is_new": is_new}
