import pytest

from queues import requirements, routing
from queues.models import Eligibility, PersonSkill, Queue, Requirement, RoutingRule, Skill
from queues.refusals import NowhereToGo
from tests.queues import builders
from tests.queues.builders import person, queue_of, skilled
from workflows.refusals import NotValid

pytestmark = pytest.mark.django_db


@pytest.fixture
def skills(db):
    for key in ("fraud", "loans", "region:north"):
        Skill.objects.create(key=key, name=key)


def test_the_same_needs_are_the_same_requirement_whatever_their_order(skills):
    one = requirements.requirement_for(["loans", "fraud"], "north")
    other = requirements.requirement_for(("fraud", "loans", "loans"), "north")

    assert one == other
    assert one.key == "fraud|loans|region:north"
    assert (one.skills, one.region) == (["fraud", "loans"], "north")


def test_who_has_every_skill_is_eligible_when_a_requirement_appears(skills):
    alice = skilled(person("alice"), "fraud", "loans")
    bob = skilled(person("bob"), "fraud")

    both = requirements.requirement_for(["fraud", "loans"])

    assert requirements.is_eligible(alice.person, both)
    assert not requirements.is_eligible(bob.person, both)
    assert requirements.missing(bob.person, both) == ["loans"]


def test_gaining_and_losing_a_skill_changes_what_one_is_eligible_for(skills):
    alice = person("alice")
    fraud = requirements.requirement_for(["fraud"])
    assert not requirements.is_eligible(alice.person, fraud)

    skilled(alice, "fraud")
    assert requirements.is_eligible(alice.person, fraud)

    PersonSkill.objects.all().delete()
    requirements.recompute(alice.person)
    assert not requirements.is_eligible(alice.person, fraud)


def test_everybody_may_do_what_needs_nothing(db):
    nothing = requirements.requirement_for([])

    assert requirements.is_eligible(person("alice").person, nothing)
    assert not Eligibility.objects.exists()


def test_a_region_is_required_like_a_skill(skills):
    alice, bob = skilled(person("alice"), "region:north"), person("bob")
    north = requirements.requirement_for([], "north")

    assert requirements.is_eligible(alice.person, north)
    assert not requirements.is_eligible(bob.person, north)


def test_a_skill_that_nobody_set_up_is_refused(db):
    with pytest.raises(NotValid, match="no skill 'fraud'"):
        requirements.requirement_for(["fraud"])
    assert not Requirement.objects.exists()


# --- routing ---


def rule(order: int, queue: Queue, condition: str = "", **said) -> RoutingRule:
    return RoutingRule.objects.create(order=order, queue=queue, condition=condition, **said)


def test_the_first_rule_that_is_true_says_where_it_goes(skills):
    small, large, rest = queue_of(), queue_of(), queue_of()
    rule(1, large, "impact > 10000", priority=1).skills.add(Skill.objects.get(key="fraud"))
    rule(2, small, "impact > 10", priority=4, note="Small sums")
    rule(3, rest)

    found = routing.route({"kind": "loan", "impact": 20_000}, now=builders.NOW)
    assert (found.queue, found.skills, found.priority) == (large, ("fraud",), 1)
    found = routing.route({"kind": "loan", "impact": 20}, now=builders.NOW)
    assert (found.queue, found.reason) == (small, f"Rule 2. Small sums → {small}.")
    assert routing.route({"kind": "loan", "impact": 1}, now=builders.NOW).queue == rest


def test_a_rule_of_another_kind_of_review_is_passed_by():
    loans, rest = queue_of(), queue_of()
    rule(1, loans, review_kind="loan")
    rule(2, rest)

    assert routing.route({"kind": "refund"}, now=builders.NOW).queue == rest


def test_a_missing_fact_makes_a_rule_untrue_instead_of_true():
    large, rest = queue_of(), queue_of()
    rule(1, large, "impact > 10000")
    rule(2, rest)

    assert routing.route({"kind": "loan"}, now=builders.NOW).queue == rest


@pytest.mark.parametrize("condition", ["impact >", "((", "1 +* 2"])
def test_a_rule_that_cannot_be_evaluated_sends_the_item_to_people_with_the_reason(condition):
    broken, middle, last = queue_of(), queue_of(), queue_of()
    rule(1, broken, condition)
    rule(2, middle, "true")
    rule(3, last)

    found = routing.route({"kind": "loan", "impact": 5}, now=builders.NOW)

    assert found.queue == last
    assert found.reason.startswith("Rule 1 cannot be evaluated: ")
    assert len(found.reason) <= 300


def test_without_a_rule_there_is_nowhere_to_go():
    rule(1, queue_of(), "impact > 10000")

    with pytest.raises(NowhereToGo, match="kind 'loan'"):
        routing.route({"kind": "loan", "impact": 5}, now=builders.NOW)


def test_a_region_that_nobody_works_for_asks_nothing_of_anybody(skills):
    rule(1, queue_of())

    assert routing.route({"region": "north"}, now=builders.NOW).region == "north"
    south = routing.route({"region": "south"}, now=builders.NOW)
    assert south.region == ""
    assert "Nobody works for region 'south'" in south.reason


def test_opening_by_a_route_asks_for_what_the_rule_asks(skills):
    queue = queue_of()
    item = builders.item_in(queue, skills=("fraud",), region="north")

    assert item.requirement.key == "fraud|region:north"
