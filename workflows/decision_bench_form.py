"""The form of the test bench: a field for each input, and JSON for what no field can say."""

import json
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms

from workflows.decision_forms import InputsField, JSONField
from workflows.decision_inputs import ANY, Asked

FIELD = "input-{}"
HINTS = {
    "date": "A date, such as 2026-03-01.",
    "time": "A time, such as 09:30:00 or 09:30:00+01:00.",
    "date and time": "A moment, such as 2026-03-01T09:30:00.",
    "days and time duration": "A duration, such as P2DT3H.",
    "years and months duration": "A duration, such as P1Y6M.",
    ANY: "JSON: a number, a text in quotes, true, a list or an object.",
}
LONGEST = 10_000


class NumberField(forms.CharField):
    """A number of any size, as JSON would hold it."""

    def __init__(self, **said: Any) -> None:
        widget = forms.TextInput({"inputmode": "decimal", "size": 14})
        super().__init__(**{"max_length": 50, "widget": widget, **said})

    def clean(self, value: Any) -> int | float | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite():
            raise forms.ValidationError(f"“{text[:40]}” is no number. Write 12.5, with a point.")
        return int(number) if number == number.to_integral_value() else float(number)


class BenchForm(forms.Form):
    """Inputs for one decision; what is left empty is not given."""

    raw = InputsField(
        required=False,
        label="Or everything as JSON",
        help_text="An object with the inputs by name. What stands here counts, not the fields.",
    )

    def __init__(self, data: Any = None, *, asked: Sequence[Asked], **said: Any) -> None:
        super().__init__(data, **said)
        self.asked = asked
        for number, each in enumerate(asked):
            self.fields[FIELD.format(number)] = _field(each)
        self.order_fields([*(FIELD.format(number) for number in range(len(asked))), "raw"])

    @property
    def inputs(self) -> dict[str, Any]:
        """What was filled in, by the names of the inputs; of a form that is valid."""
        if self.cleaned_data.get("raw"):
            return dict(self.cleaned_data["raw"])
        given = {
            each.name: _value(each, self.cleaned_data.get(FIELD.format(number)))
            for number, each in enumerate(self.asked)
        }
        return {name: value for name, value in given.items() if value is not None}


def initial_of(asked: Sequence[Asked], inputs: dict[str, Any]) -> dict[str, Any]:
    """How a saved input is shown in the fields."""
    return {
        FIELD.format(number): _text(each, inputs[each.name])
        for number, each in enumerate(asked)
        if inputs.get(each.name) is not None
    }


def _field(each: Asked) -> forms.Field:
    said: dict[str, Any] = {
        "required": False, "label": each.label, "help_text": HINTS.get(each.type, ""),
    }  # fmt: skip
    if each.choices:
        offered = [("", "not given"), *((choice, choice) for choice in each.choices)]
        return forms.ChoiceField(choices=offered, **said)
    match each.type:
        case "number":
            return NumberField(**said)
        case "boolean":
            offered = [("", "not given"), ("true", "true"), ("false", "false")]
            return forms.ChoiceField(choices=offered, **said)
        case "date":
            return forms.CharField(widget=forms.TextInput({"type": "date"}), max_length=30, **said)
        case "string":
            return forms.CharField(max_length=LONGEST, strip=False, **said)
        case "any":
            field = JSONField(**said)
            field.widget.attrs["rows"] = 2
            return field
    return forms.CharField(max_length=100, **said)


def _value(each: Asked, cleaned: Any) -> Any:
    if each.type == ANY:
        return cleaned[1] if cleaned else None
    if each.type == "boolean":
        return {"true": True, "false": False}.get(cleaned)
    return None if cleaned == "" else cleaned


def _text(each: Asked, value: Any) -> Any:
    if each.type == ANY:
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value
