"""Workers outside say how a job ended, and are believed once, under the lease that they hold."""

import threading
from datetime import timedelta

import pytest
from django.db import transaction

from tests.workflows import builders, outside
from tests.workflows.builders import LEASE, NOW, job_at, later, now_of, standing, story
from tests.workflows.outside import as_worker, complete, fail, fetch, started, taken
from workflows import definitions, external, external_results, jobs, runtime
from workflows.external_results import NoSuchJob, Worker
from workflows.job_handlers import BusinessError
from workflows.job_results import LeaseOver
from workflows.models import Incident, Job
from workflows.refusals import NotValid

# --- ending an attempt ---


@pytest.mark.django_db
def test_what_a_worker_gives_becomes_variables_and_the_process_goes_on():
    instance = started()

    job = complete(taken(), {"parcel": "P-1"})

    assert job.status == "completed"
    assert now_of(instance).variables == {"weight": 3, "parcel": "P-1"}
    assert standing(instance) == ["check"]
    assert story(instance)[2:] == ["job.completed"]


@pytest.mark.django_db
def test_where_the_model_names_a_result_all_of_it_is_kept_there():
    instance = started(job='result="shipped"')

    complete(taken(), {"parcel": "P-1"})

    assert now_of(instance).variables == {"weight": 3, "shipped": {"parcel": "P-1"}}


@pytest.mark.django_db
def test_a_completion_said_again_is_no_news():
    instance = started()
    job = taken()
    complete(job, {"parcel": "P-1"})

    again = complete(job, {"parcel": "P-1"}, at=later(hours=3))

    assert again.status == "completed"
    assert story(instance).count("job.completed") == 1


@pytest.mark.django_db
def test_another_completion_under_the_same_epoch_is_refused():
    instance = started()
    job = taken()
    complete(job, {"parcel": "P-1"})

    with pytest.raises(LeaseOver, match="the job is completed"):
        complete(job, {"parcel": "P-2"})

    assert now_of(instance).variables["parcel"] == "P-1"


@pytest.mark.django_db
def test_a_worker_with_an_older_epoch_is_told_who_has_the_job_now():
    instance = started()
    first = taken(worker="slow")
    jobs.expire_leases(NOW + LEASE)
    second = taken(at=later(hours=1), worker="quick")

    with pytest.raises(LeaseOver, match="Lease 1 has ended: api:shipping/quick has the job under"):
        complete(first, {"parcel": "late"}, at=later(hours=1))
    complete(second, {"parcel": "in time"}, at=later(hours=1))

    assert now_of(instance).variables["parcel"] == "in time"


@pytest.mark.django_db
def test_a_lease_that_ended_is_refused_before_any_sweep_has_seen_it():
    instance = started()
    job = taken()

    for say in (complete, fail):
        with pytest.raises(LeaseOver, match="goes to its next worker"):
            say(job, at=NOW + LEASE)

    assert standing(instance) == ["auto"]


@pytest.mark.django_db
def test_a_worker_that_is_still_at_it_keeps_its_job():
    started()
    job = taken()

    external_results.extend(
        job.pk, worker=as_worker(job), by=timedelta(minutes=10), now=later(seconds=29)
    )

    assert jobs.expire_leases(later(minutes=9)) == 0
    assert complete(job, at=later(minutes=9)).status == "completed"


@pytest.mark.django_db
def test_another_account_does_not_speak_for_the_one_that_holds_the_job():
    started()
    job = taken()

    with pytest.raises(LeaseOver, match="api:shipping/w1 has the job under lease 1, not you"):
        complete(job, worker=as_worker(job, account="api:rival"))


@pytest.mark.django_db
def test_a_job_of_a_foreign_topic_is_not_there():
    started()
    job = taken()

    with pytest.raises(NoSuchJob):
        complete(job, worker=Worker(outside.SHIPPING, ("parcel.label",), job.epoch))


@pytest.mark.django_db
def test_a_failure_waits_and_is_tried_again_and_said_again_is_no_news():
    instance = started()
    job = taken()

    fail(job, "No paper.")
    fail(job, "No paper.")

    job = job_at(instance, "auto")
    assert (job.status, job.attempts, job.last_error) == ("ready", 1, "No paper.")
    assert NOW <= job.ready_at <= later(seconds=2)
    assert story(instance).count("job.failed") == 1


@pytest.mark.django_db
def test_a_failure_that_is_repeated_after_the_next_lease_is_refused():
    started()
    first = taken()
    fail(first, retry_after=timedelta(0))
    taken(worker="w2")

    with pytest.raises(LeaseOver, match="w2 has the job under lease 2"):
        fail(first, retry_after=timedelta(0))


@pytest.mark.django_db
def test_a_worker_that_sees_no_sense_in_another_attempt_gives_the_job_to_a_person():
    instance = started()

    fail(taken(), "The address does not exist.", attempts_left=0)

    incident = Incident.objects.get()
    assert incident.message == "auto failed once: The address does not exist."
    assert job_at(instance, "auto").status == "dead"


@pytest.mark.django_db
def test_a_worker_may_ask_for_more_attempts_than_the_model():
    instance = started()

    fail(taken(), attempts_left=9)

    assert job_at(instance, "auto").max_attempts == 10


@pytest.mark.django_db
def test_an_error_that_the_model_does_not_catch_is_a_persons():
    instance = started()
    job = taken()
    error = BusinessError("address.unknown", "No such street.")

    for _ in range(2):
        external_results.throw(job.pk, worker=as_worker(job), error=error, now=NOW)

    assert Incident.objects.get().message == "auto failed once: address.unknown: No such street."
    assert standing(instance) == ["auto"]


CAUGHT = (
    ("<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>",
     '<errorEventDefinition errorRef="e1"/>'),
    ("</definitions>", '<error id="e1" errorCode="address.unknown"/></definitions>'),
    ('handler="any"', 'handler="parcel.ship"'),
)  # fmt: skip


def started_with_a_way_out():
    """A parcel whose model knows what to do about an address that does not exist."""
    external.know(["parcel.ship"])
    source = builders.source("start -> auto", "auto -> end", "late_auto -> ask", "ask -> end")
    text = source.decode()
    for old, new in CAUGHT:
        assert old in text
        text = text.replace(old, new)
    [definition] = definitions.deploy(source=text.encode(), by="user:ada", now=NOW)
    return builders.start(definition)


@pytest.mark.django_db
def test_an_error_that_the_model_catches_goes_the_other_way_with_what_it_brought():
    instance = started_with_a_way_out()
    job = taken()
    error = BusinessError("address.unknown", "No such street.", {"street": "Elm"})

    for _ in range(2):
        said = external_results.throw(job.pk, worker=as_worker(job), error=error, now=NOW)

    assert said.status == "completed"
    assert standing(instance) == ["ask"]
    assert now_of(instance).variables["street"] == "Elm"
    assert story(instance).count("job.error") == 1
    assert not Incident.objects.exists()
    with pytest.raises(LeaseOver, match="the job is completed"):
        complete(job)


@pytest.mark.django_db
def test_what_comes_for_a_cancelled_process_changes_nothing():
    instance = started()
    job = taken()
    runtime.cancel(instance_id=instance.pk, by="user:ada", reason="Enough.", now=NOW)

    with pytest.raises(LeaseOver, match="the job is cancelled"):
        complete(job, {"parcel": "P-1"})

    assert "parcel" not in now_of(instance).variables


@pytest.mark.django_db
def test_variables_that_cannot_be_kept_are_refused_and_the_lease_stays():
    instance = started()
    job = taken()

    with pytest.raises(NotValid):
        complete(job, {"big": "x" * 2_000_000})

    assert job_at(instance, "auto").status == "leased"
    assert complete(job, {"big": "x"}).status == "completed"


# --- races, forced ---


@pytest.mark.django_db(transaction=True)
def test_a_job_that_somebody_is_just_taking_is_passed_by_and_the_next_is_given():
    definition = outside.deployed()
    first, second = outside.many(definition, 2)

    with transaction.atomic():
        Job.objects.select_for_update(no_key=True).get(instance=first)
        [found] = builders.elsewhere(fetch)

    assert [job.instance_id for job in found.jobs] == [second.pk]


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_get_the_same_job():
    outside.many(outside.deployed(), 12)
    start = threading.Barrier(4)

    def worker(name):
        def takes():
            start.wait(10)
            found = []
            while len(some := fetch(at_most=2, worker=name).jobs) > 0:
                found += [job.pk for job in some]
            return found

        return takes

    shares = builders.elsewhere(*[worker(f"w{number}") for number in range(4)])

    taken_by_all = [job for share in shares for job in share]
    assert len(taken_by_all) == len(set(taken_by_all))
    assert Job.objects.filter(status="leased", epoch=1).count() == len(taken_by_all) > 0
    rest = fetch(at_most=12).jobs
    assert len(taken_by_all) + len(rest) == 12


@pytest.mark.django_db(transaction=True)
def test_a_completion_that_waited_for_the_expiry_is_refused():
    instance = started()
    job = taken()
    holding, may_commit = threading.Event(), threading.Event()

    def expires_and_holds():
        with transaction.atomic():
            assert jobs.expire_leases(NOW + LEASE) == 1
            holding.set()
            assert may_commit.wait(5)

    def completes():
        assert holding.wait(5)
        threading.Timer(0.3, may_commit.set).start()  # by then it waits for the instance
        complete(job, {"late": True}, at=NOW + LEASE / 2)

    _, refusal = builders.elsewhere(expires_and_holds, completes)

    assert isinstance(refusal, LeaseOver)
    assert "late" not in now_of(instance).variables
