"""How much of one kind of work is done at a time: breakers and limits, by an explicit clock."""

import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, transaction

from tests.workflows import builders, outside
from tests.workflows.builders import NOW, job_at, later, run
from tests.workflows.outside import as_worker, fetch
from workflows import breakers, definitions, external_results, job_handlers, jobs, wakeups
from workflows.job_handlers import BusinessError, Terms
from workflows.models import Job, JobKind

ONE_JOB = ("start -> auto", "auto -> check", "check -> end")
REST = timedelta(seconds=30)


@contextmanager
def bank(answer, **terms):
    """A handler named `bank` that does its work on these terms."""
    job_handlers.handler("bank", Terms(**terms))(answer)
    try:
        yield
    finally:
        job_handlers.forget("bank")


def broken(_work):
    raise ConnectionError("The bank does not answer.")


def well(_work):
    return {}


def waiting(how_many):
    """So many instances whose one job the bank has to do."""
    source = builders.source(*ONE_JOB, job='attempts="9" backoff="PT1S"')
    [definition] = definitions.deploy(
        source=source.replace(b'handler="any"', b'handler="bank"'), by="user:ada", now=NOW
    )
    instances = [builders.start(definition) for _ in range(how_many)]
    return [job_at(instance, "auto") for instance in instances]


def now_of(job):
    return Job.objects.get(pk=job.pk)


def kind():
    return JobKind.objects.get(pk="bank")


# --- the breaker ---


@pytest.mark.django_db
def test_a_breaker_opens_after_so_many_failures_in_a_row_and_jobs_wait_without_an_attempt():
    with bank(broken, trips_after=3):
        jobs_of_bank = waiting(5)
        for job in jobs_of_bank:
            run(job)

    assert [now_of(job).attempts for job in jobs_of_bank] == [1, 1, 1, 0, 0]
    assert (kind().breaker, kind().until) == ("open", NOW + REST)
    assert now_of(jobs_of_bank[4]).dispatch_at == NOW + REST


@pytest.mark.django_db
def test_a_success_in_between_starts_the_count_anew():
    with bank(lambda work: broken(work) if work.attempt == 1 else {}, trips_after=2):
        first, second, third = waiting(3)
        run(first)
        run(first, at=later(minutes=1))
        run(second, at=later(minutes=1))

    assert (kind().breaker, kind().failures) == ("closed", 1)
    assert now_of(third).status == "ready"


@pytest.mark.django_db
def test_after_its_pause_one_job_is_tried_and_the_others_wait_for_its_outcome():
    with bank(broken, trips_after=1):
        first, second, third = waiting(3)
        run(first)
        probe = jobs.lease(second.pk, by="w1", now=NOW + REST)
        other = jobs.lease(third.pk, by="w2", now=NOW + REST)

    assert probe is not None
    assert other is None
    assert (kind().breaker, kind().probe) == ("trying", second.pk)


@pytest.mark.django_db
def test_a_trial_that_succeeds_closes_the_breaker_and_lets_the_others_go():
    with bank(lambda work: broken(work) if work.deadline < NOW + REST * 2 else {}, trips_after=1):
        first, second, third = waiting(3)
        run(first)
        run(third, at=later(seconds=1))
        assert run(second, at=NOW + REST)

        assert (kind().breaker, kind().failures, kind().until) == ("closed", 0, None)
        assert now_of(third).dispatch_at == NOW + REST
        assert run(third, at=NOW + REST)


@pytest.mark.django_db
def test_a_trial_that_fails_opens_the_breaker_again():
    with bank(broken, trips_after=1):
        first, second = waiting(2)
        run(first)
        run(second, at=NOW + REST)

    assert (kind().breaker, kind().until) == ("open", NOW + REST * 2)


@pytest.mark.django_db
def test_a_trial_whose_worker_does_not_come_back_is_followed_by_another():
    with bank(broken, trips_after=1):
        first, second, third = waiting(3)
        run(first)
        probe = jobs.lease(second.pk, by="lost", now=NOW + REST)

        again = jobs.lease(third.pk, by="w2", now=probe.lease_expires_at)

    assert again is not None
    assert kind().probe == third.pk


@pytest.mark.django_db
def test_leases_that_run_out_count_as_failures():
    with bank(well, trips_after=2):
        for job in waiting(2):
            jobs.lease(job.pk, by="lost", now=NOW)
        jobs.expire_leases(later(minutes=1))

    assert kind().breaker == "open"


@pytest.mark.django_db
def test_what_was_begun_before_changes_nothing_while_the_breaker_rests():
    with bank(broken, trips_after=1):
        first, second = waiting(2)
        begun = jobs.lease(second.pk, by="w2", now=NOW)
        run(first)
        jobs.complete(leased=begun, result={}, now=NOW)
        breakers.succeeded(begun, now=NOW)

    assert (kind().breaker, kind().until) == ("open", NOW + REST)


@pytest.mark.django_db
def test_an_error_that_the_model_may_foresee_is_no_failure_of_the_bank():
    def refuses(_work):
        raise BusinessError("no.funds")

    with bank(refuses, trips_after=1):
        [job] = waiting(1)
        run(job)

    assert not JobKind.objects.filter(pk="bank").exclude(breaker="closed").exists()


@pytest.mark.django_db
def test_a_person_closes_a_breaker():
    with bank(broken, trips_after=1):
        first, second = waiting(2)
        run(first)
        run(second, at=later(seconds=1))

        assert breakers.close("bank", by="user:ada", now=later(seconds=2))

        assert not breakers.close("bank", by="user:ada", now=later(seconds=2))
        assert now_of(second).dispatch_at == later(seconds=2)
        assert jobs.lease(second.pk, by="w1", now=later(seconds=2))


@pytest.mark.django_db
def test_a_topic_rests_too_and_then_gives_one_job():
    for _ in range(12):
        outside.started()
    for job in fetch(at_most=10).jobs:
        external_results.fail(job.pk, worker=as_worker(job), message="No.", now=NOW)

    resting = fetch(at=later(seconds=29), at_most=10)
    trying = fetch(at=NOW + REST, at_most=10)
    meanwhile = fetch(at=NOW + REST, at_most=10, worker="w2")

    assert (list(resting.jobs), dict(resting.resting)) == ([], {"parcel.ship": NOW + REST})
    assert len(trying.jobs) == 1
    assert list(meanwhile.jobs) == []
    [job] = trying.jobs
    external_results.complete(job.pk, worker=as_worker(job), given={}, now=NOW + REST)
    assert len(fetch(at=NOW + REST * 2, at_most=20).jobs) == 11


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_not_both_try():
    with bank(broken, trips_after=1):
        first, second, third = waiting(3)
        run(first)
        holding, may_commit = threading.Event(), threading.Event()

        def tries_and_holds():
            with transaction.atomic():
                leased = jobs.lease(second.pk, by="w1", now=NOW + REST)
                holding.set()
                assert may_commit.wait(5)
                return leased

        def tries_too():
            assert holding.wait(5)
            with connection.cursor() as cursor:  # waiting is what is tried here, also on a slow day
                cursor.execute("SET lock_timeout = '20s'")
            threading.Timer(0.3, may_commit.set).start()  # by then it waits for the kind
            return jobs.lease(third.pk, by="w2", now=NOW + REST)

        one, other = builders.elsewhere(tries_and_holds, tries_too)

    assert one.pk == second.pk
    assert other is None


# --- terms ---


@pytest.mark.django_db
def test_what_a_handler_says_of_itself_goes_before_the_model():
    seen = []
    terms = {"timeout": timedelta(minutes=3), "attempts": 2, "backoff": timedelta(minutes=1)}
    with bank(lambda work: seen.append(work.deadline) or broken(work), **terms):
        [job] = waiting(1)
        run(job)
        run(job, at=later(hours=1))

    assert seen == [later(minutes=3), later(hours=1, minutes=3)]
    assert (now_of(job).status, now_of(job).attempts) == ("dead", 2)


@pytest.mark.django_db
def test_no_pause_is_longer_than_the_handler_allows():
    with bank(broken, backoff=timedelta(hours=1), longest_pause=timedelta(seconds=7)):
        [job] = waiting(1)
        leased = jobs.lease(job.pk, by="w1", now=NOW)
        jobs.fail(leased=leased, error="No.", now=NOW, chance=lambda: 1.0)

    assert now_of(job).ready_at == later(seconds=7)


@pytest.mark.parametrize("said", [{"at_once": 0}, {"attempts": 0}, {"timeout": timedelta(0)}])
def test_terms_that_make_no_sense_are_refused_as_the_handler_is_registered(said):
    with pytest.raises(ValueError, match="has to be"):
        Terms(**said)


# --- the limit ---


@pytest.mark.django_db
def test_no_more_are_at_work_than_may_be_and_the_next_is_woken_as_one_ends(woken):
    with bank(well, at_once=2):
        first, second, third = waiting(3)
        one = jobs.lease(first.pk, by="w1", now=NOW)
        assert jobs.lease(second.pk, by="w2", now=NOW)
        assert jobs.lease(third.pk, by="w3", now=NOW) is None
        assert now_of(third).attempts == 0

        jobs.complete(leased=one, result={}, now=NOW)
        woken.clear()
        jobs.job_sweeps.wake_next("bank", now=NOW)

        assert woken == [(wakeups.RUN_JOB, str(third.pk))]
        assert run(third)


@pytest.mark.django_db
def test_who_waits_for_a_place_is_told_less_and_less_often(woken):
    with bank(well, at_once=1):
        first, second = waiting(2)
        jobs.lease(first.pk, by="w1", now=NOW)
        woken.clear()
        for seconds in range(60):
            if jobs.dispatch_due(later(seconds=seconds)):
                jobs.lease(second.pk, by="w2", now=later(seconds=seconds))

    assert 3 <= woken.count((wakeups.RUN_JOB, str(second.pk))) <= 6


@pytest.mark.django_db
def test_a_worker_that_ends_a_job_wakes_another_for_the_next(woken):
    with bank(well, at_once=1):
        first, second = waiting(2)
        woken.clear()
        run(first)

    assert woken == [(wakeups.RUN_JOB, str(second.pk))]


@pytest.mark.django_db(transaction=True)
def test_the_limit_holds_over_workers_that_come_at_once():
    with bank(well, at_once=3):
        all_jobs = waiting(8)
        start = threading.Barrier(8)

        def worker(job):
            def leases():
                start.wait(10)
                return jobs.lease(job.pk, by="w", now=NOW)

            return leases

        leased = builders.elsewhere(*[worker(job) for job in all_jobs])

    assert sum(job is not None for job in leased) == 3
    assert Job.objects.filter(status="leased").count() == 3


@pytest.mark.django_db
def test_an_attempt_costs_few_queries_more_for_its_breaker(django_assert_max_num_queries):
    with bank(well):
        [job] = waiting(1)
        with django_assert_max_num_queries(5):  # a savepoint, the job twice, its kind
            assert jobs.lease(job.pk, by="w1", now=NOW)
