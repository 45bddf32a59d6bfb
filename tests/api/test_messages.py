"""A message that was not taken at once, and signals: what a program sends and can ask about."""

import pytest

from tests.api import programs
from tests.api.programs import is_problem, signed_in
from tests.reviews import builders
from tests.workflows.bpmn.sketch import catch
from tests.workflows.mailed import begin, deployed, receives, sends
from workflows import correlation, senders
from workflows.models import Message, ProcessInstance

pytestmark = pytest.mark.django_db


@pytest.fixture
def bank(db):
    """Another program."""
    return programs.with_token(builders.program("bank"))


def kept(caller):
    return caller.message("paid", business_key="A-1", keep_for=3_600).json()["id"]


def expire():
    waiting = Message.objects.get()
    senders.expire_due(waiting.expires_at)


def test_a_program_asks_what_became_of_its_message(webshop, bank, ada):
    name = kept(webshop)
    said = webshop.get(f"messages/{name}").json()
    assert (said["status"], said["key"], said["instance"]) == ("waiting", "A-1", None)

    waits = begin(deployed("start -> r -> end", r=receives("paid")), business_key="A-1")
    correlation.deliver_due(Message.objects.get().received_at)

    said = webshop.get(f"messages/{name}").json()
    assert (said["status"], said["instance"]) == ("delivered", str(waits.pk))
    assert signed_in(ada).get(f"messages/{name}").status_code == 200
    is_problem(bank.get(f"messages/{name}"), 404)


def test_a_message_that_nobody_took_in_time_says_so_and_is_sent_again(webshop):
    name = kept(webshop)
    expire()
    said = webshop.get(f"messages/{name}").json()
    assert (said["status"], said["problem"]) == ("expired", senders.NOBODY)

    again = webshop.post(f"messages/{name}/again")

    assert (again.status_code, again.json()["status"]) == (200, "waiting")
    is_problem(webshop.post(f"messages/{name}/again"), 409, "out-of-date")


def test_a_program_withdraws_its_own_message_alone(webshop, bank):
    name = kept(webshop)
    is_problem(bank.post(f"messages/{name}/withdraw", {"reason": "Mine."}), 404)
    is_problem(webshop.post(f"messages/{name}/withdraw", {"reason": " "}), 422)

    gone = webshop.post(f"messages/{name}/withdraw", {"reason": "Ordered twice."})

    assert (gone.status_code, gone.json()["status"]) == (200, "withdrawn")
    assert gone.json()["problem"] == "Ordered twice."


def test_people_who_are_no_administrators_neither_send_nor_withdraw(webshop, alice):
    name = kept(webshop)

    for path in ("signals", f"messages/{name}/again"):
        body = {"name": "alarm"} if path == "signals" else {}
        answer = signed_in(alice).post(path, body, Idempotency_Key="k-1")
        assert answer.status_code in (403, 404)

    assert Message.objects.get().status == "waiting"


def test_a_message_for_several_is_a_409_that_names_them(webshop):
    definition = deployed("start -> r -> end", r=receives("paid"))
    both = {str(begin(definition, business_key="A-1").pk) for _ in range(2)}

    said = is_problem(webshop.message("paid", business_key="A-1"), 409, "message-ambiguous")

    assert {each["instance"] for each in said["errors"]} == both
    assert {each["element"] for each in said["errors"]} == {"r"}


def test_an_instance_tells_what_it_has_sent(webshop, ada):
    definition = deployed("start -> t -> wait -> end", t=sends("paid", "= n"))
    sender = begin(definition, n="A-1")
    expire()

    said = signed_in(ada).get(f"instances/{sender.pk}").json()

    [message] = said["messages"]
    assert (message["name"], message["key"], message["status"]) == ("paid", "A-1", "expired")
    assert [each["kind"] for each in said["incidents"]] == ["message"]


# --- signals ---


def test_a_signal_is_told_to_everybody_and_counted(webshop, bank):
    definition = deployed("start -> c -> end", c=catch("signal", "alarm"))
    both = [begin(definition) for _ in range(2)]

    answer = webshop.post("signals", {"name": "alarm"}, Idempotency_Key="k-1")
    assert (answer.status_code, answer.json()["is_spread"]) == (202, False)
    while correlation.deliver_due(Message.objects.earliest("id").received_at):
        pass

    said = webshop.get(f"signals/{answer.json()['id']}").json()
    assert answer.headers["Location"] == f"/api/v1/signals/{said['id']}"
    assert (said["is_spread"], said["heard"], said["waiting"]) == (True, 2, 0)
    running = ProcessInstance.objects.filter(pk__in=[each.pk for each in both], status="running")
    assert not running.exists()
    is_problem(bank.get(f"signals/{said['id']}"), 404)


def test_the_same_signal_again_is_told_once(webshop):
    first = webshop.post("signals", {"name": "alarm", "variables": {"n": 1}}, Idempotency_Key="k")
    again = webshop.post("signals", {"name": "alarm", "variables": {"n": 1}}, Idempotency_Key="k")

    assert first.json()["id"] == again.json()["id"]
    assert Message.objects.count() == 1
    other = webshop.post("signals", {"name": "alarm", "variables": {"n": 2}}, Idempotency_Key="k")
    is_problem(other, 422, "idempotency-key-reused")
    webshop.message("paid", key="m", keep_for=60)
    is_problem(webshop.post("signals", {"name": "paid"}, Idempotency_Key="m"), 422)


@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 400), ({"name": ""}, 400), ({"name": "a\u0000b"}, 400), ({"name": "x" * 201}, 400),
     ({"name": "alarm", "more": 1}, 400), ({"name": "alarm", "variables": []}, 400)],
)  # fmt: skip
def test_a_signal_that_is_none_is_refused(webshop, body, status):
    is_problem(webshop.post("signals", body, Idempotency_Key="k-1"), status)
    assert not Message.objects.exists()


def test_a_signal_needs_an_idempotency_key(webshop):
    is_problem(webshop.post("signals", {"name": "alarm"}), 400)
