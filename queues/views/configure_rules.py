"""Routing rules: their order, each of them, and a way to try them out."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from queues import configuration, configured, routing_rules
from queues.forms.queues import FactsForm, RuleForm, initial_of_rule
from workflows.views.admins import actor_of, answer, for_admins, sent, told


@for_admins
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """The rules in their order; with facts in the query, what each says of them."""
    asked = bool(request.GET)
    form = FactsForm(request.GET if asked else None)
    trial = (
        routing_rules.try_out(form.facts, now=timezone.now()) if asked and form.is_valid() else None
    )
    said = {verdict.rule.pk: verdict for verdict in trial.verdicts} if trial else {}
    rows = [(rule, said.get(rule.pk)) for rule in configured.rules()]
    context = {"rows": rows, "form": form, "trial": trial}
    status = 422 if asked and form.errors else 200
    return render(request, "queues/configure/rules.html", context, status=status)


@for_admins
def rule_add(request: HttpRequest) -> HttpResponse:
    form = RuleForm(sent(request))

    def act(said: dict[str, Any]) -> str:
        rule = routing_rules.add(by=actor_of(request), now=timezone.now(), **said)
        return f"Rule {rule.order} is added at the end. Move it to where it belongs."

    return answer(
        request, form, act, then="queues:rules", title="New routing rule",
        back=("queues:rules", "Routing rules"), do="Add the rule",
    )  # fmt: skip


@for_admins
def rule_edit(request: HttpRequest, pk: int) -> HttpResponse:
    rule = get_object_or_404(configured.rules(), pk=pk)
    form = RuleForm(sent(request), initial=initial_of_rule(rule))

    def act(said: dict[str, Any]) -> str:
        routing_rules.change(rule, by=actor_of(request), now=timezone.now(), **said)
        return f"Rule {rule.order} is changed. It counts for items that arrive from now on."

    return answer(
        request, form, act, then="queues:rules", title=f"Routing rule {rule.order}",
        back=("queues:rules", "Routing rules"),
        changes=configured.changes(configuration.subject_of(rule)),
    )  # fmt: skip


@for_admins
@require_POST
def rule_move(request: HttpRequest, pk: int) -> HttpResponse:
    rule = get_object_or_404(configured.rules(), pk=pk)
    up = request.POST.get("to") == "up"

    def act() -> None:
        routing_rules.move(rule, up=up, by=actor_of(request), now=timezone.now())

    said = f"“{rule.note or rule.queue}” is moved {'up' if up else 'down'}."
    return told(request, act, said, then="queues:rules")


@for_admins
@require_POST
def rule_remove(request: HttpRequest, pk: int) -> HttpResponse:
    rule = get_object_or_404(configured.rules(), pk=pk)

    def act() -> None:
        configuration.remove(rule, by=actor_of(request), now=timezone.now())

    return told(request, act, f"Rule {rule.order} is removed.", then="queues:rules")
