"""Who sees which items, how they stand, and the list that an address describes."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.db import connection
from django.http import QueryDict

from queues import aging, filters, queries
from queues.models import Calendar, Clock, Membership, SLAGoal, SLAPolicy, WorkItem
from queues.queries import Standing
from tests.reviews import builders
from tests.reviews.builders import NOW, after
from workflows import reading, spreadsheet
from workflows.reading import BadQuery, TooMuch

pytestmark = pytest.mark.django_db

ALL_DAY = {
    "zone": "Europe/Berlin",
    "weekly": {
        day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    },
}


@pytest.fixture
def maria():
    """Manages the queue that everything goes to."""
    return builders.person("maria")


@pytest.fixture
def queue(maria):
    queue = builders.queue_of(builders.person("alice"), manager=maria)
    calendar = Calendar.objects.create(
        key="always", version=1, name="Always", spec=ALL_DAY, published_at=NOW, published_by="x"
    )
    queue.policy = SLAPolicy.objects.create(
        key="p", version=1, name="P", calendar=calendar, published_at=NOW, published_by="x"
    )
    SLAGoal.objects.create(policy=queue.policy, kind="decide", budget=timedelta(hours=4))
    queue.save()
    return queue


def item_in(queue, **said):
    item = builders.open_items(builders.question(**said))[0]
    assert item.queue_id == queue.pk
    return item


def find(user, text, now=NOW):
    wanted = filters.read(QueryDict(text))
    return filters.narrow(queries.items_visible_to(user), wanted, now)


def test_managers_see_items_of_their_queues_and_admins_all(queue, maria):
    item = item_in(queue)
    ada, mallory = builders.person("ada", is_admin=True), builders.person("mallory")
    alice = queue.memberships.get(can_work=True).user

    assert list(queries.items_visible_to(maria)) == [item]
    assert list(queries.items_visible_to(ada)) == [item]
    assert not queries.items_visible_to(mallory).exists()
    assert not queries.items_visible_to(alice).exists()


def test_programs_and_people_who_left_see_nothing(queue, maria):
    item_in(queue)
    program = builders.program("webshop")
    Membership.objects.create(queue=queue, user=program, can_manage=True)
    maria.is_active = False

    assert not queries.items_visible_to(program).exists()
    assert not queries.items_visible_to(maria).exists()


@pytest.mark.parametrize(
    ("hours", "standing"),
    [(0, "on_track"), (2, "watch"), (3, "warn"), (3.999, "warn"), (4, "warn"), (4.001, "breached")],
)
def test_an_item_stands_by_the_share_of_its_promise(queue, maria, hours, standing):
    item = item_in(queue)
    now = NOW + timedelta(hours=hours)

    [shown] = queries.with_standing(queries.items_visible_to(maria), now)

    assert (shown.pk, shown.standing) == (item.pk, standing)


def test_every_open_item_meets_exactly_one_standing(queue, maria):
    for _ in range(3):
        item_in(queue)
    paused, unpromised, odd = WorkItem.objects.order_by("pk")
    times = {"due_at": None, "watch_at": None, "warn_at": None}
    WorkItem.objects.filter(pk=paused.pk).update(status="suspended", **times)
    WorkItem.objects.filter(pk=unpromised.pk).update(**times)
    WorkItem.objects.filter(pk=odd.pk).update(watch_at=None)

    for hours in (0, 2, 3, 5):
        now = NOW + timedelta(hours=hours)
        counts = [
            queries.items_visible_to(maria).filter(queries.stands(each, now)).count()
            for each in Standing
        ]
        assert sum(counts) == 3
    assert queries.items_visible_to(maria).get(queries.stands(Standing.PAUSED, NOW)) == paused
    assert queries.items_visible_to(maria).get(queries.stands(Standing.NONE, NOW)) == unpromised


def test_the_filters_of_an_address_narrow_the_list(queue, maria):
    item, other = item_in(queue), item_in(queue)
    WorkItem.objects.filter(pk=other.pk).update(priority=1, title="Another 50% thing")

    assert set(find(maria, "")) == {item, other}
    assert list(find(maria, "priority=1")) == [other]
    assert list(find(maria, f"q={item.pk}")) == [item]
    assert list(find(maria, "q=another")) == [other]
    assert set(find(maria, "q=L-1")) == {item, other}
    assert set(find(maria, f"queue={queue.slug}&standing=on_track")) == {item, other}
    assert not find(maria, "state=completed").exists()
    assert not find(maria, "standing=breached").exists()


def test_b64_wildcards_in_a_search_mean_themselves(queue, maria):
    item, other = item_in(queue), item_in(queue)
    WorkItem.objects.filter(pk=other.pk).update(title="Half: 50% of it_all")

    assert list(find(maria, "q=50%25 of")) == [other]
    assert list(find(maria, "q=t_a")) == [other]
    assert item not in find(maria, "q=%25")


@pytest.mark.parametrize(
    "address",
    ["priority=9", "state=gone", "standing=late", "sort=password", f"q={'x' * 101}", "q=%00",
     "owner__password__startswith=a", "page=3"],
)  # fmt: skip
def test_b26_b27_what_the_list_does_not_offer_is_refused_in_a_sentence(address):
    with pytest.raises(BadQuery) as refusal:
        filters.read(QueryDict(address))

    assert str(refusal.value).endswith(".")


def test_b27_a_page_is_never_longer_than_the_largest():
    assert reading.page_size(QueryDict("page_size=1000000000")) == reading.LARGEST_PAGE
    for bad in ("-1", "0", "x", "1.5", "٣", "9" * 30):
        with pytest.raises(BadQuery):
            reading.page_size(QueryDict(f"page_size={bad}"))


@pytest.mark.parametrize("sort", ["due", "newest"])
def test_pages_follow_each_other_without_gap_or_repeat(queue, maria, sort):
    items = [item_in(queue) for _ in range(5)]
    WorkItem.objects.filter(pk__in=[items[1].pk, items[3].pk]).update(due_at=None)
    WorkItem.objects.filter(pk=items[4].pk).update(due_at=after(60))

    seen, place = [], ""
    while True:
        page = filters.page(find(maria, ""), sort, place, 2)
        seen += page.rows
        place = page.next
        if not place:
            break

    due_first = [items[4], items[0], items[2], items[1], items[3]]
    assert seen == (due_first if sort == "due" else items[::-1])


@pytest.mark.parametrize("after", ["x", "never~", "2026-13-01T00:00:00+00:00~x", "yesterday~1"])
def test_a_place_that_nobody_gave_out_is_refused(maria, after):
    for sort in ("due", "newest"):
        with pytest.raises(BadQuery):
            filters.page(find(maria, ""), sort, after, 2)


def test_a_question_that_takes_too_long_is_cancelled_with_a_sentence():
    with pytest.raises(TooMuch, match="Narrow it down"), reading.at_most(0.05):
        connection.cursor().execute("SELECT pg_sleep(5)")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout')")
        assert cursor.fetchone() == ("0",)


@pytest.mark.parametrize("start", list("=+-@\t\r\n"))
def test_b45_no_cell_is_a_formula(start):
    text = spreadsheet.csv_text(["A"], [[f"{start}cmd|' /C calc'!A0"], [-5], ['a"b,c\x00']])
    [_, formula, number, plain] = csv.reader(StringIO(text, newline=""))

    assert formula == [f"'{start}cmd|' /C calc'!A0"]
    assert number == ["-5"]
    assert plain == ['a"b,c']


@pytest.mark.parametrize(
    ("hours", "bucket"), [(0.5, 0), (1.5, 1), (2.5, 2), (3.5, 3), (3.8, 4), (5, 5), (7, 6)]
)
def test_the_backlog_falls_into_fixed_buckets_by_the_share_used_up(queue, hours, bucket):
    item_in(queue)

    counts = [
        count for _, count, _ in aging.histogram(queue, "decide", NOW + timedelta(hours=hours))
    ]

    assert counts == [int(n == bucket) for n in range(7)]


def test_a_paused_clock_keeps_its_bucket(queue):
    item = item_in(queue)
    Clock.objects.filter(item=item).update(
        status="paused", running_since=None, due_at=None, consumed=timedelta(hours=3, minutes=7)
    )

    assert [count for _, count, _ in aging.histogram(queue, "decide", after(10**6))] == [
        0, 0, 0, 1, 0, 0, 0,
    ]  # fmt: skip
