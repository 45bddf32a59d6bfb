"""What hours and promises would mean, before anybody publishes them."""

from calendar import Calendar as Months
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from queues.in_words import promise
from queues.policies import Goal
from queues.working_time import Calendar, NoWorkingTime

LOOKED_AHEAD = 28  # days in which a usual day is looked for


@dataclass(frozen=True, slots=True)
class Day:
    date: date
    hours: float
    why: str  # "closed date", the holiday's name, or the hours


@dataclass(frozen=True, slots=True)
class Month:
    first: date
    days: list[Day | None]  # None before the first and after the last


def week(hours: Calendar) -> list[list[tuple[int, int]]]:
    """(first, last) minute of each window, Monday first."""
    return [[(window.opens, window.closes) for window in day] for day in hours.weekly]


def year(hours: Calendar, number: int) -> list[Month]:
    """Each month as a row that begins on the same weekday as every other."""
    return [_month(hours, number, month) for month in range(1, 13)]


def _month(hours: Calendar, number: int, month: int) -> Month:
    days: list[Day | None] = []
    for day, of_month in ((each, each.month) for each in Months().itermonthdates(number, month)):
        days.append(_day(hours, day) if of_month == month else None)
    return Month(date(number, month, 1), days + [None] * (42 - len(days)))


def _day(hours: Calendar, day: date) -> Day:
    windows = hours.windows_on(day)
    minutes = sum(window.closes - window.opens for window in windows)
    why = hours.closed_for(day) or ", ".join(map(str, windows)) or "closed"
    return Day(day, minutes / 60, why)


def examples(hours: Calendar, now: datetime) -> list[str]:
    """How a few durations come out from now, in the calendar's own zone."""
    day = business_day(hours, now)
    said = [] if hours.is_open(now) else ["It is closed now."]
    for words, length in [
        ("1 h", timedelta(hours=1)),
        (f"1 business day ({day / timedelta(hours=1):g} h)", day),
        (f"5 business days ({5 * day / timedelta(hours=1):g} h)", 5 * day),
    ]:
        said.append(f"{words} from now is {reached(hours, now, length)}.")
    return said


def business_day(hours: Calendar, now: datetime) -> timedelta:
    """The working time of the next day that has any."""
    today = now.astimezone(ZoneInfo(hours.zone)).date()
    for ahead in range(LOOKED_AHEAD):
        windows = hours.windows_on(today + timedelta(days=ahead))
        if windows:
            return timedelta(minutes=sum(each.closes - each.opens for each in windows))
    return timedelta(hours=1)


def of_goals(goals: list[Goal], hours: Calendar, now: datetime) -> list[str]:
    return [
        f"{promise(goal.kind, goal.budget)}: what begins now is due "
        f"{reached(hours, now, goal.budget)}."
        for goal in goals
    ]


def reached(hours: Calendar, now: datetime, length: timedelta) -> str:
    try:
        at = hours.add(now, length).astimezone(ZoneInfo(hours.zone))
    except NoWorkingTime as refusal:
        return str(refusal)
    return f"{at:%a} {at.day} {at:%b %Y, %H:%M} {hours.zone}"
