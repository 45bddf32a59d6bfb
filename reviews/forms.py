"""What the page of an item sends, read before anything is done with it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict

from reviews import plain_work, showing
from reviews.models import Review
from workflows import readable
from workflows.asked_forms import FIELD, AskedForm
from workflows.refusals import NotValid

LARGEST = 2**31 - 1  # of an integer column
EDIT_PREFIX = "edit:"
FIELD_PREFIX = FIELD.format("")
TYPED_AT_MOST = 20_000  # characters of a text that a refusing page gives back
REASONS_AT_MOST = 50
LONGEST_NUMBER = 30  # digits


class SeenForm(forms.Form):
    """What was on the page: a decision is bound to it."""

    epoch = forms.IntegerField(min_value=0, max_value=LARGEST)
    version = forms.IntegerField(min_value=1, max_value=LARGEST)
    content_hash = forms.CharField(max_length=64)


class SkipForm(forms.Form):
    epoch = forms.IntegerField(min_value=0, max_value=LARGEST)
    skip_reason = forms.CharField(max_length=60)
    skip_text = forms.CharField(max_length=500, required=False)


class EpochForm(forms.Form):
    epoch = forms.IntegerField(min_value=0, max_value=LARGEST)


def sound(form: forms.Form) -> dict[str, Any]:
    """What the form holds, or a refusal that names the field."""
    if form.is_valid():
        return form.cleaned_data
    name, errors = next(iter(form.errors.items()))
    if name in SeenForm.base_fields:
        raise NotValid("This page has lost track of what it shows. Reload it, then decide.")
    raise NotValid(f"{readable.words(name)}: {errors[0]}")


class Typed:
    """What somebody has typed so far, to give it back when the answer is a refusal."""

    form: AskedForm | None = None  # once it was judged

    def __init__(self, sent: QueryDict) -> None:
        self.filled = {
            name: text[:TYPED_AT_MOST]
            for name, text in sent.items()
            if name.startswith(FIELD_PREFIX) and isinstance(text, str)
        }
        self.rationale = sent.get("rationale", "")
        self.reasons = sent.getlist("reasons")[:REASONS_AT_MOST]
        self.skip_text = sent.get("skip_text", "")[:500]
        self.flag_text = sent.get("flag_text", "")[:TYPED_AT_MOST]
        self.edits = {
            name.removeprefix(EDIT_PREFIX): text[:TYPED_AT_MOST]
            for name, text in sent.items()
            if name.startswith(EDIT_PREFIX) and isinstance(text, str)
        }

    @property
    def texts(self) -> list[str]:
        """Everything in words, for a page that has no field for it any more."""
        texts = (*self.filled.values(), self.rationale, self.flag_text, self.skip_text)
        return [text for text in texts if text.strip()]


def filled(review: Review, sent: QueryDict, typed: Typed) -> dict[str, Any]:
    """What was filled into the form of plain work, as values; a refusal when it cannot be taken."""
    typed.form = AskedForm(sent, asked=plain_work.fields_of(review))
    if typed.form.is_valid():
        return typed.form.filled
    wrong = len(typed.form.errors)
    raise NotValid(
        "Correct the field that is marked." if wrong == 1 else f"Correct the {wrong} marked fields."
    )


def form_of(review: Review, typed: Typed | None) -> AskedForm:
    """The form of plain work, with what was typed into it so far."""
    asked = plain_work.fields_of(review)
    if typed is None:
        return AskedForm(asked=asked)
    return typed.form or AskedForm(asked=asked, initial=typed.filled)


def edits(payload: Mapping[str, Any], typed: Mapping[str, str]) -> dict[str, Any]:
    """The values that were changed in the form, as what they are in the payload."""
    return {
        name: _value(name, payload.get(name), text)
        for name, text in typed.items()
        if _lines(text) != _lines(showing.as_typed(payload.get(name)))
    }


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")


def _value(name: str, current: Any, text: str) -> Any:
    if isinstance(current, bool):
        if text not in ("yes", "no"):
            raise NotValid(f"{readable.words(name)} is yes or no.")
        return text == "yes"
    if isinstance(current, int | float):
        return _number(name, text)
    return text


def _number(name: str, text: str) -> int | float:
    plain = text.strip().replace("\N{NO-BREAK SPACE}", "").replace(" ", "").replace(",", "")
    try:
        if len(plain) > LONGEST_NUMBER:
            raise ValueError
        return int(plain) if plain.lstrip("+-").isdigit() else float(plain)
    except ValueError:
        shown = readable.words(name)
        raise NotValid(f"{shown} is a number, such as 3500 or 3500.50.") from None
