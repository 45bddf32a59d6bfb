"""A change of what is set up, in a line."""

from typing import Any

from django import template

from workflows.models import JournalEntry

register = template.Library()

MOST = 6


@register.filter
def what_changed(entry: JournalEntry) -> str:
    """ "Changed: wip limit 3 → 5", from what the journal keeps."""
    noun, _, verb = entry.kind.partition(".")
    said = f"{noun.replace('_', ' ').capitalize()} {verb.replace('_', ' ')}"
    before, after = entry.detail.get("before"), entry.detail.get("after")
    if isinstance(after, dict) and isinstance(before, dict):
        pairs = [
            f"{_word(name)} {_said(before.get(name))} → {_said(after[name])}" for name in after
        ]
        return f"{said}: {', '.join(pairs[:MOST])}"
    if isinstance(entry.detail.get("people"), dict):
        pairs = [
            f"{name} {_said(was['before'])} → {_said(was['after'])}"
            for name, was in entry.detail["people"].items()
        ]
        return f"{said}: {'; '.join(pairs[:MOST])}"
    if before is not None and after is not None:
        return f"{said}: {_said(before)} → {_said(after)}"
    if name := entry.detail.get("name") or entry.detail.get("version"):
        return f"{said}: {name}"
    return said


def _word(name: str) -> str:
    return name.replace("_", " ")


def _said(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "nothing" if value in (None, "") else str(value)[:80]
