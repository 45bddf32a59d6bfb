"""Pages and operations about chains of events: who sees what, in which words."""

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.reviews.builders import person, queue_of
from tests.workflows.builders import NOW, later
from tests.workflows.mailed import deployed
from tests.workflows.test_signals import spread
from tests.workflows.watched import (
    CONFIRMED,
    HOUR,
    begun,
    booking,
    expects,
    expects_answer,
    looked,
    published,
    run,
)
from workflows import anomalies, calls
from workflows.models import Anomaly, Expectation, JournalEntry, ProcessInstance

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(client):
    admin = person("ada", is_admin=True)
    client.force_login(admin)
    return client


@pytest.fixture
def max_():
    manager = person("max")
    queue_of(person("alice"), manager=manager)
    return manager


def both():
    """One process never began downstream, one that was called does not answer."""
    expects()
    expects_answer()
    published()
    caller = booking()
    calls.settle_due(NOW)
    assert sorted(looked(later(hours=1))) == ["never_began", "no_answer"]
    return caller


def body(answer):
    return answer.content.decode()


# --- what did not follow ---


def test_the_page_tells_the_two_apart_in_words(ada):
    both()

    page = body(ada.get("/chains/"))

    assert "Downstream process" in page
    assert "Never began" in page
    assert "confirmation never began: capture.end was published" in page
    assert "Nested process" in page
    assert "Does not answer" in page
    assert "has called it and waits longer than 1 h." in page
    assert "stands at ask" in page


def test_what_is_settled_is_on_a_page_of_its_own(ada):
    both()
    begun(at=later(hours=2))
    looked(later(hours=2))

    assert "Never began" not in body(ada.get("/chains/"))
    assert "It came, late" in body(ada.get("/chains/?state=settled"))


def test_an_empty_page_says_that_all_is_well(ada):
    assert "Everything follows as expected." in body(ada.get("/chains/"))


@pytest.mark.parametrize("query", ["state=lost", "after=x", "page_size=0", "colour=red"])
def test_an_address_that_asks_for_nonsense_is_refused(ada, query):
    answer = ada.get(f"/chains/?{query}")

    assert answer.status_code == 400
    assert "Show what is open" in body(answer)


def test_a_full_page_takes_as_many_statements_as_a_short_one(ada, django_assert_max_num_queries):
    expects(publishes=CONFIRMED)
    for number in range(12):
        published(f"T-{number}")
        begun(f"T-{number}", later(minutes=1))
    looked(later(hours=2))

    with django_assert_max_num_queries(16):
        answer = ada.get("/chains/?page_size=10")

    assert body(answer).count("Not finished in time") == 10
    assert "Next" in body(answer)


def test_managers_see_what_no_queue_has_an_item_of_and_reviewers_see_nothing(client, max_):
    both()

    client.force_login(max_)
    page = body(client.get("/chains/"))
    assert "confirmation never began" in page
    assert "/processes/" not in page.split('id="anomaly')[1].split("</article>")[0]

    client.force_login(person("robin"))
    assert client.get("/chains/").status_code == 404


def test_somebody_sees_to_it_and_it_is_recorded(client, max_):
    both()
    anomaly = Anomaly.objects.get(kind="never_began")
    client.force_login(max_)

    for _ in range(2):
        client.post(f"/chains/{anomaly.pk}/dismiss/")

    anomaly.refresh_from_db()
    assert (anomaly.outcome, anomaly.settled_by) == ("dismissed", "user:max")
    [entry] = JournalEntry.objects.filter(kind="anomaly.settled")
    assert entry.actor == "user:max"


def test_seeing_to_it_twice_is_refused_and_changes_nothing(max_):
    both()
    anomaly = Anomaly.objects.get(kind="never_began")
    anomalies.dismiss(anomaly.pk, by="user:max", now=later(hours=2))

    with pytest.raises(anomalies.SeenTo, match="Nothing is expected there any more"):
        anomalies.dismiss(anomaly.pk, by="user:ada", now=later(hours=3))


def test_a_get_sees_to_nothing(ada):
    both()
    anomaly = Anomaly.objects.first()

    assert ada.get(f"/chains/{anomaly.pk}/dismiss/").status_code == 405
    assert Anomaly.objects.filter(settled_at=None).count() == 2


# --- on the page of an instance ---


def test_the_page_of_an_instance_shows_what_is_still_to_follow_and_what_did_not(ada):
    expects()
    source = published(at=timezone.now())
    address = reverse("workflows:instance", args=[source.pk])
    assert "expected to begin" in body(ada.get(address))

    looked(timezone.now() + 2 * HOUR)

    assert "confirmation never began" in body(ada.get(address))


def test_the_page_of_a_caller_tells_of_a_call_that_gets_no_answer(ada):
    caller = both()

    page = body(ada.get(reverse("workflows:instance", args=[caller.pk])))

    assert "Calls out of time" in page
    assert "Downstream processes" not in page


def test_what_followed_in_time_is_not_waited_for_any_more(ada):
    expects()
    source = published(at=timezone.now())
    begun(at=timezone.now())

    page = body(ada.get(reverse("workflows:instance", args=[source.pk])))

    assert "expected to begin" not in page


def test_the_page_of_an_instance_leads_to_those_whom_its_signal_has_begun(ada):
    from tests.workflows.bpmn.sketch import end, start

    deployed("start -> check -> end", key="listens", start=start("signal", "done"))
    deployed("start -> e", key="tells", e=end("signal", "done"))
    teller = run("tells", "T-1")
    spread()
    [listener] = ProcessInstance.objects.filter(definition__key="listens")

    page = body(ada.get(reverse("workflows:instance", args=[teller.pk])))

    assert "Downstream processes" in page
    assert f"/processes/{listener.pk}/" in page


def test_a_process_without_anything_downstream_says_nothing_of_it(ada):
    deployed("start -> check -> end", key="alone")

    page = body(ada.get(reverse("workflows:instance", args=[run("alone", "T-1").pk])))

    assert "Downstream processes" not in page


# --- what is expected ---

LINK = {"chain": "Settlement", "kind": "reaction", "after": "trade.captured",
        "process": "trade_confirmation", "publishes": "", "within": "PT2H"}  # fmt: skip


def test_an_administrator_says_what_has_to_follow(ada):
    answer = ada.post("/configure/chains/", LINK, follow=True)

    assert "trade_confirmation is watched from now on." in body(answer)
    link = Expectation.objects.get()
    assert (link.chain, link.within.total_seconds(), link.is_active) == ("Settlement", 7200, True)
    assert JournalEntry.objects.get(kind="expectation.declared").actor == "user:ada"


def test_saying_it_again_changes_the_time_and_makes_no_second_one(ada):
    for within in ("PT2H", "PT3H", "PT3H"):
        ada.post("/configure/chains/", {**LINK, "within": within})

    assert Expectation.objects.get().within.total_seconds() == 10_800
    assert JournalEntry.objects.filter(kind__startswith="expectation.").count() == 2


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"within": "soon"}, "soon"),
        ({"within": "P900Y"}, "ten years"),
        ({"within": "P5Y"}, "one second to a year"),
        ({"chain": ""}, "This field is required"),
        ({"process": ""}, "This field is required"),
        ({"kind": "guess"}, "Select a valid choice"),
        ({"kind": "answer", "publishes": "trade.confirmed"}, "publishes nothing"),
        ({"after": "x" * 201}, "at most 200"),
        ({"chain": "a\u0085b"}, "cannot be printed"),
    ],
)
def test_what_cannot_be_watched_is_refused_beside_its_field(ada, said, sentence):
    answer = ada.post("/configure/chains/", {**LINK, **said})

    assert answer.status_code == 422
    assert sentence in body(answer)
    assert not Expectation.objects.exists()


def test_a_link_is_switched_off_and_on(ada):
    link = expects()

    for on in ("0", "1"):
        ada.post(f"/configure/chains/{link.pk}/switch/", {"on": on})
        link.refresh_from_db()
        assert link.is_active == (on == "1")

    assert JournalEntry.objects.filter(kind="expectation.switched").count() == 2


def test_managers_do_not_say_what_is_expected(client, max_):
    client.force_login(max_)

    assert client.get("/configure/chains/").status_code == 404
    assert client.post("/configure/chains/", LINK).status_code == 404
    assert not Expectation.objects.exists()
