"""What people type: durations, shares and lists, read exactly or refused with a sentence."""

import re
from datetime import timedelta
from typing import Any

from django import forms

from queues.templatetags.display import UNITS

SECONDS = {"d": 86_400, "h": 3_600, "min": 60, "m": 60, "s": 1}
PART = re.compile(r"\s*([0-9]{1,6}(?:[.,][0-9]{1,4})?)\s*(d|h|min|m|s)(?![a-z])\s*", re.IGNORECASE)
LONGEST = timedelta(days=3660)
HELP = "Like 2 h 30 min, 45 min or 1 d (24 h)."


class DurationField(forms.CharField):
    """ "2 h 30 min" as a timedelta; `signed` allows "-15 min"."""

    def __init__(self, *, signed: bool = False, **said: Any) -> None:
        super().__init__(max_length=40, **said)
        self.signed = signed

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return duration(text, signed=self.signed) if text else None

    def prepare_value(self, value: Any) -> Any:
        return exact(value) if isinstance(value, timedelta) else value


def duration(text: str, *, signed: bool = False) -> timedelta:
    """Raises ValidationError with the sentence to show."""
    said = text.strip().replace("\N{MINUS SIGN}", "-")
    is_negative = signed and said.startswith("-")
    rest = said.lstrip("+-").strip() if signed else said
    seconds, place = 0.0, 0
    if signed and rest == "0":
        return timedelta()
    while place < len(rest):
        part = PART.match(rest, place)
        if part is None:
            raise forms.ValidationError(
                f"“{text[:40]}” is no duration. Write it {HELP[0].lower()}{HELP[1:]}"
            )
        seconds += float(part.group(1).replace(",", ".")) * SECONDS[part.group(2).lower()]
        place = part.end()
    length = timedelta(seconds=round(seconds))
    if length > LONGEST:
        raise forms.ValidationError("That is more than ten years. Use a shorter time.")
    return -length if is_negative else length


def exact(length: timedelta) -> str:
    """Every unit that is not zero, so that nothing is lost by saving a form: "2 h 30 min"."""
    seconds = round(abs(length.total_seconds()))
    parts = []
    for unit, size in UNITS:
        whole, seconds = divmod(seconds, size)
        if whole:
            parts.append(f"{whole} {unit}")
    sign = "-" if length < timedelta() else ""
    return sign + (" ".join(parts) or "0 s")


class PercentagesField(forms.CharField):
    """ "50, 75, 90" as shares of one."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return [
                round(float(part) / 100, 6)
                for part in text.replace("%", "").split(",")
                if part.strip()
            ]
        except ValueError:
            raise forms.ValidationError("Write percentages with commas, like 50, 75, 90.") from None

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return ", ".join(f"{share * 100:g}" for share in value)
        return value


class NumbersField(forms.CharField):
    """ "0.6, 0.9" as numbers, in order."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return [float(part) for part in text.split(",") if part.strip()]
        except ValueError:
            raise forms.ValidationError(
                "Write numbers with commas between, like 0.6, 0.9."
            ) from None

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(f"{number:g}" for number in value) if isinstance(value, list) else value


class WordsField(forms.CharField):
    """ "small, large" as a list."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return [word.strip() for word in text.split(",") if word.strip()]

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value
