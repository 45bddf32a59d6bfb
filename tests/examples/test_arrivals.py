"""When applications come in."""

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise, takewhile
from random import Random

import pytest

from examples.lender.arrivals import BY_HOUR, Arrivals, time_of_day

MONDAY = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
NIGHT = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


def moments(arrivals, start=MONDAY, *, seed=7, lasting=timedelta(hours=2)):
    end = start + lasting
    return list(takewhile(lambda at: at < end, arrivals.after(start, Random(seed))))


def test_the_same_seed_gives_the_same_day():
    arrivals = Arrivals(every=timedelta(seconds=4))

    assert moments(arrivals) == moments(arrivals)
    assert moments(arrivals) != moments(arrivals, seed=8)


def test_at_the_busiest_hour_one_comes_as_often_as_was_asked():
    arrivals = Arrivals(every=timedelta(seconds=4), offspring=0)

    count = len(moments(arrivals, lasting=timedelta(minutes=30)))

    assert count == pytest.approx(450, rel=0.15)


def test_bursts_do_not_change_how_many_come_in_all():
    calm = Arrivals(every=timedelta(seconds=4), offspring=0)
    bursts = Arrivals(every=timedelta(seconds=4), offspring=0.4)

    assert len(moments(bursts)) == pytest.approx(len(moments(calm)), rel=0.12)


def test_bursts_bring_several_at_once():
    def variance(offspring):
        found = moments(Arrivals(every=timedelta(seconds=4), offspring=offspring))
        pauses = [(later - earlier).total_seconds() for earlier, later in pairwise(found)]
        mean = sum(pauses) / len(pauses)
        return sum((pause - mean) ** 2 for pause in pauses) / len(pauses) / mean**2

    assert variance(0.6) > 1.15 * variance(0)


def test_nights_are_calmer_than_mornings():
    arrivals = Arrivals(every=timedelta(seconds=4))

    assert len(moments(arrivals, NIGHT)) < 0.7 * len(moments(arrivals))


@pytest.mark.parametrize("hour", range(24))
def test_the_share_of_an_hour_is_met_at_its_beginning(hour):
    assert time_of_day(MONDAY.replace(hour=hour, minute=0)) == pytest.approx(BY_HOUR[hour])


def test_moments_come_in_order():
    found = list(islice(Arrivals(every=timedelta(seconds=1)).after(MONDAY, Random(1)), 500))

    assert found == sorted(found)
