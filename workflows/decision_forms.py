"""What administrators fill in about decisions."""

from typing import Any

from django import forms

from workflows import decision_files, strict_json
from workflows.refusals import NotValid

LONGEST_JSON = 100_000  # characters of the inputs of one test
KEY_HELP = "Letters, digits, dashes, dots and underscores, such as loan-limits. It never changes."


class KeyField(forms.CharField):
    """A key that can stand in addresses."""

    def __init__(self, **said: Any) -> None:
        super().__init__(**{"max_length": 100, "label": "Key", "help_text": KEY_HELP, **said})

    def clean(self, value: Any) -> str:
        key = str(super().clean(value))
        try:
            return decision_files.check_key(key) if key else ""
        except NotValid as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal


class JSONField(forms.CharField):
    """JSON that can be relied on; (True, value), or (False, None) when nothing was typed."""

    def __init__(self, **said: Any) -> None:
        widget = forms.Textarea({"rows": 6, "class": "code", "spellcheck": "false"})
        super().__init__(**{"max_length": LONGEST_JSON, "widget": widget, **said})

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return False, None
        try:
            return True, strict_json.loads(text.encode("utf-8", "surrogatepass"))
        except strict_json.NotJSON as error:
            raise forms.ValidationError(str(error)) from error


class InputsField(JSONField):
    """A JSON object: the inputs of a decision by name."""

    def clean(self, value: Any) -> dict[str, Any]:
        is_given, said = super().clean(value)
        if is_given and not isinstance(said, dict):
            raise forms.ValidationError("Write a JSON object, such as {“Age”: 17}.")
        return said if is_given else {}


class FileField(forms.FileField):
    """A file's name and its bytes, read only when there are not too many of them."""

    def __init__(self, **said: Any) -> None:
        most = f"at most {decision_files.LARGEST // 1024 // 1024} MB"
        widget = forms.ClearableFileInput({"accept": ".dmn,.xml,.xlsx"})
        help_text = f"DMN 1.1 to 1.5, or an Excel workbook that was exported here; {most}."
        usual = {"label": "File", "widget": widget, "help_text": help_text}
        super().__init__(**{"allow_empty_file": True, **usual, **said})

    def clean(self, data: Any, initial: Any = None) -> tuple[str, bytes]:
        file = super().clean(data, initial)
        if file.size > decision_files.LARGEST:
            raise forms.ValidationError(
                f"The file has {file.size:,} bytes. At most {decision_files.LARGEST:,} are read."
            )
        return str(file.name), bytes(file.read())


class NewForm(forms.Form):
    """A decision that begins as one empty table."""

    key = KeyField()
    name = forms.CharField(max_length=decision_files.LONGEST_NAME)


class ImportForm(forms.Form):
    """A file that becomes a draft."""

    file = FileField()
    key = KeyField(required=False, help_text=f"{KEY_HELP} Empty: the id of the first decision.")
    name = forms.CharField(
        required=False, max_length=decision_files.LONGEST_NAME, help_text="Empty: as in the file."
    )


class ReplaceForm(forms.Form):
    """Another file for a draft that was seen in this revision."""

    revision = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    file = FileField()


class RenameForm(forms.Form):
    """Another name for a draft that was seen in this revision."""

    revision = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    name = forms.CharField(max_length=decision_files.LONGEST_NAME)


class SubmitForm(forms.Form):
    """Why this should be published."""

    revision = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    note = forms.CharField(
        max_length=2_000,
        label="What changes, and why",
        widget=forms.Textarea({"rows": 3}),
        help_text="Whoever signs reads this; it stays with the version.",
    )


class SignForm(forms.Form):
    """A signature under what was shown, or the words with which it goes back."""

    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)
    because = forms.CharField(
        required=False,
        max_length=2_000,
        label="Why it goes back",
        widget=forms.Textarea({"rows": 2}),
        help_text="Only when you return it: say what has to change.",
    )


class SaveCaseForm(forms.Form):
    """An input that was just tried, kept as a case."""

    name = forms.CharField(max_length=decision_files.LONGEST_NAME, label="Name of the case")
    decision = forms.CharField(max_length=200, widget=forms.HiddenInput)
    inputs = InputsField(required=False, widget=forms.HiddenInput)
    expected = JSONField(
        required=False,
        label="Expected answer, as JSON",
        help_text="Empty: it only has to be answered without an error.",
    )


class CaseForm(SaveCaseForm):
    """A saved case, all of it."""

    field_order = ("name", "decision", "inputs", "expected", "is_active")
    decision = forms.CharField(max_length=200, help_text="Its id in the file.")
    inputs = InputsField(required=False, label="Inputs, as JSON")
    is_active = forms.BooleanField(
        required=False, label="Run it", help_text="A case that is not run stops no draft."
    )
