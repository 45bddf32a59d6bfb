"""A variable of a running instance is changed by hand."""

import pytest
from django.db import transaction
from django.urls import reverse

from tests.reviews.builders import person, queue_of
from tests.workflows import builders
from tests.workflows.builders import NOW
from workflows import journal, runtime, shown_variables, variable_changes
from workflows.models import JournalEntry
from workflows.refusals import NotValid
from workflows.variable_changes import ChangedMeanwhile, change, mark

pytestmark = pytest.mark.django_db


def running(**variables):
    return builders.started("start -> auto", "auto -> end", variables=variables)


def changed(instance, name="amount", value=6, **said):
    usual = {"was": mark(instance.variables, name), "reason": "A typing error.", "by": "user:ada"}
    return change(instance_id=instance.pk, name=name, value=value, now=NOW, **{**usual, **said})


def test_a_change_is_kept_and_journaled_with_its_reason_but_without_the_value():
    instance = running(amount=5, name="Rosa")

    changed(instance)

    now = builders.now_of(instance)
    assert now.variables == {"amount": 6, "name": "Rosa"}
    entry = JournalEntry.objects.get(kind="variable.changed")
    assert (entry.actor, entry.detail["reason"]) == ("user:ada", "A typing error.")
    assert entry.detail["before"] != entry.detail["after"]
    assert "value" not in entry.detail
    assert journal.verifies(now)


def test_a_variable_that_is_not_there_is_added():
    instance = running()

    changed(instance, "note", "new", was=variable_changes.NOT_THERE)

    assert builders.now_of(instance).variables == {"note": "new"}


def test_what_was_changed_meanwhile_is_refused():
    instance = running(amount=5)
    was = mark(instance.variables, "amount")
    changed(instance, value=6)

    with pytest.raises(ChangedMeanwhile, match="amount was changed meanwhile"):
        changed(instance, value=7, was=was)

    assert builders.now_of(instance).variables == {"amount": 6}
    assert JournalEntry.objects.filter(kind="variable.changed").count() == 1


def test_another_variable_that_changed_meanwhile_is_no_obstacle():
    instance = running(amount=5, name="Rosa")
    changed(instance, "name", "Ruth")

    changed(instance, value=6)

    assert builders.now_of(instance).variables == {"amount": 6, "name": "Ruth"}


def test_an_instance_that_is_over_stays_as_it_is():
    instance = running(amount=5)
    builders.run(builders.job_at(instance, "auto"))

    with pytest.raises(runtime.Over):
        changed(builders.now_of(instance))

    assert builders.now_of(instance).variables["amount"] == 5


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"reason": "  "}, "Say why"),
        ({"reason": "x" * 501}, "Say why"),
        ({"name": ""}, "has a name"),
        ({"name": "a\nb"}, "has a name"),
        ({"value": 5}, "has this value already"),
        ({"value": "\0"}, "NUL"),
        ({"value": float("nan")}, "JSON"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_a_sentence(said, sentence):
    instance = running(amount=5)

    with pytest.raises(NotValid, match=sentence):
        changed(instance, **said)

    assert builders.now_of(instance).variables == {"amount": 5}


def test_one_and_true_and_the_text_are_three_values():
    marks = {mark({"a": value}, "a") for value in (1, True, "1", None, [1])}

    assert len(marks) == 5


@pytest.mark.django_db(transaction=True)
def test_of_two_who_change_it_at_once_one_is_told():
    instance = running(amount=5)
    was = mark(instance.variables, "amount")

    answers = builders.elsewhere(
        lambda: changed(instance, value=6, was=was), lambda: changed(instance, value=7, was=was)
    )

    assert [type(each) for each in answers].count(ChangedMeanwhile) == 1
    assert builders.now_of(instance).variables["amount"] in (6, 7)


@pytest.mark.django_db(transaction=True)
def test_a_change_waits_for_the_step_that_is_being_taken():
    instance = running(amount=5)
    was = mark(instance.variables, "amount")

    with transaction.atomic():
        runtime.hold(instance.pk)
        [answer] = builders.elsewhere(lambda: changed(instance, was=was))

    assert isinstance(answer, Exception)
    assert "lock" in str(answer)


# --- the pages ---


@pytest.fixture
def page(client):
    client.force_login(person("ada", is_admin=True))
    return client


def address(instance, name=""):
    path = reverse("workflows:variable", args=[instance.pk])
    return f"{path}?name={name}" if name else path


def sent(instance, name="amount", **said):
    was = mark(instance.variables, name)
    return {"name": name, "was": was, "type": "number", "value": "6", "reason": "Why.", **said}


def test_variables_stand_in_a_table_with_their_kinds(page):
    instance = running(amount=5, ok=True, who="Rosa", none=None, items=[1, 2], deep={"a": {"b": 1}})

    text = page.get(reverse("workflows:instance", args=[instance.pk])).content.decode()

    for kind in ("number", "yes or no", "text", "nothing", "list", "group"):
        assert f'<td data-label="Kind">{kind}</td>' in text
    assert f"{reverse('workflows:variable', args=[instance.pk])}?name=amount" in text


def test_a_value_is_changed_through_the_form(page):
    instance = running(amount=5)

    answer = page.post(address(instance, "amount"), sent(instance), follow=True)

    assert "amount is changed." in answer.content.decode()
    assert "Changed the variable amount" in answer.content.decode()
    assert builders.now_of(instance).variables == {"amount": 6}


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("text", "6", "6"),
        ("text", " two\r\nlines ", " two\nlines "),
        ("text", "", ""),
        ("number", "6.5", 6.5),
        ("yes or no", "true", True),
        ("nothing", "", None),
        ("list", '[1, "a"]', [1, "a"]),
        ("group", '{"a": {"b": null}}', {"a": {"b": None}}),
    ],
)
def test_each_kind_of_value_is_taken_as_it_is_meant(kind, text, value, page):
    instance = running(amount=5)

    page.post(address(instance, "amount"), sent(instance, type=kind, value=text))

    assert builders.now_of(instance).variables == {"amount": value}


@pytest.mark.parametrize(
    ("kind", "text", "sentence"),
    [
        ("number", "six", "This is no number"),
        ("number", "NaN", "This is no number"),
        ("number", "1e400", "too large"),
        ("number", '"6"', "of another kind: text"),
        ("yes or no", "1", "of another kind: number"),
        ("nothing", "x", "Nothing has no value"),
        ("group", "[1]", "of another kind: list"),
        ("group", '{"a": 1, "a": 2}', "given twice"),
        ("list", "[" * 100 + "]" * 100, "levels deep"),
        ("date", "2026", "Select a valid choice"),
    ],
)
def test_a_wrong_value_is_refused_and_stays_in_the_form(kind, text, sentence, page):
    instance = running(amount=5)

    answer = page.post(address(instance, "amount"), sent(instance, type=kind, value=text))

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert builders.now_of(instance).variables == {"amount": 5}


def test_somebody_who_was_overtaken_sees_the_value_of_now_and_what_they_typed(page):
    instance = running(amount=5)
    form = sent(instance, value="7")
    changed(instance, value=424_242)

    answer = page.post(address(instance, "amount"), form)

    text = answer.content.decode()
    assert answer.status_code == 422
    assert "amount was changed meanwhile" in text
    assert "424242" in text
    assert ">\n7</textarea>" in text


def test_managers_of_its_work_may_and_nobody_else(client):
    maria, otto = person("maria"), person("otto")
    loans = queue_of(manager=maria)
    queue_of(manager=otto)
    instance = running(amount=5)
    from tests.workflows.test_pages import item_of

    item_of(instance, loans)

    for user, status in ((otto, 404), (person("mallory"), 404), (maria, 302)):
        client.force_login(user)
        assert client.post(address(instance, "amount"), sent(instance)).status_code == status
    assert JournalEntry.objects.get(kind="variable.changed").actor == "user:maria"


def test_the_page_of_an_instance_that_is_over_offers_no_change(page):
    instance = running(amount=5)
    builders.run(builders.job_at(instance, "auto"))

    shown = page.get(reverse("workflows:instance", args=[instance.pk])).content.decode()
    form = page.get(address(instance, "amount")).content.decode()
    answer = page.post(address(instance, "amount"), sent(instance))

    assert reverse("workflows:variable", args=[instance.pk]) not in shown
    assert "This process is over." in form
    assert answer.status_code == 422
    assert builders.now_of(instance).variables["amount"] == 5


def test_markup_in_names_and_values_is_text(page):
    instance = running(**{"<script>": "<script>alert(1)</script>" * 20})

    text = page.get(reverse("workflows:instance", args=[instance.pk])).content.decode()

    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text


def test_long_texts_and_large_groups_are_folded_and_bounded():
    rows = shown_variables.rows({"long": "x" * 100_000, "many": {str(n): n for n in range(9_999)}})

    assert [row.is_folded for row in rows] == [True, True]
    assert len(rows[0].text) == shown_variables.LONGEST
    assert len(rows[1].parts) < 300
    assert rows[1].short.startswith("9,999 entries: ")
