"""Data of any shape as rows that people can read: a name, a value, what kind of value it is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

ROWS_AT_MOST = 200
LONGEST_TEXT = 2_000
DEEPEST = 6
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")


@dataclass(frozen=True, slots=True)
class Fact:
    """One value under its name; `level` says how deep it lies."""

    name: str
    value: str
    kind: str
    level: int = 0


def facts(values: dict[str, Any]) -> list[Fact]:
    """In the order given; a heading row goes before whatever lies inside it."""
    found: list[Fact] = []
    for fact in _walk(values, level=0):
        if len(found) == ROWS_AT_MOST:
            found.append(Fact(name="…", value="More is not shown here.", kind="note"))
            break
        found.append(fact)
    return found


def words(name: str) -> str:
    """ "annual_income" or "annualIncome" is "Annual income"."""
    spaced = "".join(f" {sign.lower()}" if sign.isupper() else sign for sign in name)
    for mark in "._-:":
        spaced = spaced.replace(mark, " ")
    text = " ".join(spaced.split())
    return text[:1].upper() + text[1:] or name


def _walk(value: Any, *, level: int) -> Iterator[Fact]:
    named = value.items() if isinstance(value, dict) else enumerate(value, start=1)
    for key, each in named:
        name = words(str(key)) if isinstance(value, dict) else str(key)
        if isinstance(each, dict | list) and each and level < DEEPEST:
            plain = _plain_list(each)
            if plain:
                yield Fact(name=name, value=plain, kind="list", level=level)
                continue
            yield Fact(name=name, value="", kind="group", level=level)
            yield from _walk(each, level=level + 1)
        else:
            yield _fact(name, each, level)


def _moment(text: str) -> str:
    """An instant, as it is written in JSON, for people; empty when the text is something else."""
    if not INSTANT.fullmatch(text):
        return ""
    try:
        at = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return ""
    return f"{at:%a} {at.day} {at:%b %Y, %H:%M:%S} UTC"


def _plain_list(value: dict[str, Any] | list[Any]) -> str:
    """A list of short, simple values fits in one row."""
    if isinstance(value, dict) or any(isinstance(each, dict | list) for each in value):
        return ""
    joined = "; ".join(_fact("", each, 0).value for each in value)
    return joined if len(joined) <= 300 else ""


def _fact(name: str, value: Any, level: int) -> Fact:
    match value:
        case None:
            return Fact(name, "not given", "nothing", level)
        case bool():
            return Fact(name, "yes" if value else "no", "yes or no", level)
        case int():
            return Fact(name, f"{value:,}", "number", level)
        case float():
            return Fact(
                name, f"{value:,.6g}" if abs(value) < 1e15 else repr(value), "number", level
            )
        case str() if moment := _moment(value):
            return Fact(name, moment, "time", level)
        case str():
            return Fact(name, value[:LONGEST_TEXT] or "empty", "text", level)
    return Fact(
        name, "empty" if not value else "…", "list" if isinstance(value, list) else "group", level
    )
