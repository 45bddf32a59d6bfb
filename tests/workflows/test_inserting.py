"""Rows written from one JSON text are the rows that Django writes one value at a time."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.forms import model_to_dict

from tests.workflows import builders
from tests.workflows.builders import HARD, NOW
from workflows.inserting import insert_all, insert_together
from workflows.models import Activity, Job, Scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def instance():
    return builders.started("start -> wait_a", "wait_a -> end")


def activity(instance, **said):
    return Activity(
        instance=instance, node_id="b", kind="user_task", status="active", entered_at=NOW, **said
    )


def test_every_kind_of_value_comes_back_as_it_was(instance):
    token = activity(instance, inputs=HARD)
    job = Job(
        instance=instance, activity=token, handler="any", input=HARD, created_at=NOW,
        max_attempts=3,
        lease_for=timedelta(days=2, seconds=1, microseconds=5), backoff=timedelta(milliseconds=20),
        ready_at=NOW, dispatch_at=builders.later(seconds=1.5),
    )  # fmt: skip
    scope = Scope(
        instance=instance, number=9, parent=7, path=[3, 7], role="body", node_id="b",
        activity=token, variables=HARD, opened_at=NOW,
    )  # fmt: skip

    for row in (token, job, scope):
        insert_all([row])

    for row in (token, job, scope):
        assert model_to_dict(type(row).objects.get(pk=row.pk)) == plain(row)
    assert Job.objects.get(pk=job.pk).lease_for == job.lease_for
    assert Activity.objects.get(pk=token.pk).stuck == ""


def plain(row):
    """What the row says; a default that the database has is what it writes."""
    return {
        name: getattr(getattr(value, "expression", None), "value", value)
        for name, value in model_to_dict(row).items()
    }


def test_many_rows_are_one_statement(instance, django_assert_num_queries):
    rows = [activity(instance) for _ in range(500)]

    with django_assert_num_queries(1):
        insert_all(rows)

    assert Activity.objects.filter(node_id="b").count() == 500


def test_nothing_is_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        insert_all([])


def test_what_the_database_forbids_stays_forbidden(instance):
    done_without_an_end = activity(instance)
    done_without_an_end.__dict__["status"] = "completed"

    with pytest.raises(IntegrityError), transaction.atomic():
        insert_all([activity(instance), done_without_an_end])

    assert not Activity.objects.filter(node_id="b").exists()


def test_a_row_that_was_inserted_is_updated_when_it_is_saved(instance):
    token = activity(instance)
    insert_all([token])

    token.name = "other"
    token.save()

    assert Activity.objects.get(pk=token.pk).name == "other"


def test_rows_that_refer_to_each_other_are_one_statement(instance, django_assert_num_queries):
    token = activity(instance)
    scope = Scope(
        instance=instance, number=1, parent=0, path=[], role="body", node_id="b",
        activity=token, opened_at=NOW,
    )  # fmt: skip

    with django_assert_num_queries(1):
        insert_together([scope], [], [token])

    assert Scope.objects.get(instance=instance).activity == token
    assert {scope._state.adding, token._state.adding} == {False}
