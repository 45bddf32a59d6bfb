"""Plain work goes to the queue, the people, the moment and the urgency that its model names."""

from datetime import timedelta

import pytest

from queues import claims
from queues.models import Membership, Queue, RoutingRule, WorkItem
from tests.reviews import builders
from tests.reviews.builders import NOW
from tests.reviews.working import begin, one, work
from tests.workflows.bpmn import sketch
from workflows import definitions, runtime
from workflows.models import Incident

pytestmark = pytest.mark.django_db

GROUPS = ' camunda:candidateGroups="{0}"'
ASSIGNEE = ' camunda:assignee="{0}"'


@pytest.fixture(autouse=True)
def usual(alice, bob):
    return builders.queue_of(alice, bob)


@pytest.fixture
def storage(alice, bob):
    queue = Queue.objects.create(slug="heavy-goods", name="Storage")
    for user in (alice, bob):
        Membership.objects.create(queue=queue, user=user)
    return queue


def item_of(review):
    return WorkItem.objects.get(seat__review=review)


@pytest.mark.parametrize("group", ["Storage", "storage", "Heavy Goods", "heavy-goods"])
def test_a_candidate_group_is_the_queue_of_its_name(storage, group):
    item = item_of(one(extra=GROUPS.format(f"nobody, {group}")))

    assert item.queue == storage
    assert item.routed_by == f"The model asks the group {group}."


def test_a_group_may_be_said_by_a_variable(storage):
    item = item_of(one({"team": "Storage"}, extra=GROUPS.format("${team}")))

    assert item.queue == storage


def test_a_group_without_a_queue_goes_the_usual_way_and_says_so(usual):
    item = item_of(one(extra=GROUPS.format("accounting")))

    assert item.queue == usual
    assert item.routed_by.startswith("No queue is called accounting. Rule ")


def test_without_a_group_the_lane_tells_the_queue(storage):
    source = sketched_in_a_lane("Storage")
    [definition] = definitions.deploy(source=source, by="user:ada", now=NOW)
    runtime.start(definition=definition, variables={}, business_key="", by="user:ada", now=NOW)

    item = WorkItem.objects.get()
    assert (item.queue, item.routed_by) == (storage, "The model asks the lane Storage.")


def sketched_in_a_lane(name):
    lanes = f'<laneSet id="lanes"><lane id="Lane_1" name="{name}"><flowNodeRef>pack</flowNodeRef>'
    source = sketch.xml("start -> pack -> end", pack=work())
    return source.replace(b"<startEvent", f"{lanes}</lane></laneSet><startEvent".encode(), 1)


def test_without_any_rule_or_queue_a_person_has_to_look():
    RoutingRule.objects.all().delete()
    begin("start -> pack -> end", pack=work())

    assert "No routing rule says where" in Incident.objects.get().message


def test_an_assignee_who_works_there_is_the_only_one_to_take_it(alice, bob):
    item = item_of(one(extra=ASSIGNEE.format("bob")))
    assert item.routed_by.endswith("It is meant for bob.")

    assert claims.claim_next(by=alice, now=NOW) is None
    with pytest.raises(claims.Excluded, match="This is meant for bob"):
        claims.claim(item_id=item.pk, by=alice, now=NOW)
    assert claims.claim_next(by=bob, now=NOW).item == item


def test_candidate_users_share_it(alice, bob):
    review = one(extra=' camunda:candidateUsers="bob, alice, kermit"')

    assert builders.show(alice, review).decide("done").outcome == "done"


def test_an_assignee_whom_nobody_knows_keeps_nobody_from_it(alice, usual):
    review = one(extra=ASSIGNEE.format("kermit"))

    assert item_of(review).routed_by.endswith(
        f"It is meant for kermit, who does not work in {usual}, so anybody there may take it."
    )
    assert builders.show(alice, review).decide("done").outcome == "done"


@pytest.mark.parametrize(("said", "priority"), [("90", 1), ("50", 3), ("0", 5), ("many", 3)])
def test_a_priority_of_camunda_is_a_class_here(said, priority):
    review = one(extra=f' camunda:priority="{said}"')

    assert item_of(review).priority == priority
    assert ("The priority 'many'" in review.disposition_reason) == (said == "many")


def test_a_due_date_is_a_promise():
    review = one({"days": "P2D"}, extra=' camunda:dueDate="${days}"')

    assert review.promised_by == NOW + timedelta(days=2)


def test_wishes_that_cannot_be_read_stop_nobody(alice):
    review = one(extra=' camunda:assignee="${bean.call()}" camunda:dueDate="soon"')

    assert "The assignee cannot be read" in review.disposition_reason
    assert "'soon' is no date and no duration" in review.disposition_reason
    assert builders.show(alice, review).decide("done").outcome == "done"
