"""Facts leave the house: in order, signed, to listed places alone, again until they arrive."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.db import transaction

from tests.workflows import builders
from tests.workflows.builders import NOW, complete, later, started
from workflows import outbound, publishing, queries, runtime, wakeups, webhooks
from workflows.models import Delivery, Event, JournalEntry, Subscription
from workflows.refusals import NotValid

SECRET = "whsec_" + base64.b64encode(b"a key that is long enough").decode()


@dataclass
class Receiver:
    """Somebody who listens, and answers as a test says."""

    port: int = 0
    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    drip: float = 0.0  # seconds between single bytes
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    receiver = Receiver()

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            receiver.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(receiver.status)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                for byte in receiver.body if receiver.drip else [receiver.body]:
                    self.wfile.write(bytes([byte]) if receiver.drip else byte)
                    time.sleep(receiver.drip)
            except OSError:
                pass

        def log_message(self, *_what: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    server.daemon_threads = True
    receiver.port = server.server_port
    settings.OUTBOUND_ALLOWED = [f"127.0.0.1:{receiver.port}"]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield receiver
    server.shutdown()
    server.server_close()


def subscribed(receiver: Receiver, *event_types: str, name: str = "shop") -> Subscription:
    return publishing.subscribe(
        name=name,
        url=receiver.url,
        event_types=event_types,
        secret=SECRET,
        by="user:ada",
        now=NOW,
    )


def ended(**variables: Any) -> Event:
    """The event of an instance that has just ended."""
    instance = started("start -> check", "check -> end", variables=variables)
    complete(instance, "check")
    return Event.objects.get(instance=instance)


def deliver(minutes: float = 0) -> int:
    return publishing.deliver_due(later(minutes=minutes), clock=lambda: later(minutes=minutes))


@pytest.mark.django_db
def test_an_event_arrives_signed_in_cloudevents_form(receiver):
    subscribed(receiver)
    event = ended(amount=5)

    assert publishing.fan_out_due(NOW) == 1
    assert deliver() == 1

    [(headers, body)] = receiver.got
    assert headers["content-type"].startswith("application/cloudevents+json")
    assert json.loads(body) == {
        "specversion": "1.0",
        "id": str(event.pk),
        "source": "urn:countersign",
        "type": "drawn.end",
        "subject": str(event.instance_id),
        "time": "2026-03-02T09:00:00.000+00:00",
        "datacontenttype": "application/json",
        "data": {"amount": 5},
    }
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    seal = hmac.new(b"a key that is long enough", signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(seal).decode()}"
    assert Delivery.objects.get().status == "delivered"


@pytest.mark.parametrize(
    ("wanted", "arrives"),
    [([], True), (["loan.paid"], True), (["loan.*"], True), (["loan"], False), (["*"], False),
     (["permit.*", "loan.paid"], True), (["loan.paid.*"], False)],
)  # fmt: skip
def test_a_subscription_gets_the_types_it_asked_for(wanted, arrives):
    assert publishing.wants(Subscription(event_types=wanted), "loan.paid") is arrives


@pytest.mark.django_db
def test_what_was_refused_is_sent_again_with_the_same_id(receiver):
    subscribed(receiver)
    ended()
    publishing.fan_out_due(NOW)
    receiver.status = 503

    assert deliver() == 0
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.attempts) == ("pending", 1)
    assert delivery.last_error == "shop answered 503."
    assert delivery.next_attempt_at <= later(seconds=5)

    receiver.status = 200
    assert deliver(minutes=1) == 1
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert len({body for _, body in receiver.got}) == 1


@pytest.mark.django_db
def test_after_many_attempts_it_is_given_up(receiver):
    subscribed(receiver)
    ended()
    publishing.fan_out_due(NOW)
    receiver.status = 500

    for day in range(publishing.MOST_ATTEMPTS + 3):
        deliver(minutes=day * 24 * 60)

    assert len(receiver.got) == publishing.MOST_ATTEMPTS
    assert Delivery.objects.get().status == "failed"


@pytest.mark.django_db
def test_b49_a_redirect_is_not_followed(receiver):
    subscribed(receiver)
    ended()
    publishing.fan_out_due(NOW)
    receiver.status, receiver.headers = 302, {"location": receiver.url}

    assert deliver() == 0
    assert len(receiver.got) == 1


def test_b50_an_answer_that_drips_is_cut_off(receiver):
    receiver.status, receiver.body, receiver.drip = 200, b"x" * 100, 0.1

    began = time.monotonic()
    with pytest.raises(outbound.Unreachable, match=r"within 0\.5 seconds"):
        outbound.post(receiver.url, body=b"{}", headers={}, within=0.5)

    assert time.monotonic() - began < 8


def test_b50_an_answer_of_any_size_is_read_up_to_a_limit(receiver):
    receiver.status, receiver.body = 200, b"x" * 20_000_000

    assert outbound.post(receiver.url, body=b"{}", headers={}).is_success


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://[::1]:8000/",
        "http://0.0.0.0:8000/",
        "http://2130706433:8000/",
        "http://0177.0.0.1:8000/",
        "http://[::ffff:127.0.0.1]:8000/",
        "http://localhost.:8000/",
        "http://hooks.example.com@127.0.0.1:8000/",
        "http://user:pw@hooks.example.com/",
        "http://169.254.169.254/latest/",
        "file:///etc/passwd",
        "gopher://hooks.example.com/",
        "http://hooks.example.com:22/",
        "http://hooks.example.com:99999/",
        "http://hooks.example.com.evil.org/",
        "http://hooks.example.com\\@127.0.0.1/",
        "http://hooks.example.com/\r\nX: y",
        "http://hooks.еxample.com/",
        "hooks.example.com",
        "",
    ],
)
def test_b47_only_listed_places_are_called(url, settings):
    settings.OUTBOUND_ALLOWED = ["hooks.example.com:80", "hooks.example.com:443"]

    with pytest.raises(outbound.NotCallable):
        outbound.check(url)


def test_listed_places_are_called(settings):
    settings.OUTBOUND_ALLOWED = ["Hooks.example.com", "10.0.0.7:8080"]

    outbound.check("https://hooks.example.com/a?b=c")
    outbound.check("https://HOOKS.example.com:8443/")
    outbound.check("http://10.0.0.7:8080/")


@pytest.mark.django_db
def test_b47_a_place_taken_off_the_list_is_not_called_any_more(receiver, settings):
    subscribed(receiver)
    ended()
    publishing.fan_out_due(NOW)
    settings.OUTBOUND_ALLOWED = []

    assert deliver() == 0

    assert receiver.got == []
    assert "not on the list" in Delivery.objects.get().last_error


@pytest.mark.django_db
def test_a_subscription_that_was_switched_off_gets_nothing_more(receiver):
    subscribed(receiver)
    ended()
    publishing.fan_out_due(NOW)
    Subscription.objects.update(is_active=False)

    assert deliver() == 0

    assert receiver.got == []
    assert Delivery.objects.get().status == "failed"


@pytest.mark.django_db
def test_subscriptions_are_on_record_without_their_secret(receiver):
    subscribed(receiver)

    entry = JournalEntry.objects.get(kind="subscription.created")
    assert entry.actor == "user:ada"
    assert SECRET not in str(entry.detail)


@pytest.mark.django_db
def test_a_subscription_that_cannot_work_is_refused(receiver):
    subscribed(receiver)

    with pytest.raises(NotValid, match="Choose another name"):
        subscribed(receiver)
    with pytest.raises(NotValid, match="secret is shorter"):
        publishing.subscribe(
            name="b", url=receiver.url, event_types=[], secret="x", by="user:ada", now=NOW
        )
    with pytest.raises(outbound.NotCallable):
        publishing.subscribe(
            name="c", url="http://a.b/", event_types=[], secret=SECRET, by="user:ada", now=NOW
        )


@pytest.mark.django_db
def test_the_feed_gives_every_event_once_and_in_order():
    events = [ended(number=number) for number in range(3)]
    assert list(queries.events_after()) == []
    publishing.fan_out_due(NOW)

    first = list(queries.events_after(at_most=2))
    rest = list(queries.events_after(first[-1].position))

    assert first + rest == events


@pytest.mark.django_db
def test_a_worker_is_woken_only_when_something_is_due(receiver, woken):
    assert publishing.wake_deliverers(NOW) == 0
    subscribed(receiver)
    ended()
    publishing.fan_out_due(NOW)

    assert publishing.wake_deliverers(NOW) == 1
    assert publishing.wake_deliverers(NOW) == 0  # not twice within two seconds
    assert woken == [(wakeups.DELIVER,)]


def test_a_secret_may_be_plain_text():
    assert webhooks.signature("a", "1", b"{}", secret="whsec_not base64!").startswith("v1,")


# --- races, forced ------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_an_event_that_commits_late_is_not_passed_by_in_the_feed():
    late, early = (started("start -> check", "check -> end") for _ in range(2))

    with transaction.atomic():
        held = runtime.hold(late.pk)
        publishing.publish(type="late", instance=held, data={}, now=NOW)
        builders.elsewhere(lambda: complete(early, "check"))
        builders.elsewhere(lambda: publishing.fan_out_due(NOW))
        [cursor] = [event.position for event in queries.events_after() if event.position]
    publishing.fan_out_due(NOW)

    assert [event.type for event in queries.events_after(cursor)] == ["late"]


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_fan_an_event_out_once(receiver):
    subscribed(receiver)
    for _ in range(5):
        ended()

    given = builders.elsewhere(*[lambda: publishing.fan_out_due(NOW)] * 3)

    assert sum(given) == 5
    assert Delivery.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_an_event_once(receiver):
    subscribed(receiver)
    for _ in range(5):
        ended()
    publishing.fan_out_due(NOW)

    arrived = builders.elsewhere(*[deliver] * 3)

    assert sum(arrived) == 5
    assert len(receiver.got) == 5


@pytest.mark.django_db(transaction=True)
def test_what_a_worker_that_died_had_taken_is_sent_by_another(receiver):
    subscribed(receiver)
    ended()
    publishing.fan_out_due(NOW)
    publishing._lease(now=NOW)  # and then nothing more is heard of it

    assert deliver() == 0
    assert deliver(minutes=1) == 1
