"""When timers are due: the clock is an argument."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from workflows.bpmn import timing
from workflows.bpmn.model import Timer

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("form", "text", "due"),
    [
        ("duration", "PT2M", "2026-01-31T12:02"),
        ("duration", "P1M", "2026-02-28T12:00"),
        ("duration", "P1Y", "2027-01-31T12:00"),
        ("duration", "P12M", "2027-01-31T12:00"),
        ("duration", "P365D", "2027-01-31T12:00"),
        ("duration", '= "PT" + wait + "H"', "2026-01-31T15:00"),
        ("date", "2026-03-01T09:00:00+01:00", "2026-03-01T08:00"),
        ("date", "2020-01-01T00:00:00Z", "2020-01-01T00:00"),
        ("date", "= deadline", "2026-06-01T00:00"),
        ("cycle", "R3/PT10S", "2026-01-31T12:00:10"),
        ("cycle", "R3/2026-02-01T00:00:00Z/PT1H", "2026-02-01T00:00:00"),
        ("cycle", "R/2020-02-01T00:00:00Z/PT1H", "2026-01-31T12:00:00"),
        ("cycle", "0 0 9 * * *", "2026-02-01T09:00:00"),
        ("cycle", "0 0 0 1 * ? 2046", "2046-01-01T00:00:00"),
        ("cycle", "@hourly", "2026-01-31T13:00:00"),
    ],
)
def test_a_timer_is_due(form, text, due):
    variables = {"wait": "3", "deadline": "2026-06-01T00:00:00Z"}

    assert timing.due(Timer(form, text), variables, NOW) == datetime.fromisoformat(due + "+00:00")


def test_a_cycle_tells_how_often_and_how_far_apart():
    plan = timing.plan(Timer("cycle", "R3/PT10S"), {}, NOW)

    assert (plan.repetitions, plan.period) == (3, timedelta(seconds=10))
    assert timing.plan(Timer("cycle", "R/PT1H"), {}, NOW).repetitions is None


def test_hours_are_counted_in_absolute_time_whatever_the_zone_of_now():
    berlin = datetime.fromisoformat("2026-03-29T01:30:00+01:00")

    assert timing.due(Timer("duration", "PT1H"), {}, berlin) == berlin + timedelta(hours=1)


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("0 0 0 * * ?", "2026-02-01 00:00:00"),
        ("0 15 16 ? * * *", "2026-01-31 16:15:00"),
        ("0 0 0,12 ? * * *", "2026-02-01 00:00:00"),
        ("0/5 0/1 * 1/1 * ?", "2026-01-31 12:00:05"),
        ("0 0 12 * * *", "2026-02-01 12:00:00"),
        ("1 0 12 * * *", "2026-01-31 12:00:01"),
        ("0 30 8-10 ? * MON-FRI", "2026-02-02 08:30:00"),
        ("0 0 9 ? * FRI-MON", "2026-02-01 09:00:00"),
        ("0 0 9 ? * 2", "2026-02-02 09:00:00"),
        ("0 0 9 L * ?", "2026-02-28 09:00:00"),
        ("0 0 9 LW * ?", "2026-02-27 09:00:00"),
        ("0 0 9 15W * ?", "2026-02-16 09:00:00"),
        ("0 0 9 ? * 6#2", "2026-02-13 09:00:00"),
        ("0 0 9 ? * FRIL", "2026-02-27 09:00:00"),
        ("0 0 9 29 2 ?", "2028-02-29 09:00:00"),
        ("0 0 9 1 JAN,JUL ?", "2026-07-01 09:00:00"),
    ],
)
def test_cron_names_the_next_moment(text, due):
    plan = timing.plan(Timer("cycle", text), {}, NOW)

    assert str(plan.due_at) == due + "+00:00"
    assert (plan.cron, plan.period, plan.repetitions) == (text, None, None)


def test_cron_that_never_comes_is_refused_quickly():
    begun = time.process_time()

    with pytest.raises(timing.TimingError, match="no moment"):
        timing.plan(Timer("cycle", "0 0 0 30 2 ?"), {}, NOW)

    assert time.process_time() - begun < 1


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("duration", "P99999999Y"), ("duration", "= duration(\"P11Y\")"), ("duration", "= [1]"),
        ("duration", "P11Y"), ("duration", "soon"), ("duration", ""), ("duration", "P" * 10_000),
        ("duration", "PT1H; DROP"), ("duration", "= missing"), ("duration", "= 5"),
        ("cycle", "R/PT0S"), ("cycle", "R0/PT1H"), ("cycle", "R-1/PT1H"), ("cycle", "R-1"),
        ("cycle", "R3/PT0.001S"), ("cycle", "R99999/PT1H"), ("cycle", "0 0 25 * * *"),
        ("cycle", "0 0 9 * *"), ("cycle", "0 0 0 1 1 ? 2020"), ("cycle", "R3/soon/PT1H"),
        ("date", "2026-02-30T00:00:00Z"), ("date", "2026-03-01T09:00:00"),
        ("date", "9999-12-31T24:00Z"), ("date", "-001-01-01T00:00:00Z"),
        ("date", "2026-03-01T09:00:00@Nowhere/Atall"), ("date", "2026-03-01T09:00:00[UTC]]"),
        ("date", "2099-01-01T00:00:00Z"), ("date", "0001-01-01T00:00:00+14:00"),
        ("other", "PT1H"),
    ],
)  # fmt: skip
def test_b18_what_gives_no_usable_moment_is_refused(form, text):
    with pytest.raises(timing.TimingError):
        timing.due(Timer(form, text), {}, NOW)


def test_a_problem_is_told_before_the_timer_runs():
    assert timing.problem(Timer("duration", "PT1H")) is None
    assert timing.problem(Timer("duration", "= a.b")) is None
    assert timing.problem(Timer("date", "2099-01-01T00:00:00Z")) is None
    assert "above zero" in timing.problem(Timer("cycle", "R/PT0S"))
    assert "expected a value" in timing.problem(Timer("duration", "= 1 +"))


@pytest.mark.parametrize("text", ["PT0S", "-PT5S", '= duration("PT1H") - duration("PT2H")'])
def test_a_duration_that_is_over_is_due_at_once(text):
    assert timing.due(Timer("duration", text), {}, NOW) == NOW.astimezone(UTC)


@pytest.mark.parametrize(
    ("form", "text", "same"),
    [
        ("duration", '= duration("PT90M")', "PT1H30M"),
        ("duration", "= within * 2", "PT2H"),
        ("duration", "= till - from", "P1D"),
        ("date", '= date and time("2026-12-01T10:00:00Z")', "2026-12-01T10:00:00Z"),
        ("date", '= @"2026-12-01T10:00:00@Europe/Berlin"', "2026-12-01T09:00:00Z"),
        ("date", "2026-12-01T10:00:00+01:00[Europe/Berlin]", "2026-12-01T09:00:00Z"),
        ("cycle", '= cycle(3, duration("PT10S"))', "R3/PT10S"),
        ("cycle", '= cycle(@"P1M")', "R/P1M"),
    ],
)
def test_feel_may_give_the_value_itself_as_models_of_camunda_do(form, text, same):
    known = {
        "within": timedelta(hours=1),
        "from": datetime(2026, 11, 20, tzinfo=UTC), "till": datetime(2026, 11, 21, tzinfo=UTC),
    }  # fmt: skip

    assert timing.plan(Timer(form, text), known, NOW) == timing.plan(Timer(form, same), {}, NOW)


def test_a_fixed_duration_that_is_over_is_told():
    assert timing.is_at_once(Timer("duration", "PT0S"))
    assert not timing.is_at_once(Timer("duration", "PT1S"))
    assert not timing.is_at_once(Timer("duration", "= a"))
    assert not timing.is_at_once(Timer("date", "2020-01-01T00:00:00Z"))
