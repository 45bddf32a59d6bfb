"""What administrators fill in about chains of events."""

from datetime import timedelta
from typing import Any

from django import forms

from workflows import expecting
from workflows.bpmn import timing
from workflows.expecting import Expected
from workflows.models import Expectation
from workflows.refusals import NotValid

WORD = {"autocomplete": "off", "spellcheck": "false"}


class DurationField(forms.CharField):
    """An ISO 8601 duration, such as PT2H."""

    def clean(self, value: Any) -> timedelta | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return timing.duration(text)
        except timing.TimingError as error:
            raise forms.ValidationError(str(error)) from error


class ChainFileForm(forms.Form):
    """A file that declares a chain; valid, `file` is the chain's name and its links."""

    file = forms.FileField(
        label="Chain file",
        allow_empty_file=True,
        widget=forms.ClearableFileInput({"accept": ".json,application/json"}),
        help_text=f"JSON, at most {expecting.LARGEST_FILE // 1024} KB. Nothing is watched before "
        "all of it is checked.",
    )
    replaces = forms.BooleanField(
        required=False,
        label="It says all there is",
        help_text="Links of this chain that are not in the file are switched off, and those that "
        "are in it are watched. Otherwise its links are added, and known ones take its times.",
    )

    def clean_file(self) -> tuple[str, list[Expected]]:
        """What it declares, read only when there is not too much of it."""
        file = self.cleaned_data["file"]
        try:
            return expecting.read(file.read(expecting.LARGEST_FILE + 1))
        except NotValid as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal


class ExpectationForm(forms.Form):
    """One link of a chain."""

    chain = forms.CharField(
        max_length=expecting.LONGEST_CHAIN, help_text="A name for links that belong together."
    )
    kind = forms.ChoiceField(
        choices=Expectation.Kind.choices, label="What is watched", initial="reaction"
    )
    after = forms.CharField(
        max_length=expecting.LONGEST_NAME,
        label="After this event, or called by this process",
        widget=forms.TextInput(WORD),
        help_text="The type of an event, such as trade.captured; for a call, the id of the "
        "process that calls.",
    )
    process = forms.CharField(
        max_length=expecting.LONGEST_NAME,
        label="This process",
        widget=forms.TextInput({**WORD, "list": "processes-known"}),
        help_text="The id of the process that is to begin, or to answer.",
    )
    publishes = forms.CharField(
        required=False,
        max_length=expecting.LONGEST_NAME,
        label="Publishes this event",
        widget=forms.TextInput(WORD),
        help_text="Empty: it is enough that it begins. For a call: empty.",
    )
    within = DurationField(
        max_length=50,
        label="Within",
        widget=forms.TextInput({**WORD, "size": 12}),
        help_text="Such as PT10M, PT2H or P1D.",
    )

    def clean(self) -> dict[str, Any]:
        """`link` is what was filled in, as it is declared."""
        said: dict[str, Any] = super().clean() or {}
        if said.get("kind") == Expectation.Kind.ANSWER and said.get("publishes"):
            self.add_error("publishes", "A call is answered, it publishes nothing. Leave it empty.")
        if not self.errors:
            names = ("kind", "after", "process", "within", "publishes")
            said["link"] = Expected(**{name: said[name] for name in names})
        return said
