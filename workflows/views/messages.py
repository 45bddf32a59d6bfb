"""What was sent, who has it, what nobody took, and who waits for what: for administrators."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from workflows import commands, message_queries, reading, senders, shown_variables
from workflows.models import Listener, Message
from workflows.reading import BadQuery, TooMuch, at_most
from workflows.views.admins import actor_of, for_admins, told
from workflows.views.viewer import admin_of

PATIENCE = 3.0  # seconds for one statement
LIST = "workflows/messages.html"
STATES = {
    "": "Any",
    "waiting": "Waits to be taken",
    "refused": "Refused",
    "expired": "Not acknowledged",
    "withdrawn": "Withdrawn",
    "dropped": "Known already",
    "delivered": "Taken",
}
KINDS = {"": "Messages and signals", "message": "Messages", "signal": "Signals"}
HEARD = [Listener.Kind.MESSAGE, Listener.Kind.SIGNAL]


@for_admins
@require_safe
def messages(request: HttpRequest) -> HttpResponse:
    """The newest first; the address holds the filter."""
    offers = {"states": STATES, "kinds": KINDS, "wanted": request.GET, "tab": "messages"}
    try:
        reading.only(request.GET, {"state", "kind", "name", "key", "after", "page_size"})
        size, after = reading.page_size(request.GET), request.GET.get("after", "")
        with at_most(PATIENCE):
            page = message_queries.page_of(
                message_queries.narrowed(
                    admin_of(request),
                    state=reading.choice(request.GET, "state", set(STATES)),
                    kind=reading.choice(request.GET, "kind", set(KINDS)),
                    name=reading.text(request.GET, "name", longest=200),
                    key=reading.text(request.GET, "key", longest=200),
                ),
                after=reading.identifier(after, "after") if after else None,
                size=size,
            )
    except (BadQuery, TooMuch) as refusal:
        return render(request, LIST, {"refusal": refusal, **offers}, status=refusal.status)
    return render(request, LIST, {"page": page, **offers})


@for_admins
@require_safe
def received(request: HttpRequest) -> HttpResponse:
    """What programs and administrators have sent, by its id."""
    template = "workflows/messages_received.html"
    try:
        reading.only(request.GET, {"sender", "after", "page_size"})
        size, after = reading.page_size(request.GET), request.GET.get("after", "")
        with at_most(PATIENCE):
            page = message_queries.receipts(
                sender=reading.text(request.GET, "sender", longest=200),
                after=reading.identifier(after, "after") if after else None,
                size=size,
            )
    except (BadQuery, TooMuch) as refusal:
        context = {"refusal": refusal, "tab": "received"}
        return render(request, template, context, status=refusal.status)
    return render(request, template, {"page": page, "wanted": request.GET, "tab": "received"})


@for_admins
@require_safe
def listeners(request: HttpRequest) -> HttpResponse:
    """Who waits for what now, by name and step."""
    template = "workflows/listeners.html"
    try:
        with at_most(PATIENCE):
            found = _listeners(request.GET)
    except (BadQuery, TooMuch) as refusal:
        refused = {"refusal": refusal, "kinds": KINDS, "tab": "listeners"}
        return render(request, template, refused, status=refusal.status)
    context = {"found": found, "kinds": KINDS, "wanted": request.GET, "tab": "listeners"}
    return render(request, template, context)


def _listeners(query: QueryDict) -> list[message_queries.Waits]:
    reading.only(query, {"kind", "name"})
    return message_queries.open_listeners(
        kind=reading.choice(query, "kind", set(HEARD)), name=reading.text(query, "name", 200)
    )


@for_admins
@require_safe
def message(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One message or signal: what it carries, what became of it, and what can be done."""
    visible = message_queries.visible_to(admin_of(request))
    found = get_object_or_404(message_queries.with_shares(visible), pk=pk)
    is_message = found.kind == Message.Kind.MESSAGE
    waits = is_message and found.status == Message.Status.WAITING
    context = {
        "message": found,
        "variables": shown_variables.rows(found.variables),
        "shares": () if is_message else message_queries.shares_of(found),
        "takers": message_queries.would_take(found.name, found.key) if waits else None,
        "may_send": is_message and found.status in senders.NOT_TAKEN,
        "may_withdraw": is_message and found.status in ("waiting", "refused", "expired"),
    }
    return render(request, "workflows/message.html", context)


@for_admins
@require_POST
def send_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A message that nobody took, or a signal to one who could not take it."""
    found = get_object_or_404(message_queries.can_be_told_again(admin_of(request)), pk=pk)

    def act() -> None:
        commands.send_again(message_id=found.pk, by=actor_of(request), now=timezone.now())

    said = f"{found.get_kind_display()} {found.name} is on its way again."
    there = found.origin_id or found.pk
    return told(request, act, said, then=reverse("workflows:sent-message", args=[there]))


@for_admins
@require_POST
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(message_queries.visible_to(admin_of(request)), pk=pk)
    reason = request.POST.get("reason", "")

    def act() -> None:
        commands.withdraw(
            message_id=found.pk, reason=reason, by=actor_of(request), now=timezone.now()
        )

    said = f"The message {found.name} is withdrawn."
    return told(request, act, said, then=reverse("workflows:sent-message", args=[pk]))
