"""Payload, evidence, score and changes as a reviewer reads them. Data for a page, no markup."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from reviews import diffs, plain_work
from reviews.models import Evidence, Review
from workflows import readable
from workflows.readable import Fact

SCORE, LAST_CHANGE = "Score", "Last change"  # titles of exhibits that have a form of their own
LONG_LINE = 60  # characters from which a text is edited in a box of several lines
EDITED_AT_MOST = 100
MONEY = frozenset(
    ("amount", "balance", "cost", "debt", "fee", "income", "limit", "price", "salary", "total")
)
WHO = frozenset(("applicant", "claimant", "customer", "name", "payee", "supplier", "vendor"))
BAR = 48.0  # width of the longest bar to one side, in hundredths of the whole


@dataclass(frozen=True, slots=True)
class Factor:
    """One reason for a suggestion, with what it adds to it or takes from it."""

    sentence: str
    contribution: float | None
    start: float = 0.0  # of its bar, in hundredths
    length: float = 0.0

    @property
    def speaks_for(self) -> bool:
        return (self.contribution or 0) >= 0


@dataclass(frozen=True, slots=True)
class Card:
    """One piece of evidence."""

    title: str
    facts: list[Fact]
    evidence: Evidence
    text: str = ""  # instead of facts


@dataclass(frozen=True, slots=True)
class Line:
    """One field as it is and as it was or is proposed to be."""

    label: str
    current: str
    proposed: str
    kind: str
    words: list[diffs.Piece]


@dataclass(frozen=True, slots=True)
class EditField:
    """A value of the payload that a reviewer may change."""

    name: str
    label: str
    kind: str  # "number", "yes or no", "text", "long text"
    current: str  # as people read it
    value: str  # as it stands in the form
    is_changed: bool = False
    options: tuple[str, ...] = ("yes", "no")


def cards(evidence: list[Evidence]) -> list[Card]:
    """What was laid out, without what the page shows in a form of its own."""
    return [_card(each) for each in evidence if each.title not in (SCORE, LAST_CHANGE)]


def _card(evidence: Evidence) -> Card:
    if evidence.title == plain_work.INSTRUCTIONS and isinstance(evidence.content, str):
        return Card(evidence.title, [], evidence, evidence.content)
    return Card(evidence.title, facts(evidence.content), evidence)


def facts(content: Any) -> list[Fact]:
    """Names and values; amounts with their currency, dates as dates."""
    known = content if isinstance(content, dict) else {"content": content}
    currency = known.get("currency")
    unit = currency if isinstance(currency, str) and 1 <= len(currency) <= 3 else ""
    shown = {name: known[name] for name in sorted(known, key=lambda name: _place(name, known))}
    if unit and any(_is_money(readable.words(name)) for name in known):
        del shown["currency"]  # it stands beside each amount
    return [_dressed(fact, unit) for fact in readable.facts(shown)]


def in_order(values: Mapping[str, Any]) -> list[Fact]:
    """Names and values in the order in which they are given."""
    return [_dressed(fact, "") for fact in readable.facts(dict(values))]


def _place(name: str, known: Mapping[str, Any]) -> int:
    """Who, then how much, then the rest as it came; what is nested comes last.

    The database keeps no order of its own for the names in a JSON object.
    """
    if isinstance(known[name], dict | list):
        return 3
    words = set(readable.words(name).lower().split())
    return 0 if words & WHO else 1 if _is_money(readable.words(name)) else 2


def _is_money(name: str) -> bool:
    return bool(MONEY & set(name.lower().split()))


def _dressed(fact: Fact, unit: str) -> Fact:
    if fact.kind == "text" and (moment := _moment(fact.value)):
        return replace(fact, value=moment)
    if fact.kind == "number" and unit and _is_money(fact.name):
        return replace(fact, value=f"{fact.value}\N{NO-BREAK SPACE}{unit}")
    return fact


def _moment(text: str) -> str:
    """A date, or a time with its zone, written as people do; empty for everything else."""
    if not 10 <= len(text) <= 32 or not text[:4].isdigit():
        return ""
    try:
        if len(text) == 10:
            day = date.fromisoformat(text)
            return f"{day.day} {day:%b %Y}"
        at = datetime.fromisoformat(text)
    except ValueError:
        return ""
    return f"{at.day} {at:%b %Y, %H:%M}" + (f" {at.tzname()}" if at.tzinfo else "")


def said(value: Any) -> str:
    """One value in a cell."""
    if value is diffs.ABSENT:
        return "–"
    [fact, *more] = facts({"value": value})
    return "; ".join(each.value for each in more) if more else fact.value


def label(path: diffs.Path) -> str:
    parts = (f"{part + 1}" if isinstance(part, int) else readable.words(part) for part in path)
    return " › ".join(parts) or "Value"


def changed_lines(review: Review) -> list[Line]:
    """What edits changed since the review was opened; empty while nothing was changed."""
    if review.version == 1:
        return []
    found = diffs.fields(review.original_payload, review.payload)
    return [
        Line(label(each.path), said(each.current), said(each.proposed), each.kind, each.words)
        for each in found
    ]


def factors(reasons: list[Any]) -> list[Factor]:
    """The reasons of a suggestion, with bars that share one scale."""
    read = [_factor(reason) for reason in reasons]
    largest = max((abs(each.contribution or 0) for each in read), default=0)
    return [_with_bar(each, largest) for each in read]


def _factor(reason: Any) -> Factor:
    if not isinstance(reason, Mapping):
        return Factor(said(reason), None)
    names = ("sentence", "label", "text", "name", "feature")
    words = next((str(reason[name]) for name in names if reason.get(name)), "")
    sentence = words if " " in words else readable.words(words)
    contribution = next(
        (reason[name] for name in ("contribution", "weight") if is_number(reason.get(name))), None
    )
    return Factor(sentence or said(dict(reason)), contribution)


def _with_bar(factor: Factor, largest: float) -> Factor:
    if factor.contribution is None or not largest:
        return factor
    length = round(BAR * abs(factor.contribution) / largest, 1)
    return replace(factor, start=50.0 if factor.speaks_for else 50.0 - length, length=length)


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def edit_fields(review: Review, typed: Mapping[str, str]) -> list[EditField]:
    """The values that can be changed here, with what was typed into them so far."""
    return list(_edit_fields(review, typed))[:EDITED_AT_MOST]


def _edit_fields(review: Review, typed: Mapping[str, str]) -> Iterator[EditField]:
    """Amounts first: they are what is changed most."""
    for name in sorted(review.payload, key=lambda name: not _is_money(readable.words(name))):
        value = review.payload[name]
        if value is None or isinstance(value, dict | list):
            continue
        stored = as_typed(value)
        shown = typed.get(name, stored)
        yield EditField(
            name, readable.words(name), _kind(value), said(value), shown, shown != stored
        )


def as_typed(value: Any) -> str:
    """A value as it stands in a field of a form."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "yes or no"
    if isinstance(value, int | float):
        return "number"
    return "long text" if len(value) > LONG_LINE or "\n" in value else "text"
