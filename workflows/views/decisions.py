"""Decisions: which there are, what each version says, and the file of each."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from workflows import (
    decision_definitions,
    decision_drafts,
    decision_queries,
    decision_story,
    reading,
)
from workflows.reading import BadQuery
from workflows.views import decision_shown
from workflows.views.admins import for_admins
from workflows.views.decision_author import author_of
from workflows.views.decision_source import version_or_404


@for_admins
@require_safe
def decisions(request: HttpRequest) -> HttpResponse:
    """All of them, or those with some words in key or name."""
    try:
        reading.only(request.GET, {"q"})
        text = reading.text(request.GET, "q")
    except BadQuery as refusal:
        refused = {"refusal": refusal}
        return render(request, "workflows/decisions.html", refused, status=refusal.status)
    context = {
        "decisions": decision_queries.listed(text),
        "most": decision_queries.SHOWN_AT_MOST,
        "text": text,
        "waiting": decision_queries.waiting_for_a_signature(),
    }
    return render(request, "workflows/decisions.html", context)


@for_admins
@require_safe
def decision(request: HttpRequest, key: str) -> HttpResponse:
    """One decision: its versions, the change that is under way, and what was done to it."""
    versions = list(decision_queries.versions_of(key))
    draft = decision_queries.open_draft_of(key)
    if not versions and not draft:
        raise Http404
    context = {
        "key": key,
        "name": versions[0].name if versions else draft and draft.name,
        "in_force": versions[0] if versions else None,
        "versions": versions,
        "draft": draft,
        "cases": decision_queries.cases().filter(key=key).count(),
        "story": decision_story.of(key),
    }
    return render(request, "workflows/decision.html", context)


@for_admins
@require_POST
def change(request: HttpRequest, key: str) -> HttpResponse:
    """Open a draft that begins as the version in force; or go on with the one that is open."""
    try:
        draft = decision_drafts.open_next(key=key, by=author_of(request), now=timezone.now())
    except decision_drafts.DraftIsOpen as refusal:
        messages.warning(request, refusal.sentence)
        return redirect("workflows:decision-draft", refusal.draft.pk)
    except decision_definitions.NoSuchDecision as refusal:
        raise Http404 from refusal
    return redirect("workflows:decision-draft", draft.pk)


@for_admins
@require_safe
def version(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """What one version says: its tables as tables, everything else as text."""
    source = version_or_404(key, number)
    return render(
        request, "workflows/decision_version.html", decision_shown.tables(request, source)
    )


@for_admins
@require_safe
def file(_request: HttpRequest, key: str, number: int) -> HttpResponse:
    """The file as it was signed, byte for byte; never shown by the browser."""
    return decision_shown.download(version_or_404(key, number))


@for_admins
@require_safe
def workbook(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Its tables for Excel."""
    return decision_shown.workbook(request, version_or_404(key, number))
