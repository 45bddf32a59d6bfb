"""The table editor: a draft's decision table as a sheet, with or without scripts.

One form holds everything; `do` names the button. With htmx, only a panel beside the table is
answered. What the script of the page asks for besides is in `decision_editor_script`.
"""

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.vary import vary_on_headers

from workflows import (
    decision_analysis,
    decision_drafts,
    decision_editing,
    decision_editor_page,
    decision_editor_saving,
    decision_trial,
)
from workflows.decision_editing import Working
from workflows.decision_tables import Shown
from workflows.decision_trial import Trial
from workflows.dmn import analysis, sheet
from workflows.dmn.sheet import Sheet, SheetError, Surroundings
from workflows.models import DecisionDraft
from workflows.refusals import Refusal
from workflows.views.admins import for_admins
from workflows.views.decision_author import author_of
from workflows.views.decision_source import Source, draft_or_404

PAGE = "workflows/decision_editor.html"
PANELS = {
    "analyse": "workflows/_decision_editor_findings.html",
    "try": "workflows/_decision_editor_trial.html",
}
Context = dict[str, Any]


@for_admins
@vary_on_headers("HX-Request")
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The table, and what a button makes of it."""
    source = draft_or_404(pk)
    if request.method == "POST":
        return _acted(request, source)
    if not source.is_open:
        messages.warning(request, "This draft is over. Open a new one to change the decision.")
        return redirect(source.address)
    try:
        tables = sheet.tables_in(source.xml)
        chosen = _chosen(tables, request.GET.get("decision", ""))
        stored = sheet.sheet_of(source.xml, chosen) if chosen else None
    except SheetError as error:
        return render(request, PAGE, {"source": source, "unreadable": str(error)})
    if stored is None:
        return render(request, PAGE, {"source": source})
    return _page(request, source, Working(stored), {"stored": stored})


def _chosen(tables: list[tuple[str, str]], wanted: str) -> str:
    """The table that the address names, else the first; empty when there is none."""
    ids = [each for each, _ in tables]
    if wanted and wanted not in ids:
        raise Http404
    return wanted or (ids[0] if ids else "")


def _acted(request: HttpRequest, source: Source) -> HttpResponse:
    """The form was sent. Whatever comes of it, the page keeps what was typed."""
    stored = _stored(source, request.POST)
    context: Context = {"stored": stored, "is_sent": True}
    try:
        working = decision_editing.sent(request.POST, stored)
    except SheetError as error:
        return _page(request, source, Working(stored), {**context, "refusal": str(error)}, 422)
    verb, _, said = request.POST.get("do", "check").partition(":")
    if verb == "save":
        return _sent_to_save(request, source, working, said, context)
    if verb in {"check", *PANELS}:
        return _looked_at(request, source, working, verb, context)
    try:
        working = decision_editing.done(working, request.POST["do"], request.POST)
    except SheetError as error:
        return _page(request, source, working, {**context, "refusal": str(error)}, 422)
    return _page(request, source, working, context, 422 if working.refused else 200)


def _stored(source: Source, post: Mapping[str, str]) -> Sheet:
    """The table as the draft has it; what was typed, when somebody took the table away."""
    try:
        return sheet.sheet_of(source.xml, post.get("decision", ""))
    except SheetError:
        if not post.get("sheet"):
            raise Http404 from None
    try:
        return decision_editing.sheet_in(post["sheet"])
    except SheetError:
        raise Http404 from None


def _sent_to_save(
    request: HttpRequest, source: Source, working: Working, revision: str, context: Context
) -> HttpResponse:
    if working.refused:
        return _page(request, source, working, context, 422)
    try:
        saved = decision_editor_saving.save(
            cast("DecisionDraft", source.draft),
            working.sheet,
            revision=revision or request.POST.get("revision", ""),
            by=author_of(request),
            now=timezone.now(),
        )
    except SheetError as error:
        return _page(request, source, working, {**context, "refusal": str(error)}, 422)
    except decision_drafts.Overtaken as refusal:
        again = {**context, "overtaken": refusal}
        return _page(request, source, working, again, refusal.status)
    except Refusal as refusal:
        told = {**context, "refusal": refusal.sentence}
        return _page(request, source, working, told, refusal.status)
    found = decision_editing.problems(working.sheet, _around(source))
    messages.success(request, decision_editor_saving.said(saved, found))
    address = reverse("workflows:decision-edit", args=[saved.pk])
    return redirect(f"{address}?decision={working.sheet.decision}")


def _looked_at(
    request: HttpRequest, source: Source, working: Working, verb: str, context: Context
) -> HttpResponse:
    """The cells are always checked; `analyse` and `try` fill a panel beside the table."""
    if verb == "analyse":
        context |= decision_editor_page.findings(_analysed(source, working.sheet))
    if verb == "try":
        trial = decision_trial.tried(source.xml, working.sheet, request.POST, now=timezone.now())
        context["trial"] = trial
        working = _with_matches(working, trial)
    status = 422 if working.refused or _is_refused(context) else 200
    if verb in PANELS and getattr(request, "htmx", False):
        shown = {"source": source, "sheet": working.sheet, **context}
        return render(request, PANELS[verb], shown, status=status)
    return _page(request, source, working, context, status)


def _is_refused(context: Context) -> bool:
    trial: Trial | None = context.get("trial")
    return bool(trial and trial.form and trial.form.errors)


def _with_matches(working: Working, trial: Trial) -> Working:
    if not trial.matched:
        return working
    shown = working.showing(trial.matched[0])
    return Working(shown.sheet, shown.first, shown.refused, shown.marked, frozenset(trial.matched))


def _analysed(source: Source, table: Sheet) -> decision_analysis.Analysed:
    found = analysis.analyse(table, _around(source), seconds=decision_analysis.SECONDS)
    return decision_analysis.Analysed(Shown(table.decision, table.name, sheet=table), found)


def _around(source: Source) -> Surroundings:
    return sheet.surroundings_of(source.xml)


def _page(
    request: HttpRequest, source: Source, working: Working, context: Context, status: int = 200
) -> HttpResponse:
    shown = decision_editor_page.of(working, _around(source))
    seen = request.POST.get("revision", "")
    trial = context.get("trial") or decision_trial.offered(source.xml, working.sheet)
    return render(
        request,
        PAGE,
        {
            "source": source,
            "tables": sheet.tables_in(source.xml),
            "revision": seen if seen.isdigit() else source.draft and source.draft.revision,
            "is_changed": working.sheet != context["stored"] or bool(working.refused),
            "trial": trial,
            **shown,
            **context,
        },
        status=status,
    )
