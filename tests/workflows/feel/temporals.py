"""Temporal values that nobody thought of, for property tests."""

from hypothesis import strategies as st

from workflows.feel.temporal import Date, DateTime, DaysDuration, MonthsDuration, Time, days

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Etc/UTC")
FARTHEST = 999_999_999
DAY = 86_400 * 10**9

years = st.one_of(st.integers(1, 9_999), st.integers(-FARTHEST, FARTHEST))
offsets = st.integers(-14 * 3_600, 14 * 3_600)
zones = st.one_of(st.none(), offsets, st.sampled_from(ZONES))


@st.composite
def dates(draw, of_years=years):
    """Any date, those of Python's years as often as others."""
    year, month = draw(of_years), draw(st.integers(1, 12))
    return Date(year, month, draw(st.integers(1, days.in_month(year, month))))


@st.composite
def times(draw, of_zones=zones):
    """Any time of day."""
    hour, minute, second = draw(st.integers(0, 23)), draw(minutes), draw(minutes)
    return Time(hour, minute, second, draw(st.integers(0, 10**9 - 1)), draw(of_zones))


minutes = st.integers(0, 59)
local_times = times(st.none())
local_date_times = st.builds(DateTime, dates(), local_times)
offset_date_times = st.builds(DateTime, dates(), times(offsets))
days_durations = st.builds(DaysDuration, st.integers(-(10**6) * DAY, 10**6 * DAY))
months_durations = st.builds(MonthsDuration, st.integers(-(10**5), 10**5))
