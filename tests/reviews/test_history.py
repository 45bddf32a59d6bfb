"""What happened to one item, as its managers read it, and the reviews that were stopped."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse

from queues import claims, explained, queries
from queues.models import Calendar, Clock, RoutingRule, SLAGoal, SLAPolicy
from reviews.models import Review
from tests.reviews import builders
from tests.reviews.builders import BLOCKED, DUAL, NOW, after, sign
from workflows import decision_definitions
from workflows.authors import Author

pytestmark = pytest.mark.django_db

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture
def maria():
    return builders.person("maria")


@pytest.fixture
def queue(maria, alice):
    builders.grid()
    return builders.queue_of(alice, builders.person("bob"), manager=maria)


@pytest.fixture
def page(client, maria):
    client.force_login(maria)
    return client


def history(page, item):
    answer = page.get(reverse("reviews:history", args=[item.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_history_tells_who_had_it_what_was_said_and_that_it_verifies(page, queue, alice):
    review = builders.question()
    [item] = builders.open_items(review)
    sign(alice, review, "approve", now=after(60))

    text = history(page, item)

    for said in ("alice", "Decided", "approve", "Journal verified", "Seal intact", "Signed"):
        assert said in text
    assert "{" not in text.partition("<main")[2].partition("</main")[0]


def test_an_item_that_a_table_sent_here_says_which_rule_and_what_the_table_saw(page, queue):
    xml = (EXAMPLES / "loan_routing.dmn").read_text()
    xml = xml.replace('"personal-north"', f'"{queue.slug}"').replace('"loans"', "null")
    decision_definitions.deploy(
        xml=xml.encode(),
        key="loan-routing",
        name="Loan routing",
        proposed=Author("user:ada", "ada"),
        signed=Author("user:grace", "grace"),
        now=NOW,
    )
    RoutingRule.objects.update(decision="loan-routing")
    [item] = builders.open_items(builders.question())

    text = history(page, item)

    assert "Rule 7 of Loan routing matched because it holds for everything." in text
    assert "What the table saw" in text


def test_a_stranger_a_reviewer_and_another_manager_find_nothing(client, queue, alice):
    [item] = builders.open_items(builders.question())
    other = builders.person("otto")
    builders.queue_of(manager=other)

    for user in (builders.person("mallory"), alice, other, builders.program("webshop")):
        client.force_login(user)
        assert client.get(reverse("reviews:history", args=[item.pk])).status_code == 404


def test_b34_the_history_is_read_only(page, queue):
    [item] = builders.open_items(builders.question())

    assert page.post(reverse("reviews:history", args=[item.pk])).status_code == 405


def test_what_the_first_said_in_a_blind_review_is_sealed_for_managers_too(page, queue, alice):
    review = builders.question(DUAL, mode="blind")
    assert review.mode == Review.Mode.BLIND
    item = builders.open_items(review)[0]
    shown = builders.show(alice, review, item=item)
    shown.decide("reject", rationale="Income is made up")

    text = history(page, item)
    process = page.get(reverse("workflows:instance", args=[review.instance_id])).content.decode()

    assert "1 of 2 signed" in text
    for page_text in (text, process):
        assert "Income is made up" not in page_text
        assert "reject" not in page_text.partition("<main")[2]


def test_changed_evidence_shows(page, queue, monkeypatch):
    from reviews.views import history as view

    [item] = builders.open_items(builders.question())
    monkeypatch.setattr(view, "digest", lambda _content: "0" * 64)

    assert "Changed since it was sealed" in history(page, item)


def test_b29_what_people_write_is_text(page, queue, alice):
    review = builders.question()
    [item] = builders.open_items(review)
    builders.show(alice, review).decide("reject", rationale="<img src=x onerror=alert(1)>")

    assert "<img src=x" not in history(page, item)


def test_the_explanation_of_a_clock_adds_up(queue, alice):
    week = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    calendar = Calendar.objects.create(
        key="c", version=1, name="C", spec={"zone": "UTC", "weekly": week}, published_at=NOW,
        published_by="x",
    )  # fmt: skip
    queue.policy = SLAPolicy.objects.create(
        key="p", version=1, name="P", calendar=calendar, published_at=NOW, published_by="x"
    )
    SLAGoal.objects.create(policy=queue.policy, kind="decide", budget=timedelta(hours=4))
    queue.save()
    [item] = builders.open_items(builders.question())
    lease = claims.claim(item_id=item.pk, by=alice, now=after(600))
    claims.suspend(item_id=item.pk, by=alice, epoch=lease.epoch, until=after(3600), now=after(1200))
    clock = Clock.objects.get(item=item, kind="decide")

    shown = explained.explain(clock, list(queries.journal_about(item)), after(2400))

    assert shown.counted == shown.reading.consumed == timedelta(seconds=1200)
    assert [stretch.length for stretch in shown.stretches] == [timedelta(seconds=1200)] * 2
    assert shown.stretches[1].reason.startswith("paused")


def test_a_stopped_review_is_listed_and_released_with_a_reason(page, queue, maria):
    review = builders.question(BLOCKED)
    address = reverse("reviews:unblock", args=[review.pk])
    assert review.title in page.get("/incidents/stopped/").content.decode()

    refused = page.post(address, {"rationale": " "})
    assert refused.status_code == 422
    assert "Say why" in refused.content.decode()
    assert Review.objects.get(pk=review.pk).status == "blocked"

    assert page.post(address, {"rationale": "Checked with the branch."}).status_code == 302
    assert Review.objects.get(pk=review.pk).status == "open"
    assert "Nothing is stopped" in page.get("/incidents/stopped/").content.decode()


def test_only_managers_of_its_queue_release_a_stop(client, queue, alice):
    review = builders.question(BLOCKED)
    otto = builders.person("otto")
    builders.queue_of(manager=otto)
    address = reverse("reviews:unblock", args=[review.pk])

    for user in (alice, otto, builders.person("mallory")):
        client.force_login(user)
        assert client.post(address, {"rationale": "Please."}).status_code == 404
    assert Review.objects.get(pk=review.pk).status == "blocked"


def test_b34_a_stop_is_not_released_by_looking(page, queue):
    review = builders.question(BLOCKED)

    assert page.get(reverse("reviews:unblock", args=[review.pk])).status_code == 405
    assert page.post("/incidents/stopped/").status_code == 405


def test_stopped_reviews_are_on_top_of_the_board(page, queue):
    builders.question(BLOCKED)

    assert "1</b> stopped review" in page.get("/board/").content.decode()
