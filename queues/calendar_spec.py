"""The JSON form of a calendar, as it is stored with its version and sent over the API."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from queues.opening_hours import (
    MINUTES_PER_DAY,
    WEEKDAYS,
    InvalidCalendar,
    OpeningHours,
    PublicHolidays,
    Window,
    Windows,
    clock_face,
)

KEYS = {"zone", "weekly", "closed", "overrides", "closures", "public_holidays"}


def write(hours: OpeningHours) -> dict[str, Any]:
    """Everything in a fixed order, so that equal calendars look equal."""
    spec: dict[str, Any] = {
        "zone": hours.zone,
        "weekly": {
            name: _written(windows)
            for name, windows in zip(WEEKDAYS, hours.weekly, strict=True)
            if windows
        },
        "closed": [day.isoformat() for day in sorted(hours.closed)],
        "overrides": {d.isoformat(): _written(w) for d, w in sorted(hours.overrides.items())},
        "closures": {d.isoformat(): _written(w) for d, w in sorted(hours.closures.items())},
    }
    if hours.public_holidays:
        spec["public_holidays"] = hours.public_holidays._asdict()
    return spec


def read(spec: Any) -> dict[str, Any]:
    """The fields of a calendar. Raises InvalidCalendar on anything it does not know."""
    if not isinstance(spec, Mapping):
        raise InvalidCalendar("A calendar is an object with a zone and a week.")
    if unknown := sorted(map(str, spec.keys() - KEYS)):
        raise InvalidCalendar(
            f"A calendar has no {unknown[0]!r}. It has {', '.join(sorted(KEYS))}."
        )
    weekly = _object(spec.get("weekly", {}), "The week")
    if unknown := sorted(map(str, weekly.keys() - set(WEEKDAYS))):
        raise InvalidCalendar(f"{unknown[0]!r} is no weekday. Use {', '.join(WEEKDAYS)}.")
    return {
        "zone": spec.get("zone"),
        "weekly": tuple(_windows(weekly.get(name, [])) for name in WEEKDAYS),
        "closed": frozenset(_date(day) for day in _list(spec.get("closed", []), "Closed dates")),
        "overrides": _by_date(spec.get("overrides", {}), "Hours by date"),
        "closures": _by_date(spec.get("closures", {}), "Partial closures"),
        "public_holidays": _region(spec.get("public_holidays")),
    }


def minute_of(text: object) -> int:
    """Minutes since midnight of "HH:MM"; "24:00" is the end of the day."""
    if isinstance(text, str) and len(text) == 5 and text[2] == ":" and text.isascii():
        hours, minutes = text[:2], text[3:]
        if hours.isdigit() and minutes.isdigit() and int(minutes) < 60:
            minute = int(hours) * 60 + int(minutes)
            if minute <= MINUTES_PER_DAY:
                return minute
    raise InvalidCalendar(f"{text!r} is not a time of day. Write it like 09:30, up to 24:00.")


def _written(windows: Windows) -> list[list[str]]:
    return [[clock_face(window.opens), clock_face(window.closes)] for window in windows]


def _object(value: Any, what: str) -> Mapping[Any, Any]:
    if not isinstance(value, Mapping):
        raise InvalidCalendar(f"{what}: an object is expected, not {type(value).__name__}.")
    return value


def _list(value: Any, what: str) -> list[Any]:
    if not isinstance(value, list):
        raise InvalidCalendar(f"{what}: a list is expected, not {type(value).__name__}.")
    return value


def _windows(value: Any) -> Windows:
    windows = []
    for pair in _list(value, "Windows"):
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            raise InvalidCalendar('A window is a pair of times such as ["09:00", "17:00"].')
        windows.append(Window(minute_of(pair[0]), minute_of(pair[1])))
    return tuple(sorted(windows))


def _by_date(value: Any, what: str) -> dict[date, Windows]:
    return {_date(day): _windows(windows) for day, windows in _object(value, what).items()}


def _date(text: Any) -> date:
    try:
        day = date.fromisoformat(text)
    except (TypeError, ValueError):
        day = None
    if day is None or day.isoformat() != text:
        raise InvalidCalendar(f"{text!r} is not a date. Write it like 2026-12-24.")
    return day


def _region(value: Any) -> PublicHolidays | None:
    if value is None:
        return None
    region = _object(value, "Public holidays")
    if unknown := sorted(map(str, region.keys() - {"country", "subdivision"})):
        raise InvalidCalendar(
            f"Public holidays have a country and a subdivision, no {unknown[0]!r}."
        )
    return PublicHolidays(region.get("country", ""), region.get("subdivision"))
