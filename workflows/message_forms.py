"""What people fill in to send a message or give a signal."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django import forms
from django.forms import BoundField

from workflows.asked_forms import ObjectField
from workflows.intake import LONGEST_KEY, LONGEST_NAME
from workflows.process_forms import LONGEST_TEXT, TYPE_CHOICES, KeyedForm, typed
from workflows.variables import LONGEST_NAME as LONGEST_VARIABLE

ROWS = 3  # variables that can be typed one by one; more go into the object
KEEPING = [
    ("", "It is refused, and nothing happens"),
    ("3600", "It is kept for an hour, for whoever comes to wait for it"),
    ("86400", "It is kept for a day, for whoever comes to wait for it"),
    ("604800", "It is kept for a week, for whoever comes to wait for it"),
]


class WhatHappens(forms.ChoiceField):
    """A choice in which no answer is one, too: nothing about it is optional."""

    says_all = True


class ToldForm(KeyedForm):
    """What is told by name, with variables: typed one by one, or as one object."""

    name = forms.CharField(max_length=LONGEST_NAME)
    variables = ObjectField(
        required=False,
        label="More variables as JSON",
        help_text='An object by name, such as {"application": {"amount": 12000}}.',
    )

    def __init__(self, data: Any = None, **said: Any) -> None:
        super().__init__(data, **said)
        offered = forms.TextInput({"list": "names-known", "autocomplete": "off"})
        self.fields["name"].widget = offered
        self.fields["name"].widget.attrs["maxlength"] = str(LONGEST_NAME)
        for number in range(ROWS):
            self.fields |= {
                f"variable_{number}": forms.CharField(
                    max_length=LONGEST_VARIABLE, required=False, label=f"Variable {number + 1}"
                ),
                f"type_{number}": forms.ChoiceField(
                    choices=TYPE_CHOICES, required=False, label=f"Kind of variable {number + 1}"
                ),
                f"value_{number}": forms.CharField(
                    max_length=LONGEST_TEXT, required=False, label=f"Value {number + 1}"
                ),
            }

    @property
    def plain_fields(self) -> Iterator[BoundField]:
        """All but the rows of typed variables and their object."""
        in_rows = {each.name for row in self.rows for each in row}
        return (each for each in self if each.name not in {*in_rows, "variables"})

    @property
    def rows(self) -> list[list[BoundField]]:
        """Name, kind and value of each variable that can be typed."""
        return [[self[f"{part}_{number}"] for part in ("variable", "type", "value")]
                for number in range(ROWS)]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """`variables` holds the typed ones too; one that is named twice is refused."""
        said: dict[str, Any] = super().clean() or {}
        given: dict[str, Any] = dict(said.get("variables") or {})
        for number in range(ROWS):
            name, text = said.get(f"variable_{number}", ""), said.get(f"value_{number}", "")
            if not name and text:
                self.add_error(f"variable_{number}", "Name the variable that has this value.")
            elif name in given:
                self.add_error(f"variable_{number}", f"{name} is given twice. Leave one out.")
            elif name:
                self._take(given, name, number, said)
        return {**said, "variables": given}

    def _take(self, given: dict[str, Any], name: str, number: int, said: dict[str, Any]) -> None:
        kind, text = said.get(f"type_{number}") or "text", said.get(f"value_{number}", "")
        try:
            given[name] = typed(kind, text)
        except forms.ValidationError as error:
            self.add_error(f"value_{number}", error)


class MessageForm(ToldForm):
    """A message as a program would send it."""

    business_key = forms.CharField(
        max_length=LONGEST_NAME,
        required=False,
        label="Business key",
        help_text="What the message is about, such as an order number: it tells who is meant.",
    )
    keep_for = WhatHappens(
        choices=KEEPING, required=False, label="If nobody waits for this message"
    )

    field_order = ("name", "business_key", "keep_for", "key")

    def __init__(self, data: Any = None, **said: Any) -> None:
        super().__init__(data, **said)
        self.fields["name"].label = "Message"
        self.fields["key"] = _id_field(self.fields["key"], "message")

    @property
    def keeps(self) -> timedelta | None:
        """How long it is kept, of a form that is valid."""
        seconds = self.cleaned_data["keep_for"]
        return timedelta(seconds=int(seconds)) if seconds else None


class SignalForm(ToldForm):
    """A signal as a program would tell it."""

    field_order = ("name", "key")

    def __init__(self, data: Any = None, **said: Any) -> None:
        super().__init__(data, **said)
        self.fields["name"].label = "Signal"
        self.fields["key"] = _id_field(self.fields["key"], "signal")


def _id_field(hidden: forms.Field, what: str) -> forms.CharField:
    return forms.CharField(
        max_length=LONGEST_KEY,
        initial=hidden.initial,
        label=f"Id of the {what}",
        help_text=f"A {what} with the same id is taken once, however often it is sent.",
    )
