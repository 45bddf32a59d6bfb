"""What people fill in about processes: starting one, changing a variable."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms

from workflows import shown_variables, strict_json
from workflows.asked_forms import AskedForm, ObjectField
from workflows.form_fields import Asked
from workflows.intake import LONGEST_KEY, LONGEST_NAME
from workflows.variable_changes import LONGEST_REASON
from workflows.variables import LONGEST_NAME as LONGEST_VARIABLE

LONGEST_TEXT = 100_000
TYPE_CHOICES = [(each, each.capitalize()) for each in shown_variables.TYPES]


class KeyedForm(forms.Form):
    """A form that carries a key of its own, so that sending it twice does one thing."""

    key = forms.CharField(max_length=LONGEST_KEY, widget=forms.HiddenInput, initial=uuid4)


class StartForm(KeyedForm, AskedForm):
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
    may_say_nothing = True

    def __init__(self, data: Any = None, *, asked: Sequence[Asked], **said: Any) -> None:
        super().__init__(data, asked=asked, **said)
        self.order_fields(["key", "business_key", *self.names, "raw"])

    @property
    def variables(self) -> dict[str, Any]:
        """What was filled in, by name; of a form that is valid."""
        filled = {name: value for name, value in self.filled.items() if value is not None}
        return {**filled, **self.cleaned_data["raw"]}

    def given(self, said: dict[str, Any]) -> dict[str, Any]:
        """What is in the fields, or instead of them in the JSON."""
        names = {each.name for each in self.asked}
        more = {name: value for name, value in said.get("raw", {}).items() if name in names}
        return {**super().given(said), **more}


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
                said["given"] = typed(said["type"], said["value"].replace("\r\n", "\n"))
            except forms.ValidationError as error:
                self.add_error("value", error)
        return said


def typed(kind: str, text: str) -> Any:
    """The value that somebody typed, of the kind that was chosen. Raises `ValidationError`."""
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
