"""Forms about process definitions and webhooks."""

from typing import Any

from django import forms

from workflows.definitions import LARGEST_SOURCE


class UploadForm(forms.Form):
    file = forms.FileField(
        label="BPMN file",
        allow_empty_file=True,
        widget=forms.ClearableFileInput({"accept": ".bpmn,.xml"}),
        help_text=f"BPMN 2.0, at most {LARGEST_SOURCE // 1024 // 1024} MB. "
        "Nothing runs before it is checked.",
    )

    def clean_file(self) -> bytes:
        """Its bytes, read only when there are not too many of them."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_SOURCE:
            raise forms.ValidationError(
                f"The file has {file.size:,} bytes. At most {LARGEST_SOURCE:,} are read."
            )
        return bytes(file.read())


class SubscriptionForm(forms.Form):
    name = forms.CharField(max_length=200)
    url = forms.CharField(
        label="Address",
        max_length=500,
        help_text="It has to be on the list of places that this installation may call.",
    )
    event_types = forms.CharField(
        required=False,
        max_length=2000,
        label="Events",
        help_text="With commas between: loan.approved, permit.* Empty: all.",
    )

    def clean_event_types(self) -> list[str]:
        said: Any = self.cleaned_data["event_types"]
        found = [word.strip() for word in said.split(",") if word.strip()]
        for word in found:
            if len(word) > 200 or " " in word or "*" in word.removesuffix(".*"):
                raise forms.ValidationError(
                    f"“{word[:40]}” is no type of event. Write loan.approved, or loan.* for all."
                )
        return found
