"""A decision table says where an item goes; whatever it cannot say, a person gets the item."""

from pathlib import Path

import pytest
from django.urls import reverse

from queues import asked_by_models, routing, routing_rules, routing_tables, unusual
from queues.models import RoutingRule, Skill, TableRouting
from tests.queues import builders
from tests.queues.builders import NOW, queue_of
from tests.workflows.drawn import xml
from workflows import decision_definitions, definitions
from workflows.authors import Author
from workflows.models import JournalEntry

pytestmark = pytest.mark.django_db

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "loan_routing.dmn"
KEY = "loan-routing"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
SLUGS = ("second-look", "fraud-checks", "large-loans", "personal-south", "personal-north")
FACTS = {
    "kind": "loan_approval",
    "seat": "first",
    "region": "north",
    "confidence": 0.9,
    "payload": {"amount": 1_000, "documents": "complete"},
}


@pytest.fixture
def queues():
    for key in ("loans", "documents", "large-loans"):
        Skill.objects.create(key=key, name=key)
    return {slug: queue_of(slug=slug) for slug in SLUGS}


@pytest.fixture
def rule(queues):
    """Asks the table; what stands in the rule itself is for when there is no answer."""
    return RoutingRule.objects.create(
        order=1, decision=KEY, queue=queues["second-look"], priority=4, note="By the table"
    )


def publish(xml: bytes) -> None:
    decision_definitions.deploy(
        xml=xml,
        key=KEY,
        name="Loan routing",
        proposed=Author("user:ada", "ada"),
        signed=Author("user:grace", "grace"),
        now=NOW,
    )


def example(old: str = "", new: str = "") -> bytes:
    text = EXAMPLE.read_text()
    assert old in text
    return text.replace(old, new).encode() if old else text.encode()


@pytest.mark.parametrize(
    ("said", "queue", "skills", "priority"),
    [
        ({}, "personal-north", ("loans",), 3),
        ({"confidence": 0.5}, "personal-north", ("loans",), 2),
        ({"region": "south"}, "personal-south", ("loans",), 3),
        ({"payload": {"amount": 50_000}}, "large-loans", ("large-loans",), 3),
        ({"payload": {"documents": "to be checked"}}, "fraud-checks", ("documents",), 2),
        ({"seat": "second", "region": "south"}, "second-look", ("loans",), 2),
        ({"confidence": None, "payload": {}}, "personal-north", ("loans",), 3),
    ],
)
def test_the_example_table_says_queue_skills_and_priority(rule, said, queue, skills, priority):
    publish(example())

    found = routing.route(FACTS | said, now=NOW)

    assert (found.queue.slug, found.skills, found.priority) == (queue, skills, priority)


def test_the_reason_names_table_version_and_rule(rule):
    publish(example())
    publish(example("0.6", "0.7"))

    found = routing.route(FACTS | {"confidence": 0.65}, now=NOW)

    assert found.reason.startswith("Table Loan routing, version 2, rule 6.")
    assert found.source is not None
    assert (found.source.version, found.source.rules) == (2, (6,))


def test_why_an_item_is_where_it_is_is_stored_beside_it_and_not_in_the_chain(rule):
    publish(example())
    item = builders.item_by(routing.route(FACTS, now=NOW))

    kept = TableRouting.objects.get(item=item)
    (because,) = kept.trace["trace"][-1]["table"]["rules"]
    assert because["because"].startswith("Rule 7 of Loan routing matched")
    told = JournalEntry.objects.get(chain=item.instance_id, kind="item.opened").detail
    assert (told["table"], told["table_version"], told["rules"]) == (KEY, 1, [7])
    assert "trace" not in told


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('"personal-north"', '"nowhere"', "names “nowhere”, which is no queue's key."),
        ('"personal-north"', "null", "names “None”, which is no queue's key."),
        ('"loans"', '"juggling"', "asks for “juggling”, which is no skill's key."),
        (
            '<text>"loans"</text></outputEntry>',
            "<text>{a: 1}</text></outputEntry>",
            "for skills; a list of their keys is needed.",
        ),
        ("<text>3</text>", "<text>2.5</text>", "gives priority “2.5”; 1 to 5 are known."),
        ("<text>3</text>", "<text>9</text>", "gives priority “9”; 1 to 5 are known."),
        ('"FIRST"', '"COLLECT"', "gives no answer."),
    ],
)
def test_an_answer_that_nobody_has_set_up_sends_it_to_the_rules_own_queue(rule, old, new, why):
    publish(example(old, new))

    found = routing.route(FACTS | {"confidence": 0.9}, now=NOW)

    assert (found.queue, found.priority, found.source) == (rule.queue, 4, None)
    assert why in found.reason


def test_a_table_that_is_not_published_sends_it_to_the_rules_own_queue(rule):
    found = routing.route(FACTS, now=NOW)

    assert found.queue == rule.queue
    assert "cannot be asked" in found.reason


def test_a_table_may_name_the_queue_alone_and_leave_the_rest_to_the_rule(rule, queues):
    rule.skills.add(Skill.objects.get(key="documents"))
    text = EXAMPLE.read_text()
    for column in ("skills", "priority"):
        text = "\n".join(
            line
            for line in text.splitlines()
            if f'"column_{column}"' not in line and f'_{column}"' not in line
        )
    publish(text.encode())

    found = routing.route(FACTS, now=NOW)

    assert (found.queue, found.skills, found.priority) == (
        queues["personal-north"],
        ("documents",),
        4,
    )


def test_trying_facts_out_shows_what_the_table_says(rule):
    publish(example())

    trial = routing_rules.try_out(FACTS | {"region": "south"}, now=NOW)

    assert trial.route is not None
    assert trial.route.queue.slug == "personal-south"
    assert [verdict.takes for verdict in trial.verdicts] == [True]


def test_queues_that_a_table_names_are_led_to(rule):
    publish(example())

    sentences = [oddity.sentence for oddity in unusual.in_queues()]

    assert routing_tables.leads_to(KEY) == set(SLUGS)
    assert not [said for said in sentences if "it gets nothing" in said]


def test_a_queue_that_no_rule_of_the_table_names_gets_nothing(rule):
    publish(example('"fraud-checks"', '"second-look"'))

    sentences = [oddity.sentence for oddity in unusual.in_queues()]

    assert [said for said in sentences if "it gets nothing" in said] == [
        "No routing rule and no model leads to fraud-checks: it gets nothing."
    ]


def test_nothing_is_said_of_a_table_that_calculates_its_queues(rule):
    publish(example('"fraud-checks"', '"fraud-" + "checks"'))

    sentences = [oddity.sentence for oddity in unusual.in_queues()]

    assert routing_tables.leads_to(KEY) is None
    assert not [said for said in sentences if "it gets nothing" in said]


def test_the_pages_of_a_queue_say_that_a_table_leads_there(rule, client):
    publish(example())
    client.force_login(builders.person("dana", is_admin=True))

    listed = client.get(reverse("queues:queues")).content.decode()
    of_one = client.get(reverse("queues:queue-edit", args=["fraud-checks"])).content.decode()
    of_both = client.get(reverse("queues:queue-edit", args=["second-look"])).content.decode()

    assert '<td data-label="Led to by">a decision table</td>' in listed
    assert '<td data-label="Led to by">1 rule, a decision table</td>' in listed
    assert "What leads here: a decision table." in of_one
    assert "What leads here: 1 rule, a decision table." in of_both


@pytest.mark.parametrize(
    ("group", "named"),
    [
        ("fraud-checks", {"fraud-checks"}),
        ("Fraud Checks", {"fraud-checks"}),
        ("personal-${region}", {"personal-north", "personal-south"}),
        ("${who}", set(SLUGS)),
        ("somebody", set()),
    ],
)
def test_queues_that_a_model_asks_by_name_get_work(queues, group, named):
    source = xml("start -> check", "check -> end")
    asks = f'<userTask xmlns:c7="{CAMUNDA}" c7:candidateGroups="{group}" id="check"'
    source = source.replace(b'<userTask id="check"', asks.encode())
    definitions.deploy(source=source, by="user:ada", now=NOW)

    silent = [each for each in unusual.in_queues() if "it gets nothing" in each.sentence]

    assert asked_by_models.among(queues.values()) == named
    assert len(silent) == len(SLUGS) - len(named)
