import pytest

from tests.api import programs
from tests.api.programs import is_problem, signed_in, with_token
from tests.journeys import house
from tests.reviews import builders
from workflows import publishing, runtime
from workflows.models import Job, ProcessDefinition, ProcessInstance

pytestmark = pytest.mark.django_db

MODEL = (house.EXAMPLES / "loan_approval.bpmn").read_bytes()
XML = "application/xml"
LOAN = {"application": {"applicant": "Rosa", "amount": 5_000}}


@pytest.fixture
def message(loan_process):
    return ProcessDefinition.objects.get().messages[0]


# --- messages ---


def test_a_message_starts_a_process_and_says_where_it_is(webshop, message):
    answer = webshop.message(message, business_key="L-1", variables=LOAN)

    assert answer.status_code == 201
    started = ProcessInstance.objects.get()
    assert answer.json()["id"] == str(started.pk)
    assert answer.headers["Location"] == f"/api/v1/instances/{started.pk}"
    assert started.started_by == "api:webshop"
    assert started.variables["application"] == LOAN["application"]


def test_the_same_message_again_gives_the_same_process(webshop, message):
    first = webshop.message(message, variables=LOAN)
    again = webshop.message(message, variables=LOAN)

    assert again.status_code == 200
    assert again.json() == first.json()
    assert ProcessInstance.objects.count() == 1


def test_b53_another_message_under_the_same_key_is_refused(webshop, message):
    webshop.message(message, variables=LOAN)

    answer = webshop.message(message, variables={})

    is_problem(answer, 422, "idempotency-key-reused")
    assert ProcessInstance.objects.count() == 1


def test_b53_the_same_key_of_another_program_is_another_message(webshop, message):
    branch = with_token(builders.program("branch"))

    assert webshop.message(message).status_code == 201
    assert branch.message(message).status_code == 201


@pytest.mark.parametrize("key", ["", " ", "k" * 256, "a\x00b", "a\x1bb", "a\x7fb", "kéy"])
def test_b53_a_key_that_cannot_be_used_is_refused(webshop, message, key):
    is_problem(webshop.message(message, key=key), 400)

    assert not ProcessInstance.objects.exists()


def test_b53_a_message_without_a_key_is_refused(webshop, message):
    assert (
        "Idempotency-Key" in is_problem(webshop.post("messages", {"name": message}), 400)["detail"]
    )


def test_a_message_that_nothing_waits_for_is_refused(webshop, message):
    answer = webshop.message("nobody.listens")

    assert "nobody.listens" in is_problem(answer, 422)["detail"]


def test_a_message_may_be_kept_for_who_will_wait_for_it(webshop, message):
    answer = webshop.message("nobody.listens", keep_for=60)

    assert answer.status_code == 202
    assert answer.json()["status"] == "waiting"
    assert webshop.message("nobody.listens", keep_for=60).json() == answer.json()
    is_problem(webshop.message("nobody.listens", key="k-2", keep_for=0), 400)


def test_people_who_work_start_nothing(alice, message):
    is_problem(signed_in(alice).message(message), 403)


# --- instances ---


def test_a_program_sees_how_its_process_stands(webshop, message):
    started = webshop.message(message, business_key="L-1", variables=LOAN).json()["id"]

    found = webshop.get(f"instances/{started}").json()

    assert found["status"] == "running"
    assert found["variables"]["application"]["applicant"] == "Rosa"
    assert [each["node"] for each in found["activities"]]
    assert found["incidents"] == []
    assert found["end"] == ""


def test_processes_are_found_by_business_key(webshop, message):
    for number in (1, 2):
        webshop.message(message, key=f"k-{number}", business_key=f"L-{number}")

    found = webshop.get("instances", business_key="L-2").json()

    assert [each["business_key"] for each in found["results"]] == ["L-2"]
    assert found["next"] is None


def test_how_a_process_stands_is_told_in_a_word_and_a_sentence(webshop, message):
    started = webshop.message(message, business_key="L-1", variables=LOAN).json()["id"]

    by_key = webshop.get("instances", business_key="L-1").json()["results"][0]["standing"]

    assert by_key["word"] == "working"
    assert by_key["sentence"].startswith("Works at “score application” since ")
    assert webshop.get(f"instances/{started}").json()["standing"] == by_key


def test_a_list_is_read_page_by_page(webshop, message):
    for number in range(3):
        webshop.message(message, key=f"k-{number}", business_key=f"L-{number}")

    first = webshop.get("instances", page_size=2).json()
    second = webshop.get("instances", page_size=2, after=first["next"]).json()

    keys = [each["business_key"] for each in first["results"] + second["results"]]
    assert keys == ["L-2", "L-1", "L-0"]
    assert second["next"] is None


def test_a_process_of_somebody_else_is_not_there(webshop, message, mallory, ada):
    started = webshop.message(message).json()["id"]
    unknown = "01930000-0000-7000-8000-000000000000"

    for stranger in (with_token(builders.program("other")), signed_in(mallory)):
        hidden = is_problem(stranger.get(f"instances/{started}"), 404)
        nowhere = is_problem(stranger.get(f"instances/{unknown}"), 404)
        assert {**hidden, "instance": ""} == {**nowhere, "instance": ""}
        assert stranger.get("instances").json()["results"] == []

    assert signed_in(ada).get(f"instances/{started}").status_code == 200


# --- definitions ---


def test_an_administrator_deploys_a_model(ada, loans):
    answer = signed_in(ada).post("definitions", MODEL, content_type=XML)

    assert answer.status_code == 201
    [deployed] = answer.json()["definitions"]
    assert deployed["version"] == 1
    assert deployed["deployed_by"] == "user:ada"


def test_a_model_that_cannot_run_is_refused_with_each_place(ada):
    broken = MODEL.replace(b'targetRef="', b'targetRef="no_', 1)

    said = is_problem(signed_in(ada).post("definitions", broken, content_type=XML), 422)

    assert said["errors"][0]["line"] > 0
    assert not ProcessDefinition.objects.exists()


def test_nobody_else_deploys(alice, webshop):
    for somebody in (signed_in(alice), webshop):
        is_problem(somebody.post("definitions", MODEL, content_type=XML), 403)

    assert not ProcessDefinition.objects.exists()


# --- incidents ---


@pytest.fixture
def incident(webshop, message):
    """A job that gave up."""
    from workflows import jobs

    webshop.message(message, variables={})
    job = Job.objects.get()
    now = job.ready_at
    for _ in range(job.max_attempts):
        leased = jobs.lease(job.pk, by="worker", now=now)
        now = jobs.fail(leased=leased, error="Out of order.", now=now).ready_at
    builders.refresh(job)
    return job.incidents.get()


def test_an_incident_is_listed_and_tried_again(ada, incident):
    caller = signed_in(ada)
    [listed] = caller.get("incidents").json()["results"]
    assert listed["id"] == str(incident.pk)

    answer = caller.post(f"incidents/{incident.pk}/retry")

    assert answer.json()["status"] == "resolved"
    assert Job.objects.get().status == Job.Status.READY
    is_problem(caller.post(f"incidents/{incident.pk}/retry"), 409)


def test_an_incident_shows_on_its_process(webshop, incident):
    found = webshop.get(f"instances/{incident.instance_id}").json()

    assert [each["id"] for each in found["incidents"]] == [str(incident.pk)]


def test_whoever_manages_nothing_tries_nothing_again(incident, webshop, mallory):
    for somebody in (webshop, signed_in(mallory)):
        is_problem(somebody.post(f"incidents/{incident.pk}/retry"), 404)

    assert Job.objects.get().status == Job.Status.DEAD


# --- events ---


def published(how_many: int) -> None:
    instance = builders.instance(builders.variables())
    for number in range(how_many):
        held = runtime.hold(instance.pk)
        publishing.publish(
            type="loan.decided", instance=held, data={"number": number}, now=builders.NOW
        )
    publishing.fan_out_due(builders.NOW)


@pytest.mark.usefixtures("loans")
def test_the_feed_is_read_from_any_place_on(webshop):
    published(3)

    first = webshop.get("events", page_size=2).json()
    rest = webshop.get("events", after=first["next"]).json()
    end = webshop.get("events", after=rest["next"]).json()

    assert [each["data"]["number"] for each in first["results"]] == [0, 1]
    assert first["has_more"]
    assert [each["data"]["number"] for each in rest["results"]] == [2]
    assert not rest["has_more"]
    assert end == {"results": [], "next": rest["next"], "has_more": False}


@pytest.mark.usefixtures("loans")
def test_events_are_cloud_events(webshop):
    published(1)

    [event] = webshop.get("events").json()["results"]

    assert event["specversion"] == "1.0"
    assert {"id", "source", "type", "subject", "time"} <= set(event)


def test_the_feed_is_not_for_people_who_work(alice):
    is_problem(signed_in(alice).get("events"), 403)


def test_a_token_is_all_that_a_program_needs(webshop):
    """No cookie, no form token."""
    assert isinstance(webshop, programs.Caller)
    assert webshop.get("instances").status_code == 200
    assert not webshop.client.cookies
