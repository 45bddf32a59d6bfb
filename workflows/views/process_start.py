"""An administrator starts an instance from the form of its model."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from workflows import definition_queries, definitions, queries, start_fields, starting
from workflows.bpmn.model import Node
from workflows.models import ProcessDefinition
from workflows.process_forms import StartForm
from workflows.refusals import Refusal
from workflows.views.admins import actor_of, for_admins, page, refuse, sent

START = "workflows/definition_start.html"


@for_admins
def start(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Its form, and the instance that it starts: one, however often the form is sent."""
    found = get_object_or_404(queries.definitions().defer("source"), pk=pk)
    process = definitions.compiled(found)
    starts = start_fields.starts(process)
    at = _chosen(request, starts)
    asked = start_fields.asked(process, at) if at else ()
    form = StartForm(sent(request), asked=asked)
    if at and request.method == "POST" and form.is_valid():
        try:
            return _started(request, found, at, form)
        except Refusal as refusal:
            refuse(form, refusal)
    context = {
        "definition": found, "starts": starts, "at": at, "tab": "start",
        "newest": definition_queries.newest_version_of(found), "has_form": bool(at and at.form),
    }  # fmt: skip
    return page(request, form, template=START, **context)


def _chosen(request: HttpRequest, starts: list[Node]) -> Node | None:
    """The start event that the address names, else the first."""
    wanted = request.GET.get("at", "")
    return next((node for node in starts if node.id == wanted), starts[0] if starts else None)


def _started(
    request: HttpRequest, definition: ProcessDefinition, at: Node, form: StartForm
) -> HttpResponse:
    instance, is_new = starting.start(
        definition=definition,
        start_node=at.id,
        variables=form.variables,
        business_key=form.cleaned_data["business_key"],
        key=form.cleaned_data["key"],
        by=actor_of(request),
        now=timezone.now(),
    )
    said = "is started." if is_new else "was started by this form before. Nothing was done now."
    messages.success(request, f"{instance} {said}")
    return redirect("workflows:instance", instance.pk)
