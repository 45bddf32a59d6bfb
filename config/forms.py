"""How a person wants their pages."""

from typing import Any

from django import forms

from queues.models import User


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for checkers only
    class Meta:
        model = User
        fields = ["theme", "density", "undo_for", "shortcuts_enabled"]


class KeymapForm(forms.Form):
    """One field for each key of the pages; what is pressed instead goes in."""

    KEYS = {
        "a": "Approve",
        "x": "Reject",
        "e": "Edit",
        "s": "Skip",
        "f": "Flag for somebody else",
        "z": "Undo",
        "d": "Show all fields",
        "j": "Next",
        "k": "Previous",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in self.KEYS.items():
            self.fields[name] = forms.CharField(
                label=label, max_length=1, min_length=1, widget=forms.TextInput({"size": 1})
            )

    def clean(self) -> dict[str, Any]:
        """No two actions on one key, and none on the keys that are taken everywhere."""
        cleaned = super().clean() or {}
        pressed = [str(key).lower() for key in cleaned.values()]
        for name, key in list(cleaned.items()):
            if pressed.count(str(key).lower()) > 1:
                self.add_error(name, f"“{key}” is given twice. Choose another key for one of them.")
            elif key == "?" or str(key).isdigit():
                self.add_error(name, f"“{key}” is taken: ? shows the keys, figures choose reasons.")
        return cleaned

    @property
    def keymap(self) -> dict[str, str]:
        """Only what differs from the keys the pages come with."""
        pressed = {name: key.lower() for name, key in self.cleaned_data.items()}
        return {name: key for name, key in pressed.items() if key != name}
