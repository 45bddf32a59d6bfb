"""Automated steps: leased, tried again, given to people; recorded once however often they run."""

import threading
from itertools import pairwise

import pytest
from django.db import connection, transaction

from tests.workflows import builders
from tests.workflows.builders import LEASE, NOW, job_at, later, now_of, run, standing, story
from workflows import incidents, jobs, journal, runtime, timers, wakeups
from workflows.models import Activity, Incident, Job
from workflows.refusals import OutOfDate

ONE_JOB = ("start -> auto", "auto -> check", "check -> end")


def broken(_work):
    raise ConnectionError("The bank does not answer.")


def one_job(**said):
    return builders.started(*ONE_JOB, **said)


@pytest.mark.django_db
def test_a_job_is_created_with_its_step_and_a_worker_is_woken(
    woken, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        instance = one_job()

    job = job_at(instance, "auto")
    assert (job.status, job.ready_at, job.attempts) == ("ready", NOW, 0)
    assert woken == [(wakeups.RUN_JOB, str(job.pk))]
    assert story(instance) == ["process.started", "job.created"]


@pytest.mark.django_db
def test_the_result_of_a_job_becomes_a_variable(machine):
    machine.answer = lambda _work: {"score": 0.7}
    instance = one_job()

    assert run(job_at(instance, "auto"))

    assert now_of(instance).variables == {"result": {"score": 0.7}}
    assert standing(instance) == ["check"]
    assert story(instance)[2:] == ["job.completed"]


@pytest.mark.django_db
def test_the_key_stays_the_same_over_all_attempts(machine):
    machine.answer = broken
    instance = one_job()
    job = job_at(instance, "auto")

    run(job)
    run(job, at=later(minutes=10))

    assert [work.attempt for work in machine.works] == [1, 2]
    assert {work.idempotency_key for work in machine.works} == {str(job.pk)}


@pytest.mark.django_db
def test_a_failed_attempt_waits_before_the_next(machine):
    machine.answer = broken
    instance = one_job(job='attempts="3" backoff="PT8S"')
    job = jobs.lease(job_at(instance, "auto").pk, by="worker-1", now=NOW)

    jobs.fail(leased=job, error="No.", now=NOW, chance=lambda: 0.5)

    job = job_at(instance, "auto")
    assert (job.status, job.ready_at, job.last_error) == ("ready", later(seconds=4), "No.")
    assert not run(job, at=later(seconds=3))
    assert story(instance)[2:] == ["job.failed"]


def dead_job(machine):
    """An instance whose job gave up after its third attempt."""
    machine.answer = broken
    instance = one_job()
    for hours in range(3):
        run(job_at(instance, "auto"), at=later(hours=hours))
    return instance


@pytest.mark.django_db
def test_after_the_last_attempt_a_person_is_asked(machine):
    instance = dead_job(machine)

    incident = Incident.objects.get()
    assert job_at(instance, "auto").status == "dead"
    assert (incident.kind, incident.status) == ("dead_job", "open")
    assert incident.message == "auto failed 3 times: ConnectionError: The bank does not answer."
    assert story(instance)[2:] == ["job.failed", "job.failed", "job.dead", "incident.opened"]
    assert "bank" not in str(list(journal.JournalEntry.objects.values_list("detail")))


@pytest.mark.django_db
def test_a_person_has_a_dead_job_tried_again(machine):
    instance = dead_job(machine)
    machine.answer = lambda _work: {}

    jobs.retry(incident_id=Incident.objects.get().pk, by="user:ada", now=later(hours=5))

    assert run(job_at(instance, "auto"), at=later(hours=5))
    assert standing(instance) == ["check"]
    assert Incident.objects.get().resolved_by == "user:ada"
    assert story(instance)[6:] == ["incident.resolved", "job.retried", "job.completed"]
    assert journal.verifies(now_of(instance))


@pytest.mark.django_db
def test_an_incident_is_resolved_once(machine):
    dead_job(machine)
    incident = Incident.objects.get()
    incidents.retry(incident_id=incident.pk, by="user:ada", now=NOW)

    with pytest.raises(OutOfDate, match="ada has resolved"):
        incidents.retry(incident_id=incident.pk, by="user:bob", now=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "result", [{"x": float("nan")}, ["a", "list"], None, {"x": "y" * 2_000_000}, {"x": 2**60}]
)
def test_a_result_that_cannot_be_kept_is_a_failed_attempt(machine, result):
    machine.answer = lambda _work: result
    instance = one_job()

    assert not run(job_at(instance, "auto"))

    assert job_at(instance, "auto").last_error
    assert standing(instance) == ["auto"]


@pytest.mark.django_db
def test_a_handler_that_is_gone_is_a_failed_attempt(machine):
    instance = one_job()
    Job.objects.update(handler="gone")

    assert not run(job_at(instance, "auto"))

    assert "No handler named gone" in job_at(instance, "auto").last_error


@pytest.mark.django_db
def test_a_job_is_leased_once():
    instance = one_job()
    job = job_at(instance, "auto")

    assert jobs.lease(job.pk, by="worker-1", now=NOW)
    assert jobs.lease(job.pk, by="worker-2", now=NOW) is None


@pytest.mark.django_db
def test_a_worker_that_does_not_come_back_counts_as_a_failed_attempt():
    instance = one_job()
    jobs.lease(job_at(instance, "auto").pk, by="worker-1", now=NOW)

    assert jobs.expire_leases(NOW + LEASE / 2) == 0
    assert jobs.expire_leases(NOW + LEASE) == 1

    job = job_at(instance, "auto")
    assert (job.status, job.attempts) == ("ready", 1)
    assert job.last_error == "The worker worker-1 did not come back within its lease."


@pytest.mark.django_db
def test_a_worker_whose_lease_has_ended_changes_nothing(machine):
    instance = one_job()
    job = job_at(instance, "auto")

    def while_the_lease_runs_out(_work):
        jobs.expire_leases(NOW + LEASE)
        return {"late": True}

    machine.answer = while_the_lease_runs_out
    assert not run(job)
    before = story(instance)
    machine.answer = lambda _work: {"late": False}
    assert run(job, at=later(hours=1))

    assert before == ["process.started", "job.created", "job.failed"]
    assert now_of(instance).variables == {"result": {"late": False}}
    assert story(instance).count("job.completed") == 1


@pytest.mark.django_db
def test_b54_a_result_for_a_cancelled_instance_has_no_effect(machine):
    instance = one_job()

    def cancels(_work):
        runtime.cancel(instance_id=instance.pk, by="user:ada", reason="", now=NOW)
        return {"paid": True}

    machine.answer = cancels
    assert not run(job_at(instance, "auto"))

    assert now_of(instance).status == "cancelled"
    assert now_of(instance).variables == {}
    assert story(instance)[-1] == "process.cancelled"


@pytest.mark.django_db
def test_b54_a_result_after_the_timer_took_the_other_way_has_no_effect(machine):
    instance = builders.started(
        "start -> auto", "auto -> check", "late_auto -> chase", "check -> end", "chase -> end"
    )

    def timer_is_faster(_work):
        assert timers.fire_due(later(hours=1)) == 1
        return {"paid": True}

    machine.answer = timer_is_faster
    assert not run(job_at(instance, "auto"))

    assert standing(instance) == ["chase"]
    assert job_at(instance, "auto").status == "cancelled"
    assert "job.completed" not in story(instance)
    assert journal.verifies(now_of(instance))


@pytest.mark.django_db
def test_a_lost_wake_up_is_made_up_for_with_longer_and_longer_pauses(woken):
    instance = one_job()
    job = job_at(instance, "auto")

    sent = [second for second in range(200) if jobs.dispatch_due(later(seconds=second))]

    assert woken == [(wakeups.RUN_JOB, str(job.pk))] * len(sent)
    pauses = [after - before for before, after in pairwise(sent)]
    assert sent[0] == 1
    assert pauses == [2, 4, 8, 16, 32, 60, 60]


@pytest.mark.django_db
def test_a_job_in_its_pause_is_not_dispatched(machine, woken):
    machine.answer = broken
    instance = one_job()
    run(job_at(instance, "auto"))
    Job.objects.update(ready_at=later(minutes=1), dispatch_at=later(minutes=1))

    assert jobs.dispatch_due(later(seconds=59)) == 0
    assert jobs.dispatch_due(later(seconds=60)) == 1


@pytest.mark.django_db
def test_a_step_whose_input_fails_is_an_incident_until_it_can_be_evaluated(woken):
    instance = builders.started(
        *ONE_JOB, job='result="r"/><c:input name="x" value="a = b"', variables=deep("a", "b")
    )
    incident = Incident.objects.get(kind="handler")
    assert "input of auto cannot be evaluated" in incident.message
    assert not Job.objects.exists()

    instance.variables = {"a": 1, "b": 1}
    instance.save(update_fields=["variables"])
    incidents.retry(incident_id=incident.pk, by="user:ada", now=NOW)

    assert job_at(instance, "auto").input == {"x": True}
    assert run(job_at(instance, "auto"))


def deep(*names):
    """Variables that are too deep to be compared."""
    value = 1
    for _ in range(300):
        value = [value]
    return dict.fromkeys(names, value)


# --- races, forced ------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_dispatchers_share_the_due_jobs(woken):
    definition = builders.deployed(*ONE_JOB)
    for _ in range(3):
        builders.start(definition)
    woken.clear()
    held = Job.objects.order_by("id").first()

    with transaction.atomic():
        Job.objects.select_for_update(no_key=True).get(pk=held.pk)
        [sent] = builders.elsewhere(lambda: jobs.dispatch_due(later(minutes=1)))

    assert sent == 2
    assert (wakeups.RUN_JOB, str(held.pk)) not in woken


@pytest.mark.django_db(transaction=True)
def test_a_job_that_somebody_is_just_taking_is_passed_by():
    job = job_at(one_job(), "auto")

    with transaction.atomic():
        Job.objects.select_for_update(no_key=True).get(pk=job.pk)
        [leased] = builders.elsewhere(lambda: jobs.lease(job.pk, by="worker-2", now=NOW))

    assert leased is None


@pytest.mark.django_db(transaction=True)
def test_completion_that_waited_for_the_expiry_is_refused(machine):
    instance = one_job()
    leased = jobs.lease(job_at(instance, "auto").pk, by="worker-1", now=NOW)
    waiting, may_commit = threading.Event(), threading.Event()

    def expires_and_holds():
        with transaction.atomic():
            assert jobs.expire_leases(NOW + LEASE) == 1
            waiting.set()
            assert may_commit.wait(5)

    def completes():
        assert waiting.wait(5)
        threading.Timer(0.3, may_commit.set).start()  # by then it waits for the instance
        jobs.complete(leased=leased, result={"late": True}, now=NOW + LEASE)

    _, refusal = builders.elsewhere(expires_and_holds, completes)

    assert isinstance(refusal, jobs.LeaseOver)
    assert now_of(instance).variables == {}
    assert story(instance) == ["process.started", "job.created", "job.failed"]


@pytest.mark.django_db(transaction=True)
def test_expiry_passes_by_an_instance_whose_job_is_just_being_completed():
    instance = one_job()
    leased = jobs.lease(job_at(instance, "auto").pk, by="worker-1", now=NOW)
    waiting, may_commit = threading.Event(), threading.Event()

    def completes_and_holds():
        with transaction.atomic():
            jobs.complete(leased=leased, result={"late": False}, now=NOW + LEASE)
            waiting.set()
            assert may_commit.wait(5)

    def expires():
        assert waiting.wait(5)
        expired = jobs.expire_leases(NOW + LEASE)
        may_commit.set()
        return expired

    _, expired = builders.elsewhere(completes_and_holds, expires)

    assert expired == jobs.expire_leases(NOW + LEASE) == 0
    assert standing(instance) == ["check"]
    assert story(instance) == ["process.started", "job.created", "job.completed"]


@pytest.mark.django_db(transaction=True)
def test_the_handler_runs_outside_of_any_transaction(machine):
    instance = one_job()
    machine.answer = lambda _work: {"in_transaction": connection.in_atomic_block}

    run(job_at(instance, "auto"))

    assert now_of(instance).variables == {"result": {"in_transaction": False}}
    assert not Activity.objects.filter(node_id="auto", status="active").exists()


@pytest.mark.django_db(transaction=True)
def test_a_result_that_meets_a_long_lock_is_recorded_once_it_is_free(monkeypatch, settings):
    instance = one_job()
    leased = jobs.lease(job_at(instance, "auto").pk, by="worker-1", now=NOW)
    held, free = threading.Event(), threading.Event()

    def holds():
        with transaction.atomic():
            runtime.hold(instance.pk)
            held.set()
            assert free.wait(5)

    def records():
        assert held.wait(5)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '100ms'")
        try:
            jobs._insist(lambda: jobs.complete(leased=leased, result={}, now=NOW))
        finally:
            with connection.cursor() as cursor:
                cursor.execute("RESET lock_timeout")

    monkeypatch.setattr(jobs.time, "sleep", lambda _pause: free.set())
    assert builders.elsewhere(holds, records) == [None, None]

    assert standing(instance) == ["check"]


@pytest.mark.django_db(transaction=True)
def test_two_branches_that_finish_at_once_meet_at_the_join():
    instance = builders.started(
        "start -> both_split",
        "both_split -> auto1",
        "both_split -> auto2",
        "auto1 -> both_join",
        "auto2 -> both_join",
        "both_join -> end",
    )

    done = builders.elsewhere(
        lambda: run(job_at(instance, "auto1")), lambda: run(job_at(instance, "auto2"))
    )

    assert done == [True, True]
    assert now_of(instance).status == "completed"
    assert story(instance).count("process.ended") == 1
    assert journal.verifies(now_of(instance))
