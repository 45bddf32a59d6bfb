"""How long steps take: measured in the database, told on the picture."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from queues import claims
from tests.queues import builders as lines
from tests.reviews.builders import person
from tests.workflows import builders
from tests.workflows.builders import NOW, later
from workflows import durations, heat
from workflows.heat import By, Timed
from workflows.models import Activity, ProcessInstance


def timed(node="a", **said):
    usual = {"finished": 4, "median": 60.0, "ninetieth": 90.0, "total": 300.0, "in_hand": None}
    return Timed(node, **{**usual, **said})


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, "–"), (0.0, "0 s"), (0.44, "0.4 s"), (59.6, "1 min"), (130 * 60, "2 h 10 min"),
     (90_000, "1 d 1 h"), (61, "1 min 1 s"), (86_400, "1 d")],
)  # fmt: skip
def test_a_length_has_at_most_two_units(seconds, words):
    assert heat.in_words(seconds) == words


def test_the_longest_comes_first_and_is_hottest():
    rows = heat.rows([timed("a", ninetieth=10.0), timed("b", ninetieth=100.0)], {"b": "Check"})

    assert [(row.node, row.title, row.heat) for row in rows] == [("b", "Check", 4), ("a", "a", 1)]


def test_heat_tells_what_was_asked_for():
    steps = [timed("a", median=1.0, total=900.0), timed("b", median=2.0, total=10.0)]

    assert [row.node for row in heat.rows(steps, {}, By.MEDIAN)] == ["b", "a"]
    assert [row.node for row in heat.rows(steps, {}, By.TOTAL)] == ["a", "b"]
    assert heat.rows(steps, {}, By.TOTAL)[0].told == "15 min"


def test_what_nobody_has_finished_is_said_without_a_bar():
    bare = timed(finished=0, median=None, ninetieth=None, total=None, standing=2)

    label = heat.labels(heat.rows([bare], {}))["a"]

    assert label.bar is None
    assert label.text == "– · 0× · 2 now"
    assert "nothing finished yet" in label.note


def test_the_share_of_waiting_is_told_in_words_and_as_a_part_of_the_bar():
    label = heat.labels(heat.rows([timed(in_hand=0.25)], {}))["a"]

    assert "75 % of it waiting" in label.note
    assert label.bar.waiting == 0.75


# --- measured -----------------------------------------------------------------------------------


def finished(*seconds):
    """One definition, an instance for each length of its only step."""
    definition = builders.deployed("start -> auto", "auto -> end")
    for length in seconds:
        instance = builders.start(definition)
        builders.run(builders.job_at(instance, "auto"), at=later(seconds=length))
    return definition


@pytest.mark.django_db
def test_median_and_ninetieth_are_those_of_what_was_finished():
    definition = finished(10, 20, 30, 40, 1_000)
    builders.start(definition)

    found = durations.of([definition], since=NOW, now=later(seconds=60))

    [step] = found.steps
    assert (step.node, step.finished, step.standing) == ("auto", 5, 1)
    assert step.median == 30
    assert step.ninetieth == pytest.approx(616)
    assert step.total == 1_100
    assert step.longest_standing == 60
    assert (found.instances, found.counted, found.is_cut) == (6, 6, False)


@pytest.mark.django_db
def test_instances_that_began_earlier_or_of_another_version_are_left_out():
    definition = finished(10)
    other = builders.deployed("start -> auto", "auto -> more", "more -> end")
    builders.start(other)

    assert durations.of([definition], since=later(seconds=1), now=later(days=1)).steps == []
    [step] = durations.of([definition], since=NOW, now=later(days=1)).steps
    assert step.finished == 1


@pytest.mark.django_db
def test_no_more_instances_are_looked_at_than_agreed(monkeypatch):
    definition = finished(10, 20, 30)
    monkeypatch.setattr(durations, "MOST_INSTANCES", 2)

    found = durations.of([definition], since=NOW, now=later(days=1))

    assert (found.instances, found.counted, found.is_cut) == (2, 2, True)


@pytest.mark.django_db
def test_time_in_hand_is_what_reservations_lasted():
    alice = person("alice")
    item = lines.item_in(lines.queue_of(alice))
    begun = Activity.objects.get(pk=item.activity_id).entered_at
    lease = claims.claim(item_id=item.pk, by=alice, now=begun + timedelta(seconds=60))
    claims.release(item_id=item.pk, by=alice, epoch=lease.epoch, now=begun + timedelta(seconds=80))
    Activity.objects.filter(pk=item.activity_id).update(
        status="completed", ended_at=begun + timedelta(seconds=200)
    )
    definition = item.instance.definition

    [step] = [
        each
        for each in durations.of([definition], since=begun, now=begun + timedelta(hours=1)).steps
        if each.finished
    ]

    assert step.in_hand == pytest.approx(0.1)
    assert step.waiting == pytest.approx(0.9)


@pytest.mark.django_db
def test_one_statement_whatever_there_is(django_assert_num_queries):
    definition = finished(1, 2, 3)

    with django_assert_num_queries(1):
        durations.of([definition], since=NOW, now=later(days=1))


def moved_to_today():
    """As if everything had begun a minute ago."""
    later_by = timezone.now() - timedelta(minutes=1) - NOW
    ProcessInstance.objects.update(
        started_at=F("started_at") + later_by, ended_at=F("ended_at") + later_by
    )


# --- the page -----------------------------------------------------------------------------------


@pytest.fixture
def page(client):
    client.force_login(person("ada", is_admin=True))
    return client


@pytest.mark.django_db
def test_the_page_shows_figures_on_the_picture_and_in_a_table(page):
    definition = finished(10, 20)
    moved_to_today()

    text = page.get(reverse("workflows:definition-heat", args=[definition.pk])).content.decode()

    assert "2 passes through a step, of 2 instances." in text
    assert "19 s · 2×" in text
    assert 'class="bpmn-bar"' in text
    assert "15 s" in text


@pytest.mark.django_db
def test_a_version_without_runs_says_so_and_all_versions_may_be_asked_for(page):
    first = finished(10)
    moved_to_today()
    second = builders.deployed("start -> auto", "auto -> more", "more -> end")
    address = reverse("workflows:definition-heat", args=[second.pk])

    assert "Nothing was measured." in page.get(address).content.decode()
    assert "10 s · 1×" in page.get(f"{address}?versions=all").content.decode()
    assert first.key == second.key


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["days=2", "by=luck", "versions=old", "x=1"])
def test_a_wrong_address_is_refused_in_a_sentence(address, page):
    definition = builders.deployed("start -> auto", "auto -> end")

    answer = page.get(f"{reverse('workflows:definition-heat', args=[definition.pk])}?{address}")

    assert answer.status_code == 400
    assert "Show the last 30 days" in answer.content.decode()


@pytest.mark.django_db
def test_only_administrators_find_it(client):
    definition = builders.deployed("start -> auto", "auto -> end")
    manager = person("maria")
    lines.queue_of(manager=manager)
    client.force_login(manager)

    answer = client.get(reverse("workflows:definition-heat", args=[definition.pk]))

    assert answer.status_code == 404
