import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from queues import claims
from queues.models import Notice, WorkItem
from tests.queues import builders as of_queues
from tests.reviews import builders
from tests.reviews.builders import SINGLE

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    return builders.person("alice", undo_for=10)


@pytest.fixture(autouse=True)
def loans(alice):
    builders.grid()
    return builders.queue_of(alice)


def waiting(**said):
    review = builders.question(SINGLE, now=timezone.now(), **said)
    return builders.open_items(review)[-1]


def page(client, by):
    client.force_login(by)
    return client.get(reverse("reviews:work")).content.decode()


def test_it_counts_what_this_person_can_take(client, alice):
    waiting()
    waiting()
    waiting(requested_by="alice")

    assert "2 ready for you." in page(client, alice)


def test_it_asks_the_database_equally_often_for_few_and_for_many(client, alice):
    waiting()
    page(client, alice)
    few = queries_of_page(client)
    for _ in range(4):
        waiting()

    assert queries_of_page(client) == few


def queries_of_page(client):
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("reviews:work"))
    return len(asked)


def test_starting_reserves_the_first_item(client, alice):
    item = waiting()
    waiting()
    client.force_login(alice)

    answer = client.post(reverse("reviews:next"))

    assert answer.url == reverse("reviews:item", args=[item.pk])
    builders.refresh(item)
    assert item.holder == alice


def test_going_on_comes_before_taking_more(client, alice):
    waiting()
    mine = waiting()
    claims.claim(item_id=mine.pk, by=alice, now=timezone.now())
    client.force_login(alice)

    answer = client.post(reverse("reviews:next"))

    assert answer.url == reverse("reviews:item", args=[mine.pk])


def test_starting_in_one_queue_stays_in_it(client, alice, loans):
    item = waiting()
    client.force_login(alice)

    answer = client.post(reverse("reviews:next"), {"queue": loans.slug})

    assert answer.url == f"{reverse('reviews:item', args=[item.pk])}?queue={loans.slug}"


def test_a_queue_of_others_is_not_found(client, alice):
    theirs = builders.queue_of(builders.person("bob"))
    client.force_login(alice)

    assert client.post(reverse("reviews:next"), {"queue": theirs.slug}).status_code == 404


def test_nothing_to_start_on_is_a_sentence(client, alice):
    client.force_login(alice)

    answer = client.post(reverse("reviews:next"), follow=True)

    assert "Nothing is ready for you" in answer.content.decode()


def test_an_empty_queue_says_why(client, alice):
    assert "Nothing waits in your queues." in page(client, alice)
    waiting(requested_by="alice")
    assert "you may not decide" in page(client, alice)


def test_without_a_queue_it_says_whom_to_ask(client):
    assert "You work on no queue yet." in page(client, builders.person("nobody"))


def test_what_is_held_and_what_is_new_is_there(client, alice):
    item = waiting()
    claims.claim(item_id=item.pk, by=alice, now=timezone.now())
    Notice.objects.create(user=alice, text="The calendar changed.", at=timezone.now())

    shown = page(client, alice)

    assert reverse("reviews:item", args=[item.pk]) in shown
    assert "The calendar changed." in shown


def test_a_first_visit_shows_where_to_start(client, alice):
    assert "Start here" in page(client, alice)


def test_programs_have_no_start_page(client):
    client.force_login(builders.program("score"))

    assert client.get(reverse("reviews:work")).status_code == 404


def test_live_updates_bring_the_region_alone(client, alice):
    client.force_login(alice)

    part = client.get(reverse("reviews:work"), headers={"HX-Request": "true"})

    assert 'id="at-work"' in part.content.decode()
    assert "<html" not in part.content.decode()
    assert "HX-Request" in part["Vary"]


def test_starting_takes_a_post(client, alice):
    client.force_login(alice)

    assert client.get(reverse("reviews:next")).status_code == 405
    assert not WorkItem.objects.filter(holder=alice).exists()


def test_queues_without_work_are_named_in_one_line(client, alice):
    of_queues.queue_of(alice, slug="idle", is_active=False)
    waiting()

    shown = page(client, alice)

    assert "on idle" not in shown
    assert '<span id="queue-idle">idle <span class="tag">Closed for work</span></span>' in shown
