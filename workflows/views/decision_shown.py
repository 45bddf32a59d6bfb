"""What the pages of a version and of a draft have in common."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from workflows import decision_tables
from workflows.decision_tables import Part
from workflows.dmn import sheet
from workflows.dmn import workbook as workbooks
from workflows.dmn.sheet import SheetError
from workflows.views.decision_source import Source

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def tables(request: HttpRequest, source: Source) -> dict[str, Any]:
    """The decisions of the file, and the one that is asked for in full."""
    try:
        parts = decision_tables.parts(source.xml)
    except SheetError as error:
        return {"source": source, "parts": [], "refusal": str(error)}
    part = chosen(request, parts)
    shown = decision_tables.show(source.xml, part) if part else None
    return {"source": source, "parts": parts, "shown": shown}


def chosen(request: HttpRequest, parts: list[Part]) -> Part | None:
    """The decision that the address names, else the first."""
    wanted = request.GET.get("decision", "")
    if not wanted:
        return parts[0] if parts else None
    found = next((part for part in parts if part.id == wanted), None)
    if found is None:
        raise Http404
    return found


def download(source: Source) -> HttpResponse:
    """The file byte for byte; never shown by the browser."""
    return _attached(source.xml, f"{source.file_name}.dmn", "application/octet-stream")


def workbook(request: HttpRequest, source: Source) -> HttpResponse:
    """The table that the address names, else the first, as an Excel workbook."""
    try:
        tables = [part for part in decision_tables.parts(source.xml) if part.is_table]
        part = chosen(request, tables)
        if part is None:
            raise SheetError("There is no table in this file. Download the DMN file instead.")
        content = workbooks.to_xlsx(sheet.sheet_of(source.xml, part.id))
    except SheetError as error:
        messages.warning(request, str(error))
        return redirect(source.address)
    return _attached(content, f"{source.file_name}.xlsx", EXCEL)


def _attached(content: bytes, name: str, content_type: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
