"""Messages from outside: sent twice, they start one process."""

import threading

import pytest
from django.db import transaction

from tests.workflows import builders, drawn
from tests.workflows.builders import NOW, story
from workflows import definitions, intake, wakeups
from workflows.models import Job, JournalEntry, ProcessInstance, Receipt
from workflows.refusals import NotValid

MESSAGE = b'<messageEventDefinition messageRef="m"/></startEvent>'


def listening(name: str = "order", process: str = "drawn"):
    """A process that this message starts."""
    source = builders.source("start -> auto", "auto -> end")
    source = source.replace(b'<startEvent id="start" name="start"></startEvent>',
                            b'<startEvent id="start" name="start">' + MESSAGE)  # fmt: skip
    source = source.replace(b'id="drawn"', f'id="{process}"'.encode())
    source = source.replace(b"</process>", f'</process><message id="m" name="{name}"/>'.encode())
    [definition] = definitions.deploy(source=source, by="user:ada", now=NOW)
    return definition


def send(**changes):
    message = {
        "message": "order",
        "variables": {"amount": 5},
        "business_key": "A-1",
        "idempotency_key": "k1",
        "sender": "api:shop",
        "now": NOW,
    }
    return intake.receive(**{**message, **changes})


@pytest.mark.django_db
def test_a_message_starts_the_newest_version():
    listening()
    builders.deployed("start -> check", "check -> end")  # version 2 no longer listens
    newest = listening()

    instance, created = send()

    assert created
    assert instance.definition == newest
    assert (instance.business_key, instance.started_by) == ("A-1", "api:shop")
    assert instance.variables == {"amount": 5}
    assert story(instance) == ["process.started", "job.created"]


@pytest.mark.django_db
def test_an_older_version_does_not_listen_any_more():
    listening()
    builders.deployed("start -> check", "check -> end")

    with pytest.raises(NotValid, match="No process waits"):
        send()


@pytest.mark.django_db
def test_the_same_message_again_gives_the_same_instance():
    listening()

    first, _ = send()
    again, created = send(variables={"amount": 5.0})

    assert (again, created) == (first, False)
    assert ProcessInstance.objects.count() == Job.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change", [{"variables": {"amount": 6}}, {"business_key": "A-2"}, {"message": "other"}]
)
def test_the_same_key_with_another_content_is_refused(change):
    listening()
    send()

    with pytest.raises(intake.KeyReused, match="another message"):
        send(**change)

    assert ProcessInstance.objects.count() == 1


@pytest.mark.django_db
def test_senders_have_keys_of_their_own():
    listening()

    first, _ = send()
    other, created = send(sender="api:bank")

    assert created
    assert first != other


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        {"message": "unknown"},
        {"message": ""},
        {"message": None},
        {"variables": ["a", "list"]},
        {"variables": "text"},
        {"variables": {"x": float("nan")}},
        {"variables": {"x": "y" * 2_000_000}},
        {"variables": {"x": "\0"}},
        {"variables": {"x": 2**60}},
        {"business_key": "x" * 201},
        {"business_key": "a\nb"},
        {"idempotency_key": ""},
        {"idempotency_key": "x" * 256},
        {"idempotency_key": "a\0b"},
        {"idempotency_key": "\ud800"},
    ],
)
def test_b20_b21_what_cannot_be_used_is_refused_and_nothing_is_kept(change):
    listening()
    entries = JournalEntry.objects.count()

    with pytest.raises(NotValid):
        send(**change)

    assert not ProcessInstance.objects.exists()
    assert not Receipt.objects.exists()
    assert JournalEntry.objects.count() == entries


@pytest.mark.django_db
def test_a_refused_message_may_be_sent_again_with_its_key():
    with pytest.raises(NotValid):
        send()
    listening()

    assert send()[1]


@pytest.mark.django_db
def test_two_processes_cannot_listen_to_one_message():
    listening()

    with pytest.raises(NotValid, match="already starts"):
        listening(process="rival")


@pytest.mark.django_db
def test_starting_takes_few_statements(django_assert_max_num_queries):
    listening()
    send(idempotency_key="first")

    with django_assert_max_num_queries(9):
        send()


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_the_second_waits_and_gets_the_first_ones_instance():
    listening()
    started, may_commit = threading.Event(), threading.Event()

    def first():
        with transaction.atomic():
            instance, created = send()
            started.set()
            assert may_commit.wait(5)
        return instance, created

    def second():
        assert started.wait(5)
        threading.Timer(0.3, may_commit.set).start()  # by then it waits for the first
        return send()

    (one, one_is_new), (two, two_is_new) = builders.elsewhere(first, second)

    assert one == two
    assert (one_is_new, two_is_new) == (True, False)
    assert ProcessInstance.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_does_not_keep_a_message_out(monkeypatch):
    tries = []

    def unreachable(*what, **_more):
        tries.append(what)
        raise ConnectionError

    monkeypatch.setattr(wakeups.current_app, "send_task", unreachable)
    listening()

    instance, created = send()

    assert created
    assert instance.jobs.get().status == "ready"
    send(idempotency_key="k2")
    assert len(tries) == 1  # nobody waits for a broker that was just found to be away


def test_the_drawn_start_event_is_as_these_tests_expect():
    assert b'<startEvent id="start" name="start"></startEvent>' in drawn.xml("start -> end")
