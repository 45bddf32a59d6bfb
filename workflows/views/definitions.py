"""Process definitions: what runs, its picture, and the door for new ones."""

import hashlib
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from workflows import definition_queries, drafts, queries
from workflows import definitions as deploying
from workflows.forms import UploadForm
from workflows.models import ProcessDefinition
from workflows.refusals import NotValid
from workflows.views.admins import actor_of, for_admins, page, sent

LIST = "workflows/definitions.html"


@for_admins
def definitions(request: HttpRequest) -> HttpResponse:
    """The newest version of each, and the upload: checked, then deployed or refused."""
    form = UploadForm(sent(request), request.FILES if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _deploy(request, form)
    return page(request, form, template=LIST, definitions=definition_queries.in_force())


def _deploy(request: HttpRequest, form: UploadForm) -> HttpResponse:
    source = form.cleaned_data["file"]
    try:
        deployed = deploying.deploy(source=source, by=actor_of(request), now=timezone.now())
    except NotValid as refusal:
        form.add_error("file", refusal.sentence)
        findings = drafts.judged(source, refusal.findings) if refusal.findings else []
        context = {
            "definitions": definition_queries.in_force(),
            "findings": findings,
            "errors": len(refusal.findings),
            "pictures": drafts.pictures(source, findings) if findings else [],
        }
        return page(request, form, template=LIST, **context)
    messages.success(request, f"Deployed: {', '.join(map(str, deployed))}.")
    return redirect("workflows:definition", deployed[0].pk)


@for_admins
@require_safe
def definition(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(queries.definitions(), pk=pk)
    findings = drafts.findings_of(found)
    before = definition_queries.version_before(found)
    context = {
        "definition": found,
        "tab": "model",
        "picture": drafts.picture(found, findings),
        "findings": findings,
        "versions": definition_queries.versions_of(found),
        "before": before,
        "changes": drafts.changes(before, found) if before else (),
    }
    return render(request, "workflows/definition.html", context)


@for_admins
@require_safe
def source(_request: HttpRequest, pk: UUID) -> HttpResponse:
    """The file as it was uploaded, byte for byte; never shown by the browser."""
    found = get_object_or_404(queries.definitions(), pk=pk)
    answer = HttpResponse(bytes(found.source), content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="{file_name(found)}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def file_name(definition: ProcessDefinition) -> str:
    """Plain letters only, whatever the model calls its process."""
    plain = "".join(c for c in definition.key if c.isascii() and (c.isalnum() or c in "-_"))[:80]
    name = plain or hashlib.sha256(definition.key.encode()).hexdigest()[:12]
    return f"{name}.v{definition.version}.bpmn"
