"""What the script of the table editor asks for: cells to be checked, a table to be saved."""

from typing import cast
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from workflows import decision_drafts, decision_editing, decision_editor_saving
from workflows.dmn import sheet
from workflows.dmn.sheet import SheetError
from workflows.models import DecisionDraft
from workflows.refusals import Refusal
from workflows.views.admins import for_admins
from workflows.views.decision_author import author_of
from workflows.views.decision_source import draft_or_404


@for_admins
@require_POST
def check(request: HttpRequest, pk: UUID) -> JsonResponse:
    """What is wrong with the rules that were sent: some of a table, or all of it."""
    source = draft_or_404(pk)
    try:
        table = decision_editing.sheet_in(request.POST.get("sheet", ""))
        found = decision_editing.problems(table, sheet.surroundings_of(source.xml))
    except SheetError as error:
        return JsonResponse({"detail": str(error)}, status=422)
    return JsonResponse({"problems": decision_editing.as_json(found)})


@for_admins
@require_POST
def save(request: HttpRequest, pk: UUID) -> JsonResponse:
    """The table into the draft: its new revision, its ids and what is wrong with it."""
    draft = cast("DecisionDraft", draft_or_404(pk).draft)
    revision, by, now = request.POST.get("revision", ""), author_of(request), timezone.now()
    try:
        table = decision_editing.sheet_in(request.POST.get("sheet", ""))
        saved = decision_editor_saving.save(draft, table, revision=revision, by=by, now=now)
        return _answer(saved, table.decision)
    except SheetError as error:
        return JsonResponse({"detail": str(error)}, status=422)
    except Refusal as refusal:
        return _refusal(refusal)


def _answer(saved: DecisionDraft, decision: str) -> JsonResponse:
    xml = bytes(saved.xml)
    stored = sheet.sheet_of(xml, decision)
    found = decision_editing.problems(stored, sheet.surroundings_of(xml))
    return JsonResponse(
        {
            "revision": saved.revision,
            "said": decision_editor_saving.said(saved, found),
            "ids": {
                "rules": [each.id for each in stored.rules],
                "inputs": [each.id for each in stored.inputs],
                "outputs": [each.id for each in stored.outputs],
            },
            "problems": decision_editing.as_json(found),
        }
    )


def _refusal(refusal: Refusal) -> JsonResponse:
    is_overtaken = isinstance(refusal, decision_drafts.Overtaken)
    newer = refusal.draft.revision if isinstance(refusal, decision_drafts.Overtaken) else None
    return JsonResponse(
        {"detail": refusal.sentence, "revision": newer, "can_overwrite": is_overtaken},
        status=refusal.status,
    )
