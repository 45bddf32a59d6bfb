"""What of a decision's answer a business rule task keeps, as Camunda 7, 8 and Flowable say it."""

import pytest

from tests.workflows import builders, decided
from tests.workflows.bpmn.test_foreign_work import around
from tests.workflows.bpmn.test_reading import extended
from tests.workflows.builders import NOW, later, now_of
from workflows import definitions, incidents
from workflows.models import Incident

pytestmark = pytest.mark.django_db

TABLE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="Fees"
    namespace="urn:example:fees" xmlns:camunda="http://camunda.org/schema/1.0/dmn"
    xmlns:bpmn="http://camunda.org/schema/1.0/bpmn">
  <decision id="fees" name="Fees" {tag}>
    <decisionTable id="t" hitPolicy="{policy}">
      <input id="i"><inputExpression id="e" typeRef="number"><text>n</text></inputExpression></input>
      <output id="o1" name="fee" typeRef="number"/>{second}
      {rules}
    </decisionTable>
  </decision>
</definitions>"""  # noqa: E501 - one column a line
RULES = (("> 0", "10", '"low"'), ("> 5", "20", '"high"'))


def fees(policy="COLLECT", outputs=1, rules=RULES, tag=""):
    """A table over n that gives a fee and, with two outputs, a grade."""
    rows = [
        f'<rule id="r{at}"><inputEntry id="i{at}"><text>{test.replace(">", "&gt;")}</text>'
        "</inputEntry>"
        + "".join(
            f'<outputEntry id="o{at}{place}"><text>{value}</text></outputEntry>'
            for place, value in enumerate(values[:outputs])
        )
        + "</rule>"
        for at, (test, *values) in enumerate(rules)
    ]
    second = '<output id="o2" name="grade" typeRef="string"/>' if outputs == 2 else ""
    said = f'bpmn:versionTag="{tag}"' if tag else ""
    return TABLE.format(policy=policy, second=second, rules="".join(rows), tag=said).encode()


def asking(attributes):
    return f'<businessRuleTask id="a" name="Fees" camunda:decisionRef="fees" {attributes}/>'


def started(element, **variables):
    source, _ = around(element)
    [definition] = definitions.deploy(source=source, by="user:ada", now=NOW)
    return builders.start(definition, variables)


def kept(attributes, n=7, **table):
    decided.published(fees(**table), key="fees", name="Fees")
    instance = started(asking(attributes), n=n)
    variables = now_of(instance).variables
    return variables.get("r") if not Incident.objects.exists() else Incident.objects.get().message


R = 'camunda:resultVariable="r"'


@pytest.mark.parametrize(
    ("maps", "n", "table", "answer"),
    [
        ("singleEntry", 3, {"policy": "FIRST"}, 10),
        ("singleEntry", 0, {"policy": "FIRST"}, None),
        ("singleEntry", 3, {"policy": "COLLECT"}, 10),
        ("singleResult", 3, {"policy": "FIRST", "outputs": 2}, {"fee": 10, "grade": "low"}),
        ("singleResult", 3, {"policy": "FIRST"}, {"fee": 10}),
        ("singleResult", 0, {"policy": "FIRST", "outputs": 2}, {}),
        ("collectEntries", 7, {"policy": "COLLECT"}, [10, 20]),
        ("collectEntries", 0, {"policy": "COLLECT"}, []),
        ("collectEntries", 3, {"policy": "FIRST"}, [10]),
        ("resultList", 7, {"policy": "COLLECT"}, [{"fee": 10}, {"fee": 20}]),
        ("resultList", 3, {"policy": "UNIQUE", "outputs": 2}, [{"fee": 10, "grade": "low"}]),
        ("resultList", 0, {"policy": "FIRST"}, []),
        ("resultList", 7, {"policy": "RULE ORDER", "outputs": 2},
         [{"fee": 10, "grade": "low"}, {"fee": 20, "grade": "high"}]),
    ],
)  # fmt: skip
def test_an_answer_is_mapped_as_the_model_says(maps, n, table, answer):
    assert kept(f'{R} camunda:mapDecisionResult="{maps}"', n=n, **table) == answer


def test_a_result_variable_alone_takes_the_list_of_results():
    assert kept(R) == [{"fee": 10}, {"fee": 20}]


def test_without_a_result_variable_nothing_is_kept():
    decided.published(fees(), key="fees", name="Fees")

    assert now_of(started(asking(""), n=7)).variables == {"n": 7}


@pytest.mark.parametrize(
    ("maps", "table", "said"),
    [
        ("singleEntry", {"policy": "COLLECT"}, "It gave 2 results where one is kept."),
        ("singleResult", {"policy": "COLLECT"}, "It gave 2 results where one is kept."),
        ("singleEntry", {"policy": "FIRST", "outputs": 2}, "Map them by singleResult."),
        ("collectEntries", {"policy": "FIRST", "outputs": 2}, "Map them by resultList."),
    ],
)
def test_an_answer_that_does_not_fit_is_an_incident_that_says_what_to_do(maps, table, said):
    message = kept(f'{R} camunda:mapDecisionResult="{maps}"', **table)

    assert message.startswith("Fees has no answer: ")
    assert said in message


def test_a_mapping_that_nobody_knows_is_refused():
    source, _ = around(asking(f'{R} camunda:mapDecisionResult="first"'))

    with pytest.raises(definitions.NotValid, match=r"by first\. Known are singleEntry,"):
        definitions.deploy(source=source, by="user:ada", now=NOW)


def test_camunda_8_keeps_the_answer_as_it_is():
    decided.published(fees(outputs=2, policy="FIRST"), key="fees", name="Fees")
    called = '<zeebe:calledDecision decisionId="fees" resultVariable="r"/>'

    instance = started(extended("businessRuleTask", called, 'name="Fees"'), n=3)

    assert now_of(instance).variables["r"] == {"fee": 10, "grade": "low"}


def test_flowable_makes_each_output_a_variable():
    decided.published(fees(outputs=2, policy="FIRST"), key="fees", name="Fees")
    field = '<flowable:field name="decisionTableReferenceKey" stringValue="fees"/>'

    instance = started(
        extended("serviceTask", field, 'name="Fees" flowable:type="dmn"'), n=3,
    )  # fmt: skip

    assert now_of(instance).variables == {"n": 3, "fee": 10, "grade": "low"}


def test_a_tag_binds_to_the_newest_version_that_has_it():
    for hour, (tag, fee) in enumerate([("spring", "1"), ("spring", "2"), ("autumn", "3")]):
        table = fees(policy="FIRST", rules=[("-", fee, "")], tag=tag)
        decided.published(table, key="fees", name="Fees", now=later(hours=hour))
    bound = 'camunda:decisionRefBinding="versionTag" camunda:decisionRefVersionTag='
    single = f'{R} camunda:mapDecisionResult="singleEntry"'

    spring = started(asking(f'{single} {bound}"spring"'), n=1)
    nowhere = started(asking(f'{single} {bound}"winter"'), n=1)

    assert now_of(spring).variables["r"] == 2
    assert "No version of fees has the tag 'winter'." in Incident.objects.get().message
    assert Incident.objects.get().instance == nowhere


def test_a_decision_that_is_not_published_is_a_warning_then_an_incident_until_it_is():
    source, _ = around(asking(R))
    [definition] = definitions.deploy(source=source, by="user:ada", now=NOW)
    [warning] = definitions.warnings_of(definition)
    instance = builders.start(definition, {"n": 7})
    assert "asks the decision fees, which is not published yet" in warning.sentence
    assert "No decision is published as 'fees'" in Incident.objects.get().message

    decided.published(fees(), key="fees", name="Fees")
    incidents.retry(incident_id=Incident.objects.get().pk, by="user:ada", now=NOW)

    assert now_of(instance).status == "completed"
    assert definitions.warnings_of(definition) == []


def test_which_decision_is_asked_may_be_computed():
    decided.published(fees(policy="FIRST"), key="fees", name="Fees")
    element = asking(f'{R} camunda:mapDecisionResult="singleEntry"').replace('"fees"', '"${which}"')

    assert now_of(started(element, n=3, which="fees")).variables["r"] == 10
