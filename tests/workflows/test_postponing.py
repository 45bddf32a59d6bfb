"""Rows that wait for one another are there for everybody who looks, and go with their savepoint."""

import pytest
from django.db import DataError, connection, transaction
from django.test.utils import CaptureQueriesContext

from queues.models import Skill
from tests.workflows import builders
from tests.workflows.builders import NOW
from workflows import handlers, journal, postponing, runtime
from workflows.bpmn.kinds import Kind
from workflows.models import Activity, Incident

pytestmark = pytest.mark.django_db


@pytest.fixture
def instance():
    return builders.started("start -> wait_a", "wait_a -> end")


def row(instance, node="b", **said):
    return Activity(
        instance=instance, node_id=node, kind="user_task", status="active", entered_at=NOW, **said
    )


def nodes(instance):
    found = Activity.objects.filter(instance=instance).exclude(node_id__in=["start", "wait_a"])
    return sorted(found.values_list("node_id", flat=True))


def test_rows_of_a_block_are_one_statement_at_its_end(instance):
    skills = [Skill(key="x", name="X"), Skill(key="y", name="Y")]

    with CaptureQueriesContext(connection) as sent, postponing.block():
        postponing.insert([row(instance, "b")], skills)
        postponing.insert([row(instance, "c")])
        assert not sent.captured_queries

    assert len(sent) == 1
    assert nodes(instance) == ["b", "c"]
    assert Skill.objects.filter(key__in="xy").count() == 2


def test_without_a_block_rows_are_there_at_once(instance, django_assert_num_queries):
    with django_assert_num_queries(1):
        postponing.insert([row(instance)])

    assert nodes(instance) == ["b"]


def test_whoever_looks_sees_them_and_whoever_looks_elsewhere_does_not_make_them_wait_less(
    instance,
):
    with postponing.block(), CaptureQueriesContext(connection) as sent:
        postponing.insert([row(instance)])
        assert not Skill.objects.filter(key="x").exists()
        assert len(sent) == 1
        assert nodes(instance) == ["b"]
        assert len(sent) == 3


def test_whoever_changes_them_changes_them(instance):
    token = row(instance)

    with postponing.block():
        postponing.insert([token])
        Activity.objects.filter(pk=token.pk).update(name="Changed")
        token.node_id = "c"
        postponing.update((token, ["node_id"]))

    token = Activity.objects.get(pk=token.pk)
    assert (token.name, token.node_id) == ("Changed", "c")


def test_a_row_that_waits_is_written_before_its_change(instance):
    token = row(instance)

    with postponing.block():
        postponing.insert([token])
        for name in ("first", "second"):
            token.name = name
            postponing.update((token, ["name"]))

    token = Activity.objects.get(pk=token.pk)
    assert token.name == "second"


def test_a_statement_takes_what_waits_along(instance, django_assert_num_queries):
    sql = "UPDATE queues_skill SET name = %s WHERE key = %s"
    Skill.objects.create(key="x", name="X")

    with django_assert_num_queries(1), postponing.block():
        postponing.insert([row(instance)])
        assert postponing.run("queues_skill", sql, ["New", "x"]) == 1

    assert Skill.objects.get(key="x").name == "New"
    assert nodes(instance) == ["b"]


def test_a_statement_about_rows_that_wait_comes_after_them(instance):
    sql = "UPDATE workflows_activity SET name = %s WHERE node_id = 'b'"

    with postponing.block():
        postponing.insert([row(instance)])
        assert postponing.run("workflows_activity", sql, ["New"]) == 1


def undo(*said):
    """Something that is rolled back to its savepoint."""
    with pytest.raises(ZeroDivisionError):
        fail(*said)


@transaction.atomic
def fail(*said):
    for each in said:
        each()
    raise ZeroDivisionError


def test_a_savepoint_that_is_rolled_back_takes_along_what_waited_since(instance):
    with postponing.block():
        postponing.insert([row(instance, "before")])
        undo(lambda: postponing.insert([row(instance, "inside")]))
        postponing.insert([row(instance, "after")])

    assert nodes(instance) == ["after", "before"]


def test_what_was_written_within_a_savepoint_that_is_rolled_back_waits_again(instance):
    with postponing.block():
        postponing.insert([row(instance, "before")])
        undo(
            lambda: postponing.insert([row(instance, "inside")]),
            lambda: nodes(instance),
            lambda: postponing.insert([row(instance, "late")]),
        )
        assert nodes(instance) == ["before"]

    assert nodes(instance) == ["before"]


def test_a_savepoint_within_a_savepoint_is_rolled_back_alone(instance):
    with postponing.block(), transaction.atomic():
        postponing.insert([row(instance, "outer")])
        undo(lambda: postponing.insert([row(instance, "inner")]), lambda: nodes(instance))

    assert nodes(instance) == ["outer"]


def test_when_the_block_fails_nothing_of_it_is_written(instance):
    with pytest.raises(ZeroDivisionError), postponing.block():
        fail(lambda: postponing.insert([row(instance)]))

    assert nodes(instance) == []


def test_more_rows_than_one_statement_takes_are_written_in_several(instance, monkeypatch):
    monkeypatch.setattr(postponing, "AT_ONCE", 10)

    with CaptureQueriesContext(connection) as sent, postponing.block():
        postponing.insert([row(instance) for _ in range(25)])

    assert (len(sent), len(nodes(instance))) == (3, 25)


@pytest.mark.parametrize("said", [{"name": "x" * 201}, {"name": "a\0b"}, {"inputs": {"a": "\0"}}])
def test_what_no_column_can_hold_is_refused_where_it_is_said(instance, said):
    with postponing.block(), pytest.raises(DataError):
        postponing.insert([row(instance, **said)])


def test_a_backslash_before_an_escape_is_a_text_like_any_other(instance):
    token = row(instance, inputs={"a": "\\u0000", "b": "\\\\u0000"})

    with postponing.block():
        postponing.insert([token])

    token = Activity.objects.get(pk=token.pk)
    assert token.inputs == {"a": "\\u0000", "b": "\\\\u0000"}


def test_what_is_remembered_is_forgotten_when_a_savepoint_is_rolled_back():
    found = iter(range(10))

    with postponing.block():
        first = [postponing.remembered("key", lambda: next(found)) for _ in range(2)]
        undo(lambda: None)
        again = postponing.remembered("key", lambda: next(found))

    assert (first, again) == ([0, 0], 1)
    assert postponing.remembered("key", lambda: next(found)) == 2


def test_a_handler_whose_row_cannot_be_written_is_told_as_an_incident():
    """The row waits for the end of the step, and yet only its own step is troubled."""

    def opened(instance, activity, node, now):
        postponing.insert([Skill(key=node.id, name="a\0b" if node.id == "a" else "fine")])

    with handlers.looked_after(Kind.USER_TASK, opened=opened, cancelled=opened):
        instance = builders.started("start -> a", "start -> b", "a -> end", "b -> end")

    assert [each.activity.node_id for each in Incident.objects.all()] == ["a"]
    assert list(Skill.objects.values_list("key", flat=True)) == ["b"]
    assert journal.verifies(runtime.hold(instance.pk))
