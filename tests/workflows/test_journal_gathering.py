"""Facts of one transaction are written together, in their order."""

import pytest

from tests.workflows import builders
from tests.workflows.builders import NOW
from workflows import journal, runtime
from workflows.canonical import NotCanonical
from workflows.journal import Fact

pytestmark = pytest.mark.django_db


def say(instance, *kinds):
    for kind in kinds:
        journal.record(kind, instance=instance, actor="system", now=NOW)


def test_what_is_gathered_is_written_in_its_order_with_one_statement(django_assert_num_queries):
    instance = builders.started("start -> wait", "wait -> end")

    with django_assert_num_queries(1), journal.gathering(instance):
        say(instance, "one", "two")
        with journal.gathering(instance):
            say(instance, "three")

    assert builders.story(instance)[-3:] == ["one", "two", "three"]
    assert journal.verifies(builders.now_of(instance))


def test_a_row_that_is_written_takes_along_what_was_gathered(django_assert_num_queries):
    instance = builders.started("start -> wait", "wait -> end")
    instance.variables = {"n": 1}

    with django_assert_num_queries(1), journal.gathering(instance):
        say(instance, "one")
        fact = Fact(kind="two", actor="system")
        journal.record_all([fact], instance=instance, now=NOW, also_save=["variables"])

    assert builders.story(instance)[-2:] == ["one", "two"]
    assert builders.now_of(instance).variables == {"n": 1}
    assert journal.verifies(builders.now_of(instance))


def test_fields_wait_with_the_facts_for_the_end_of_the_block(django_assert_num_queries):
    instance = builders.started("start -> wait", "wait -> end")
    fact = Fact(kind="one", actor="system")

    with django_assert_num_queries(1), journal.gathering(instance):
        for number in range(3):
            instance.variables = {"n": number}
            journal.record_all([fact], instance=instance, now=NOW, also_save=["variables"])
        say(instance, "two")

    assert builders.story(instance)[-4:] == ["one", "one", "one", "two"]
    assert builders.now_of(instance).variables == {"n": 2}


def test_whoever_holds_the_instance_meanwhile_sees_what_was_gathered():
    instance = builders.started("start -> wait", "wait -> end")
    instance.variables = {"n": 1}

    with journal.gathering(instance):
        fact = Fact(kind="one", actor="system")
        journal.record_all([fact], instance=instance, now=NOW, also_save=["variables"])
        other = runtime.hold(instance.pk)
        other.variables = {**other.variables, "m": 2}
        journal.record_all(
            [Fact(kind="two", actor="system")], instance=other, now=NOW, also_save=["variables"]
        )
        say(instance, "three")

    assert builders.story(instance)[-3:] == ["one", "two", "three"]
    assert builders.now_of(instance).variables == {"n": 1, "m": 2}
    assert journal.verifies(builders.now_of(instance))


def test_a_copy_that_is_behind_catches_up_before_it_writes_what_it_gathered():
    instance = builders.started("start -> wait", "wait -> end")
    other = builders.now_of(instance)

    with journal.gathering(instance):
        say(instance, "gathered")
        say(other, "at once")

    assert builders.story(instance)[-2:] == ["at once", "gathered"]
    assert journal.verifies(builders.now_of(instance))


def test_when_the_block_fails_nothing_that_it_gathered_is_written():
    instance = builders.started("start -> wait", "wait -> end")
    before = builders.story(instance)

    with pytest.raises(NotCanonical):
        say_what_cannot_be_sealed(instance)

    say(instance, "later")
    assert builders.story(instance) == [*before, "later"]


def say_what_cannot_be_sealed(instance):
    with journal.gathering(instance):
        say(instance, "never")
        journal.record("odd", instance=instance, actor="system", now=NOW, value=float("nan"))
