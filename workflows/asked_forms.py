"""A form of a model as a page: its fields, and what was typed into them as values."""

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms

from workflows import form_values
from workflows.decision_forms import JSONField
from workflows.form_fields import Asked
from workflows.form_values import LONGEST_TEXT

FIELD = "variable-{}"
YES_OR_NO = [("", "not given"), ("true", "yes"), ("false", "no")]
ANY_HELP = "JSON: 12, true, a text in quotes, a list or an object."


class NumberField(forms.CharField):
    """A number as JSON holds it; None when nothing was typed."""

    def __init__(self, *, whole: bool = False, **said: Any) -> None:
        widget = forms.TextInput({"inputmode": "numeric" if whole else "decimal", "size": 14})
        super().__init__(**{"max_length": 50, "widget": widget, **said})
        self.whole = whole

    def clean(self, value: Any) -> int | float | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        example = "Write a whole number, such as 12." if self.whole else "Write it as 12.5."
        if not number.is_finite() or abs(number.adjusted()) > 300:
            raise forms.ValidationError(f"“{text[:40]}” is no number. {example}")
        is_whole = number == number.to_integral_value()
        if self.whole and not is_whole:
            raise forms.ValidationError(example)
        return int(number) if is_whole else float(number)


class DateField(forms.CharField):
    """A day, as 2026-03-01; None when nothing was typed."""

    def __init__(self, **said: Any) -> None:
        super().__init__(**{"max_length": 30, "widget": forms.TextInput({"type": "date"}), **said})

    def clean(self, value: Any) -> str | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError as error:
            raise forms.ValidationError("Write a day such as 2026-03-01.") from error


class ObjectField(JSONField):
    """A JSON object: variables by name."""

    def clean(self, value: Any) -> dict[str, Any]:
        is_given, said = super().clean(value)
        if is_given and not isinstance(said, dict):
            raise forms.ValidationError('Write a JSON object, such as {"amount": 120}.')
        return said if is_given else {}


class AskedForm(forms.Form):
    """The fields that a model asks. `form_values` judges what was filled in, as for programs."""

    # Whether yes or no may stay open; a box without a tick is a no.
    may_say_nothing = False
    use_required_attribute = False  # other buttons of the same page send it unfinished

    def __init__(self, data: Any = None, *, asked: Sequence[Asked], **said: Any) -> None:
        super().__init__(data, **said)
        self.asked = [each for each in asked if each.type != "note"]
        self.names = [FIELD.format(number) for number in range(len(self.asked))]
        for name, each in zip(self.names, self.asked, strict=True):
            self.fields[name] = _field(each, open_truth=self.may_say_nothing)
        self.filled: dict[str, Any] = {}  # values by name, once the form is valid

    def given(self, said: dict[str, Any]) -> dict[str, Any]:
        """The values that stand in the fields, by the names of the model."""
        typed = zip(self.names, self.asked, strict=True)
        return {each.name: _value(each, said[name]) for name, each in typed if name in said}

    def clean(self) -> dict[str, Any]:
        """A sentence at each field whose value the model does not take."""
        said: dict[str, Any] = super().clean() or {}
        self.filled, problems = form_values.checked(self.asked, self.given(said))
        for name, each in zip(self.names, self.asked, strict=True):
            if each.name in problems and name not in self.errors:
                self.add_error(name, problems[each.name])
        return said


def _field(each: Asked, *, open_truth: bool) -> forms.Field:
    field = _plain(each, open_truth=open_truth)
    field.required = each.required and not each.fixed and not open_truth
    field.error_messages["required"] = form_values.missing(each)
    field.label, field.disabled = each.label, each.fixed
    if field.initial is None:
        field.initial = _shown(each, open_truth=open_truth)
    field.help_text = each.hint or field.help_text
    field.widget.is_required = False
    if field.required:
        field.widget.attrs["aria-required"] = "true"
    return field


def _plain(each: Asked, *, open_truth: bool) -> forms.Field:
    if each.type == "yes or no":
        return forms.ChoiceField(choices=YES_OR_NO) if open_truth else forms.BooleanField()
    if each.type == "choice":
        return forms.ChoiceField(choices=_choices(each), initial=_place(each, each.default))
    match each.type:
        case "whole number" | "number":
            return NumberField(whole=each.type == "whole number")
        case "date":
            return DateField()
        case "long text":
            return forms.CharField(max_length=LONGEST_TEXT, widget=forms.Textarea({"rows": 4}))
        case "text":
            return forms.CharField(max_length=LONGEST_TEXT)
    return JSONField(help_text=ANY_HELP, widget=_json_box())


def _json_box() -> forms.Textarea:
    return forms.Textarea({"rows": 2, "class": "code", "spellcheck": "false"})


def _shown(each: Asked, *, open_truth: bool) -> Any:
    """The default as it stands in a field."""
    if each.type == "any" and each.default != "":
        return json.dumps(each.default, ensure_ascii=False)
    if each.type == "yes or no" and open_truth:
        return {True: "true", False: "false"}.get(each.default, "")
    return each.default


def _choices(each: Asked) -> list[tuple[str, str]]:
    """By their places: two values may read alike."""
    return [("", "–"), *((str(place), said) for place, (_, said) in enumerate(each.choices))]


def _place(each: Asked, value: Any) -> str:
    places = (str(place) for place, (known, _) in enumerate(each.choices) if known == value)
    return next(places, "")


def _value(each: Asked, cleaned: Any) -> Any:
    if each.type == "any":
        return cleaned[1] if cleaned else None
    if each.type == "yes or no" and not isinstance(cleaned, bool):
        return {"true": True, "false": False}.get(cleaned)
    if each.type == "choice":
        return each.choices[int(cleaned)][0] if cleaned else None
    return None if cleaned == "" else cleaned
