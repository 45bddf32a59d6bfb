"""When is a place open, day by day? Pure: a date in, windows of local time out.

A day's windows come from the first of these that speaks about the date: hours of its own
(`overrides`), a closed date, a public holiday, the week. Partial closures are then cut out.
"""

import itertools
import zoneinfo
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from workflows.refusals import NotValid

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_PER_DAY = 24 * 60
LONGEST_CLOSURE = timedelta(days=366)
MOST_DATES = 10_000
YEARS = range(1900, 2201)


class InvalidCalendar(NotValid):
    """A calendar that cannot be used; the sentence says what to correct."""


class Window(NamedTuple):
    """Open from one minute of the local day up to, not including, another (1440 is midnight)."""

    opens: int
    closes: int

    def __str__(self) -> str:
        return f"{clock_face(self.opens)}–{clock_face(self.closes)}"


Windows = tuple[Window, ...]


class PublicHolidays(NamedTuple):
    """ISO 3166 codes of the country and, where it matters, its subdivision."""

    country: str
    subdivision: str | None = None


@dataclass(frozen=True, kw_only=True)
class OpeningHours:
    """Weekly windows of one time zone with their exceptions. `weekly` starts on Monday."""

    zone: str
    weekly: tuple[Windows, ...]
    closed: frozenset[date] = frozenset()
    overrides: Mapping[date, Windows] = field(default_factory=dict, hash=False)
    closures: Mapping[date, Windows] = field(default_factory=dict, hash=False)
    public_holidays: PublicHolidays | None = None

    def __post_init__(self) -> None:
        _check(self)

    def windows_on(self, day: date) -> Windows:
        """The day's windows in local time, in order, without the partial closures."""
        if day in self.overrides:
            windows = self.overrides[day]
        elif self.closed_for(day):
            return ()
        else:
            windows = self.weekly[day.weekday()]
        for closure in self.closures.get(day, ()):
            windows = tuple(_without(windows, closure))
        return windows

    def closed_for(self, day: date) -> str:
        """Why the whole day is closed although the week might open it; empty when it is not."""
        if day in self.overrides:
            return ""
        if day in self.closed:
            return "closed date"
        if self.public_holidays:
            return holidays_of(*self.public_holidays, day.year).get(day, "")
        return ""


@lru_cache(maxsize=512)
def holidays_of(country: str, subdivision: str | None, year: int) -> Mapping[date, str]:
    """Name by date of a year's public holidays, days off in lieu included."""
    import holidays  # knows every country and takes a while to load: only where one is named

    return dict(holidays.country_holidays(country, subdiv=subdivision, years=year))


def clock_face(minute: int) -> str:
    """A minute of the day as HH:MM."""
    return f"{minute // 60:02}:{minute % 60:02}"


def _without(windows: Windows, closure: Window) -> Iterable[Window]:
    for window in windows:
        for part in (
            Window(window.opens, min(window.closes, closure.opens)),
            Window(max(window.opens, closure.closes), window.closes),
        ):
            if part.opens < part.closes:
                yield part


# --- is it usable? ------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def known_zones() -> frozenset[str]:
    """Every IANA time zone that this machine knows."""
    return frozenset(zoneinfo.available_timezones())


def _check(hours: OpeningHours) -> None:
    if not isinstance(hours.zone, str) or hours.zone not in known_zones():
        raise InvalidCalendar(
            f"{hours.zone!r} is not a known time zone. Use an IANA name such as Europe/Berlin."
        )
    if len(hours.weekly) != len(WEEKDAYS):
        raise InvalidCalendar("A week has seven days. Give the windows of each, or none.")
    for name, windows in zip(WEEKDAYS, hours.weekly, strict=True):
        _check_windows(windows, where=f"on {name}")
    for day, windows in itertools.chain(hours.overrides.items(), hours.closures.items()):
        _check_windows(windows, where=f"on {day}")
    _check_dates(hours)
    _check_public_holidays(hours.public_holidays)
    _check_there_is_working_time(hours)


def _check_windows(windows: Windows, *, where: str) -> None:
    for window in windows:
        if not 0 <= window.opens <= MINUTES_PER_DAY or not 0 <= window.closes <= MINUTES_PER_DAY:
            raise InvalidCalendar(f"A window {where} leaves the day. Keep it within 00:00–24:00.")
        if window.opens >= window.closes:
            raise InvalidCalendar(
                f"The window {window} {where} ends before it starts. Split work over midnight "
                "into one window up to 24:00 and one from 00:00 on the next day."
            )
    for earlier, later in itertools.pairwise(windows):
        if later.opens < earlier.closes:
            raise InvalidCalendar(
                f"The windows {earlier} and {later} {where} overlap or are out of order. "
                "Join them into one."
            )


def _check_dates(hours: OpeningHours) -> None:
    days = [*hours.closed, *hours.overrides, *hours.closures]
    if len(days) > MOST_DATES:
        raise InvalidCalendar(f"A calendar lists at most {MOST_DATES} dates; this one {len(days)}.")
    for day in days:
        if day.year not in YEARS:
            raise InvalidCalendar(
                f"{day} is too far away. Use the years {YEARS[0]} to {YEARS[-1]}."
            )
    for day in sorted(hours.closed & hours.overrides.keys()):
        raise InvalidCalendar(f"{day} is closed and has hours of its own. Keep one of the two.")


def _check_public_holidays(region: PublicHolidays | None) -> None:
    if region is None:
        return
    import holidays

    supported = holidays.list_supported_countries()
    if region.country not in supported:
        raise InvalidCalendar(
            f"No public holidays are known for {region.country!r}. Use a country code such as DE."
        )
    if region.subdivision is not None and region.subdivision not in supported[region.country]:
        raise InvalidCalendar(
            f"{region.subdivision!r} is no part of {region.country} that has its own holidays."
        )


def _check_there_is_working_time(hours: OpeningHours) -> None:
    if not any(hours.weekly) and not any(map(hours.windows_on, hours.overrides)):
        raise InvalidCalendar("This calendar has no working time. Open at least one window a week.")
    since = previous = None
    for day in sorted(day for day in hours.closed if hours.weekly[day.weekday()]):
        if previous is None or _next_in_week(hours, previous) != day:
            since = day
        previous = day
        if since and day - since >= LONGEST_CLOSURE:
            raise InvalidCalendar(
                f"This calendar has no working time for more than a year from {since}. "
                "Remove some of the closed dates."
            )


def _next_in_week(hours: OpeningHours, day: date) -> date:
    ahead = (day + timedelta(days=n) for n in range(1, 8))
    return next(
        later for later in ahead if hours.overrides.get(later) or hours.weekly[later.weekday()]
    )
