from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queues import sla
from queues.conditions import InvalidConditions, InvalidPromise, check_conditions, check_warnings
from queues.sla import Ledger, Retarget, Rung, Standing, State
from queues.timeline import Mark, What, counted, explain
from queues.working_time import ALWAYS_OPEN, from_spec

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
DAYS = ["mon", "tue", "wed", "thu", "fri"]
OFFICE = from_spec(
    {
        "zone": "Europe/Berlin",
        "weekly": {day: [["09:00", "12:00"], ["13:00", "17:00"]] for day in DAYS},
        "closed": ["2026-03-09"],
    }
)


def berlin(text: str) -> datetime:
    """A time in the first weeks of March 2026; the 6th is a Friday, the 9th a closed Monday."""
    return datetime.fromisoformat(f"2026-03-{text}").replace(tzinfo=ZoneInfo("Europe/Berlin"))


def started(text: str = "06T10:00", budget: timedelta = 3 * HOUR) -> Ledger:
    return sla.start(budget=budget, now=berlin(text))


def test_friday_at_four_plus_one_hour_is_due_at_closing_time():
    assert sla.due_at(started("06T16:00", HOUR), OFFICE) == berlin("06T17:00")


def test_three_hours_from_ten_that_become_two_at_eleven_are_due_at_twelve():
    changed = sla.retarget(started(), OFFICE, berlin("06T11:00"), budget=2 * HOUR)

    assert sla.due_at(changed, OFFICE) == berlin("06T12:00")
    assert changed.state is State.RUNNING
    assert changed.generation == 2


def test_restarting_forgets_what_was_used_up():
    changed = sla.retarget(started(), OFFICE, berlin("06T11:00"), budget=HOUR, how=Retarget.RESTART)

    assert sla.due_at(changed, OFFICE) == berlin("06T12:00")
    assert changed.consumed == timedelta(0)


def test_freezing_keeps_the_old_promise():
    changed = sla.retarget(started(), OFFICE, berlin("06T11:00"), budget=HOUR, how=Retarget.FREEZE)

    assert changed == started()


def test_a_promise_that_is_past_already_is_breached_now_and_fires_the_highest_rung_alone():
    now = berlin("06T11:30")
    changed = sla.retarget(started(), OFFICE, now, budget=HOUR)
    ladder = [Rung("tell", timedelta(0)), Rung("move", 20 * MINUTE), Rung("later", 2 * HOUR)]

    found = sla.crossing(sla.steps(changed, OFFICE, ladder=ladder), now)

    assert changed.breached_at == now
    assert changed.state is State.BREACHED
    assert [step.name for step in found.fires] == ["rung:move"]
    assert [step.name for step in found.passed_over] == [
        "warn:0.5",
        "warn:0.75",
        "warn:0.9",
        "breach",
        "rung:tell",
    ]


def test_stopping_at_the_due_time_meets_it_and_an_instant_later_does_not():
    due = berlin("06T14:00")

    assert sla.stop(started(), OFFICE, due).state is State.MET
    late = sla.stop(started(), OFFICE, due + timedelta(microseconds=1))
    assert late.state is State.BREACHED
    assert late.breached_at == due


def test_finishing_after_closing_time_is_late_when_closing_time_was_due():
    late = sla.stop(started("06T16:00", HOUR), OFFICE, berlin("06T18:00"))

    assert late.consumed == HOUR
    assert late.breached_at == berlin("06T17:00")


def test_a_pause_moves_the_due_time_and_has_none_itself():
    paused = sla.pause(started(), OFFICE, berlin("06T11:00"))
    resumed = sla.resume(paused, berlin("10T09:00"))

    assert sla.due_at(paused, OFFICE) is None
    assert paused.state is State.PAUSED
    assert sla.due_at(resumed, OFFICE) == berlin("10T11:00")


def test_a_breach_stays_on_record_whatever_happens_later():
    late = sla.pause(started(), OFFICE, berlin("06T15:00"))

    resumed = sla.resume(late, berlin("10T09:00"))
    stopped = sla.stop(resumed, OFFICE, berlin("10T09:30"))

    assert late.breached_at == resumed.breached_at == stopped.breached_at == berlin("06T14:00")


def test_the_sweep_and_the_stopping_operation_find_the_same_breach():
    now = berlin("06T15:00")

    assert sla.settle(started(), OFFICE, now).breached_at == berlin("06T14:00")
    assert sla.stop(started(), OFFICE, now).breached_at == berlin("06T14:00")
    assert sla.settle(started(), OFFICE, berlin("06T14:00")).breached_at is None


def test_more_time_takes_a_breached_clock_back_on_track_in_a_new_generation():
    breached = sla.settle(started(), OFFICE, berlin("06T15:00"))

    changed = sla.retarget(breached, OFFICE, berlin("06T15:00"), budget=6 * HOUR)

    assert changed.state is State.RUNNING
    assert sla.due_at(changed, OFFICE) == berlin("06T17:00")


def test_reapplying_in_another_calendar_counts_the_past_in_the_old_one():
    changed = sla.retarget(started(), OFFICE, berlin("06T13:30"), budget=3 * HOUR, onto=ALWAYS_OPEN)

    assert changed.consumed == 2.5 * HOUR
    assert sla.due_at(changed, ALWAYS_OPEN) == berlin("06T14:00")


@pytest.mark.parametrize(
    ("at", "standing"),
    [
        ("06T11:29", Standing.ON_TRACK),
        ("06T11:30", Standing.WATCH),
        ("06T13:14", Standing.WATCH),
        ("06T13:15", Standing.WARN),
        ("06T13:45", Standing.WARN),
        ("06T14:00", Standing.WARN),
        ("06T14:01", Standing.BREACHED),
    ],
)
def test_standing_follows_the_share_used_up(at, standing):
    assert sla.read(started(), OFFICE, berlin(at)).standing is standing


def test_paused_and_outside_office_hours_are_two_things():
    running = sla.read(started(), OFFICE, berlin("06T12:30"))
    paused = sla.read(sla.pause(started(), OFFICE, berlin("06T11:00")), OFFICE, berlin("06T12:30"))

    assert (running.standing, running.is_outside_hours) == (Standing.WATCH, True)
    assert (paused.standing, paused.is_outside_hours) == (Standing.PAUSED, False)
    assert running.remaining == HOUR
    assert paused.share == pytest.approx(1 / 3)


def test_each_step_fires_once_and_the_next_one_is_known():
    upcoming = sla.steps(started(), OFFICE, ladder=[Rung("7", -15 * MINUTE)])

    assert sla.next_check_at(upcoming) == berlin("06T11:30")
    first = sla.crossing(upcoming, berlin("06T11:30"))
    assert [step.name for step in first.fires] == ["warn:0.5"]
    assert sla.crossing(upcoming, berlin("06T11:31"), taken={"warn:0.5"}) == sla.Crossing()
    assert sla.next_check_at(upcoming, taken={"warn:0.5"}) == berlin("06T13:15")


def test_steps_at_the_same_instant_fire_together():
    ladder = [Rung("tell", timedelta(0)), Rung("move", timedelta(0))]
    upcoming = sla.steps(started(), OFFICE, ladder=ladder)

    found = sla.crossing(upcoming, berlin("06T14:01"))

    assert [step.name for step in found.fires] == ["breach", "rung:tell", "rung:move"]


def test_nothing_below_a_step_that_was_taken_fires_afterwards():
    upcoming = sla.steps(started(), OFFICE)

    assert sla.crossing(upcoming, berlin("06T14:30"), taken={"breach"}) == sla.Crossing()
    assert sla.next_check_at(upcoming, taken={"breach"}) is None


def test_due_time_itself_is_still_in_time_for_the_sweep():
    upcoming = sla.steps(started(), OFFICE)

    found = sla.crossing(upcoming, berlin("06T14:00"))

    assert [step.name for step in found.fires] == ["warn:0.9"]


def test_a_paused_clock_has_no_steps():
    assert sla.steps(sla.pause(started(), OFFICE, berlin("06T11:00")), OFFICE) == []


def test_b61_a_pause_that_nobody_ends_never_breaches():
    paused = sla.pause(started(), OFFICE, berlin("06T11:00"))

    assert sla.settle(paused, OFFICE, berlin("30T11:00")) == paused


def test_b61_a_clock_of_another_machine_that_is_behind_counts_nothing_twice():
    resumed = sla.resume(sla.pause(started(), OFFICE, berlin("06T11:00")), berlin("06T11:30"))

    stopped = sla.stop(resumed, OFFICE, berlin("06T11:29"))

    assert stopped.consumed == HOUR
    assert stopped.stopped_at == berlin("06T11:30")


@pytest.mark.parametrize("budget", [timedelta(0), -HOUR, timedelta(minutes=10**9)])
def test_b61_a_budget_nobody_can_keep_is_refused(budget):
    with pytest.raises(InvalidPromise):
        sla.start(budget=budget, now=berlin("06T10:00"))


@pytest.mark.parametrize("warn_at", [[0.0], [1.0], [0.9, 0.5], [0.5, 0.5], [float("nan")]])
def test_warnings_outside_the_budget_or_out_of_order_are_refused(warn_at):
    with pytest.raises(InvalidPromise):
        check_warnings(warn_at)


def test_a_clock_refuses_what_does_not_fit_its_state():
    paused = sla.pause(started(), OFFICE, berlin("06T11:00"))
    stopped = sla.stop(started(), OFFICE, berlin("06T11:00"))

    with pytest.raises(sla.NotRunning, match="not running"):
        sla.pause(paused, OFFICE, berlin("06T11:00"))
    with pytest.raises(sla.NotPaused, match="not paused"):
        sla.resume(started(), berlin("06T11:00"))
    with pytest.raises(sla.NotPaused):
        sla.resume(stopped, berlin("06T11:00"))
    with pytest.raises(sla.AlreadyStopped, match="stopped"):
        sla.stop(stopped, OFFICE, berlin("06T11:00"))
    with pytest.raises(sla.AlreadyStopped):
        sla.retarget(stopped, OFFICE, berlin("06T11:00"), budget=HOUR)


# --- explaining ---------------------------------------------------------------------------------


def test_a_timeline_says_what_counted_and_why_the_rest_did_not():
    marks = [
        Mark(berlin("06T11:00"), What.STARTED),
        Mark(berlin("06T16:00"), What.PAUSED, "waiting for the applicant"),
        Mark(berlin("06T16:30"), What.RESUMED),
        Mark(berlin("10T10:00"), What.STOPPED),
    ]

    found = explain(marks, OFFICE, berlin("20T10:00"))

    assert [(part.is_counted, part.reason) for part in found] == [
        (True, "working time"),
        (False, "outside office hours"),
        (True, "working time"),
        (False, "paused: waiting for the applicant"),
        (True, "working time"),
        (False, "outside office hours, closed date on 2026-03-09"),
        (True, "working time"),
    ]
    assert counted(found) == 5.5 * HOUR


def test_what_ran_before_a_restart_no_longer_counts():
    marks = [Mark(berlin("06T10:00"), What.STARTED), Mark(berlin("06T11:00"), What.RESTARTED)]

    found = explain(marks, OFFICE, berlin("06T11:30"))

    assert [part.is_counted for part in found] == [False, True]
    assert counted(found) == HOUR / 2


def test_nothing_happened_nothing_to_explain():
    assert explain([], OFFICE, berlin("06T10:00")) == []


waits = st.timedeltas(timedelta(0), timedelta(days=9))


@given(st.lists(waits, min_size=1, max_size=8), waits)
def test_the_timeline_adds_up_to_the_ledger_and_to_the_time_that_passed(gaps, rest):
    at = berlin("01T00:00").astimezone(UTC)
    ledger, marks = sla.start(budget=HOUR, now=at), [Mark(at, What.STARTED)]
    for gap in gaps:
        at += gap
        if ledger.running_since:
            ledger = sla.pause(ledger, OFFICE, at)
            marks.append(Mark(at, What.PAUSED))
        else:
            ledger = sla.resume(ledger, at)
            marks.append(Mark(at, What.RESUMED))
    now = at + rest

    found = explain(marks, OFFICE, now)

    assert counted(found) == sla.consumed_by(ledger, OFFICE, now)
    assert sum((part.length for part in found), timedelta()) == now - marks[0].at


@given(waits, waits, st.timedeltas(MINUTE, 40 * HOUR))
def test_a_pause_of_no_length_changes_nothing(before, after, budget):
    begun = berlin("01T00:00").astimezone(UTC)
    ledger = sla.start(budget=budget, now=begun)

    interrupted = sla.resume(sla.pause(ledger, OFFICE, begun + before), begun + before)

    now = begun + before + after
    assert (
        sla.settle(interrupted, OFFICE, now).breached_at
        == sla.settle(ledger, OFFICE, now).breached_at
    )


@given(waits, st.timedeltas(MINUTE, 40 * HOUR))
def test_met_exactly_when_stopped_no_later_than_due(passed, budget):
    begun = berlin("01T00:00").astimezone(UTC)
    ledger = sla.start(budget=budget, now=begun)
    due = sla.due_at(ledger, OFFICE)

    stopped = sla.stop(ledger, OFFICE, begun + passed)

    assert (stopped.state is State.MET) == (begun + passed <= due)


# --- conditions ---------------------------------------------------------------------------------

READY, DONE, WAITING = frozenset({"ready"}), frozenset({"done"}), frozenset({"waiting"})


def test_conditions_that_can_work_are_taken():
    check_conditions(
        {
            "start": {"status": READY},
            "pause": {"status": WAITING},
            "stop": {"status": DONE},
            "cancel": {"status": READY, "kind": DONE},
        }
    )


@pytest.mark.parametrize(
    ("conditions", "sentence"),
    [
        ({"start": {"status": READY}, "stop": {"status": READY | DONE}}, "it never runs"),
        ({"start": {"status": READY, "kind": DONE}, "stop": {"kind": DONE}}, "it never runs"),
        ({"start": {"status": READY}, "stop": {}}, "it never runs"),
        ({"pause": {"status": WAITING}, "start": {"status": WAITING | READY}}, "it never resumes"),
        ({"pause": {"status": WAITING}, "resume": {}}, "it never pauses"),
        ({"start": {"status": frozenset()}}, "never holds"),
        ({"begin": {"status": READY}}, "no 'begin' condition"),
    ],
)
def test_conditions_that_cannot_work_are_refused_with_a_sentence(conditions, sentence):
    with pytest.raises(InvalidConditions, match=sentence):
        check_conditions(conditions)
