"""The managers' board and list of items, as pages."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from queues import claims, insights
from queues.models import Calendar, Notice, SLAGoal, SLAPolicy, WorkItem
from queues.queries import Standing
from tests.queues import builders as of_queues
from tests.reviews import builders

pytestmark = pytest.mark.django_db

BOARD, ITEMS = "/board/", "/items/"


@pytest.fixture
def maria():
    return builders.person("maria")


@pytest.fixture
def alice():
    return builders.person("alice")


@pytest.fixture
def queue(maria, alice):
    return builders.queue_of(alice, manager=maria)


@pytest.fixture
def page(client, maria):
    client.force_login(maria)
    return client


def promise(queue, *, hours=4, zone="UTC", weekly=None):
    week = weekly or {
        day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    }
    calendar = Calendar.objects.create(
        key=f"c-{queue.slug}",
        version=1,
        name="C",
        spec={"zone": zone, "weekly": week},
        published_at=builders.NOW,
        published_by="x",
    )
    queue.policy = SLAPolicy.objects.create(
        key=queue.slug,
        version=1,
        name="P",
        calendar=calendar,
        published_at=builders.NOW,
        published_by="x",
    )
    SLAGoal.objects.create(policy=queue.policy, kind="decide", budget=timedelta(hours=hours))
    queue.save()


def item_of(age=timedelta(0)):
    now = timezone.now()
    builders.question(now=now - age)
    return WorkItem.objects.latest("pk")


def test_the_board_counts_each_queue_by_standing(queue, maria):
    promise(queue)
    for hours in (0, 1, 2.5, 3.5, 5, 6):
        item_of(timedelta(hours=hours))

    [row] = insights.board(maria, timezone.now()).rows

    assert row.figures.standing == {
        Standing.ON_TRACK: 2,
        Standing.WATCH: 1,
        Standing.WARN: 1,
        Standing.BREACHED: 2,
        Standing.PAUSED: 0,
        Standing.NONE: 0,
    }
    assert row.figures.ready == 6
    assert timezone.now() - row.figures.oldest_ready_at > timedelta(hours=5.9)
    assert timedelta(0) < row.figures.next_due_at - timezone.now() < timedelta(minutes=31)


def test_the_board_counts_who_is_at_work_and_what_comes_and_goes(queue, maria, alice):
    first, _ = item_of(timedelta(minutes=5)), item_of(timedelta(hours=3, minutes=5))
    claims.claim(item_id=first.pk, by=alice, now=timezone.now())

    figures = insights.board(maria, timezone.now()).total

    assert (figures.ready, figures.reserved, figures.people) == (1, 1, 1)
    assert (figures.arrivals[-1], figures.arrivals[-4], sum(figures.arrivals)) == (1, 1, 2)
    assert sum(figures.completions) == 0


def test_each_figure_leads_to_its_items(queue, page):
    promise(queue)
    item = item_of(timedelta(hours=5))

    board = page.get(BOARD).content.decode()
    address = f"{ITEMS}?queue={queue.slug}&amp;standing=breached"
    assert f'href="{address}"' in board

    listed = page.get(address.replace("&amp;", "&")).content.decode()
    assert item.title in listed
    assert reverse("reviews:history", args=[item.pk]) in listed


def test_managers_see_their_queues_alone(queue, page):
    other = builders.queue_of(builders.person("bob"))

    board = page.get(BOARD).content.decode()

    assert queue.name in board
    assert other.name not in board
    assert page.get(f"{ITEMS}?queue={other.slug}").status_code == 404


@pytest.mark.parametrize("path", [BOARD, ITEMS, "/notices/"])
def test_pages_of_managers_do_not_exist_for_others(client, queue, alice, path):
    program = builders.program("webshop")
    for user in (alice, program):
        client.force_login(user)
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", [BOARD, ITEMS, "/notices/"])
def test_b34_pages_that_show_are_read_only(page, queue, path):
    assert page.post(path).status_code == 405


def test_b31_a_fragment_is_for_managers_as_well(client, queue, page, alice):
    fragment = page.get(BOARD, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert 'id="board"' in fragment

    client.force_login(alice)
    assert client.get(BOARD, headers={"HX-Request": "true"}).status_code == 404


def test_a_queue_outside_its_hours_says_so_and_when_it_opens(queue, page):
    tomorrow = timezone.now() + timedelta(days=2)
    promise(queue, weekly={f"{tomorrow:%a}".lower(): [["09:00", "17:00"]]}, zone="Europe/Berlin")

    board = page.get(BOARD).content.decode()

    assert "Outside office hours" in board
    assert "09:00 Europe/Berlin" in board


def test_a_board_without_queues_says_what_to_do(client):
    client.force_login(builders.person("ada", is_admin=True))

    assert "There is no queue yet" in client.get(BOARD).content.decode()


def test_a_board_that_takes_too_long_says_so(page, queue, monkeypatch):
    monkeypatch.setattr(insights, "PATIENCE", 0.05)
    monkeypatch.setattr(insights, "ARRIVALS", "SELECT pg_sleep(5), %(queues)s, %(since)s, %(now)s")

    answer = page.get(BOARD)

    assert answer.status_code == 503
    assert "Nothing is lost" in answer.content.decode()


def test_slow_figures_are_shown_again_for_a_while(queue, maria, monkeypatch):
    monkeypatch.setattr(insights, "QUICK", -1.0)
    monkeypatch.setattr(insights, "SHARE_OF_TIME", 1e-9)
    first = insights.board(maria, timezone.now())
    item_of()

    assert insights.board(maria, timezone.now()) is first

    monkeypatch.setattr(insights, "SHARE_OF_TIME", 1e9)
    assert insights.board(maria, timezone.now()).total.open == 1


def test_the_board_asks_as_many_questions_for_ten_queues_as_for_one(
    page, queue, maria, django_assert_max_num_queries
):
    for _ in range(9):
        builders.queue_of(manager=maria)
        item_of()

    with django_assert_max_num_queries(25):
        page.get(BOARD)
    with django_assert_max_num_queries(5):
        insights._fresh(list(maria_queues(maria)), timezone.now())


def maria_queues(maria):
    from queues import queries

    return queries.queues_visible_to(maria)


def test_counting_reads_the_index_of_open_items_alone(queue, maria):
    """Twenty thousand closed items beside fifty open ones: their table is not read through."""
    item = item_of()
    with connection.cursor() as cursor:
        columns = [field.column for field in WorkItem._meta.fields]
        for many, status, ended in ((20_000, "completed", "now()"), (50, "ready", "NULL")):
            own = {"id": "gen_random_uuid()", "status": f"'{status}'", "ended_at": ended}
            shown = ", ".join(own.get(column, column) for column in columns)
            cursor.execute(
                f"INSERT INTO queues_workitem ({', '.join(columns)}) SELECT {shown} "  # noqa: S608 - our own columns
                f"FROM queues_workitem, generate_series(1, {many}) WHERE id = %s",
                [item.pk],
            )
        cursor.execute("ANALYZE queues_workitem")

    plan = insights._counting([queue], timezone.now()).explain(format="json")

    assert "item_open" in plan
    scans = [node for node in nodes(json.loads(plan)[0]["Plan"]) if "Scan" in node["Node Type"]]
    assert all("Seq Scan" not in scan["Node Type"] for scan in scans)


def nodes(plan):
    yield plan
    for inner in plan.get("Plans", []):
        yield from nodes(inner)


@pytest.mark.parametrize("address", ["priority=9", "page_size=-1", "after=x", "foo=1", "q=%00"])
def test_a_wrong_address_is_refused_on_the_page(page, queue, address):
    answer = page.get(f"{ITEMS}?{address}")

    assert answer.status_code == 400
    assert "Show all open items" in answer.content.decode()


def test_b25_a_page_size_beyond_the_largest_is_capped(page, queue):
    assert page.get(f"{ITEMS}?page_size=1000000000").status_code == 200


def test_the_list_says_when_it_is_due_in_the_zone_of_the_work(queue, page):
    promise(queue, zone="Asia/Tokyo")
    item_of()

    assert "Asia/Tokyo" in page.get(ITEMS).content.decode()


def test_an_empty_list_says_whether_a_filter_is_why(page, queue):
    assert "Nothing is open" in page.get(ITEMS).content.decode()
    assert "No item is like that" in page.get(f"{ITEMS}?q=zzz").content.decode()


def test_the_list_comes_as_a_file_with_the_same_filters(page, queue):
    item_of()
    WorkItem.objects.update(title="=HYPERLINK(1)")

    answer = page.get(f"{ITEMS}?format=csv&state=ready")
    [head, row] = answer.content.decode().splitlines()

    assert answer["Content-Type"].startswith("text/csv")
    assert head.startswith("Item,Title,Queue")
    assert ",'=HYPERLINK(1)," in row
    assert len(page.get(f"{ITEMS}?format=csv&state=completed").content.decode().splitlines()) == 1


def test_b29_titles_are_text(page, queue):
    item_of()
    WorkItem.objects.update(title="<script>alert(1)</script>")

    assert "<script>alert(1)" not in page.get(ITEMS).content.decode()


def test_notices_are_read_once(page, queue, maria):
    Notice.objects.create(user=maria, text="Late soon.", at=timezone.now())
    assert "1</b> unread notice" in page.get(BOARD).content.decode()

    page.post("/notices/read/")

    assert "0</b> unread notices" in page.get(BOARD).content.decode()
    assert page.get("/notices/read/").status_code == 405
    assert "Late soon." in page.get("/notices/").content.decode()


def test_queues_in_which_nothing_happens_take_no_row_from_the_others(queue, page, maria):
    of_queues.queue_of(manager=maria, slug="idle")
    item_of()

    board = page.get(BOARD).content.decode()

    assert [row.queue for row in insights.board(maria, timezone.now()).shown] == [queue]
    assert 'id="row-idle"' not in board
    assert f'<a id="quiet-idle" href="{ITEMS}?queue=idle">idle</a>' in board


def test_a_house_in_which_nothing_has_happened_yet_shows_its_queues(queue, page):
    board = page.get(BOARD).content.decode()

    assert f'id="row-{queue.slug}"' in board
    assert "quiet-queues" not in board


def test_an_empty_queue_says_so_and_draws_no_empty_backlog(queue, page):
    promise(queue)

    shown = page.get(ITEMS, {"queue": queue.slug}).content.decode()

    assert "Nothing is open in this queue." in shown
    assert "Backlog by share" not in shown
    narrowed = page.get(ITEMS, {"queue": queue.slug, "priority": 1}).content.decode()
    assert "No item is like that." in narrowed
