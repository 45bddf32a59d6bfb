"""Jobs that gave up, and what a person does about them: again, corrected, or settled."""

import json

import pytest
from django.urls import reverse

from tests.reviews.builders import person
from tests.workflows import builders
from tests.workflows.builders import NOW, job_at, later, now_of, standing, story
from workflows import breakers, dead_letters, journal
from workflows.incidents import AlreadyResolved
from workflows.models import Incident, Job, JobKind
from workflows.refusals import NotValid

pytestmark = pytest.mark.django_db

ONE_JOB = ("start -> auto", "auto -> check", "check -> end")
ONE_INPUT = 'attempts="1" result="paid"/><c:input name="amount" value="amount * 2"'


@pytest.fixture
def page(client):
    client.force_login(person("ada", is_admin=True))
    return client


def dead(machine, job='attempts="1" result="paid"'):
    """An instance whose job gave up at its first attempt."""

    def refuses(_work):
        raise ValueError("The amount is wrong.")

    machine.answer = refuses
    instance = builders.started(*ONE_JOB, job=job, variables={"amount": 1})
    builders.run(job_at(instance, "auto"))
    machine.answer = lambda work: dict(work.input)
    return instance, Incident.objects.get(instance=instance)


def correct(incident, **news):
    return dead_letters.correct(incident_id=incident.pk, news=news, by="user:ada", now=NOW)


def settle(incident, reason="Paid by hand.", **result):
    return dead_letters.settle(
        incident_id=incident.pk, reason=reason, result=result, by="user:ada", now=NOW
    )


def test_several_are_tried_again_and_those_that_are_not_say_why(machine):
    (_, first), (_, second), (_, third) = dead(machine), dead(machine), dead(machine)
    settle(second)

    tried = dead_letters.retry_many(
        incident_ids=[first.pk, second.pk, third.pk, first.pk], by="user:ada", now=NOW
    )

    assert tried.again == 2
    assert [each for each, _ in tried.refused] == [second.pk]
    assert "ada has resolved" in tried.refused[0][1]
    assert Job.objects.filter(status="ready").count() == 2


def test_corrected_variables_are_what_the_next_attempt_is_given(machine):
    instance, incident = dead(machine, ONE_INPUT)
    assert job_at(instance, "auto").input == {"amount": 2}

    correct(incident, amount=21)

    assert now_of(instance).variables == {"amount": 21}
    assert builders.run(job_at(instance, "auto"))
    assert now_of(instance).variables["paid"] == {"amount": 42}
    assert story(instance)[4:7] == ["variables.corrected", "incident.resolved", "job.retried"]
    assert "21" not in json.dumps(
        journal.JournalEntry.objects.get(kind="variables.corrected").detail["names"]
    )
    assert journal.verifies(now_of(instance))


@pytest.mark.parametrize("news", [{}, {"amount": "x" * 2_000_000}, {"n" * 101: 1}])
def test_a_correction_that_cannot_be_kept_changes_nothing(machine, news):
    instance, incident = dead(machine)
    before = story(instance)

    with pytest.raises(NotValid):
        correct(incident, **news)

    assert now_of(instance).variables == {"amount": 1}
    assert story(instance) == before


def test_a_job_that_was_done_in_another_way_lets_its_process_go_on(machine):
    instance, incident = dead(machine)

    settle(incident, receipt="R-7")

    assert standing(instance) == ["check"]
    assert now_of(instance).variables["paid"] == {"receipt": "R-7"}
    assert job_at(instance, "auto").status == "cancelled"
    resolved = Incident.objects.get()
    assert (resolved.status, resolved.resolution) == ("resolved", "Paid by hand.")
    assert story(instance)[4:6] == ["incident.resolved", "job.settled"]
    assert journal.verifies(now_of(instance))


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_nothing_is_settled_without_a_reason(machine, reason):
    instance, incident = dead(machine)

    with pytest.raises(NotValid, match="Say why"):
        settle(incident, reason)

    assert standing(instance) == ["auto"]


def test_what_somebody_has_settled_is_neither_corrected_nor_settled_again(machine):
    instance, incident = dead(machine)
    settle(incident)

    for act in (settle, lambda each: correct(each, amount=2)):
        with pytest.raises(AlreadyResolved, match="ada has resolved"):
            act(incident)

    assert story(instance).count("incident.resolved") == 1


def test_a_step_that_could_not_be_opened_cannot_be_passed_over(woken):
    value = 1
    for _ in range(300):
        value = [value]
    builders.started(
        *ONE_JOB,
        job='result="r"/><c:input name="x" value="a = b"',
        variables={"a": value, "b": value},
    )
    incident = Incident.objects.get(kind="handler")

    with pytest.raises(NotValid, match="cannot be passed over"):
        settle(incident)
    correct(incident, a=1, b=1)

    assert Job.objects.get().input == {"x": True}


# --- pages ---


def test_the_chosen_ones_are_tried_again(page, machine):
    (_, first), (_, second), (_, third) = dead(machine), dead(machine), dead(machine)
    listed = page.get("/incidents/").content.decode()
    assert f'value="{first.pk}" form="retry-many"' in listed

    answer = page.post(
        reverse("workflows:retry-many"), {"incident": [first.pk, third.pk]}, follow=True
    )

    assert "Tried again: 2 incidents." in answer.content.decode()
    assert Incident.objects.get(status="open") == second


@pytest.mark.parametrize("chosen", [[], ["nonsense"]])
def test_choosing_nothing_changes_nothing(page, machine, chosen):
    dead(machine)

    page.post(reverse("workflows:retry-many"), {"incident": chosen}, follow=True)

    assert Incident.objects.get().status == "open"


def test_variables_are_corrected_by_a_form(page, machine):
    instance, incident = dead(machine, ONE_INPUT)
    address = reverse("workflows:correct", args=[incident.pk])

    refused = page.post(address, {"variables": "[1]"}, follow=True)
    assert "Write a JSON object" in refused.content.decode()
    refused = page.post(address, {"variables": "{"}, follow=True)
    assert "This is not JSON" in refused.content.decode()
    answer = page.post(address, {"variables": '{"amount": 5}'}, follow=True)

    assert "is tried again with these values." in answer.content.decode()
    assert job_at(instance, "auto").input == {"amount": 10}


def test_an_incident_is_settled_by_a_form(page, machine):
    instance, incident = dead(machine)
    address = reverse("workflows:settle", args=[incident.pk])

    answer = page.post(address, {"reason": "Paid by hand.", "result": ""}, follow=True)

    assert "is settled." in answer.content.decode()
    assert standing(instance) == ["check"]
    assert Incident.objects.get().resolved_by == "user:ada"


def test_strangers_correct_and_settle_nothing(client, machine):
    _, incident = dead(machine)
    client.force_login(person("mallory"))

    for name in ("correct", "settle"):
        address = reverse(f"workflows:{name}", args=[incident.pk])
        assert client.post(address, {"variables": "{}", "reason": "x"}).status_code == 404
    assert (
        client.post(reverse("workflows:retry-many"), {"incident": incident.pk}).status_code == 404
    )

    assert Incident.objects.get().status == "open"


def test_a_page_shows_what_rests_and_a_person_lets_it_go_on(page, machine):
    instance, _ = dead(machine)
    job = job_at(instance, "auto")
    for _ in range(10):
        breakers.failed(job, now=NOW)
    shown = page.get("/configure/jobs/").content.decode()
    assert "Resting after failures" in shown

    address = reverse("workflows:close-breaker", args=["any"])
    answer = page.post(address, follow=True).content.decode()

    assert "any goes on." in answer
    assert JobKind.objects.get(pk="any").breaker == "closed"
    assert "did not rest" in page.post(address, follow=True).content.decode()


def test_who_is_no_administrator_lets_nothing_go_on(client, machine):
    instance, _ = dead(machine)
    for _ in range(10):
        breakers.failed(job_at(instance, "auto"), now=NOW)
    client.force_login(person("mallory"))

    assert client.get("/configure/jobs/").status_code == 404
    assert client.post(reverse("workflows:close-breaker", args=["any"])).status_code == 404
    assert JobKind.objects.get(pk="any").breaker == "open"


def test_an_unknown_kind_is_not_made_by_closing_it(page):
    page.post(reverse("workflows:close-breaker", args=["nothing"]))

    assert not JobKind.objects.filter(pk="nothing").exists()


def test_a_later_moment_is_not_needed_to_try_again(machine):
    instance, incident = dead(machine)

    dead_letters.retry_many(incident_ids=[incident.pk], by="user:ada", now=later(hours=1))

    assert job_at(instance, "auto").ready_at == later(hours=1)
