"""Changing a variable of a running instance."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache

from workflows import queries, shown_variables, variable_changes
from workflows.models import ProcessInstance
from workflows.process_forms import VariableForm
from workflows.refusals import Refusal
from workflows.views.admins import page, refuse, sent
from workflows.views.viewer import manager_of

TEMPLATE = "workflows/instance_variable.html"


@never_cache
def variable(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One variable, named by the address, or a new one; changed with a reason."""
    user = manager_of(request)
    instance = get_object_or_404(queries.instances_visible_to(user), pk=pk)
    name = request.GET.get("name", "")
    is_there = name in instance.variables
    form = VariableForm(sent(request), initial=_initial(instance, name), is_known=is_there)
    context: dict[str, object] = {"instance": instance, "name": name if is_there else ""}
    if request.method == "POST" and form.is_valid():
        try:
            changed = _changed(instance, form.cleaned_data, user.actor)
        except Refusal as refusal:
            refuse(form, refusal)
            instance = get_object_or_404(queries.instances_visible_to(user), pk=pk)
            known = _now(instance, form.cleaned_data["name"])
            context |= {"instance": instance, "now": known}
        else:
            messages.success(request, f"{form.cleaned_data['name']} is changed.")
            return redirect("workflows:instance", changed.pk)
    return page(request, form, template=TEMPLATE, **context)


def _initial(instance: ProcessInstance, name: str) -> dict[str, Any]:
    known = instance.variables
    value = known.get(name)
    is_there = name in known
    return {
        "name": name[:100],
        "was": variable_changes.mark(known, name),
        "type": shown_variables.type_of(value) if is_there else "text",
        "value": "" if value is None else shown_variables.written(value),
    }


def _changed(instance: ProcessInstance, said: dict[str, Any], by: str) -> ProcessInstance:
    return variable_changes.change(
        instance_id=instance.pk,
        name=said["name"],
        value=said["given"],
        was=said["was"],
        reason=said["reason"],
        by=by,
        now=timezone.now(),
    )


def _now(instance: ProcessInstance, name: str) -> str:
    """What the variable is at this moment, for somebody who was overtaken."""
    if name not in instance.variables:
        return ""
    return shown_variables.written(instance.variables[name])[:2_000]
