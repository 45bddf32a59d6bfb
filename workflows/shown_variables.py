"""The variables of an instance as a table: name, what kind of value it is, the value. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workflows import readable

SHORT = 120  # characters that stand in the table; what is longer is folded
LONGEST = 20_000  # characters of a folded text
TYPES = ("text", "number", "yes or no", "nothing", "list", "group")


@dataclass(frozen=True, slots=True)
class Shown:
    """One variable: `short` stands in its row, `text` or `parts` are folded below it."""

    name: str
    type: str
    short: str
    text: str = ""
    parts: tuple[readable.Fact, ...] = ()

    @property
    def is_folded(self) -> bool:
        return bool(self.text or self.parts)


def rows(variables: Mapping[str, Any]) -> list[Shown]:
    """By name."""
    return [_shown(name, variables[name]) for name in sorted(variables)]


def type_of(value: Any) -> str:
    """The kind of a JSON value, in words."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "yes or no"
        case int() | float():
            return "number"
        case str():
            return "text"
        case list():
            return "list"
    return "group"


def written(value: Any) -> str:
    """The value as somebody edits it: texts plainly, everything else as JSON."""
    if isinstance(value, str):
        return value
    indent = 2 if isinstance(value, dict | list) else None
    return json.dumps(value, ensure_ascii=False, indent=indent)


def _shown(name: str, value: Any) -> Shown:
    kind = type_of(value)
    if isinstance(value, list | dict):
        return _folded(name, kind, value)
    fact = readable.facts({"": value})[0]
    if len(fact.value) <= SHORT:
        return Shown(name, "moment" if fact.kind == "time" else kind, fact.value)
    text = str(value)
    return Shown(name, kind, f"{text[:SHORT]}…", text[:LONGEST])


def _folded(name: str, kind: str, value: list[Any] | dict[str, Any]) -> Shown:
    if not value:
        return Shown(name, kind, "empty")
    named = value if isinstance(value, dict) else {str(n): v for n, v in enumerate(value, start=1)}
    what = "entry" if len(value) == 1 else "entries"
    parts = readable.facts(named)
    inner = "; ".join(f"{each.name} {each.value}".strip() for each in parts[:4])
    more = "…" if len(parts) > 4 or len(inner) > SHORT else ""
    short = f"{len(value):,} {what}: {inner[:SHORT].rstrip()}{more}"
    return Shown(name, kind, short, parts=tuple(parts))
