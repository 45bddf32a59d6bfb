"""What somebody typed in answer to a question, made sound before anything is done with it."""

import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from reviews import plain_work
from reviews.models import ReasonCode, Review
from workflows import form_values, variables
from workflows.canonical import digest
from workflows.refusals import NotValid

EDIT = "edit"
LONGEST_RATIONALE = 10_000  # bytes of UTF-8
LONGEST_VALUE = 10_000
MOST_REASONS = 10
MOST_EDITS = 100

# Marks that turn the direction of text, so that it reads as something else than it is.
DIRECTIONS = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An outcome with its reasons; with outcome "edit", the proposed values too.

    `filled` is what plain work asks for in its form.
    """

    outcome: str
    reasons: list[str]
    rationale: str
    edits: dict[str, Any] = field(default_factory=dict)
    filled: dict[str, Any] = field(default_factory=dict)

    @property
    def rationale_hash(self) -> str:
        return digest(self.rationale)


def sound(
    review: Review,
    *,
    outcome: str,
    reasons: Sequence[str],
    rationale: str,
    edits: Mapping[str, Any] | None = None,
    filled: Mapping[str, Any] | None = None,
) -> Answer:
    """The answer with its texts cleaned, or a sentence that says what cannot be used."""
    if outcome != EDIT and outcome not in review.outcomes:
        allowed = ", ".join(review.outcomes)
        raise NotValid(f"{shown(outcome)} is no answer here. Choose one of {allowed}.")
    return Answer(
        outcome=outcome,
        reasons=_reasons(review, outcome, reasons),
        rationale=cleaned(rationale, "The rationale", limit=LONGEST_RATIONALE),
        edits=_edits(review, edits or {}) if outcome == EDIT else {},
        filled=_filled(review, filled or {}),
    )


def cleaned(text: str, what: str, *, limit: int) -> str:
    """Composed (NFC), without control characters and without marks that turn its direction."""
    if not isinstance(text, str):
        raise NotValid(f"{what} has to be a text.")
    kept = "".join(
        character
        for character in text.replace("\r\n", "\n")
        if character in "\n\t"
        or (
            unicodedata.category(character) not in ("Cc", "Cs") and ord(character) not in DIRECTIONS
        )
    )
    sound_text = unicodedata.normalize("NFC", kept).strip()
    if len(sound_text.encode()) > limit:
        raise NotValid(f"{what} is longer than {limit:,} bytes. Shorten it.")
    return sound_text


def shown(value: object) -> str:
    """What was sent, short enough to stand in a sentence."""
    text = str(value)
    return f"“{text[:40]}…”" if len(text) > 40 else f"“{text}”"


def _reasons(review: Review, outcome: str, codes: Sequence[str]) -> list[str]:
    if isinstance(codes, str) or len(codes) > MOST_REASONS:
        raise NotValid(f"Give at most {MOST_REASONS} reasons.")
    if not codes:
        return []
    offered = ReasonCode.objects.filter(Q(outcome="") | Q(outcome=outcome), review_kind=review.kind)
    known = set(offered.values_list("code", flat=True))
    wanted = list(dict.fromkeys(str(code) for code in codes))
    for code in wanted:
        if code not in known:
            raise NotValid(
                f"{shown(_label(review, code))} is not offered as a reason for {shown(outcome)}. "
                "Choose another, or none."
            )
    return wanted


def _label(review: Review, code: str) -> str:
    """How a reason is called on the page, where there is one of that code for another answer."""
    named = ReasonCode.objects.filter(review_kind=review.kind, code=code)
    return named.values_list("label", flat=True).first() or code


def _filled(review: Review, given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a form with their values; nothing was done where one of them is not sound."""
    fields = [each for each in plain_work.fields_of(review) if each.type != "note"]
    if strange := set(given) - {each.name for each in fields}:
        raise NotValid(f"There is no field {shown(min(strange))} to fill in here.")
    plain = {name: _plain(value) for name, value in given.items()}
    values, problems = form_values.checked(fields, plain)
    if problems:
        labels = {each.name: each.label for each in fields}
        raise NotValid(
            " ".join(f"{labels[name]}: {said}" for name, said in problems.items()),
            findings=[{"field": name, "sentence": said} for name, said in problems.items()],
        )
    filled = {each.name: False for each in fields if each.type == "yes or no"}
    return variables.checked({**values, **{n: v for n, v in filled.items() if values[n] is None}})


def _plain(value: Any) -> Any:
    """A text without what cannot be seen; its length is for the form to judge."""
    if not isinstance(value, str):
        return value
    return cleaned(value, "A text", limit=4 * form_values.LONGEST_TEXT)


def _edits(review: Review, edits: Mapping[str, Any]) -> dict[str, Any]:
    """Only fields that are there, each of the kind it is, and only those that change."""
    if len(edits) > MOST_EDITS:
        raise NotValid(f"Change at most {MOST_EDITS} fields at once.")
    changed = {
        name: value
        for name, value in ((name, _edited(review, name, edits[name])) for name in edits)
        if digest(value) != digest(review.payload[name])
    }
    if not changed:
        raise NotValid("Nothing is changed. Change a value, or decide on it as it is.")
    return changed


def _edited(review: Review, name: str, value: Any) -> Any:
    if name not in review.payload:
        raise NotValid(f"There is no field {shown(name)} to change here.")
    if not review.may_change(name):
        raise NotValid(f"{shown(name)} cannot be changed here.")
    current = review.payload[name]
    if isinstance(current, str):
        return cleaned(value, name, limit=LONGEST_VALUE)
    if isinstance(current, bool):
        if not isinstance(value, bool):
            raise NotValid(f"{name} is yes or no.")
        return value
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise NotValid(f"{name} is a number.")
    return value
