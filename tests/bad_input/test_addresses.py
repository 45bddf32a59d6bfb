"""Addresses, methods, headers and cookies that nobody gave out."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from queues.models import Lease, WorkItem
from reviews.models import Decision
from tests.api.programs import is_problem, signed_in
from tests.reviews import builders
from workflows.models import ProcessInstance

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loans")]

NOWHERE = "01930000-0000-7000-8000-000000000000"
IDS = [
    "-1", "0", str(2**63), "%00", "..%2f..%2fetc%2fpasswd", "x" * 10_000, "None", "*", "%27",
    "01930000-0000-7000-8000-00000000000G", "0193000000007000800000000000000", "é",
]  # fmt: skip


@pytest.fixture
def item():
    return builders.open_items(builders.question(now=timezone.now()))[-1]


@pytest.fixture
def max_(loans):
    """Manages the queue."""
    from queues.models import Membership

    user = builders.person("max")
    Membership.objects.create(queue=loans, user=user, can_work=False, can_manage=True)
    return user


# --- B25: identifiers that are none ---


@pytest.mark.parametrize("pk", IDS)
@pytest.mark.parametrize(
    "path", ["instances/{}", "items/{}", "items/{}/claim", "items/{}/decide", "decisions/{}/undo",
             "incidents/{}/retry", "queues/{}/next"],
)  # fmt: skip
def test_b25_an_id_that_is_none_is_not_there(ada, path, pk):
    caller = signed_in(ada)

    for ask in (caller.get, caller.post):
        answer = ask(path.format(pk))
        assert answer.status_code in (404, 405), answer.content[:200]
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_b25_an_id_in_capitals_is_another_one(alice, item):
    is_problem(signed_in(alice).get(f"items/{str(item.pk).upper()}"), 404)


@pytest.mark.parametrize("pk", IDS)
@pytest.mark.parametrize("path", ["work/items/{}/", "items/{}/", "processes/{}/"])
def test_b25_nor_does_a_page_find_one(ada, client, path, pk):
    client.force_login(ada)

    assert client.get(f"/{path.format(pk)}").status_code in (404, 400)


@pytest.mark.parametrize("path", ["", "nothing", "items/", "../work", "v2/items", "%0a"])
def test_an_address_that_nobody_gave_out_is_not_there(webshop, path):
    assert webshop.get(path).status_code == 404


# --- B26, B27: parameters ---


@pytest.mark.parametrize(
    "query",
    [
        {"owner__password__startswith": "a"}, {"ordering": "password"}, {"format": "api"},
        {"variables__score": "1"}, {"state": "running' OR 1=1"}, {"page_size": "-1"},
        {"page_size": "0"}, {"page_size": "1e9"}, {"page_size": "x"}, {"page_size": "9" * 30},
        {"after": "x"}, {"after": "-1"}, {"after": "a' OR '1'='1"}, {"business_key": "x" * 201},
        {"business_key": "a\x00"},
    ],
)  # fmt: skip
def test_b26_b27_what_a_list_does_not_offer_is_refused(webshop, query):
    is_problem(webshop.get("instances", **query), 400)


@pytest.mark.parametrize("path", ["instances", "events", "incidents"])
def test_b27_a_page_is_never_longer_than_the_largest(ada, path):
    answer = signed_in(ada).get(path, page_size=10**9)

    assert answer.status_code == 200
    assert len(answer.json()["results"]) <= 200


@pytest.mark.parametrize("after", ["-1", "1.5", "9" * 19, "x", "٣", "1;2"])
def test_b27_a_place_in_the_feed_is_one_that_was_given_out(webshop, after):
    is_problem(webshop.get("events", after=after), 400)


def test_b27_a_place_far_beyond_the_end_is_the_end(webshop):
    said = webshop.get("events", after="9" * 18).json()

    assert said["results"] == []


# --- B33: forged forms ---

ACTIONS = ["claim", "heartbeat", "release", "skip", "decide", "edit"]


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("headers", [{}, {"X-CSRFToken": "a" * 32}, {"Origin": "null"}])
def test_b33_without_the_token_of_the_page_the_api_does_nothing(alice, item, action, headers):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)

    answer = client.post(
        f"/api/v1/items/{item.pk}/{action}", "{}", "application/json", headers=headers
    )

    is_problem(answer, 403)
    assert WorkItem.objects.get().status == "ready"


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded"])
def test_b33_json_that_a_foreign_form_can_send_is_refused(alice, item, content_type, caplog):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)

    answer = client.post(f"/api/v1/items/{item.pk}/claim", "{}", content_type)

    is_problem(answer, 403)
    assert "not-let-in" in caplog.text


@pytest.mark.parametrize("action", [*ACTIONS, "flag"])
@pytest.mark.parametrize("origin", ["null", "https://evil.example", None])
def test_b33_nor_does_a_page(alice, item, action, origin):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    headers = {"Origin": origin} if origin else {}

    answer = client.post(reverse(f"reviews:{action}", args=[item.pk]), {}, headers=headers)

    assert answer.status_code == 403
    assert WorkItem.objects.get().status == "ready"


def test_b33_a_token_needs_no_form_and_a_session_is_not_one(webshop, alice, item):
    """A cookie that comes along with a token changes nothing about who asks."""
    webshop.client.force_login(alice)

    is_problem(webshop.post(f"items/{item.pk}/claim"), 403, "not-a-person")


# --- B34: methods ---


@pytest.mark.parametrize("method", ["get", "head", "options", "put", "patch", "delete", "trace"])
@pytest.mark.parametrize("action", ACTIONS)
def test_b34_nothing_is_done_by_looking(alice, item, method, action):
    client = Client()
    client.force_login(alice)

    answer = getattr(client, method)(f"/api/v1/items/{item.pk}/{action}")

    assert answer.status_code == 405
    assert WorkItem.objects.get().status == "ready"


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"])
def test_b34_a_header_does_not_change_the_method(alice, item, header):
    client = Client()
    client.force_login(alice)

    got = client.get(f"/api/v1/items/{item.pk}/claim", headers={header: "POST"})
    posted = client.post(
        f"/api/v1/items/{item.pk}", {"_method": "DELETE"}, headers={header: "DELETE"}
    )

    assert got.status_code == posted.status_code == 405
    assert WorkItem.objects.get().status == "ready"


# --- B35: where a request says it comes from ---


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "a@b", "127.0.0.1:x"])
@pytest.mark.parametrize("path", ["/api/v1/queues", reverse("reviews:work"), "/sign-in/"])
def test_b35_another_host_is_refused(alice, host, path):
    client = Client()
    client.force_login(alice)

    assert client.get(path, headers={"Host": host}).status_code == 400


def test_b35_a_forwarded_host_is_not_believed(alice, client):
    client.force_login(alice)

    answer = client.get("/", headers={"X-Forwarded-Host": "evil.example"})

    assert "evil.example" not in answer.headers["Location"]


def test_b35_a_forwarded_address_does_not_get_around_the_limit(monkeypatch):
    from workflows.api import operation

    monkeypatch.setattr(operation, "_failed", {})
    answers = [
        Client().get(
            "/api/v1/queues",
            headers={"Authorization": "Bearer cs_wrong", "X-Forwarded-For": f"10.0.0.{number}"},
        )
        for number in range(operation.FAILURES_A_MINUTE + 2)
    ]

    assert answers[0].status_code == 401
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) <= 61


def test_b40_whoever_has_the_right_token_is_never_held_up(webshop, monkeypatch):
    from workflows.api import operation

    monkeypatch.setattr(operation, "_failed", {})
    for _ in range(operation.FAILURES_A_MINUTE + 5):
        Client().get("/api/v1/queues", headers={"Authorization": "Bearer cs_wrong"})

    assert webshop.get("instances").status_code == 200


# --- B31, B37: what a browser says and keeps ---


@pytest.mark.parametrize("header", ["HX-Request", "HX-History-Restore-Request"])
@pytest.mark.parametrize("path", ["/board/", "/items/", "/processes/", "/configure/"])
def test_b31_a_fragment_is_for_nobody_else_than_its_page(mallory, client, header, path):
    client.force_login(mallory)
    said = {header: "true", "HX-Target": "desk", "HX-Current-URL": "https://evil.example/"}

    assert client.get(path, headers=said).status_code in (403, 404)


def test_b37_signing_in_gives_another_session_than_the_one_before(alice):
    alice.set_password("correct horse battery staple")
    alice.save()
    client = Client()
    session = client.session
    session["kept"] = "before"
    session.save()
    before = session.session_key

    client.post("/sign-in/", {"username": "alice", "password": "correct horse battery staple"})

    assert client.session["_auth_user_id"] == str(alice.pk)
    assert client.session.session_key != before
    assert (
        Client(headers={"Cookie": f"sessionid={before}"}).get(reverse("reviews:work")).status_code
        == 302
    )


def test_b38_a_session_ends_with_the_password_and_with_the_account(alice, client):
    client.force_login(alice)
    assert client.get("/api/v1/queues").status_code == 200

    alice.set_password("another horse battery staple")
    alice.save()
    assert client.get("/api/v1/queues").status_code == 401

    client.force_login(alice)
    alice.is_active = False
    alice.save()
    assert client.get("/api/v1/queues").status_code == 401


def test_b39_a_cookie_that_was_kept_is_dead_after_signing_out(alice, client):
    client.force_login(alice)
    kept = client.cookies["sessionid"].value
    client.post(reverse("sign-out"))

    thief = Client(headers={"Cookie": f"sessionid={kept}"})

    assert thief.get("/api/v1/queues").status_code == 401


# --- B54, B55, B56: what is not one's own any more ---


def seen(item):
    review = item.seat.review
    builders.refresh(review)
    builders.refresh(item)
    return {
        "epoch": item.epoch, "version": review.version, "content_hash": review.content_hash,
        "outcome": "approve",
    }  # fmt: skip


def test_b54_what_nobody_claimed_is_not_decided(alice, item, caplog):
    is_problem(signed_in(alice).post(f"items/{item.pk}/decide", seen(item)), 409, "lease-lost")

    assert not Decision.objects.exists()
    assert "lease-lost" in caplog.text


def test_b54_what_somebody_else_holds_is_not_decided(alice, bob, item):
    signed_in(bob).post(f"items/{item.pk}/claim")

    is_problem(signed_in(alice).post(f"items/{item.pk}/decide", seen(item)), 409, "lease-lost")

    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    "stale", [{"epoch": 0}, {"epoch": 2}, {"version": 2}, {"content_hash": "0" * 64}]
)
def test_b54_what_is_out_of_date_is_not_decided(alice, item, stale):
    caller = signed_in(alice)
    caller.post(f"items/{item.pk}/claim")

    is_problem(caller.post(f"items/{item.pk}/decide", {**seen(item), **stale}), 409)

    assert not Decision.objects.exists()


def test_b54_a_page_notes_it_as_well(alice, client, item, caplog):
    client.force_login(alice)

    answer = client.post(reverse("reviews:decide", args=[item.pk]), seen(item))

    assert answer.status_code == 409
    assert "lease-lost" in caplog.text
    assert not Decision.objects.exists()


def test_b54_a_cancelled_process_takes_no_decision(alice, item):
    from workflows import runtime

    caller = signed_in(alice)
    caller.post(f"items/{item.pk}/claim")
    said = seen(item)
    runtime.cancel(
        instance_id=item.instance_id, by="user:ada", reason="Withdrawn.", now=timezone.now()
    )

    is_problem(caller.post(f"items/{item.pk}/decide", said), 409)

    assert ProcessInstance.objects.get().status == "cancelled"
    assert not Decision.objects.exists()


def test_b55_nobody_gets_past_their_work_limit(alice):
    for _ in range(12):
        builders.question(now=timezone.now())
    caller = signed_in(alice)

    answers = [caller.post("queues/next") for _ in range(12)]

    assert [answer.status_code for answer in answers] == [200] * 10 + [409] * 2
    is_problem(answers[-1], 409, "work-limit-reached")
    assert Lease.objects.filter(ended_at=None).count() == 10


def test_b55_a_queue_that_is_not_ones_own_is_not_there(mallory, loans, item):
    is_problem(signed_in(mallory).post(f"queues/{loans.slug}/next"), 404)

    assert not Lease.objects.exists()


def test_b55_managing_a_queue_is_not_working_in_it(max_, item):
    is_problem(signed_in(max_).post(f"items/{item.pk}/claim"), 403, "not-a-member")

    assert not Lease.objects.exists()


def test_b56_what_is_sent_twice_is_done_once(alice, item):
    caller = signed_in(alice)
    caller.post(f"items/{item.pk}/claim")
    said = seen(item)

    first, again = (caller.post(f"items/{item.pk}/decide", said) for _ in range(2))

    assert first.json() == again.json()
    assert Decision.objects.count() == 1
    other = caller.post(f"items/{item.pk}/decide", {**said, "outcome": "reject"})
    is_problem(other, 409)


# --- B64: searches ---


@pytest.mark.parametrize(
    "text", ["%", "_", "a" * 101, "(a+)+$" + "a" * 90, "\\", " OR ".join(["a"] * 10_000), "\x00"]
)
@pytest.mark.parametrize("path", ["/items/", "/processes/"])
def test_b64_a_search_is_bounded_and_means_what_it_says(ada, client, item, path, text):
    client.force_login(ada)

    answer = client.get(path, {"q": text})

    assert answer.status_code in (200, 400)
    assert b"Loan for Rosa" not in answer.content or len(text) > 200
