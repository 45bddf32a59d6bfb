"""Overlaps, gaps and rules that never decide, table by table."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from workflows import decision_analysis
from workflows.dmn.sheet import SheetError
from workflows.views.admins import for_admins
from workflows.views.decision_source import Source, draft_or_404, version_or_404


@for_admins
@require_safe
def of_version(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Of a published version."""
    return _found(request, version_or_404(key, number))


@for_admins
@require_safe
def of_draft(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Of a draft."""
    return _found(request, draft_or_404(pk))


def _found(request: HttpRequest, source: Source) -> HttpResponse:
    context: dict[str, object] = {"source": source}
    try:
        context["analyses"] = decision_analysis.of(source.xml)
    except SheetError as error:
        context["refusal"] = str(error)
    return render(request, "workflows/decision_analysis.html", context)
