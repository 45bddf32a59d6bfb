"""Day numbers of the proleptic Gregorian calendar, for years of any size.

A day number counts days since 1970-01-01. The calendar repeats every 400 years. Years are
counted from March here, so that the leap day is the last day of a year.
"""

from typing import Final

CYCLE: Final = 146_097  # days in 400 years, which are whole weeks
_EPOCH: Final = 719_468  # days from 0000-03-01 until 1970-01-01
_LENGTHS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def is_leap(year: int) -> bool:
    """Whether the year has a 29 February."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def in_month(year: int, month: int) -> int:
    """How many days a month has."""
    return 29 if month == 2 and is_leap(year) else _LENGTHS[month - 1]


def number(year: int, month: int, day: int) -> int:
    """The day number of a date."""
    year -= month <= 2
    before_month = (153 * ((month + 9) % 12) + 2) // 5
    return 365 * year + year // 4 - year // 100 + year // 400 + before_month + day - 1 - _EPOCH


def parts(number: int) -> tuple[int, int, int]:
    """Year, month and day of a day number."""
    cycle, day = divmod(number + _EPOCH, CYCLE)
    year = (day - day // 1_460 + day // 36_524 - day // 146_096) // 365
    day -= 365 * year + year // 4 - year // 100
    month = (5 * day + 2) // 153
    day -= (153 * month + 2) // 5
    month = month + 3 if month < 10 else month - 9
    return 400 * cycle + year + (month <= 2), month, day + 1


def weekday(number: int) -> int:
    """1 for Monday to 7 for Sunday (ISO 8601)."""
    return (number + 3) % 7 + 1


def of_year(year: int, month: int, day: int) -> int:
    """The number of a day in its year, from 1."""
    return number(year, month, day) - number(year, 1, 1) + 1


def week(year: int, month: int, day: int) -> int:
    """The number of the week (ISO 8601): the one that holds the week's Thursday in its year."""
    monday_based = number(year, month, day)
    thursday = monday_based + 4 - weekday(monday_based)
    return (thursday - number(parts(thursday)[0], 1, 1)) // 7 + 1
