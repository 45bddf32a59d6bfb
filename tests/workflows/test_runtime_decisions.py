"""Business rule tasks ask published decisions in the step that reaches them."""

import json

import pytest

from tests.workflows import builders, decided
from tests.workflows.bpmn import sketch
from tests.workflows.builders import NOW, later, now_of, standing, story
from workflows import definitions, incidents
from workflows.models import Activity, Incident, JournalEntry

pytestmark = pytest.mark.django_db

CAMUNDA = 'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
FOREVER = (("-", "-", "7"),)


def rule(decision="limits", more=""):
    return lambda name: (
        f'<businessRuleTask id="{name}" name="{name}"><extensionElements>'
        f'<c:decision id="{decision}" result="limit" {more}/></extensionElements>'
        "</businessRuleTask>"
    )


def started(made, **variables):
    source = sketch.xml("start -> r -> big? -[limit > 5000]-> a -> end",
                        "big? -[else]-> end", r=made)  # fmt: skip
    [definition] = definitions.deploy(source=source, by="user:ada", now=NOW)
    return builders.start(definition, variables)


def test_a_decision_is_asked_on_the_way_and_its_answer_decides():
    decided.published()

    instance = started(rule(), Income=60_000, Risk="low", other=1)

    assert standing(instance) == ["a"]
    assert now_of(instance).variables["limit"] == 10_000
    trace = Activity.objects.get(node_id="r").trace
    assert (trace["decision"], trace["version"]) == ("limits", 1)


def test_the_journal_says_which_version_answered_and_nothing_of_whom():
    decided.published()

    instance = started(rule(), Income=61_234, Risk="low")

    entry = JournalEntry.objects.get(chain=instance.pk, kind="decision.evaluated")
    assert entry.detail["version"] == 1
    assert "61234" not in json.dumps(entry.detail)


def test_other_tools_name_their_decision_in_their_own_way():
    decided.published()

    instance = started(
        lambda name: (
            f'<businessRuleTask {CAMUNDA} id="{name}" name="{name}" camunda:decisionRef="limits" '
            'camunda:resultVariable="limit" camunda:mapDecisionResult="singleEntry"/>'
        ),
        Income=60_000, Risk="low",
    )  # fmt: skip

    assert now_of(instance).variables["limit"] == 10_000


def test_a_version_that_the_model_names_answers_whatever_is_in_force():
    decided.published()
    decided.published(decided.model(FOREVER), now=later(hours=1))

    first = started(rule(more='binding="version" version="1"'), Income=60_000, Risk="low")

    assert now_of(first).variables["limit"] == 10_000


def test_a_decision_that_is_not_there_is_an_incident_until_it_is():
    instance = started(rule(), Income=60_000, Risk="low")
    incident = Incident.objects.get()
    assert (incident.kind, standing(instance)) == ("handler", ["r"])
    assert "No decision is published as" in incident.message

    decided.published()
    incidents.retry(incident_id=incident.pk, by="user:ada", now=NOW)

    assert standing(instance) == ["a"]
    assert story(instance)[-3:] == ["incident.resolved", "decision.evaluated", "gateway.passed"]
