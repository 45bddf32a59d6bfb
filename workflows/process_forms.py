"""What people fill in about processes: starting one, sending a message, changing a variable."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import uuid4

from django import forms

from workflows import shown_variables, strict_json
from workflows.decision_forms import JSONField
from workflows.intake import LONGEST_KEY, LONGEST_NAME
from workflows.start_fields import Asked
from workflows.variable_changes import LONGEST_REASON
from workflows.variables import LONGEST_NAME as LONGEST_VARIABLE

FIELD = "variable-{}"
LONGEST_TEXT = 100_000
TYPE_CHOICES = [(each, each.capitalize()) for each in shown_variables.TYPES]
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


class KeyedForm(forms.Form):
    """A form that carries a key of its own, so that sending it twice does one thing."""

    key = forms.CharField(max_length=LONGEST_KEY, widget=forms.HiddenInput, initial=uuid4)


class StartForm(KeyedForm):
    """The fields of a start event; what is left empty is not given."""

    business_key = forms.CharField(
        max_length=LONGEST_NAME,
        required=False,
        help_text="Your own name for what this is about. It can be searched for.",
    )
    raw = ObjectField(
        required=False,
        label="More variables as JSON",
        help_text="An object with variables by name. They count before the fields above.",
    )

    def __init__(self, data: Any = None, *, asked: Sequence[Asked], **said: Any) -> None:
        super().__init__(data, **said)
        self.asked = asked
        names = [FIELD.format(number) for number in range(len(asked))]
        self.fields |= dict(zip(names, map(_field, asked), strict=True))
        self.order_fields(["key", "business_key", *names, "raw"])

    @property
    def variables(self) -> dict[str, Any]:
        """What was filled in, by name; of a form that is valid."""
        given = {
            each.name: _value(each, self.cleaned_data.get(FIELD.format(number)))
            for number, each in enumerate(self.asked)
        }
        filled = {name: value for name, value in given.items() if value is not None}
        return {**filled, **self.cleaned_data["raw"]}


class MessageForm(KeyedForm):
    """A message as a program would send it."""

    name = forms.CharField(max_length=LONGEST_NAME, label="Message", widget=forms.TextInput(
        {"list": "messages-known", "autocomplete": "off"}
    ))  # fmt: skip
    business_key = forms.CharField(
        max_length=LONGEST_NAME,
        required=False,
        label="Business key",
        help_text="What the message is about, such as an order number.",
    )
    variables = ObjectField(
        required=False, help_text='A JSON object, such as {"application": {"amount": 12000}}.'
    )


class VariableForm(forms.Form):
    """A variable's new value. `was` tells which value the person has seen."""

    was = forms.CharField(max_length=64, widget=forms.HiddenInput)
    name = forms.CharField(max_length=LONGEST_VARIABLE)
    type = forms.ChoiceField(choices=TYPE_CHOICES, label="Kind of value")
    value = forms.CharField(
        required=False,
        max_length=LONGEST_TEXT,
        strip=False,
        help_text="A text as it is; a number as 12.5; yes or no as true or false; "
        "a list or a group as JSON. Nothing needs no value.",
        widget=forms.Textarea({"rows": 8, "class": "code", "spellcheck": "false"}),
    )
    reason = forms.CharField(
        max_length=LONGEST_REASON, label="Why", help_text="It stands in the journal."
    )

    def __init__(self, data: Any = None, *, is_known: bool = False, **said: Any) -> None:
        super().__init__(data, **said)
        if is_known:
            self.fields["name"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """`given` is the value as JSON; its kind is the one that was chosen."""
        said: dict[str, Any] = super().clean() or {}
        if "type" in said and "value" in said:
            try:
                said["given"] = _typed(said["type"], said["value"].replace("\r\n", "\n"))
            except forms.ValidationError as error:
                self.add_error("value", error)
        return said


def _typed(kind: str, text: str) -> Any:
    if kind == "text":
        if "\0" in text:
            raise forms.ValidationError("A text holds the character U+0000. Leave it out.")
        return text
    if kind == "nothing":
        if text.strip() not in ("", "null"):
            raise forms.ValidationError("Nothing has no value. Leave the field empty.")
        return None
    try:
        value = strict_json.loads(text.encode("utf-8", "surrogatepass"))
    except strict_json.NotJSON as error:
        raise forms.ValidationError(f"This is no {kind}. {error}") from error
    if (found := shown_variables.type_of(value)) != kind:
        raise forms.ValidationError(f"This is of another kind: {found}. Choose it, or correct it.")
    return value


def _field(each: Asked) -> forms.Field:
    said: dict[str, Any] = {"required": False, "label": each.label, "initial": each.default}
    match each.type:
        case "whole number":
            return NumberField(whole=True, **said)
        case "number":
            return NumberField(**said)
        case "yes or no":
            return forms.ChoiceField(choices=YES_OR_NO, **said)
        case "date":
            return DateField(**said)
        case "text":
            return forms.CharField(max_length=LONGEST_TEXT, **said)
    field = JSONField(help_text=ANY_HELP, **said)
    field.widget.attrs["rows"] = 2
    return field


def _value(each: Asked, cleaned: Any) -> Any:
    if each.type == "any":
        return cleaned[1] if cleaned else None
    if each.type == "yes or no":
        return {"true": True, "false": False}.get(cleaned)
    return None if cleaned == "" else cleaned
