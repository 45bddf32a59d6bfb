"""An edited table into its draft, against the revision that its author saw."""

from collections.abc import Sequence
from datetime import datetime

from workflows import decision_drafts
from workflows.authors import Author
from workflows.dmn import sheet
from workflows.dmn.sheet import Problem, Sheet
from workflows.models import DecisionDraft
from workflows.refusals import NotValid


def save(
    draft: DecisionDraft, table: Sheet, *, revision: str, by: Author, now: datetime
) -> DecisionDraft:
    """The draft with this table; `revision` is what the page says.

    Raises SheetError when the file cannot hold the table, Overtaken, DraftIsOver and NotValid.
    """
    if not (revision.isascii() and revision.isdigit() and len(revision) < 10):
        raise NotValid("The page did not say which revision it shows. Reload it.")
    # Said before the file is written anew: a newer one may not even have this table.
    if draft.status in DecisionDraft.OPEN and int(revision) != draft.revision:
        raise decision_drafts.Overtaken(draft)
    xml = sheet.with_sheet(bytes(draft.xml), table.decision, table)
    return decision_drafts.save(draft, xml=xml, revision=int(revision), by=by, now=now)


def said(saved: DecisionDraft, found: Sequence[Problem]) -> str:
    """What the author reads afterwards."""
    errors = sum(each.grade == "error" for each in found)
    sentence = f"Saved as revision {saved.revision}."
    if not errors:
        return sentence
    places = "1 place has" if errors == 1 else f"{errors} places have"
    return f"{sentence} {places} to be corrected before it can be submitted."
