"""Partners of the lender that are out of reach now and then."""

from datetime import UTC, datetime, timedelta

import pytest

from examples.lender import outages

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def refused(share, *, attempt=1, count=4_000):
    """How many of so many calls, a minute apart, find nobody."""
    found = 0
    for place in range(count):
        at = NOW + timedelta(minutes=place)
        try:
            outages.check("bank", key=str(place), attempt=attempt, at=at)
        except outages.ServiceDown:
            found += 1
    return found / count


def test_outside_the_demo_nothing_is_ever_out_of_reach(monkeypatch):
    monkeypatch.delenv(outages.SWITCH, raising=False)
    monkeypatch.delenv("COUNTERSIGN_DEMO", raising=False)

    assert refused(0) == 0


def test_the_switch_says_how_often(monkeypatch):
    monkeypatch.setenv(outages.SWITCH, "0.2")

    assert refused(0.2, attempt=2) == pytest.approx(0.2, abs=0.03)


def test_a_hiccup_is_over_at_the_second_try(monkeypatch):
    monkeypatch.setenv(outages.SWITCH, "0.2")

    assert refused(0.2, attempt=1) > refused(0.2, attempt=2) + 0.03


@pytest.mark.parametrize("nonsense", ["often", "-1", "7", "nan"])
def test_a_switch_that_makes_no_sense_is_off(monkeypatch, nonsense):
    monkeypatch.setenv(outages.SWITCH, nonsense)

    assert outages.switched_on() == 0


def test_an_outage_lasts_a_while_and_ends(monkeypatch):
    monkeypatch.setenv(outages.SWITCH, "0.05")
    windows = [outages.is_down("bank", NOW + outages.LASTS * n, 0.05) for n in range(400)]

    assert 0 < sum(windows) < 60
