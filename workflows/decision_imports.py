"""Files that become drafts: DMN as it is, workbooks as tables. Nothing here is published."""

from datetime import datetime

from workflows import decision_definitions, decision_drafts, decision_files, security
from workflows.authors import Author
from workflows.dmn import sheet, workbook
from workflows.dmn.sheet import SheetError
from workflows.models import DecisionDraft
from workflows.refusals import NotValid

ZIP = b"PK\x03\x04"  # what a workbook begins with


def begin(*, key: str, name: str, by: Author, now: datetime) -> DecisionDraft:
    """A draft with one empty table. Raises NotValid, DraftIsOpen."""
    try:
        xml = sheet.new_model(decision_files.check_key(key), decision_files.check_name(name))
    except SheetError as error:
        raise NotValid(str(error)) from error
    return decision_drafts.open_new(key=key, name=name, xml=xml, by=by, now=now)


def take_in(
    content: bytes, *, file_name: str, key: str = "", name: str = "", by: Author, now: datetime
) -> DecisionDraft:
    """A draft from a file; empty key and name are taken from its first decision.

    Raises NotValid with every place to correct, and DraftIsOpen.
    """
    if content.startswith(ZIP):
        key = key or decision_files.key_like(file_name)
        name = name or key
        content = file_of(content, file_name=file_name, into=_begun(key, name))
    _check(content)
    first_id, first_name = _first(content)
    if not key and not decision_files.KEY.fullmatch(first_id):
        raise NotValid(f"The id {first_id[:60]} cannot be a key. Give the decision a key.")
    name = name or (first_name or first_id)[: decision_files.LONGEST_NAME]
    return decision_drafts.open_new(key=key or first_id, name=name, xml=content, by=by, now=now)


def file_of(content: bytes, *, file_name: str, into: bytes) -> bytes:
    """The DMN file that this upload stands for: itself, or `into` with a workbook's table.

    Raises NotValid with what is wrong.
    """
    decision_files.check_size(content)
    if content.startswith(ZIP):
        return _with_table(content, into)
    if file_name.lower().endswith(".xlsx"):
        raise NotValid("This is not an Excel workbook. Save it as .xlsx and try again.")
    _check(content)
    return content


def _with_table(content: bytes, xml: bytes) -> bytes:
    """The workbook's table takes the place of the one with its id, else of the first."""
    try:
        tables = [decision for decision, _ in sheet.tables_in(xml)]
        if not tables:
            raise NotValid("The draft has no decision table to put the workbook into.")
        named = workbook.from_xlsx(content).decision
        decision = named if named in tables else tables[0]
        table = workbook.from_xlsx(content, sheet.sheet_of(xml, decision))
        return sheet.with_sheet(xml, decision, table)
    except SheetError as error:
        raise NotValid(str(error)) from error


def _check(content: bytes) -> None:
    """Whoever watches sees what was refused, as with other models."""
    try:
        decision_definitions.read(content)
    except NotValid as refusal:
        security.note("model-refused", what=refusal.sentence)
        raise


def _begun(key: str, name: str) -> bytes:
    try:
        return sheet.new_model(decision_files.check_key(key), name)
    except SheetError as error:
        raise NotValid(str(error)) from error


def _first(xml: bytes) -> tuple[str, str]:
    decisions = sheet.decisions_in(xml)
    if not decisions:
        raise NotValid("The file has no decision. Choose another file.")
    return decisions[0][:2]
