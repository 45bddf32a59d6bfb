"""Processes and incidents, as managers see them."""

import pytest
from django.urls import reverse

from queues.models import Requirement, WorkItem
from tests.reviews.builders import person, program, queue_of
from tests.workflows import builders
from tests.workflows.builders import NOW
from workflows import readable, story
from workflows.models import Activity, Incident, JournalEntry, ProcessInstance

pytestmark = pytest.mark.django_db

PROCESSES, INCIDENTS = "/processes/", "/incidents/"


@pytest.fixture
def ada():
    return person("ada", is_admin=True)


@pytest.fixture
def page(client, ada):
    client.force_login(ada)
    return client


def item_of(instance, queue):
    return WorkItem.objects.create(
        instance=instance,
        activity=Activity.objects.filter(instance=instance).latest("pk"),
        queue=queue,
        requirement=Requirement.objects.get_or_create(key="")[0],
        title="Look at it",
        sort_key=1,
        status="ready",
        created_at=NOW,
        ready_at=NOW,
    )


def running(**variables):
    return builders.started("start -> auto", "auto -> end", variables=variables)


def stuck(machine):
    """An instance whose job has given up."""

    def fail(_work):
        raise ValueError("no answer <b>at all</b>")

    machine.answer = fail
    instance = builders.started("start -> auto", "auto -> end", job='attempts="1"')
    builders.run(builders.job_at(instance, "auto"))
    return instance, Incident.objects.get(instance=instance)


def test_what_is_stuck_before_any_queue_is_every_managers(client, machine):
    maria, rita = person("maria"), person("rita")
    queue_of(rita, manager=maria)
    stuck(machine)

    client.force_login(maria)
    assert b"no answer" in client.get(INCIDENTS).content
    client.force_login(rita)
    assert client.get(INCIDENTS).status_code == 404


def test_managers_see_instances_with_an_item_in_a_queue_of_theirs(client):
    maria, otto = person("maria"), person("otto")
    loans, other = queue_of(manager=maria), queue_of(manager=otto)
    mine, theirs = running(), running()
    item_of(mine, loans)
    item_of(theirs, other)
    client.force_login(maria)

    listed = client.get(PROCESSES).content.decode()

    assert str(mine.pk) in listed
    assert str(theirs.pk) not in listed
    assert client.get(reverse("workflows:instance", args=[mine.pk])).status_code == 200
    assert client.get(reverse("workflows:instance", args=[theirs.pk])).status_code == 404


def test_an_instance_with_two_items_is_listed_once(client):
    maria = person("maria")
    loans = queue_of(manager=maria)
    instance = running()
    item_of(instance, loans)
    item_of(instance, loans)
    client.force_login(maria)

    assert client.get(PROCESSES).content.decode().count(f'id="instance-{instance.pk}"') == 1


@pytest.mark.parametrize("path", [PROCESSES, INCIDENTS])
def test_reviewers_programs_and_strangers_find_no_such_page(client, path):
    alice = person("alice")
    queue_of(alice)
    for user in (alice, person("mallory"), program("webshop")):
        client.force_login(user)
        assert client.get(path).status_code == 404


def test_b34_pages_show_and_actions_act(page, machine):
    instance, incident = stuck(machine)

    for path in (PROCESSES, INCIDENTS, reverse("workflows:instance", args=[instance.pk])):
        assert page.post(path).status_code == 405
    for path in (
        reverse("workflows:retry", args=[incident.pk]),
        reverse("workflows:cancel", args=[instance.pk]),
    ):
        assert page.get(path).status_code == 405


def test_the_list_is_narrowed_by_state_process_key_and_trouble(page, machine):
    fine = running()
    instance, _ = stuck(machine)
    ProcessInstance.objects.filter(pk=fine.pk).update(business_key="L_50%")

    def listed(address):
        text = page.get(f"{PROCESSES}?{address}").content.decode()
        return {each for each in (fine, instance) if f'id="instance-{each.pk}"' in text}

    assert listed("") == {fine, instance}
    assert listed("trouble=open") == {instance}
    assert listed("state=completed") == set()
    assert listed("q=L_50%25") == listed(f"q={fine.pk}") == {fine}
    assert listed("q=L_5_") == listed("q=%25") == set()
    assert listed(f"process={fine.definition.key}") >= {fine}


@pytest.mark.parametrize("address", ["state=gone", "page_size=0", "after=x", "trouble=1", "x=1"])
def test_a_wrong_address_is_refused_in_a_sentence(page, address):
    answer = page.get(f"{PROCESSES}?{address}")

    assert answer.status_code == 400
    assert "Show all processes" in answer.content.decode()


def test_pages_of_the_list_follow_each_other(page):
    instances = [running() for _ in range(3)]

    first = page.get(f"{PROCESSES}?page_size=2").content.decode()
    assert f"after={instances[1].pk}" in first

    second = page.get(f"{PROCESSES}?page_size=2&after={instances[1].pk}").content.decode()
    assert f'id="instance-{instances[0].pk}"' in second
    assert f'id="instance-{instances[1].pk}"' not in second


def test_an_instance_without_a_key_has_a_name_that_can_be_said_aloud(
    page, django_assert_max_num_queries
):
    instances = [running() for _ in range(5)]
    names = [f"{each.definition.name} {str(each.pk)[-6:]}" for each in instances]
    assert len(set(names)) == 5

    with django_assert_max_num_queries(13):
        listed = page.get(PROCESSES).content.decode()
    text = page.get(reverse("workflows:instance", args=[instances[0].pk])).content.decode()

    for name in names:
        assert f">{name}</a>" in listed
    assert f"<title>{names[0]}" in " ".join(text.split()).replace("<title> ", "<title>")
    assert f">{names[0]}</h1>" in text
    assert f"Process {instances[0].pk}" not in text


def test_the_page_of_an_instance_shows_where_it_stands_and_why(page):
    instance = running(applicant={"name": "Rosa", "annual_income": 52_000, "employed": True})

    text = page.get(reverse("workflows:instance", args=[instance.pk])).content.decode()

    assert "<svg" in text
    assert "The process began" in text
    assert "Journal verified" in text
    for fact in ("Annual income", "52,000", "number", "yes or no"):
        assert fact in text
    assert "data-live" in text
    assert "&quot;applicant&quot;" not in text


def test_an_instance_that_is_over_is_not_asked_about_again(page):
    instance = running()
    builders.run(builders.job_at(instance, "auto"))

    text = page.get(reverse("workflows:instance", args=[instance.pk])).content.decode()

    assert "Completed" in text
    assert "data-live" not in text


def test_a_fragment_for_the_live_region_is_no_whole_page(page):
    address = reverse("workflows:instance", args=[running().pk])

    text = page.get(address, headers={"HX-Request": "true"}).content.decode()

    assert 'id="instance"' in text
    assert "<html" not in text


def test_an_incident_says_what_failed_and_is_tried_again(page, machine):
    _, incident = stuck(machine)
    listed = page.get(INCIDENTS).content.decode()
    assert "no answer &lt;b&gt;at all" in listed
    assert "any" in listed

    machine.answer = lambda _work: {"done": True}
    answer = page.post(reverse("workflows:retry", args=[incident.pk]), follow=True)

    assert "is tried again." in answer.content.decode()
    assert "Nothing is stuck" in answer.content.decode()
    assert Incident.objects.get().resolved_by == "user:ada"
    assert "Resolved" in page.get(f"{INCIDENTS}?state=resolved").content.decode()


def test_an_incident_that_somebody_resolved_is_not_tried_twice(page, machine):
    _, incident = stuck(machine)
    page.post(reverse("workflows:retry", args=[incident.pk]))

    answer = page.post(reverse("workflows:retry", args=[incident.pk]), follow=True)

    assert "meanwhile" in answer.content.decode()
    assert JournalEntry.objects.filter(kind="incident.resolved").count() == 1


def test_a_process_is_given_up_with_a_reason_only(page, machine):
    instance, _ = stuck(machine)
    address = reverse("workflows:cancel", args=[instance.pk])

    refused = page.post(address, {"reason": "  "}, follow=True)
    assert "Say why" in refused.content.decode()
    assert builders.now_of(instance).status == "running"

    page.post(address, {"reason": "Customer withdrew."})
    assert builders.now_of(instance).status == "cancelled"
    assert not Incident.objects.filter(status="open").exists()


def test_strangers_change_nothing(client, machine):
    instance, incident = stuck(machine)
    client.force_login(person("mallory"))

    for name, pk in (("retry", incident.pk), ("cancel", instance.pk)):
        address = reverse(f"workflows:{name}", args=[pk])
        assert client.post(address, {"reason": "Why not."}).status_code == 404
    assert Incident.objects.get().status == "open"


def test_b33_without_its_token_a_form_is_refused(ada, machine):
    from django.test import Client

    _, incident = stuck(machine)
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada)

    assert client.post(reverse("workflows:retry", args=[incident.pk])).status_code == 403


def test_values_are_shown_by_what_they_are():
    rows = readable.facts(
        {"ok": True, "n": 1234, "share": 0.5, "none": None, "text": "a", "list": [1, 2],
         "inner": {"deep": [{"x": 1}]}, "at": "2026-01-02T03:04:05+01:00"}
    )  # fmt: skip

    assert [(row.name, row.value, row.kind, row.level) for row in rows] == [
        ("Ok", "yes", "yes or no", 0),
        ("N", "1,234", "number", 0),
        ("Share", "0.5", "number", 0),
        ("None", "not given", "nothing", 0),
        ("Text", "a", "text", 0),
        ("List", "1; 2", "list", 0),
        ("Inner", "", "group", 0),
        ("Deep", "", "group", 1),
        ("1", "", "group", 2),
        ("X", "1", "number", 3),
        ("At", "Fri 2 Jan 2026, 02:04:05 UTC", "time", 0),
    ]


def test_data_of_any_size_ends_after_so_many_rows():
    assert len(readable.facts({str(n): n for n in range(10_000)})) == readable.ROWS_AT_MOST + 1
    deep: dict[str, object] = {}
    for _ in range(5_000):
        deep = {"in": deep}
    assert len(readable.facts(deep)) == readable.DEEPEST + 1


def test_b16_a_detail_never_shapes_a_sentence():
    entry = JournalEntry(
        kind="event.published", actor="user:alice", detail={"type": "{actor.__class__}"}, sequence=1
    )

    assert story.line(entry).sentence == "Published {actor.__class__}"
    assert story.line(JournalEntry(kind="odd.{kind}", actor="system")).sentence == "Odd {kind}"
