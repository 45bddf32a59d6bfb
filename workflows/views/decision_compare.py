"""What is different between two versions, or between a draft and the version it began with."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from workflows import (
    decision_cases,
    decision_definitions,
    decision_queries,
    decision_revisions,
    dmn,
)
from workflows.dmn.sheet import SheetError
from workflows.models import DecisionDefinition
from workflows.refusals import NotValid
from workflows.views.admins import for_admins
from workflows.views.decision_source import Source, draft_or_404, version_or_404

CHANGES = "workflows/decision_changes.html"


@for_admins
@require_safe
def of_version(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Against the version before, or against the one that the address names with `from`."""
    source = version_or_404(key, number)
    wanted = request.GET.get("from", "")
    known = wanted.isascii() and wanted.isdigit() and len(wanted) < 10
    before = version_or_404(key, int(wanted) if known else max(number - 1, 1))
    assert before.definition is not None  # noqa: S101 - version_or_404 gives nothing else
    versions = decision_queries.versions_of(key)
    return _compared(request, source, before.definition, versions=versions)


@for_admins
@require_safe
def of_draft(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Against the version that was in force when the draft was opened."""
    source = draft_or_404(pk)
    if source.draft is None or source.draft.based_on is None:
        raise Http404
    return _compared(request, source, source.draft.based_on)


def _compared(
    request: HttpRequest, source: Source, before: DecisionDefinition, **more: object
) -> HttpResponse:
    label = f"Version {before.version}"
    context: dict[str, object] = {
        "source": source, "before": before, "before_label": label, **more,
    }  # fmt: skip
    try:
        context["revisions"] = decision_revisions.compared(bytes(before.xml), source.xml)
        context |= _cases(source, before)
    except (SheetError, NotValid) as error:
        context["refusal"] = str(error)
    return render(request, CHANGES, context)


def _cases(source: Source, before: DecisionDefinition) -> dict[str, object]:
    """How many saved cases there are, and which of them the two answer differently."""
    cases, now = decision_cases.of(source.key, active=True), timezone.now()
    old = decision_cases.run(decision_definitions.compiled(before), cases, now=now)
    new = decision_cases.run(_model(source), cases, now=now)
    return {"cases": len(cases), "changes": decision_cases.changes(old, new)}


def _model(source: Source) -> dmn.Model:
    if source.definition:
        return decision_definitions.compiled(source.definition)
    return decision_definitions.read(source.xml)
