"""A ticket, whoever it is with: closed or cancelled once, and never lost."""

from random import Random

import pytest

from examples import ledger
from examples.playing import House, NotAsTold
from examples.service_ticket import desk, story
from examples.stories import published, settle
from queues.models import Queue, WorkItem
from tests.examples.test_stories import left_open
from workflows.models import Event, Incident, ProcessInstance
from workflows.refusals import NotValid, Refusal

pytestmark = pytest.mark.django_db
TERMINAL = {"ticket.closed", "ticket.cancelled"}


@pytest.fixture(autouse=True)
def tickets(house):
    settle(story.EXAMPLE, now=house.now)


def waiting_in():
    """Queues in which something waits for somebody."""
    ready = WorkItem.objects.filter(status="ready").order_by("id")
    return list(ready.values_list("queue__slug", flat=True))


def ended(house):
    return [each for each in published(house) if each in TERMINAL]


def with_north(house, number="T-1"):
    story.create(house, number)
    house.complete(by="dana", key=number, team="north")


# --- who has it ---


def test_a_ticket_goes_from_the_desk_to_the_engineers_of_its_team(house):
    story.create(house, "T-1")
    assert waiting_in() == ["service-desk"]

    house.complete(by="dana", key="T-1", team="south")

    assert waiting_in() == ["service-south"]
    assert [entry["team"] for entry in ledger.entries()] == ["south"]


def test_what_goes_out_tells_how_it_was(house):
    story.fixed(house)

    assert Event.objects.get().data == {"number": "T-1", "team": "north", "stars": 5}


def test_a_survey_without_an_answer_closes_the_ticket_all_the_same(house):
    with_north(house)
    house.complete(by="nils", key="T-1", fixed=True)
    house.pass_time(days=3)

    assert Event.objects.get(type="ticket.closed").data["stars"] is None


# --- reassigned ---


def test_reassigning_takes_the_visit_back_and_sends_the_other_team(house):
    with_north(house)
    house.receive("ticket.reassign", {"team": "south"}, key="T-1")

    assert waiting_in() == ["service-south"]
    assert [entry["kind"] for entry in ledger.entries()] == [
        "visit", "called off", "visit called off", "visit",
    ]  # fmt: skip
    with pytest.raises(NotAsTold, match="Nothing waits for nils"):
        house.complete(by="nils", key="T-1", fixed=True)


def test_reassigning_without_a_team_asks_the_desk_again(house):
    with_north(house)
    house.receive("ticket.reassign", {"team": None}, key="T-1")

    assert waiting_in() == ["service-desk"]


def test_reassigning_before_anybody_has_it_spares_the_question(house):
    story.create(house, "T-1")
    house.receive("ticket.reassign", {"team": "south"}, key="T-1")

    assert waiting_in() == ["service-south"]


# --- cancelled ---


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_it_can_be_cancelled_until_it_is_fixed(house, steps):
    story.create(house, "T-1")
    for by, filled in [("dana", {"team": "north"}), ("nils", {"fixed": False})][:steps]:
        house.complete(by=by, key="T-1", **filled)

    house.receive("ticket.cancel", {"reason": "sold"}, key="T-1")

    assert Event.objects.get().data == {"number": "T-1", "reason": "sold"}
    assert story.visits() == 0
    assert left_open() == []


def test_once_it_is_fixed_it_is_too_late_to_cancel(house):
    with_north(house)
    house.complete(by="nils", key="T-1", fixed=True)

    with pytest.raises(NotValid, match=r"No process waits for the message 'ticket\.cancel'"):
        house.receive("ticket.cancel", {"reason": "sold"}, key="T-1")

    house.pass_time(days=3)
    assert ended(house) == ["ticket.closed"]


def test_cancelled_twice_is_cancelled_once(house):
    story.create(house, "T-1")
    first = house.receive("ticket.cancel", {"reason": "sold"}, key="T-1", once="c-1")
    again = house.receive("ticket.cancel", {"reason": "sold"}, key="T-1", once="c-1")

    assert first == again
    assert ended(house) == ["ticket.cancelled"]


def test_a_cancellation_that_overtakes_the_ticket_is_kept_for_it(house):
    house.receive("ticket.cancel", {"reason": "sold"}, key="T-1", keep_for=story.A_DAY)
    story.create(house, "T-1")

    assert ended(house) == ["ticket.cancelled"]


def test_a_visit_that_nobody_could_report_is_called_off_too(house):
    story.crashed(house)

    assert story.visits() == 0
    assert ended(house) == ["ticket.cancelled"]


def test_a_worker_that_slept_while_the_ticket_was_reassigned_books_nothing(house):
    story.create(house, "T-1")
    house.stall_worker("ticket.dispatch")
    house.complete(by="dana", key="T-1", team="north")
    assert story.visits() == 0
    house.receive("ticket.reassign", {"team": "south"}, key="T-1")

    house.wake_workers()

    assert [entry["team"] for entry in ledger.entries() if entry["kind"] == "visit"] == ["south"]
    assert waiting_in() == ["service-south"]


def test_two_workers_that_think_the_job_is_theirs_book_one_visit(house):
    story.create(house, "T-1")
    house.stall_worker("ticket.dispatch")
    house.complete(by="dana", key="T-1", team="north")
    for _ in range(2):
        house.pass_time(minutes=5)  # the lease has ended, and somebody else does it

    house.wake_workers()

    assert story.visits() == 1
    assert waiting_in() == ["service-north"]


def test_a_worker_that_slept_while_calling_off_leaves_the_visit_of_the_other_team(house):
    with_north(house)
    house.stall_worker("ticket.call_off")
    house.receive("ticket.reassign", {"team": "south"}, key="T-1")
    for _ in range(2):
        house.pass_time(minutes=5)
    assert waiting_in() == ["service-south"]

    house.wake_workers()

    assert story.visits() == 1


def test_a_worker_that_slept_while_the_ticket_was_cancelled_books_nothing(house):
    story.create(house, "T-1")
    house.stall_worker("ticket.dispatch")
    house.complete(by="dana", key="T-1", team="north")
    house.receive("ticket.cancel", {"reason": "sold"}, key="T-1")

    house.wake_workers()

    assert story.visits() == 0
    assert ended(house) == ["ticket.cancelled"]


@pytest.mark.parametrize("handler", ["ticket.call_off", "ticket.tell"])
def test_a_worker_lost_while_calling_off_changes_nothing(house, handler):
    with_north(house)
    house.lose_worker(handler)
    house.receive("ticket.cancel", {"reason": "sold"}, key="T-1")
    for _ in range(3):
        house.pass_time(minutes=5)

    assert story.visits() == 0
    assert ended(house) == ["ticket.cancelled"]
    kinds = [entry["kind"] for entry in ledger.entries()]
    assert kinds.count("visit called off") == kinds.count("letter") == 1


# --- never lost ---


def test_whoever_forgets_it_is_reminded_each_day_and_a_manager_looks_after_three(house):
    with_north(house)
    for _ in range(4):
        house.pass_time(days=1)

    letters = [entry["to"] for entry in ledger.entries() if entry["kind"] == "letter"]
    assert letters == ["north"] * 4
    assert waiting_in() == ["service-north", "service-escalations"]
    house.complete(by="mona", key="T-1", give_up=False)
    assert waiting_in() == ["service-north"]
    assert ended(house) == []


def test_what_is_fixed_meanwhile_cannot_be_given_up(house):
    with_north(house)
    house.pass_time(days=3)
    house.complete(by="nils", key="T-1", fixed=True)
    house.complete(by="mona", key="T-1", give_up=True)
    house.pass_time(days=3)

    assert ended(house) == ["ticket.closed"]
    assert "ticket.given_up" not in published(house)
    assert not Incident.objects.exists()


def test_who_closes_it_closes_the_managers_question_too(house):
    with_north(house)
    house.pass_time(days=3)
    house.complete(by="nils", key="T-1", fixed=True)
    house.receive("ticket.survey_answered", {"stars": 4}, key="T-1")

    assert left_open() == []
    assert waiting_in() == []


def test_a_second_ticket_of_the_same_number_is_shown_to_somebody(house):
    """One number can be waited for once; the second is no ticket that nobody can cancel."""
    story.create(house, "T-1")
    story.create(house, "T-1")

    assert Incident.objects.filter(status="open").exists()


# --- how it stands ---


@pytest.mark.parametrize(
    ("steps", "word", "said"),
    [
        (0, "waiting", "Waits for a person at “assign a team” since 2026-03-02 10:00 UTC."),
        (1, "waiting", "Waits for a person at “fix it” since"),
        (2, "waiting", "Waits for what happens first at “survey” since"),
        (3, "ended", "Came to its end with “ticket closed” on 2026-03-02 10:00 UTC."),
    ],
)
def test_at_any_time_somebody_can_ask_how_it_stands(house, steps, word, said):
    story.create(house, "T-1")
    acts = [
        lambda: house.complete(by="dana", key="T-1", team="north"),
        lambda: house.complete(by="nils", key="T-1", fixed=True),
        lambda: house.receive("ticket.survey_answered", {"stars": 4}, key="T-1"),
    ]
    for act in acts[:steps]:
        act()

    house.ask("Rosa", "T-1")

    answer = house.asides[-1].sentence + "."
    assert answer.startswith(f"Rosa asks about T-1: {word}. {said}")


def test_what_it_needs_is_put_in_place_once(house):
    desk.settle(house.now)

    assert Queue.objects.count() == len(desk.QUEUES)


# --- any order of anything ---

WORK = [
    ("dana", {"team": "north"}), ("dana", {"team": "south"}), ("nils", {"fixed": True}),
    ("nils", {"fixed": False}), ("sara", {"fixed": True}), ("sara", {"fixed": False}),
    ("mona", {"give_up": False}), ("mona", {"give_up": True}),
]  # fmt: skip
MESSAGES = [
    ("ticket.reassign", {"team": "south"}), ("ticket.reassign", {"team": None}),
    ("ticket.cancel", {"reason": "sold"}), ("ticket.survey_answered", {"stars": 1}),
]  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_whatever_happens_a_ticket_ends_once_and_nothing_is_left_open(house, seed):
    chance = Random(seed)
    story.create(house, "T-1")
    for _ in range(chance.randrange(10)):
        happen(house, chance)
    come_to_an_end(house, chance)
    house.wake_workers()

    assert left_open() == []
    assert len(ended(house)) == 1
    assert published(house)[-1] in TERMINAL
    if ended(house) == ["ticket.cancelled"]:
        assert story.visits() == 0


def happen(house: House, chance: Random) -> None:
    try:
        match chance.choice(["work", "work", "message", "crash", "sleep", "wake", "time"]):
            case "work":
                by, filled = chance.choice(WORK)
                house.complete(by=by, key="T-1", **filled)
            case "message":
                name, variables = chance.choice(MESSAGES)
                house.receive(name, variables, key="T-1")
            case "crash":
                house.lose_worker(chance.choice(["ticket.dispatch", "ticket.call_off"]))
            case "sleep":
                house.stall_worker(chance.choice(["ticket.dispatch", "ticket.call_off"]))
            case "wake":
                house.wake_workers()
            case "time":
                house.pass_time(hours=chance.choice([1, 30]))
    except (NotAsTold, Refusal):
        pass  # just now that is not possible, and nothing was changed


def come_to_an_end(house: House, chance: Random) -> None:
    for _ in range(60):
        if not ProcessInstance.objects.filter(status="running").exists():
            return
        try:
            by, filled = chance.choice(WORK)
            house.complete(by=by, key="T-1", **filled)
        except NotAsTold:
            house.pass_time(hours=12)
