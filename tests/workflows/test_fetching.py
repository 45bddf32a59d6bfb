"""Rows read and changed by kept statements are the rows that Django reads and changes."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, OperationalError, transaction
from django.forms import model_to_dict

from tests.workflows import builders
from tests.workflows.builders import HARD, NOW
from workflows.fetching import FOR_UPDATE, fetch_all, fetch_one
from workflows.inserting import insert_all
from workflows.models import Activity, Job, ProcessInstance
from workflows.updating import update, update_together


@pytest.fixture
def job():
    instance = builders.started("start -> wait_a", "wait_a -> end")
    token = Activity(
        instance=instance, node_id="b", kind="user_task", status="active", entered_at=NOW,
        inputs=HARD, trace=None, stuck="",
    )  # fmt: skip
    job = Job(
        instance=instance, activity=token, handler="any", input=HARD, created_at=NOW,
        max_attempts=3, lease_for=timedelta(days=2, microseconds=5), backoff=timedelta(seconds=20),
        ready_at=NOW, dispatch_at=NOW,
    )  # fmt: skip
    insert_all([token])
    insert_all([job])
    return job


def _kept(row):
    """All that an object has in it, and what Django knows of its row."""
    state = vars(row)["_state"]
    return {**vars(row), "_state": None}, state.adding, state.db


@pytest.mark.django_db
def test_every_kind_of_value_is_read_as_django_reads_it(job):
    found = fetch_one(Job, "self.id = %s", [job.pk])

    asked = Job.objects.get(pk=job.pk)
    assert model_to_dict(found) == model_to_dict(asked)
    assert _kept(found) == _kept(asked)
    assert (found.pk, found.input, found.lease_for) == (asked.pk, HARD, asked.lease_for)
    assert not found.get_deferred_fields()


@pytest.mark.django_db
def test_what_a_row_refers_to_is_read_along_with_it(job, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = fetch_one(Job, "self.id = %s", [job.pk], "activity", "instance")
        said = found.activity.inputs, found.activity.node_id, found.instance.status

    assert said == (HARD, "b", ProcessInstance.Status.RUNNING)
    assert (found.activity.pk, found.instance.pk) == (job.activity_id, job.instance_id)


@pytest.mark.django_db
def test_a_row_that_is_read_can_be_saved_again(job):
    found = fetch_one(Job, "self.id = %s", [job.pk])
    found.input = {"changed": True}
    found.save()

    assert Job.objects.get().input == {"changed": True}


@pytest.mark.django_db
def test_the_fields_that_are_named_are_changed_and_no_others(job, django_assert_num_queries):
    job.input, job.lease_for = HARD | {"more": 1}, timedelta(microseconds=7)
    job.handler = "not this one"

    with django_assert_num_queries(1):
        update(job, ["input", "lease_for", "dispatch_at"])

    found = Job.objects.get(pk=job.pk)
    assert (found.input, found.lease_for) == (job.input, job.lease_for)
    assert (found.handler, found.dispatch_at) == ("any", NOW)


@pytest.mark.django_db
def test_a_change_that_the_database_forbids_is_refused(job):
    token = Activity.objects.get(pk=job.activity_id)
    token.__dict__["status"] = "completed"  # without an end

    with pytest.raises(IntegrityError), transaction.atomic():
        update(token, ["status", "ended_at"])


@pytest.mark.django_db
def test_no_row_is_told_apart_from_some(job):
    assert fetch_all(Job, "self.id = %s", [uuid4()]) == []
    with pytest.raises(Job.DoesNotExist, match="There is no such job"):
        fetch_one(Job, "self.id = %s", [uuid4()])


@pytest.mark.django_db(transaction=True)
def test_a_row_is_held_and_what_it_refers_to_is_not(job):
    def touch(model, pk):
        model.objects.select_for_update(nowait=True).get(pk=pk)

    with transaction.atomic():
        fetch_one(Job, f"self.id = %s {FOR_UPDATE}", [job.pk], "activity")
        [of_job] = builders.elsewhere(transaction.atomic(lambda: touch(Job, job.pk)))
        [of_token] = builders.elsewhere(
            transaction.atomic(lambda: touch(Activity, job.activity_id))
        )

    assert isinstance(of_job, OperationalError)
    assert of_token is None


@pytest.mark.django_db
def test_rows_of_different_models_are_changed_with_one_statement(job, django_assert_num_queries):
    token = job.activity
    job.input, token.name = {"changed": "ä"}, "other"

    with django_assert_num_queries(1):
        update_together((job, ["input"]), (token, ["name"]))

    assert Job.objects.get(pk=job.pk).input == {"changed": "ä"}
    assert Activity.objects.get(pk=token.pk).name == "other"
