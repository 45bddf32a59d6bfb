"""A change to a decision, page by page: begun, imported, checked, proposed, signed or returned."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from workflows import decision_checks, decision_drafts, decision_imports
from workflows.decision_forms import ImportForm, NewForm, RenameForm, ReplaceForm, SubmitForm
from workflows.models import DecisionDraft
from workflows.refusals import Refusal
from workflows.views import decision_shown
from workflows.views.admins import for_admins, page, refuse, sent, told
from workflows.views.decision_author import author_of
from workflows.views.decision_source import Source, draft_or_404

DRAFT = "workflows/decision_draft.html"
BACK = ("workflows:decisions", "Decision models")


@for_admins
def new(request: HttpRequest) -> HttpResponse:
    """A decision that begins as one empty table."""
    form = NewForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            draft = decision_imports.begin(
                **form.cleaned_data, by=author_of(request), now=timezone.now()
            )
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, f"{draft.name} is a draft now. Add its columns and rules.")
            return redirect("workflows:decision-draft", draft.pk)
    return page(request, form, title="New decision table", back=BACK, do="Begin the draft")


@for_admins
def import_file(request: HttpRequest) -> HttpResponse:
    """A DMN file or a workbook becomes a draft; nothing is published."""
    files = request.FILES if request.method == "POST" else None
    form = ImportForm(sent(request), files, initial={"key": request.GET.get("key", "")})
    findings: list[dict[str, object]] = []
    if request.method == "POST" and form.is_valid():
        try:
            draft = _imported(request, form.cleaned_data)
        except Refusal as refusal:
            findings = getattr(refusal, "findings", [])
            form.add_error("file", refusal.sentence)
        else:
            messages.success(request, f"{draft.name} is a draft now. Nothing is published yet.")
            return redirect("workflows:decision-draft", draft.pk)
    return page(request, form, template="workflows/decision_import.html", findings=findings)


def _imported(request: HttpRequest, said: dict[str, Any]) -> DecisionDraft:
    name, content = said["file"]
    return decision_imports.take_in(
        content, file_name=name, key=said["key"], name=said["name"],
        by=author_of(request), now=timezone.now(),
    )  # fmt: skip


@for_admins
@require_safe
def draft(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Where it stands, what is in its way, and what can be done with it."""
    return render(request, DRAFT, _context(draft_or_404(pk)))


@for_admins
@require_POST
def submit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Propose it to whoever signs."""
    source, form = draft_or_404(pk), SubmitForm(request.POST)

    def act(said: dict[str, Any]) -> str:
        by, now = author_of(request), timezone.now()
        decision_drafts.submit(_draft_of(source), **said, by=by, now=now)
        return "Submitted. Another administrator has to sign it."

    return _acted(request, source, "submit_form", form, act)


@for_admins
@require_POST
def replace(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Another file instead of what is there."""
    source, form = draft_or_404(pk), ReplaceForm(request.POST, request.FILES)

    def act(said: dict[str, Any]) -> str:
        name, content = said["file"]
        xml = decision_imports.file_of(content, file_name=name, into=source.xml)
        _save(request, source, xml=xml, revision=said["revision"])
        return "The file was taken in."

    return _acted(request, source, "replace_form", form, act)


@for_admins
@require_POST
def rename(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Another name; the key stays."""
    source, form = draft_or_404(pk), RenameForm(request.POST)

    def act(said: dict[str, Any]) -> str:
        _save(request, source, xml=source.xml, **said)
        return "Renamed."

    return _acted(request, source, "rename_form", form, act)


@for_admins
@require_POST
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give the change up."""
    found = draft_or_404(pk)
    by, now = author_of(request), timezone.now()
    return told(
        request,
        lambda: decision_drafts.withdraw(_draft_of(found), by=by, now=now),
        "Withdrawn. What is published stays as it is.",
        then=found.address,
    )


@for_admins
@require_safe
def tables(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Its tables, to be read."""
    context = decision_shown.tables(request, draft_or_404(pk))
    return render(request, "workflows/decision_version.html", context)


@for_admins
@require_safe
def file(_request: HttpRequest, pk: UUID) -> HttpResponse:
    """The file as it is now."""
    return decision_shown.download(draft_or_404(pk))


@for_admins
@require_safe
def workbook(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Its tables for Excel."""
    return decision_shown.workbook(request, draft_or_404(pk))


def _draft_of(source: Source) -> DecisionDraft:
    assert source.draft is not None  # noqa: S101 - draft_or_404 gives nothing else
    return source.draft


def _save(request: HttpRequest, source: Source, **said: Any) -> None:
    by, now = author_of(request), timezone.now()
    decision_drafts.save(_draft_of(source), **said, by=by, now=now)


def _acted(
    request: HttpRequest,
    source: Source,
    name: str,
    form: forms.Form,
    act: Callable[[dict[str, Any]], str],
) -> HttpResponse:
    """One of the forms of the draft's page: done, or the page again with what is wrong."""
    if form.is_valid():
        try:
            said = act(form.cleaned_data)
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, said)
            return redirect(source.address)
    context = {**_context(draft_or_404(_draft_of(source).pk)), name: form, "form": form}
    return render(request, DRAFT, context, status=422)


def _context(source: Source) -> dict[str, object]:
    found = _draft_of(source)
    seen = {"revision": found.revision}
    now = timezone.now()
    return {
        "source": source,
        "draft": found,
        "checks": decision_checks.check(found.key, source.xml, now=now) if source.is_open else None,
        "submit_form": SubmitForm(initial={**seen, "note": found.note}),
        "replace_form": ReplaceForm(initial=seen),
        "rename_form": RenameForm(initial={**seen, "name": found.name}),
    }
