"""Instances that ran before there were scopes: where they stand is counted from their tokens."""

from importlib import import_module

import pytest
from django.db import connection

from tests.workflows import builders
from tests.workflows.builders import complete, now_of, started
from workflows import markings
from workflows.models import ProcessInstance

pytestmark = pytest.mark.django_db

COUNT_TOKENS = import_module("workflows.migrations.0006_scopes").COUNT_TOKENS


def test_tokens_of_older_instances_are_counted_once():
    instance = started(
        "start -> both_split", "both_split -> left", "both_split -> right", "left -> both_join",
        "right -> both_join", "both_join -> check", "check -> end",
    )  # fmt: skip
    complete(instance, "left")
    other = builders.start(instance.definition)
    before = {each.pk: (resting(each), each.joins) for each in ProcessInstance.objects.all()}
    ProcessInstance.objects.update(resting={}, joins={})

    with connection.cursor() as cursor:
        cursor.execute(COUNT_TOKENS)

    after = {each.pk: (each.resting, each.joins) for each in ProcessInstance.objects.all()}
    assert after == before
    assert after[other.pk] == ({"left": 1, "right": 1}, {})
    complete(instance, "right")
    assert markings.of(now_of(instance)).resting == {"check": 1}


def resting(instance):
    return markings.of(instance).resting
