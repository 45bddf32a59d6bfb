"""When a timer is due (BPMN 2.0.2, 10.5.5.14; ISO 8601): pure, `now` is an argument.

A timer's text is ISO 8601, or FEEL that gives such text, or such a value, when it begins with `=`.
A duration counts from `now` in UTC; months and years follow the calendar. What is past is due at
once.
"""

import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import isodate

from workflows import feel
from workflows.bpmn import cron, expressions
from workflows.bpmn.model import Timer
from workflows.feel import temporal
from workflows.feel.errors import Unanswerable

LONGEST = timedelta(days=3653)  # ten years
SHORTEST_CYCLE = timedelta(seconds=1)
LONGEST_TEXT = 100
MOST_REPETITIONS = 10_000

_CYCLE = re.compile(r"R(\d{1,5})?/(?:([^/P][^/]*)/)?(P[^/]+)")
_NAMED_ZONE = re.compile(r"(?<=Z|\d)\[[\w/+-]+\]$")  # the offset before it tells the moment
_REFERENCE = datetime(2024, 1, 1, tzinfo=UTC)


class TimingError(ValueError):
    """A timer's text does not say when it is due."""


@dataclass(frozen=True, slots=True)
class Plan:
    """When a timer fires next, and what is left after that."""

    due_at: datetime
    repetitions: int | None = 1  # firings in all, including the next; None is without end
    period: timedelta | None = None  # between two firings of a cycle
    # Tells the firings of a cycle that has no fixed period: cron, or a duration with months.
    cron: str = ""


def due(timer: Timer, variables: Mapping[str, Any], now: datetime) -> datetime:
    """The moment at which this timer fires first, in UTC."""
    return plan(timer, variables, now).due_at


def plan(timer: Timer, variables: Mapping[str, Any], now: datetime) -> Plan:
    """When this timer fires and how often; raises `TimingError` with a sentence."""
    text, now = _text(timer, variables), now.astimezone(UTC)
    match timer.form:
        case "date":
            return Plan(_at(text, now))
        case "duration":
            return Plan(max(_ahead(text, now), now))
        case "cycle":
            return _cycle(text, now)
    raise TimingError(f"A timer is a date, a duration or a cycle, not {timer.form!r}.")


def next_moment(
    due_at: datetime, every: timedelta | str, now: datetime
) -> tuple[datetime | None, int]:
    """The first moment of a cycle after `now`, and how many after `due_at` have passed by then.

    `every` is the time between two, a duration with months or years, or cron.
    """
    if isinstance(every, timedelta):
        passed = max(0, (now - due_at) // every)
        return due_at + (passed + 1) * every, passed
    if cron.is_cron(every):
        return cron.parse(every).after(max(now, due_at)), 0
    moment, passed = due_at + isodate.parse_duration(every), 0
    while moment <= now:
        moment, passed = moment + isodate.parse_duration(every), passed + 1
    return moment.astimezone(UTC), passed


def duration(text: str) -> timedelta:
    """A positive ISO 8601 duration of at most ten years; months count from 2024-01-01."""
    return _after(text, _REFERENCE) - _REFERENCE


def is_at_once(timer: Timer) -> bool:
    """Whether a timer without a problem has a fixed duration that is over when it begins."""
    if timer.form != "duration" or timer.text.strip().startswith("="):
        return False
    return due(timer, {}, _REFERENCE) <= _REFERENCE


def problem(timer: Timer) -> str | None:
    """What is wrong with a timer as far as can be told before it runs."""
    try:
        if timer.text.strip().startswith("="):
            expressions.compiled(timer.text)
        elif timer.form == "date":
            _moment(_short(timer.text))
        else:
            plan(timer, {}, _REFERENCE)
    except (TimingError, feel.FeelError) as error:
        return str(error)
    return None


def _text(timer: Timer, variables: Mapping[str, Any]) -> str:
    text = timer.text.strip()
    if not text.startswith("="):
        return _short(text)
    try:
        value = expressions.evaluated(text, variables)
    except expressions.Unclear as error:
        raise TimingError(f"The timer's expression failed: {error}") from error
    if not isinstance(value, str):
        raise TimingError(f"The timer's expression {text!r} does not give a text in ISO 8601.")
    return _short(value)


def _short(text: str) -> str:
    text = text.strip()
    if not text:
        raise TimingError("The timer says no time. Write a date, a duration or a cycle.")
    if len(text) > LONGEST_TEXT or not text.isascii():
        raise TimingError(f"A timer is at most {LONGEST_TEXT} plain characters of ISO 8601.")
    return text


def clock(text: str) -> datetime:
    """A date and time, in a zone by its offset or, as Java and FEEL write it, by its name."""
    with contextlib.suppress(ValueError):
        return datetime.fromisoformat(_NAMED_ZONE.sub("", text))
    try:
        moment = temporal.to_python(temporal.parse_date_time(text))
    except Unanswerable as error:
        raise ValueError(text) from error
    if not isinstance(moment, datetime):
        raise ValueError(text)
    return moment


def _moment(text: str) -> datetime:
    try:
        moment = clock(text)
    except ValueError as error:
        raise TimingError(
            f"{text!r} is not a moment. Write one like 2026-03-01T09:00:00+01:00."
        ) from error
    if moment.tzinfo is None:
        raise TimingError(f"{text!r} has no time zone. End it with Z or an offset such as +01:00.")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise TimingError(f"{text!r} is outside the calendar.") from error


def _at(text: str, now: datetime) -> datetime:
    """A date in the past is due at once."""
    moment = _moment(text)
    if moment - now > LONGEST:
        raise TimingError(f"{text} is more than ten years away.")
    return moment


def _after(text: str, now: datetime) -> datetime:
    moment = _ahead(text, now)
    if moment <= now:
        raise TimingError(f"A timer of {text} would fire at once. Write a duration above zero.")
    return moment


def _ahead(text: str, now: datetime) -> datetime:
    try:
        moment: datetime = now + isodate.parse_duration(text)
        ahead = moment - now
    except (isodate.ISO8601Error, OverflowError, ValueError, ArithmeticError, TypeError) as error:
        raise TimingError(
            f"{text!r} is not a duration that can be used. Write one like PT2H30M or P3D."
        ) from error
    if ahead > LONGEST:
        raise TimingError(f"A timer of {text} is longer than ten years.")
    return moment


def _cycle(text: str, now: datetime) -> Plan:
    if cron.is_cron(text):
        return _by_cron(text, now)
    match = _CYCLE.fullmatch(text)
    if match is None:
        raise TimingError(f"{text!r} is not a cycle. Write one like R3/PT10S, or cron.")
    count, begin, every = match.groups()
    period = _after(every, now) - now
    repetitions = int(count) if count else None
    if repetitions is not None and not 1 <= repetitions <= MOST_REPETITIONS:
        raise TimingError(f"{text} has to repeat between 1 and {MOST_REPETITIONS} times.")
    if period < SHORTEST_CYCLE:
        raise TimingError(f"{text} repeats faster than once a second.")
    due_at = now + period if begin is None else max(_at(begin, now), now)
    if isinstance(isodate.parse_duration(every), isodate.Duration):  # months are not all alike
        return Plan(due_at, repetitions, cron=every)
    return Plan(due_at, repetitions, period)


def _by_cron(text: str, now: datetime) -> Plan:
    """The next moment that a cron text names, in UTC."""
    try:
        due_at = cron.parse(text).after(now)
    except cron.CronError as error:
        raise TimingError(str(error)) from error
    if due_at is None:
        raise TimingError(f"{text} names no moment that is still to come.")
    return Plan(due_at, repetitions=None, cron=text)
