"""Cron texts as Camunda 7 and 8 take them: `second minute hour day month weekday [year]`, pure.

`*`, `?`, lists, ranges, steps, the names of months and weekdays, `L` (the last day, or the last of
a weekday: `FRIL`), `6#2` (the second Friday), `15W` (the working day nearest to the 15th). Where
both a day and a weekday are given, either is enough. Sunday is 1, as in Camunda 7.
"""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

FIRST_YEAR, LAST_YEAR = 1970, 2199
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
MACROS = {
    "@yearly": "0 0 0 1 1 *",
    "@annually": "0 0 0 1 1 *",
    "@monthly": "0 0 0 1 * *",
    "@weekly": "0 0 0 * * SUN",
    "@daily": "0 0 0 * * *",
    "@midnight": "0 0 0 * * *",
    "@hourly": "0 0 * * * *",
}

_PART = re.compile(r"(\*|\w+)(?:-(\w+))?(?:/(\d{1,3}))?")


class CronError(ValueError):
    """The text is not a cron text; a sentence says which part."""


Days = Callable[[date], bool]


@dataclass(frozen=True, slots=True)
class Cron:
    """A cron text, read."""

    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    months: frozenset[int]
    years: frozenset[int]
    days: Days

    def after(self, moment: datetime) -> datetime | None:
        """The first moment after this one, on the clock of its zone; None when there is none."""
        local = moment.replace(microsecond=0) + timedelta(seconds=1)
        day: date | None = local.date()
        begin = (local.hour, local.minute, local.second)
        while day is not None:
            clock = self._first(begin) if self._is_on(day) else None
            if clock is not None:
                return datetime.combine(day, time(*clock), moment.tzinfo)
            day, begin = self._next(day), (0, 0, 0)
        return None

    def _is_on(self, day: date) -> bool:
        return day.year in self.years and day.month in self.months and self.days(day)

    def _next(self, day: date) -> date | None:
        """The next day worth looking at: whole years and months are passed over."""
        day += timedelta(days=1)
        if day.year not in self.years:
            later = [year for year in self.years if year > day.year]
            return date(min(later), 1, 1) if later else None
        while day.month not in self.months and day.month < 12:
            day = date(day.year, day.month + 1, 1)
        return day

    def _first(self, begin: tuple[int, int, int]) -> tuple[int, int, int] | None:
        """The first time of a day that is not before `begin`."""
        for hour in (each for each in self.hours if each >= begin[0]):
            early = begin[1] if hour == begin[0] else 0
            for minute in (each for each in self.minutes if each >= early):
                exact = hour == begin[0] and minute == begin[1]
                for second in self.seconds:
                    if not exact or second >= begin[2]:
                        return hour, minute, second
        return None


def is_cron(text: str) -> bool:
    """Whether a text looks like cron rather than ISO 8601."""
    text = text.strip()
    return text in MACROS or len(text.split()) in (6, 7)


@lru_cache(maxsize=1024)
def parse(text: str) -> Cron:
    """What a cron text says; raises `CronError`."""
    parts = MACROS.get(text.strip(), text).upper().split()
    if len(parts) not in (6, 7):
        raise CronError(f"{text!r} is not cron: it has six parts, or seven with a year.")
    second, minute, hour, day, month, weekday = parts[:6]
    year = parts[6] if len(parts) == 7 else "*"
    return Cron(
        _numbers(second, 0, 59),
        _numbers(minute, 0, 59),
        _numbers(hour, 0, 23),
        frozenset(_numbers(month, 1, 12, MONTHS, 1)),
        frozenset(_numbers(year, FIRST_YEAR, LAST_YEAR)),
        _days(day, weekday),
    )


def _numbers(
    text: str, low: int, high: int, names: tuple[str, ...] = (), first: int = 0
) -> tuple[int, ...]:
    found: set[int] = set()
    for part in text.split(","):
        match = _PART.fullmatch("*" if part == "?" else part)
        if match is None:
            raise CronError(f"{part!r} is not understood in a cron text.")
        begin, end, step = match.groups()
        start = low if begin == "*" else _number(begin, names, first)
        stop = high if begin == "*" or (step and not end) else start
        stop = _number(end, names, first) if end else stop
        if not (low <= start <= high and low <= stop <= high and (step is None or int(step) > 0)):
            raise CronError(f"{part!r} is outside {low} to {high} in a cron text.")
        if stop < start:  # over the end: FRI-MON
            found.update(range(start, high + 1), range(low, stop + 1))
        else:
            found.update(range(start, stop + 1, int(step or 1)))
    return tuple(sorted(found))


def _number(text: str, names: tuple[str, ...], first: int) -> int:
    if text[:3] in names and text.isalpha():
        return names.index(text[:3]) + first
    if not text.isdecimal() or len(text) > 4:
        raise CronError(f"{text!r} is not a number in a cron text.")
    return int(text)


# --- days ---


def _days(day: str, weekday: str) -> Days:
    """Either is enough where both are given (Quartz wants one of them to be `?`)."""
    by_day = None if day in ("*", "?") else _either([_day(part) for part in day.split(",")])
    by_week = (
        None if weekday in ("*", "?") else _either([_week(part) for part in weekday.split(",")])
    )
    if by_day and by_week:
        return _either([by_day, by_week])
    return by_day or by_week or (lambda _: True)


def _either(tests: list[Days]) -> Days:
    return lambda day: any(test(day) for test in tests)


def _day(part: str) -> Days:
    if part == "L":
        return lambda day: day.day == _length(day)
    if part == "LW":
        return lambda day: day.day == _working(day, _length(day))
    if part.endswith("W"):
        wanted = _number(part[:-1], (), 0)
        return lambda day: day.day == _working(day, min(wanted, _length(day)))
    numbers = frozenset(_numbers(part, 1, 31))
    return lambda day: day.day in numbers


def _length(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _working(day: date, wanted: int) -> int:
    """The working day nearest to this one, in the same month."""
    weekday = day.replace(day=wanted).weekday()
    if weekday == 5:
        return wanted - 1 if wanted > 1 else wanted + 2
    if weekday == 6:
        return wanted + 1 if wanted < _length(day) else wanted - 2
    return wanted


def _week(part: str) -> Days:
    """1 or SUN is a Sunday."""
    if "#" in part:
        name, _, which = part.partition("#")
        (wanted,), order = _weekdays(name), _number(which, (), 0)
        return lambda day: day.isoweekday() % 7 == wanted and (day.day - 1) // 7 + 1 == order
    if part.endswith("L") and part != "L":
        (last,) = _weekdays(part[:-1])
        return lambda day: day.isoweekday() % 7 == last and day.day + 7 > _length(day)
    numbers = frozenset(_weekdays("SAT" if part == "L" else part))
    return lambda day: day.isoweekday() % 7 in numbers


def _weekdays(part: str) -> tuple[int, ...]:
    """Sunday is 0 in what this gives."""
    return tuple((each - 1) % 7 for each in _numbers(part, 1, 7, WEEKDAYS, 1))
