"""Starting an instance by hand, and sending a message by hand."""

import pytest
from django.urls import reverse

from tests.reviews.builders import person
from tests.workflows import builders, drawn
from tests.workflows.builders import NOW
from workflows import definitions, start_fields, starting
from workflows.bpmn import parser
from workflows.intake import KeyReused
from workflows.models import ProcessInstance, Receipt

CAMUNDA = 'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
FORM = """<extensionElements><camunda:formData>
  <camunda:formField id="amount" label="Amount" type="long" defaultValue="7"/>
  <camunda:formField id="rate" label="Rate" type="double"/>
  <camunda:formField id="urgent" label="Urgent" type="boolean"/>
  <camunda:formField id="day" label="Day" type="date"/>
  <camunda:formField id="who" label="Who" type="string"/>
</camunda:formData></extensionElements>"""


def with_form():
    source = builders.source("start -> auto", "auto -> end").decode()
    source = source.replace("<definitions ", f"<definitions {CAMUNDA} ", 1)
    return source.replace('name="start"></startEvent>', f'name="start">{FORM}</startEvent>')


def deployed(source):
    [definition] = definitions.deploy(source=source.encode(), by="user:ada", now=NOW)
    return definition


@pytest.fixture
def page(client):
    client.force_login(person("ada", is_admin=True))
    return client


def address(definition):
    return reverse("workflows:definition-start", args=[definition.pk])


# --- what is asked ---


def asked_of(source):
    [process] = parser.parse(source)
    return start_fields.asked(process, start_fields.starts(process)[0])


def test_the_fields_of_the_models_form_are_asked_with_their_types():
    asked = asked_of(with_form().encode())

    assert [(each.name, each.type) for each in asked] == [
        ("amount", "whole number"), ("rate", "number"), ("urgent", "yes or no"), ("day", "date"),
        ("who", "text"),
    ]  # fmt: skip
    assert asked[0].default == 7


def test_without_a_form_the_variables_that_nothing_brings_are_asked():
    source = drawn.xml("start -> auto", "auto -> x?", "x? -[amount > result.limit]-> a",
                       "x? -[else]-> end", "a -> end")  # fmt: skip
    source = source.replace(b'handler="any"', b'handler="any" result="result"')

    assert [(each.name, each.type) for each in asked_of(source)] == [("amount", "any")]


# --- starting ---


@pytest.mark.django_db
def test_a_filled_in_form_starts_an_instance_with_typed_values(page):
    definition = deployed(with_form())
    sent = {
        "key": "k-1", "business_key": "A-7", "variable-0": "12", "variable-1": "0.5",
        "variable-2": "true", "variable-3": "2026-03-01", "variable-4": "Rosa", "raw": "",
    }  # fmt: skip

    answer = page.post(address(definition), sent)

    instance = ProcessInstance.objects.get()
    assert answer.url == reverse("workflows:instance", args=[instance.pk])
    assert instance.variables == {
        "amount": 12, "rate": 0.5, "urgent": True, "day": "2026-03-01", "who": "Rosa",
    }  # fmt: skip
    assert (instance.business_key, instance.started_by) == ("A-7", "user:ada")


@pytest.mark.django_db
def test_sent_twice_it_starts_one_and_says_so(page):
    definition = deployed(with_form())

    first = page.post(address(definition), {"key": "k-1"})
    again = page.post(address(definition), {"key": "k-1"}, follow=True)

    assert ProcessInstance.objects.count() == 1
    assert first.url == reverse("workflows:instance", args=[ProcessInstance.objects.get().pk])
    assert "was started by this form before" in again.content.decode()


@pytest.mark.django_db
def test_the_same_form_with_other_values_is_refused(page):
    definition = deployed(with_form())
    page.post(address(definition), {"key": "k-1", "variable-0": "1"})

    answer = page.post(address(definition), {"key": "k-1", "variable-0": "2"})

    assert answer.status_code == 422
    assert "was sent before with other values" in answer.content.decode()
    assert ProcessInstance.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("variable-0", "12.5", "whole number"),
        ("variable-1", "1e999", "is no number"),
        ("variable-1", "NaN", "is no number"),
        ("variable-2", "perhaps", "Select a valid choice"),
        ("variable-3", "1 March", "such as 2026-03-01"),
        ("raw", "[1]", "Write a JSON object"),
        ("raw", '{"a": 1, "a": 2}', "given twice"),
        ("raw", '{"a": NaN}', "is not JSON"),
        ("business_key", "x" * 201, "at most 200"),
    ],
)
def test_a_wrong_value_is_refused_beside_its_field_and_starts_nothing(name, text, said, page):
    definition = deployed(with_form())

    answer = page.post(address(definition), {"key": "k-1", name: text})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not ProcessInstance.objects.exists()
    assert not Receipt.objects.exists()


@pytest.mark.django_db
def test_json_counts_before_the_fields_and_the_fresh_page_has_a_key_of_its_own(page):
    definition = deployed(with_form())
    keys = {page.get(address(definition)).context["form"]["key"].value() for _ in range(2)}

    page.post(address(definition), {"key": "k", "variable-0": "1", "raw": '{"amount": 2}'})

    assert len(keys) == 2
    assert ProcessInstance.objects.get().variables == {"amount": 2}


@pytest.mark.django_db
def test_an_older_version_says_that_there_is_a_newer_one(page):
    old = deployed(with_form())
    builders.deployed("start -> check", "check -> end")

    assert "There is a newer version." in page.get(address(old)).content.decode()


@pytest.mark.django_db
def test_a_form_without_its_key_starts_nothing():
    definition = builders.deployed("start -> auto", "auto -> end")

    with pytest.raises(starting.NotValid, match="lost its key"):
        starting.start(
            definition=definition, start_node="start", variables={}, business_key="", key="",
            by="user:ada", now=NOW,
        )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_start_one():
    definition = builders.deployed("start -> auto", "auto -> end")

    def click():
        return starting.start(
            definition=definition, start_node="start", variables={"a": 1}, business_key="",
            key="k", by="user:ada", now=NOW,
        )  # fmt: skip

    answers = builders.elsewhere(click, click)

    assert sorted(is_new for _, is_new in answers) == [False, True]
    assert len({instance.pk for instance, _ in answers}) == 1


@pytest.mark.django_db
def test_managers_and_strangers_start_nothing(client):
    definition = builders.deployed("start -> auto", "auto -> end")
    client.force_login(person("mallory"))

    assert client.post(address(definition), {"key": "k"}).status_code == 404
    assert (
        client.post(reverse("workflows:message"), {"key": "k", "name": "order"}).status_code == 404
    )
    assert not ProcessInstance.objects.exists()


# --- messages ---


def listening():
    source = builders.source("start -> auto", "auto -> end").decode()
    source = source.replace(
        'name="start"></startEvent>',
        'name="start"><messageEventDefinition messageRef="m"/></startEvent>',
    )
    return deployed(source.replace("</process>", '</process><message id="m" name="order"/>'))


MESSAGE = {"key": "m-1", "name": "order", "business_key": "A-1", "variables": '{"amount": 5}'}


@pytest.mark.django_db
def test_a_message_starts_its_process_and_the_page_says_which(page):
    listening()

    text = page.post(reverse("workflows:message"), MESSAGE).content.decode()

    instance = ProcessInstance.objects.get()
    assert "The message started" in text
    assert reverse("workflows:instance", args=[instance.pk]) in text
    assert instance.variables == {"amount": 5}


@pytest.mark.django_db
def test_a_message_that_was_given_before_starts_nothing_again(page):
    listening()
    page.post(reverse("workflows:message"), MESSAGE)

    text = page.post(reverse("workflows:message"), MESSAGE).content.decode()

    assert "This message was given before" in text
    assert ProcessInstance.objects.count() == 1


@pytest.mark.django_db
def test_a_message_that_nobody_waits_for_is_told_with_what_was_typed(page):
    answer = page.post(reverse("workflows:message"), {**MESSAGE, "name": "odrer"})

    text = answer.content.decode()
    assert answer.status_code == 422
    assert "No process waits for the message" in text
    assert 'value="odrer"' in text


@pytest.mark.django_db
def test_the_same_key_with_another_content_is_refused(page):
    listening()
    page.post(reverse("workflows:message"), MESSAGE)

    answer = page.post(reverse("workflows:message"), {**MESSAGE, "business_key": "B-2"})

    assert answer.status_code == 422
    assert KeyReused.slug == "idempotency-key-reused"
    assert "used for another message" in answer.content.decode()


@pytest.mark.django_db
def test_messages_that_start_something_are_offered(page):
    listening()

    assert '<option value="order">' in page.get(reverse("workflows:message")).content.decode()
