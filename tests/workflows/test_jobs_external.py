"""Workers outside fetch jobs by topic, each its own, and wait for them without holding anything."""

import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from tests.workflows import builders, outside
from tests.workflows.builders import LEASE, NOW, job_at, later
from tests.workflows.outside import fail, fetch, started, taken
from workflows import definitions, external, jobs, wakeups
from workflows.external import TAKE
from workflows.models import Job
from workflows.refusals import NotValid

# --- fetching ---


@pytest.mark.django_db
def test_a_worker_takes_what_has_waited_longest_and_no_more_than_it_asked_for():
    definition = outside.deployed()
    first, second, third = outside.many(definition, 3)
    Job.objects.filter(instance=third).update(ready_at=NOW - timedelta(minutes=1))

    found = fetch(at_most=2).jobs

    assert [job.instance_id for job in found] == [third.pk, first.pk]
    assert [(job.status, job.epoch, job.attempts) for job in found] == [("leased", 1, 1)] * 2
    assert {job.leased_by for job in found} == {"api:shipping/w1"}
    assert found[0].lease_expires_at == NOW + LEASE
    assert job_at(second, "auto").status == "ready"


@pytest.mark.django_db
def test_a_lease_lasts_as_long_as_the_worker_asks_for():
    started()

    [job] = external.fetch(outside.wish(lease=timedelta(minutes=7)), now=NOW).jobs

    assert job.lease_expires_at == later(minutes=7)


@pytest.mark.django_db
def test_only_topics_that_were_asked_for_are_given():
    started("parcel.ship")
    started("parcel.label")

    [job] = fetch("parcel.label", "parcel.wrap", at_most=10).jobs

    assert job.handler == "parcel.label"


@pytest.mark.django_db
def test_a_job_in_its_pause_is_not_given():
    started()
    fail(taken(), retry_after=timedelta(minutes=5))

    assert fetch(at=later(minutes=4)).jobs == []
    assert taken(at=later(minutes=5)).attempts == 2


@pytest.mark.django_db
def test_a_handler_of_this_installation_is_no_topic(machine):
    with pytest.raises(NotValid, match="any is done by this installation"):
        external.know(["any"])
    with pytest.raises(NotValid, match="any is done by this installation"):
        fetch("any")


@pytest.mark.django_db
def test_workers_here_leave_jobs_of_workers_outside_alone(woken):
    instance = started()
    woken.clear()

    assert not builders.run(job_at(instance, "auto"))
    assert jobs.dispatch_due(later(hours=2)) == 0

    job = job_at(instance, "auto")
    assert (job.status, job.attempts) == ("ready", 0)
    assert woken == []
    assert job.dispatch_at > later(hours=2)


@pytest.mark.django_db
def test_a_model_may_name_a_topic_once_somebody_does_it():
    with pytest.raises(NotValid, match=r"parcel\.fold"):
        _deploy("parcel.fold")

    external.know(["parcel.fold"])

    assert _deploy("parcel.fold")


def _deploy(topic):
    source = builders.source(*outside.ONE_JOB).replace(b'"any"', f'"{topic}"'.encode())
    return definitions.deploy(source=source, by="user:ada", now=NOW)


# --- waiting ---


@pytest.mark.django_db(transaction=True)
def test_who_waits_is_answered_as_soon_as_a_job_appears():
    definition = outside.deployed()

    def waits():
        began = time.monotonic()
        wish = outside.wish()
        found = external.wait_for(wish, seconds=20, clock=timezone.now)
        return len(found.jobs), time.monotonic() - began

    def starts():
        time.sleep(0.4)
        builders.start(definition)

    (jobs_found, seconds), _ = builders.elsewhere(waits, starts)

    assert jobs_found == 1
    assert 0.4 <= seconds < 5


@pytest.mark.django_db(transaction=True)
def test_who_waits_holds_no_connection_and_no_transaction():
    outside.deployed()
    seen = []

    def sleeps(seconds):
        seen.append((connection.connection, connection.in_atomic_block))
        time.sleep(min(seconds, 0.05))

    found = external.wait_for(outside.wish(), seconds=0.5, clock=timezone.now, sleep=sleeps)

    assert found.jobs == []
    assert len(seen) >= 3
    assert set(seen) == {(None, False)}


@pytest.mark.django_db
def test_only_so_many_wait_at_a_time():
    outside.deployed()
    slept = []
    places = [external._places.acquire(blocking=False) for _ in range(external.MOST_WAITING)]

    try:
        found = external.wait_for(
            outside.wish(), seconds=30, clock=timezone.now, sleep=slept.append
        )
    finally:
        for _ in places:
            external._places.release()

    assert (list(found.jobs), found.ask_again_in, slept) == ([], external.ASK_AGAIN, [])


# --- cost ---


@pytest.mark.django_db
def test_a_long_line_for_workers_outside_does_not_hold_up_those_here(woken):
    backlog(started(), 1_000)
    external.know([f"parcel.t{number}" for number in range(20)])
    Job.objects.update(dispatch_at=NOW)
    instance = builders.started(*outside.ONE_JOB)
    woken.clear()

    jobs.dispatch_due(later(seconds=1))

    assert woken == [(wakeups.RUN_JOB, str(job_at(instance, "auto").pk))]


@pytest.mark.django_db
def test_fetching_costs_few_queries_however_many_topics(django_assert_max_num_queries):
    topics = [f"parcel.t{number}" for number in range(20)]
    for topic in topics:
        started(topic)

    with django_assert_max_num_queries(5):  # with a savepoint around it
        found = fetch(*topics, at_most=20)

    assert len(found.jobs) == 20


@pytest.mark.django_db
def test_fetching_from_a_long_line_walks_the_index_made_for_it():
    instance = started()
    backlog(instance, 100_000)

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE workflows_job")
        given = {"topics": ["parcel.ship", "parcel.t7"], "at_most": 10, "by": "api:shipping/w1",
                 "lease": None, "now": later(days=1)}  # fmt: skip
        cursor.execute("EXPLAIN (ANALYZE, BUFFERS OFF) " + TAKE, given)
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "using job_ready_of_kind " in plan
    assert "Seq Scan on workflows_job" not in plan


BACKLOG = """
WITH activities AS (
    INSERT INTO workflows_activity (id, instance_id, node_id, kind, name, flow_id, scope, stuck,
        status, entered_at)
    SELECT gen_random_uuid(), %(instance)s, 'auto', 'serviceTask', '', '', 0, '', 'active', %(now)s
    FROM generate_series(1, %(many)s) RETURNING id
)
INSERT INTO workflows_job (id, instance_id, activity_id, handler, input, result_variable,
    max_attempts, lease_for, backoff, status, attempts, epoch, leased_by, answered, ready_at,
    dispatch_at, dispatches, created_at, last_error)
SELECT gen_random_uuid(), %(instance)s, id,
    'parcel.t' || (row_number() OVER ()) %% 20, '{}', '', 3, '30 s', '2 s', 'ready', 0, 0, '', '',
    %(now)s::timestamptz + make_interval(secs => row_number() OVER ()), %(now)s, 0, %(now)s, ''
FROM activities
"""


def backlog(instance, many):
    """So many jobs of 20 topics that wait."""
    with connection.cursor() as cursor:
        cursor.execute(BACKLOG, {"instance": instance.pk, "many": many, "now": NOW})


@pytest.mark.django_db
def test_a_worker_here_that_was_woken_all_the_same_leaves_the_job_to_those_outside(
    woken, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        instance = started()
    [(task, job_id)] = woken

    assert task == wakeups.RUN_JOB
    assert not builders.run(Job.objects.get(pk=job_id))

    assert taken().instance_id == instance.pk
