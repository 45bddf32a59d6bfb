"""Whom a user task asks, by when and how urgently."""

from datetime import UTC, datetime, timedelta

import pytest

from workflows.bpmn import assigning
from workflows.bpmn.assigning import Wish
from workflows.bpmn.details import Assignment

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KNOWN = {"who": "rosa", "team": ["loans", "fraud"], "until": "2026-03-05T12:00:00Z", "n": 90}


def read(**said):
    return assigning.read(Assignment(**said), KNOWN, NOW)


def test_nobody_named_is_no_wish():
    assert assigning.read(None, KNOWN, NOW) == Wish()


@pytest.mark.parametrize(
    ("said", "people", "groups"),
    [
        ({"assignee": "rosa"}, ("rosa",), ()),
        ({"assignee": "${who}"}, ("rosa",), ()),
        ({"assignee": "= who"}, ("rosa",), ()),
        ({"users": ("rosa", "samir")}, ("rosa", "samir"), ()),
        ({"assignee": "rosa", "users": ("samir",)}, ("rosa",), ()),
        ({"groups": ("${who}-team",)}, (), ("rosa-team",)),
        ({"groups": ("= team",)}, (), ("loans", "fraud")),
        ({"groups": ('= "loans, fraud"',)}, (), ("loans", "fraud")),
    ],
)
def test_names_are_read_as_texts_lists_and_expressions(said, people, groups):
    wish = read(**said)

    assert (wish.people, wish.groups, wish.problems) == (people, groups, ())


@pytest.mark.parametrize(
    ("said", "due_at"),
    [
        ({"due": "2026-03-03T09:00:00+01:00"}, datetime(2026, 3, 3, 8, tzinfo=UTC)),
        ({"due": "PT3H"}, NOW + timedelta(hours=3)),
        ({"due": "= until"}, datetime(2026, 3, 5, 12, tzinfo=UTC)),
        ({"due": "${until}"}, datetime(2026, 3, 5, 12, tzinfo=UTC)),
        ({"follow_up": "P1D"}, NOW + timedelta(days=1)),
        ({"due": "PT1H", "follow_up": "P1D"}, NOW + timedelta(hours=1)),
    ],
)
def test_a_due_date_is_a_moment_or_a_duration(said, due_at):
    assert read(**said) == Wish(due_at=due_at)


@pytest.mark.parametrize(
    ("text", "class_"),
    [("0", 5), ("19", 5), ("20", 4), ("50", 3), ("79", 2), ("80", 1), ("100", 1), ("= n", 1)],
)
def test_a_priority_of_camunda_is_a_class(text, class_):
    assert read(priority=text) == Wish(priority=class_)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"assignee": "${bean.who()}"}, "The assignee cannot be read"),
        ({"assignee": "= 1 +"}, "The assignee cannot be read"),
        ({"assignee": "= nobody"}, "The assignee '= nobody' names nothing"),
        ({"groups": ("= {a: 1}",)}, "The groups is no name"),
        ({"due": "soon"}, "The due date 'soon' is no date and no duration"),
        ({"due": "P1Y2"}, "The due date 'P1Y2' is no date and no duration"),
        ({"due": "2526-03-03T09:00:00Z"}, "The due date is more than ten years away"),
        ({"due": "9999-12-31T23:59:59-14:00"}, "The due date is more than ten years away"),
        ({"priority": "high"}, "The priority 'high' is no number from 0 to 100"),
        ({"priority": "101"}, "The priority '101' is no number from 0 to 100"),
    ],
)
def test_what_cannot_be_read_leaves_a_sentence(said, sentence):
    wish = read(**said)

    [problem] = wish.problems
    assert problem.startswith(sentence)
    assert (wish.people, wish.groups, wish.due_at, wish.priority) == ((), (), None, None)


def test_a_date_without_a_zone_is_meant_in_utc_and_that_is_said():
    wish = read(due="2026-03-03T09:00:00")

    assert wish.due_at == datetime(2026, 3, 3, 9, tzinfo=UTC)
    assert wish.problems == ("The due date names no time zone, so UTC is meant",)
