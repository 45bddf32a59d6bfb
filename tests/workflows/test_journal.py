"""What happened stays on record: the database refuses changes, the chain shows them."""

import random

import pytest
from django.core.management import CommandError, call_command
from django.db import Error, connection, transaction

from tests.workflows import builders
from tests.workflows.builders import NOW, complete, later, now_of, run, standing
from workflows import jobs, journal, runtime, timers
from workflows.models import Job, JournalEntry, ProcessInstance

EVERYTHING = (
    "start -> all_split",
    "all_split -> auto",
    "all_split -> check",
    "all_split -> wait",
    "auto -> big?",
    "big? -[amount > 5]-> next",
    "big? -[else]-> paid?",
    "next -> paid?",
    "remind_next -> end_reminded",
    "late_check -> chase",
    "check -> checked?",
    "chase -> checked?",
    "paid? -> all_join",
    "checked? -> all_join",
    "wait -> all_join",
    "all_join -> end",
)


def step_at_random(instance: ProcessInstance, chance: random.Random, minute: int) -> None:
    """Something that may happen to an instance, whether or not it fits."""
    now = later(minutes=minute)
    match chance.randrange(6):
        case 0:
            timers.fire_due(now)
        case 1:
            jobs.expire_leases(now)
        case 2:
            for job in Job.objects.filter(instance=instance):
                run(job, at=now)
        case 3 if chance.random() < 0.05:
            if standing(instance):
                runtime.cancel(instance_id=instance.pk, by="user:ada", reason="", now=now)
        case _:
            people = [node for node in standing(instance) if node in ("check", "chase", "next")]
            if people:
                complete(instance, chance.choice(people), seen=minute)


def broken_sometimes(chance: random.Random):
    def answer(_work):
        if chance.random() < 0.6:
            raise ConnectionError("No.")
        return {"ok": True}

    return answer


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(12))
def test_whatever_happens_the_chain_is_whole_and_no_token_is_lost(seed, machine):
    chance = random.Random(seed)
    machine.answer = broken_sometimes(chance)
    instance = builders.started(*EVERYTHING, variables={"amount": chance.randrange(10)})

    for minute in range(0, 240, 6):
        step_at_random(instance, chance, minute)
        instance = now_of(instance)
        assert journal.verifies(instance)
        assert instance.live_tokens == len(standing(instance))
        if instance.status != "running":
            break

    call_command("verify_chain", str(instance.pk))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE workflows_journalentry SET actor = 'user:mallory'",
        "DELETE FROM workflows_journalentry",
        "TRUNCATE workflows_journalentry",
    ],
)
def test_the_database_refuses_to_change_the_journal(statement):
    builders.started("start -> check", "check -> end")

    with pytest.raises(Error, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE workflows_journalentry SET actor = 'user:mallory' WHERE sequence = 2",
        "UPDATE workflows_journalentry SET at = at - interval '1 hour' WHERE sequence = 1",
        "UPDATE workflows_journalentry SET detail = '{}' WHERE sequence = 3",
        "DELETE FROM workflows_journalentry WHERE sequence = 2",
        "DELETE FROM workflows_journalentry WHERE sequence = 4",
        "UPDATE workflows_processinstance SET chain_length = 3",
    ],
)
def test_the_chain_shows_what_somebody_changed_behind_the_databases_back(tampering):
    instance = builders.started("start -> check", "check -> end")
    complete(instance, "check")
    assert journal.verifies(now_of(instance))

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(tampering)

    assert not journal.verifies(now_of(instance))
    with pytest.raises(CommandError, match=str(instance.pk)):
        call_command("verify_chain")


@pytest.mark.django_db
def test_facts_outside_of_processes_have_chains_of_their_own():
    for name in ("Refunds", "Claims"):
        journal.record_outside(
            "queue.changed", subject="queue:refunds", actor="user:ada", now=NOW, name=name
        )
    journal.record_outside("queue.changed", subject="queue:loans", actor="user:ada", now=NOW)

    sequences = JournalEntry.objects.order_by("id").values_list("subject", "sequence")
    assert list(sequences) == [("queue:refunds", 1), ("queue:refunds", 2), ("queue:loans", 1)]
    call_command("verify_chain")


@pytest.mark.django_db(transaction=True)
def test_two_who_write_to_one_chain_at_once_do_not_fork_it():
    def write():
        journal.record_outside("queue.changed", subject="queue:x", actor="user:ada", now=NOW)

    assert builders.elsewhere(*[write] * 6) == [None] * 6

    sequences = JournalEntry.objects.order_by("sequence").values_list("sequence", flat=True)
    assert list(sequences) == [1, 2, 3, 4, 5, 6]
    call_command("verify_chain")
