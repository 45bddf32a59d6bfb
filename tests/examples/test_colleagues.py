"""How simulated colleagues work."""

from collections import Counter
from datetime import timedelta
from random import Random
from statistics import median

import pytest

from examples.lender import applicants, colleagues
from examples.lender.applicants import Truth
from examples.lender.colleagues import TEAM, USUAL, Act

SOUND = Truth(repays=True, hidden_odds=2.5)


def plans(case=SOUND, *, amount=9_000, count=3_000, who=TEAM[0]):
    chance = Random(5)
    return [colleagues.plan(who, case, amount=amount, chance=chance) for _ in range(count)]


def test_thinking_takes_as_long_as_usual_in_the_middle_and_sometimes_far_longer():
    chance = Random(3)
    usual = next(who for who in TEAM if who.pace == 1.0)
    times = [colleagues.thought(usual, chance).total_seconds() for _ in range(4_000)]

    assert median(times) == pytest.approx(USUAL.median, rel=0.08)
    assert min(times) >= USUAL.shortest
    assert max(times) <= USUAL.longest
    assert sum(times) / len(times) > median(times)


def test_people_mostly_decide_and_sometimes_do_something_else():
    acts = Counter(plan.act for plan in plans())

    assert acts[Act.DECIDE] > 0.85 * 3_000
    assert all(acts[act] > 0 for act in Act)


def test_people_see_more_than_the_score():
    chance = Random(11)
    crowd = [applicants.application(number, chance) for number in range(3_000)]
    truths = [applicants.truth(each) for each in crowd]
    right = sum(
        colleagues.judgement(TEAM[0], truth, chance) == truth.right_answer for truth in truths
    )

    assert 0.86 < right / len(crowd) < 0.99


def test_an_edit_lowers_the_amount():
    edits = [plan.edits for plan in plans(amount=20_000) if plan.act is Act.EDIT]

    assert edits
    assert all(edit == {"amount": 15_000} for edit in edits)


def test_people_hurry_when_much_waits_and_never_without_end():
    assert colleagues.haste(0) == colleagues.haste(8) == 1
    assert colleagues.haste(30) < 0.7
    assert colleagues.haste(10_000) == pytest.approx(0.4)


def test_everybody_works_somewhere_and_every_queue_has_two_people_or_more_but_one():
    counted = Counter(queue for who in TEAM for queue in who.queues)

    assert all(who.queues for who in TEAM)
    assert {queue for queue, count in counted.items() if count < 2} == {"fraud-checks"}


def test_rests_are_short():
    chance = Random(1)

    assert colleagues.rest(chance) < timedelta(minutes=2)
