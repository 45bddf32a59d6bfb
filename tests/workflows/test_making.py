"""Objects that are made without a constructor are those that it makes."""

from datetime import datetime

import pytest
from django.apps import apps

from tests.workflows.builders import NOW
from workflows.making import new
from workflows.models import Activity, ProcessInstance

OURS = [model for app in ("workflows", "queues", "reviews") for model in
        apps.get_app_config(app).get_models()]  # fmt: skip


def told(row):
    return {name: value for name, value in vars(row).items() if name not in ("_state", "id")}


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_without_values_every_field_has_its_default(model):
    made, usual = new(model), model()

    assert told(made).keys() == told(usual).keys()
    for name, value in told(made).items():
        expected = told(usual)[name]
        assert type(value) is type(expected)
        if hasattr(value, "expression"):  # what the database gives
            assert vars(value) == vars(expected)
        elif not isinstance(value, datetime):  # now
            assert value == expected
    assert (made._state.adding, made._state.db) == (usual._state.adding, usual._state.db)


def test_values_and_what_a_row_refers_to_are_there():
    instance = ProcessInstance(started_at=NOW)
    values = {"instance": instance, "node_id": "a", "status": "waiting", "entered_at": NOW}

    made = new(Activity, **values)

    assert told(made) == told(Activity(**values))
    assert made.instance is instance
    assert made.instance_id == instance.pk
    assert made.pk != new(Activity, **values).pk


def test_nothing_may_be_referred_to():
    assert new(ProcessInstance, caller=None).caller is None


def test_each_object_has_its_own_dictionary():
    assert new(ProcessInstance).variables is not new(ProcessInstance).variables


def test_a_state_that_is_protected_stays_so():
    with pytest.raises(AttributeError):
        new(Activity, status="active").status = "completed"
