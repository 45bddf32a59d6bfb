"""The second pair of eyes: what would be published, and the signature under exactly that."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from workflows import decision_analysis, decision_checks, decision_drafts, decision_revisions
from workflows.decision_forms import SignForm
from workflows.models import DecisionDraft
from workflows.refusals import Refusal
from workflows.views.admins import for_admins, refuse
from workflows.views.decision_author import author_of
from workflows.views.decision_source import Source, draft_or_404

REVIEW = "workflows/decision_review.html"


@for_admins
@require_safe
def review(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything that a signer has to know, on one page."""
    source = draft_or_404(pk)
    if not _is_submitted(source):
        return redirect(source.address)
    assert source.draft is not None  # noqa: S101 - draft_or_404 gives nothing else
    form = SignForm(initial={"digest": source.draft.submitted_digest})
    return render(request, REVIEW, _context(request, source, form))


@for_admins
@require_POST
def decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Signed and so published, or returned with the words why."""
    source, form = draft_or_404(pk), SignForm(request.POST)
    if form.is_valid():
        try:
            said, then = _decided(request, source, form)
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, said)
            return redirect(then)
    source = draft_or_404(pk)
    if not _is_submitted(source):
        messages.warning(request, "Nothing waits for a signature here any more.")
        return redirect(source.address)
    return render(request, REVIEW, _context(request, source, form), status=422)


def _decided(request: HttpRequest, source: Source, form: SignForm) -> tuple[str, str]:
    """What happened, and where to go on."""
    assert source.draft is not None  # noqa: S101 - draft_or_404 gives nothing else
    by, now, said = author_of(request), timezone.now(), form.cleaned_data
    if request.POST.get("do") == "return":
        decision_drafts.give_back(
            source.draft, digest=said["digest"], because=said["because"], by=by, now=now
        )
        return "Returned to its editors.", source.address
    signed = decision_drafts.sign(source.draft, digest=said["digest"], by=by, now=now)
    return f"Signed. {signed.published_as} is in force.", Source(
        definition=signed.published_as
    ).address


def _is_submitted(source: Source) -> bool:
    return source.draft is not None and source.draft.status == DecisionDraft.Status.SUBMITTED


def _context(request: HttpRequest, source: Source, form: SignForm) -> dict[str, object]:
    draft = source.draft
    assert draft is not None  # noqa: S101 - draft_or_404 gives nothing else
    before = bytes(draft.based_on.xml) if draft.based_on else b""
    return {
        "source": source,
        "draft": draft,
        "form": form,
        "why_not": decision_drafts.refusal_to_sign(draft, author_of(request)),
        "checks": decision_checks.check(draft.key, source.xml, now=timezone.now()),
        "revisions": decision_revisions.compared(before, source.xml) if before else [],
        "analyses": decision_analysis.of(source.xml),
    }
