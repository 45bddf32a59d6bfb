"""An administrator sends a message as a program would."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from workflows import definition_queries, intake
from workflows.process_forms import MessageForm
from workflows.refusals import Refusal
from workflows.views.admins import actor_of, for_admins, page, refuse, sent

SEND = "workflows/message.html"


@for_admins
def send(request: HttpRequest) -> HttpResponse:
    """The form; and in a sentence what became of the message."""
    form = MessageForm(sent(request), initial={"name": request.GET.get("name", "")[:200]})
    context: dict[str, object] = {"known": definition_queries.messages_known()}
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            instance, is_new = intake.receive(
                message=form.cleaned_data["name"],
                variables=form.cleaned_data["variables"],
                business_key=form.cleaned_data["business_key"],
                idempotency_key=form.cleaned_data["key"],
                sender=actor_of(request),
                now=now,
            )
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            has_started = is_new and instance.started_at == now
            context |= {"instance": instance, "is_new": is_new, "has_started": has_started}
    return page(request, form, template=SEND, **context)
