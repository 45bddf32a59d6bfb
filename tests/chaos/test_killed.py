"""kill -9 of worker, broker, web server and sender in the middle of two hundred instances."""

import json
import threading
from collections import Counter

import pytest
from django.db import connection, transaction

from config import up
from reviews.models import Decision, Review
from tests.chaos import effects
from tests.chaos.house import House
from tests.chaos.reviewer import LOST, Reviewer
from tests.config.story import within
from tests.journeys.house import loan_approval
from tests.reviews import builders
from workflows import job_handlers, journal, runtime
from workflows.models import Event, Incident, Job, ProcessInstance

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]

MANY = 200
UNSURE_EVERY = 20
FOR_A_PERSON = MANY // UNSURE_EVERY
PASSWORD = "correct horse battery staple"
# Leases as short as a test's patience; otherwise the process is the example's.
QUICKER = {
    'handler="loan.pay_out"': 'handler="chaos.pay_out"',
    'lease="PT30S" backoff="PT2S"': 'lease="PT4S" backoff="PT1S"',
    'attempts="5"': 'attempts="9"',
}


@pytest.fixture
def house(tmp_path):
    assert job_handlers.named("chaos.pay_out") is effects.pay_out
    builders.grid("loan_approval")
    alice = builders.person("alice")
    alice.set_password(PASSWORD)
    alice.save()
    builders.queue_of(alice)
    loan_approval(QUICKER)
    house = House(tmp_path)
    yield house
    house.close()


@pytest.fixture
def alice(house):
    reviewer = Reviewer(house.address)
    yield reviewer
    reviewer.close()


@pytest.fixture
def hold(tmp_path):
    hold = tmp_path / "hold"
    yield hold
    hold.unlink(missing_ok=True)


def test_two_hundred_instances_survive_everything_that_can_be_killed(house, alice, hold, tmp_path):
    hold.touch()
    house.open()
    send_all_although_the_website_dies(house)

    kill_the_worker_between_payment_and_record(house, hold, tmp_path)
    kill_the_broker_with_all_it_knows(house)
    kill_the_web_server_while_it_decides(house, alice)
    decide_the_rest(alice)

    assert within(60, lambda: running().count() == 0), standing(house)
    assert_each_is_done_once(tmp_path)


# --- what is killed, and when ---


def send_all_although_the_website_dies(house):
    house.send(MANY, unsure_every=UNSURE_EVERY)
    assert within(20, lambda: ProcessInstance.objects.count() > MANY // 4), house.log("website")
    house.kill("website")
    assert ProcessInstance.objects.count() < MANY

    house.send(MANY, unsure_every=UNSURE_EVERY)
    house.wait_for_website()
    assert running().count() == MANY


def kill_the_worker_between_payment_and_record(house, hold, home):
    assert within(30, lambda: len(payments(home)) == 2), house.log("worker")
    assert Job.objects.filter(handler="chaos.pay_out", status="completed").count() == 0
    house.kill("worker")
    hold.unlink()
    house.start("worker", up.worker_command())


def kill_the_broker_with_all_it_knows(house):
    done = Event.objects.count()
    assert within(30, lambda: Event.objects.count() > done + 10), house.log("worker")
    house.kill_broker()
    house.broker.start()
    house.kill("worker")
    house.start("worker", up.worker_command())


def kill_the_web_server_while_it_decides(house, alice):
    """The decision waits for the row that this test holds; then there is nobody to make it."""
    assert within(30, lambda: Review.objects.filter(status="open").exists())
    alice.sign_in("alice", PASSWORD)
    page = alice.take()
    review = Review.objects.get(
        seats__item__leases__holder__username="alice", seats__item__leases__ended_at=None
    )
    with transaction.atomic():
        runtime.hold(review.instance_id)
        answered = in_the_background(lambda: alice.approve(page))
        assert within(5, somebody_waits_for_a_lock)
        house.kill("web")
    answered.join(10)
    assert not Decision.objects.exists()

    house.start("web", up.web_command(house.port))
    assert within(30, lambda: up.status_of_first_page(house.port) > 0), house.log("web")
    alice.approve(page)
    assert Decision.objects.count() == 1


def decide_the_rest(alice):
    def one_more():
        if page := alice.take():
            alice.approve(page)
        return Decision.objects.count() == FOR_A_PERSON

    assert within(30, one_more), Decision.objects.count()


# --- what must be true in the end ---


def assert_each_is_done_once(home):
    assert Counter(ends()) == {"paid_out": MANY}
    assert Event.objects.count() == MANY
    assert not Incident.objects.exists()
    assert Counter(Decision.objects.values_list("review", flat=True)).most_common(1)[0][1] == 1

    paid = {entry["key"] for entry in payments(home)}
    assert len(payments(home)) == len(paid) == MANY
    assert paid == {
        str(pk) for (pk,) in Job.objects.filter(handler="chaos.pay_out").values_list("pk")
    }
    assert len(tried_again(home)) >= 2, "No payment was interrupted: this test proved nothing."

    assert all(journal.verifies(each) for each in ProcessInstance.objects.all())


def ends():
    return ProcessInstance.objects.filter(status="completed").values_list("end_node", flat=True)


def payments(home):
    path = home / "ledger.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def tried_again(home):
    attempts = Counter((home / "attempts").read_text().splitlines())
    return [key for key, times in attempts.items() if times > 1]


# --- looking ---


def running():
    return ProcessInstance.objects.filter(status="running")


def standing(house):
    jobs = Counter(Job.objects.values_list("handler", "status"))
    return f"{jobs}\n{house.log('sweep')[-2000:]}\n{house.log('worker')[-4000:]}"


def somebody_waits_for_a_lock():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return cursor.fetchone()[0] > 0


def in_the_background(act):
    def quietly():
        try:
            act()
        except LOST:
            return

    thread = threading.Thread(target=quietly)
    thread.start()
    return thread
