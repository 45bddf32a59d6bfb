"""Temporal values from text and back (DMN 1.5, table 72; XML Schema 1.1 Part 2).

Read: the lexical forms of XML Schema for dates, times, date and times and both durations, and
wall times followed by `@` and the name of an IANA zone. A date may carry an offset, as XML
Schema allows; a date has no place for it. Seconds are required. 24:00:00 is the end of a day.
Digits beyond nanoseconds are cut off.
"""

import re
from typing import Final

from workflows.feel.errors import Unanswerable
from workflows.feel.temporal import zones
from workflows.feel.temporal.kinds import (
    SECOND,
    Date,
    DateTime,
    DaysDuration,
    MonthsDuration,
    Temporal,
    Time,
    Zone,
    date_of,
    days_duration,
    months_duration,
    time_of,
)
from workflows.feel.temporal.moments import MIDNIGHT, date_of_day, day_number, settled

_LONGEST: Final = 200  # characters; no temporal text is longer
_DATE = r"(-?(?:[1-9][0-9]{4,8}|[0-9]{4}))-([0-9]{2})-([0-9]{2})"
_OFFSET = r"[Zz]|[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?"
_TIME = rf"([0-9]{{2}}):([0-9]{{2}}):([0-9]{{2}})(?:\.([0-9]+))?({_OFFSET}|@.+)?"
_A_DATE: Final = re.compile(rf"{_DATE}({_OFFSET})?")
_A_TIME: Final = re.compile(_TIME)
_A_DATE_TIME: Final = re.compile(rf"{_DATE}T{_TIME}")
_A_MONTHS_DURATION: Final = re.compile(r"(-?)P(?=[0-9])(?:([0-9]{1,20})Y)?(?:([0-9]{1,20})M)?")
_A_DAYS_DURATION: Final = re.compile(
    r"(-?)P(?=[0-9T])(?:([0-9]{1,20})D)?"
    r"(?:T(?=[0-9])(?:([0-9]{1,20})H)?(?:([0-9]{1,20})M)?(?:([0-9]{1,20})(?:\.([0-9]+))?S)?)?"
)
_STARTS_WITH_DATE: Final = re.compile(r"-?[0-9]+-")


def parse_date(text: str) -> Date:
    """The date that a text such as `2026-11-21` denotes; Unanswerable for any other text."""
    match = _matched(_A_DATE, text, "a date such as 2026-11-21")
    _zone(match[4])
    return date_of(int(match[1]), int(match[2]), int(match[3]))


def parse_time(text: str) -> Time:
    """The time of `10:30:00`, with `Z`, `+01:00` or `@Europe/Paris`; Unanswerable for others."""
    match = _matched(_A_TIME, text, "a time such as 10:30:00 or 10:30:00+01:00")
    return _time(*match.groups())[0]


def parse_date_time(text: str) -> DateTime:
    """The date and time of `2026-11-21T10:30:00`, or midnight of a date; else Unanswerable."""
    if len(text) <= _LONGEST:
        date_only = _A_DATE.fullmatch(text)
        if date_only:
            zone = _zone(date_only[4])
            time = MIDNIGHT if zone is None else Time(0, 0, 0, 0, zone)
            return DateTime(parse_date(text), time)
    match = _matched(_A_DATE_TIME, text, "a date and time such as 2026-11-21T10:30:00")
    date = date_of(int(match[1]), int(match[2]), int(match[3]))
    time, is_next_day = _time(*match.groups()[3:])
    if is_next_day:
        date = date_of_day(day_number(date) + 1)
    return settled(date, time)


def parse_duration(text: str) -> DaysDuration | MonthsDuration:
    """The duration of `P1Y2M` or `P1DT2H3M4.5S`; Unanswerable for mixtures and other texts."""
    months = _A_MONTHS_DURATION.fullmatch(text) if len(text) <= _LONGEST else None
    if months:
        sign, years, rest = months.groups()
        return months_duration(_signed(sign, int(years or 0) * 12 + int(rest or 0)))
    match = _matched(_A_DAYS_DURATION, text, "a duration such as P1Y2M or P1DT2H3M")
    sign, day, hour, minute, second, fraction = match.groups()
    hours = int(day or 0) * 24 + int(hour or 0)
    seconds = (hours * 60 + int(minute or 0)) * 60 + int(second or 0)
    return days_duration(_signed(sign, seconds * SECOND + _nanoseconds(fraction)))


def parse_at(text: str) -> Temporal:
    """The value of an `@` literal, of the kind that its text has; else Unanswerable."""
    if text.startswith(("P", "-P")):
        return parse_duration(text)
    if not _STARTS_WITH_DATE.match(text):
        return parse_time(text)
    return parse_date_time(text) if "T" in text else parse_date(text)


def text_of(value: Temporal) -> str:
    """How FEEL's `string` writes the value: canonical, and read back as an equal value.

    Only the later of two equal wall times, when clocks go back, is read back as the first.
    """
    if isinstance(value, Date):
        return _date_text(value)
    if isinstance(value, Time):
        return _time_text(value)
    if isinstance(value, DateTime):
        return f"{_date_text(value.date)}T{_time_text(value.time)}"
    if isinstance(value, DaysDuration):
        return _days_text(value.nanoseconds)
    return _months_text(value.months)


def offset_text(seconds: int) -> str:
    """`Z`, `+01:00` or `-02:45:55`."""
    if seconds == 0:
        return "Z"
    minutes, second = divmod(abs(seconds), 60)
    hour, minute = divmod(minutes, 60)
    ending = f":{second:02}" if second else ""
    return f"{'-' if seconds < 0 else '+'}{hour:02}:{minute:02}{ending}"


def _matched(pattern: re.Pattern[str], text: str, wanted: str) -> re.Match[str]:
    match = pattern.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        raise Unanswerable(f"{text[:40]!r} is not a text for this. Write {wanted}.")
    return match


def _time(
    hour: str, minute: str, second: str, fraction: str | None, zone: str | None
) -> tuple[Time, bool]:
    """The time, and whether it is that of the next day."""
    nanoseconds = _nanoseconds(fraction)
    where = _zone(zone)
    if hour == "24" and minute == second == "00" and not nanoseconds:
        return Time(0, 0, 0, 0, where), True
    return time_of(int(hour), int(minute), int(second), nanoseconds, where), False


def _zone(text: str | None) -> Zone:
    if not text:
        return None
    if text[0] == "@":
        return zones.known(text[1:])
    if text in ("Z", "z"):
        return 0
    hour, minute, second = (int(part) for part in f"{text[1:]}:0".split(":")[:3])
    if minute > 59 or second > 59:
        raise Unanswerable(f"The offset {text} has more than 59 minutes or seconds.")
    return time_of(0, 0, 0, 0, _signed(text[0], (hour * 60 + minute) * 60 + second)).zone


def _nanoseconds(fraction: str | None) -> int:
    return int(f"{fraction:0<9.9}") if fraction else 0


def _signed(sign: str | None, value: int) -> int:
    return -value if sign == "-" else value


def _date_text(date: Date) -> str:
    sign = "-" if date.year < 0 else ""
    return f"{sign}{abs(date.year):04}-{date.month:02}-{date.day:02}"


def _time_text(time: Time) -> str:
    text = f"{time.hour:02}:{time.minute:02}:{time.second:02}{_fraction_text(time.nanosecond)}"
    if time.zone is None:
        return text
    if isinstance(time.zone, str):
        return f"{text}@{time.zone}"
    return text + offset_text(time.zone)


def _fraction_text(nanosecond: int) -> str:
    return f".{nanosecond:09}".rstrip("0") if nanosecond else ""


def _days_text(nanoseconds: int) -> str:
    seconds, nanosecond = divmod(abs(nanoseconds), SECOND)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    day, hour = divmod(hours, 24)
    time = "".join(f"{part}{unit}" for part, unit in ((hour, "H"), (minute, "M")) if part)
    if second or nanosecond:
        time += f"{second}{_fraction_text(nanosecond)}S"
    text = (f"{day}D" if day else "") + (f"T{time}" if time else "")
    return f"{'-' if nanoseconds < 0 else ''}P{text or 'T0S'}"


def _months_text(months: int) -> str:
    years, rest = divmod(abs(months), 12)
    text = (f"{years}Y" if years else "") + (f"{rest}M" if rest or not years else "")
    return f"{'-' if months < 0 else ''}P{text}"
