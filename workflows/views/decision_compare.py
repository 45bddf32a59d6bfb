"""What is different between two versions, or between a draft and the version it began with."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from workflows import decision_queries, decision_revisions
from workflows.dmn.sheet import SheetError
from workflows.models import DecisionDefinition
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
    context: dict[str, object] = {"source": source, "before": before, **more}
    try:
        context["revisions"] = decision_revisions.compared(bytes(before.xml), source.xml)
    except SheetError as error:
        context["refusal"] = str(error)
    return render(request, CHANGES, context)
