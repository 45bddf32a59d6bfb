import gzip
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from queues import working_time
from queues.working_time import (
    ALWAYS_OPEN,
    Calendar,
    InvalidCalendar,
    NoWorkingTime,
    PublicHolidays,
    Window,
    from_spec,
)

VECTORS = Path(__file__).parents[3] / "shared/data/calendar_golden.json.gz"
WORKDAYS = ["mon", "tue", "wed", "thu", "fri"]
OFFICE = from_spec(
    {"zone": "Europe/Berlin", "weekly": {day: [["09:00", "17:00"]] for day in WORKDAYS}}
)
HOUR = timedelta(hours=1)


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin"))


# --- vectors ------------------------------------------------------------------------------------


def golden_calendar(entry: dict[str, Any]) -> Calendar:
    return from_spec(
        {
            "zone": entry["tz"],
            "weekly": {
                day: [list(pair) for pair in hours.items()] for day, hours in entry["hours"].items()
            },
            "closed": entry["holidays"],
            "closures": {
                day: [list(pair) for pair in hours.items()]
                for day, hours in entry["breaks"].items()
            },
        }
    )


@pytest.mark.skipif(not VECTORS.exists(), reason=f"{VECTORS.name} is not beside the checkout")
def test_every_vector_agreed_by_independent_engines_matches():
    golden = json.loads(gzip.decompress(VECTORS.read_bytes()))
    calendars = {entry["id"]: golden_calendar(entry) for entry in golden["calendars"]}

    wrong = []
    for case in golden["cases"]:
        calendar = calendars[case["cal"]]
        start, end = (datetime.fromtimestamp(case[edge], UTC) for edge in ("start", "end"))
        span = timedelta(seconds=case["seconds"])
        answer = {
            "add": calendar.add(start, span).timestamp(),
            "sub": calendar.subtract(start, span).timestamp(),
            "between": calendar.between(start, end).total_seconds(),
            "in_hours": calendar.is_open(start),
        }
        if any(case[key] != value for key, value in answer.items()):
            wrong.append((case, answer))

    assert len(golden["cases"]) == 4955
    assert wrong == []


# --- the rules in words -------------------------------------------------------------------------


def test_a_deadline_that_lands_on_closing_time_is_closing_time():
    assert OFFICE.add(berlin("2026-03-06T16:00"), HOUR) == berlin("2026-03-06T17:00")


def test_one_microsecond_more_is_the_next_working_day():
    due = OFFICE.add(berlin("2026-03-06T16:00"), HOUR + timedelta(microseconds=1))

    assert due == berlin("2026-03-09T09:00:00.000001")


def test_nothing_added_gives_the_next_opening():
    assert OFFICE.next_opening(berlin("2026-03-06T17:00")) == berlin("2026-03-09T09:00")
    assert OFFICE.next_opening(berlin("2026-03-06T12:00")) == berlin("2026-03-06T12:00")


def test_an_opening_time_is_open_and_a_closing_time_is_not():
    assert OFFICE.is_open(berlin("2026-03-06T09:00"))
    assert not OFFICE.is_open(berlin("2026-03-06T17:00"))


def test_a_night_shift_is_an_hour_shorter_when_the_clocks_go_forward():
    nights = from_spec({"zone": "Europe/Berlin", "weekly": {"sun": [["00:00", "06:00"]]}})

    assert nights.between(berlin("2026-03-29T00:00"), berlin("2026-03-29T12:00")) == 5 * HOUR
    assert nights.between(berlin("2026-10-25T00:00"), berlin("2026-10-25T12:00")) == 7 * HOUR


def test_an_opening_inside_the_gap_moves_forward_by_the_gap():
    early = from_spec({"zone": "Europe/Berlin", "weekly": {"sun": [["02:30", "06:00"]]}})

    assert early.next_opening(berlin("2026-03-29T00:00")) == berlin("2026-03-29T03:30")


def test_an_opening_that_happens_twice_is_the_first_one():
    early = from_spec({"zone": "Europe/Berlin", "weekly": {"sun": [["02:30", "06:00"]]}})

    assert early.next_opening(berlin("2026-10-25T00:00")) == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )


def test_a_date_that_a_place_skipped_has_no_working_time():
    samoa = from_spec({"zone": "Pacific/Apia", "weekly": {"fri": [["09:00", "17:00"]]}})
    apia = ZoneInfo("Pacific/Apia")

    opening = samoa.next_opening(datetime(2011, 12, 29, 20, tzinfo=apia))

    assert opening == datetime(2012, 1, 6, 9, tzinfo=apia)


def test_hours_of_a_date_win_over_a_public_holiday_and_closures_are_cut_out():
    calendar = from_spec(
        {
            "zone": "Europe/Berlin",
            "weekly": {day: [["09:00", "17:00"]] for day in WORKDAYS},
            "closed": ["2026-12-24"],
            "overrides": {"2026-12-25": [["10:00", "14:00"]]},
            "closures": {"2026-12-25": [["11:00", "12:00"]]},
            "public_holidays": {"country": "DE", "subdivision": "BE"},
        }
    )

    opened = list(calendar.intervals(berlin("2026-12-23T16:00"), berlin("2026-12-28T10:00")))

    assert opened == [
        (berlin("2026-12-23T16:00"), berlin("2026-12-23T17:00")),
        (berlin("2026-12-25T10:00"), berlin("2026-12-25T11:00")),
        (berlin("2026-12-25T12:00"), berlin("2026-12-25T14:00")),
        (berlin("2026-12-28T09:00"), berlin("2026-12-28T10:00")),
    ]


def test_a_subdivision_has_holidays_of_its_own():
    hours = {"zone": "Europe/Berlin", "weekly": {"tue": [["09:00", "17:00"]]}}
    epiphany = berlin("2026-01-06T10:00")

    assert from_spec(hours | {"public_holidays": {"country": "DE", "subdivision": "BE"}}).is_open(
        epiphany
    )
    bavaria = from_spec(hours | {"public_holidays": {"country": "DE", "subdivision": "BY"}})
    assert not bavaria.is_open(epiphany)
    assert bavaria.closed_for(epiphany.date()) == "Epiphany"


def test_around_the_clock_is_one_interval_however_long():
    start, end = datetime(2020, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)

    assert list(ALWAYS_OPEN.intervals(start, end)) == [(start, end)]
    assert ALWAYS_OPEN.add(start, end - start) == end


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="has no time zone"):
        OFFICE.add(datetime(2026, 1, 1), HOUR)  # noqa: DTZ001 - that is the bad input


# --- nothing to find ----------------------------------------------------------------------------


def test_b60_a_calendar_that_never_opens_again_says_so_instead_of_searching_on():
    once = from_spec({"zone": "UTC", "overrides": {"2026-03-02": [["09:00", "10:00"]]}})
    before = datetime(2026, 3, 1, tzinfo=UTC)

    assert once.add(before, HOUR) == datetime(2026, 3, 2, 10, tzinfo=UTC)
    with pytest.raises(NoWorkingTime, match="hundred years"):
        once.add(before, HOUR + timedelta(seconds=1))
    with pytest.raises(NoWorkingTime):
        once.next_opening(datetime(2026, 3, 3, tzinfo=UTC))
    with pytest.raises(NoWorkingTime):
        once.subtract(before, HOUR)


def test_b61_a_million_years_of_work_are_refused():
    with pytest.raises(NoWorkingTime):
        OFFICE.add(berlin("2026-03-06T16:00"), timedelta(days=999_999_999))


@pytest.mark.parametrize("year", [1, 9999])
def test_the_ends_of_time_are_refused_in_a_sentence(year):
    with pytest.raises(NoWorkingTime, match="nearer time"):
        OFFICE.add(datetime(year, 6, 1, tzinfo=UTC), HOUR)


# --- what is refused at save --------------------------------------------------------------------

WEEK = {"mon": [["09:00", "17:00"]]}
EVERY_DAY = [(date(2026, 1, 1) + timedelta(days=n)).isoformat() for n in range(400)]


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ({"zone": "../../etc", "weekly": WEEK}, "not a known time zone"),
        ({"zone": "Etc/GMT+25", "weekly": WEEK}, "not a known time zone"),
        ({"zone": "Europe", "weekly": WEEK}, "not a known time zone"),
        ({"zone": ["UTC"], "weekly": WEEK}, "not a known time zone"),
        ({"weekly": WEEK}, "not a known time zone"),
        ({"zone": "UTC"}, "no working time"),
        ({"zone": "UTC", "weekly": {"mon": []}}, "no working time"),
        (
            {"zone": "UTC", "weekly": WEEK, "closed": EVERY_DAY},
            "no working time for more than a year",
        ),
        ({"zone": "UTC", "weekly": {"mon": [["09:00", "12:00"], ["11:00", "17:00"]]}}, "overlap"),
        ({"zone": "UTC", "weekly": {"mon": [["22:00", "06:00"]]}}, "Split work over midnight"),
        ({"zone": "UTC", "weekly": {"mon": [["09:00", "09:00"]]}}, "ends before it starts"),
        ({"zone": "UTC", "weekly": {"mon": [["09:00", "24:01"]]}}, "not a time of day"),
        ({"zone": "UTC", "weekly": {"mon": [["9:00", "17:00"]]}}, "not a time of day"),
        ({"zone": "UTC", "weekly": {"mon": [["09:00"]]}}, "pair of times"),
        ({"zone": "UTC", "weekly": {"monday": []}}, "no weekday"),
        ({"zone": "UTC", "weekly": [1]}, "an object is expected"),
        ({"zone": "UTC", "weekly": WEEK, "closed": ["2026-02-30"]}, "not a date"),
        ({"zone": "UTC", "weekly": WEEK, "closed": ["20260228"]}, "not a date"),
        ({"zone": "UTC", "weekly": WEEK, "closed": ["9999-12-31"]}, "too far away"),
        ({"zone": "UTC", "weekly": WEEK, "tenant": 1}, "has no 'tenant'"),
        (
            {"zone": "UTC", "weekly": WEEK, "public_holidays": {"country": "XX"}},
            "No public holidays",
        ),
        (
            {
                "zone": "UTC",
                "weekly": WEEK,
                "public_holidays": {"country": "DE", "subdivision": "ZZ"},
            },
            "no part of DE",
        ),
        (
            {
                "zone": "UTC",
                "weekly": WEEK,
                "closed": ["2026-03-02"],
                "overrides": {"2026-03-02": [["09:00", "10:00"]]},
            },
            "Keep one of the two",
        ),
        (["UTC"], "an object with a zone"),
        ({"zone": {1, 2}}, "written in JSON"),
    ],
)
def test_b60_a_calendar_that_cannot_work_is_refused_with_a_sentence(spec, sentence):
    with pytest.raises(InvalidCalendar, match=sentence):
        from_spec(spec)


def test_a_calendar_reads_what_it_wrote():
    spec = {
        "zone": "Europe/Berlin",
        "weekly": {"mon": [["00:00", "24:00"]], "fri": [["09:00", "12:00"], ["13:00", "17:30"]]},
        "closed": ["2026-12-24"],
        "overrides": {"2026-12-28": [], "2026-12-25": [["10:00", "14:00"]]},
        "closures": {"2026-12-21": [["11:00", "12:00"]]},
        "public_holidays": {"country": "DE", "subdivision": None},
    }

    calendar = from_spec(spec)

    assert calendar.to_spec() == spec
    assert from_spec(json.loads(json.dumps(calendar.to_spec()))) is calendar
    assert calendar.public_holidays == PublicHolidays("DE")
    assert calendar.weekly[4] == (Window(540, 720), Window(780, 1050))


# --- the cache ----------------------------------------------------------------------------------


def test_what_is_kept_stays_bounded_and_threads_agree():
    calendar = Calendar(zone="America/New_York", weekly=OFFICE.weekly)
    start = datetime(1970, 1, 1, tzinfo=UTC)
    spans = [timedelta(days=200 * n) for n in range(100)]
    alone = [OFFICE_NEW_YORK.add(start + span, HOUR) for span in spans]
    answers: list[list[datetime]] = []

    threads = [
        Thread(target=lambda: answers.append([calendar.add(start + span, HOUR) for span in spans]))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [alone] * 4
    assert len(calendar._blocks) == working_time.BLOCKS_KEPT


OFFICE_NEW_YORK = Calendar(zone="America/New_York", weekly=OFFICE.weekly)

# --- properties ---------------------------------------------------------------------------------

minutes = st.integers(0, 1440)


@st.composite
def windows(draw):
    edges = sorted(draw(st.sets(minutes, max_size=6)))
    return tuple(Window(*pair) for pair in zip(edges[::2], edges[1::2], strict=False))


@st.composite
def calendars(draw):
    days = st.dates(date(2025, 1, 1), date(2026, 12, 31))
    week = tuple(draw(windows()) for _ in range(6))
    return Calendar(
        zone=draw(
            st.sampled_from(
                ["Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "Pacific/Apia", "UTC"]
            )
        ),
        weekly=(*week, draw(windows()) or (Window(0, 1440),)),
        closed=frozenset(draw(st.sets(days, max_size=4))),
        closures=draw(st.dictionaries(days, windows(), max_size=3)),
    )


START = datetime(2025, 1, 1, tzinfo=UTC)
instants = st.timedeltas(timedelta(0), timedelta(days=730)).map(lambda passed: START + passed)
spans = st.timedeltas(timedelta(0), timedelta(days=30))


@given(calendars(), instants, spans)
def test_what_was_added_lies_between(calendar, start, span):
    end = calendar.add(start, span)

    assert end >= start
    assert calendar.between(start, end) == span
    assert not span or calendar.between(start, end - timedelta(microseconds=1)) < span


@given(calendars(), instants, spans)
def test_what_was_subtracted_lies_between(calendar, end, span):
    start = calendar.subtract(end, span)

    assert start <= end
    assert calendar.between(start, end) == span


@given(calendars(), instants, spans, spans)
def test_adding_in_two_steps_is_adding_at_once(calendar, start, first, second):
    assume(second)

    assert calendar.add(calendar.add(start, first), second) == calendar.add(start, first + second)


@given(calendars(), instants, instants, spans)
def test_later_starts_and_longer_spans_never_end_earlier(calendar, one, other, span):
    early, late = sorted((one, other))

    assert calendar.add(early, span) <= calendar.add(late, span)
    assert calendar.add(early, span) <= calendar.add(early, span + HOUR)


@given(calendars(), instants, spans)
def test_subtracting_what_was_added_comes_back_to_the_opening(calendar, start, span):
    assume(span)
    opening = calendar.next_opening(start)

    assert calendar.subtract(calendar.add(start, span), span) == opening


@given(calendars(), instants, st.timedeltas(timedelta(0), timedelta(days=200)))
def test_the_intervals_add_up_to_what_lies_between(calendar, start, span):
    pieces = list(calendar.intervals(start, start + span))

    assert sum((end - begin for begin, end in pieces), timedelta()) == calendar.between(
        start, start + span
    )
    assert pieces == sorted(pieces)
    assert all(calendar.is_open(begin) and not calendar.is_open(end) for begin, end in pieces[:-1])
