"""Workers outside over HTTP: fetch, keep, and say how it ended."""

import pytest
from django.utils import timezone

from queues import tokens
from queues.models import ServiceToken
from tests.api.programs import Caller, is_problem, signed_in
from tests.reviews import builders as people
from tests.workflows import outside
from workflows import definitions, runtime
from workflows.models import Incident, Job, JobKind, ProcessInstance
from workflows.refusals import NotValid

pytestmark = pytest.mark.django_db


def worker_of(account, *topics):
    """A caller whose token names these topics."""
    from django.test import Client

    _, secret = tokens.issue(
        user=account, name="Press", by="user:ada", now=timezone.now(), topics=topics
    )
    return Caller(Client(), Authorization=f"Bearer {secret}")


@pytest.fixture
def shipping(db):
    return worker_of(people.program("shipping"), "parcel.ship")


def fetched(caller, **said):
    body = {"topics": ["parcel.ship"], "worker": "press-1", **said}
    answer = caller.post("jobs/fetch", body)
    assert answer.status_code == 200, answer.content
    return answer.json()


@pytest.fixture
def job(shipping):
    """One job, taken."""
    outside.started()
    [found] = fetched(shipping)["jobs"]
    return found


def say(caller, job, verb, **said):
    return caller.post(f"jobs/{job['id']}/{verb}", {"epoch": job["epoch"], **said})


# --- fetching ---


def test_a_worker_gets_what_it_needs_to_know(shipping):
    instance = outside.started()

    [job] = fetched(shipping)["jobs"]

    assert job["topic"] == "parcel.ship"
    assert (job["epoch"], job["attempt"], job["attempts_left"]) == (1, 1, 2)
    assert job["input"] == {"weight": 3}
    assert job["idempotency_key"] == job["id"]
    assert job["instance"] == str(instance.pk)
    assert (job["process"], job["node"]) == ("drawn_parcel.ship", "auto")
    assert job["lease_expires_at"] > timezone.now().isoformat()


def test_nothing_is_there(shipping):
    assert fetched(shipping) == {"jobs": [], "resting": [], "ask_again_in": 0.0}


def test_a_topic_that_the_token_does_not_name_is_refused(shipping):
    outside.started("parcel.label")

    answer = shipping.post("jobs/fetch", {"topics": ["parcel.label"], "worker": "press-1"})

    assert "parcel.label" in is_problem(answer, 403, "not-allowed")["detail"]
    assert not Job.objects.filter(status="leased").exists()


def test_people_and_tokens_without_topics_take_nothing(ada, webshop):
    outside.started()

    for somebody in (signed_in(ada), webshop):
        answer = somebody.post("jobs/fetch", {"topics": ["parcel.ship"], "worker": "w"})
        is_problem(answer, 403, "not-allowed")


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"topics": []}, "/topics"),
        ({"topics": "parcel.ship"}, "/topics"),
        ({"topics": [7]}, "/topics/0"),
        ({"worker": "a/b"}, "/worker"),
        ({"worker": ""}, "/worker"),
        ({"at_most": 0}, "/at_most"),
        ({"at_most": 101}, "/at_most"),
        ({"wait_seconds": 31}, "/wait_seconds"),
        ({"lease_seconds": 0}, "/lease_seconds"),
        ({"lease_seconds": "60"}, "/lease_seconds"),
        ({"tenant": "x"}, "/tenant"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(shipping, said, place):
    body = {"topics": ["parcel.ship"], "worker": "press-1", **said}

    errors = is_problem(shipping.post("jobs/fetch", body), 400)["errors"]

    assert place in [error["pointer"] for error in errors]


def test_a_revoked_token_takes_nothing(shipping):
    tokens.revoke(ServiceToken.objects.get(), by="user:ada", now=timezone.now())

    is_problem(shipping.post("jobs/fetch", {"topics": ["parcel.ship"], "worker": "w"}), 401)


# --- saying how it ended ---


def test_a_job_is_done_once_however_often_it_is_said(shipping, job):
    first = say(shipping, job, "complete", variables={"parcel": "P-1"})
    again = say(shipping, job, "complete", variables={"parcel": "P-1"})

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert first.json()["status"] == "completed"
    assert ProcessInstance.objects.get().variables == {"weight": 3, "parcel": "P-1"}


def test_an_older_epoch_is_a_conflict_that_says_who_has_the_job(shipping, job):
    Job.objects.update(epoch=2, leased_by="api:shipping/press-2")

    answer = say(shipping, job, "complete")

    detail = is_problem(answer, 409, "lease-over")["detail"]
    assert "api:shipping/press-2 has the job under lease 2" in detail


def test_a_worker_keeps_its_job_for_longer(shipping, job):
    answer = say(shipping, job, "extend", lease_seconds=600)

    assert answer.json()["lease_expires_at"] > job["lease_expires_at"]


def test_a_failure_is_tried_again_when_the_worker_says(shipping, job):
    answer = say(shipping, job, "fail", message="No paper.", retry_after_seconds=0)

    assert answer.json()["status"] == "ready"
    [again] = fetched(shipping)["jobs"]
    assert (again["id"], again["epoch"], again["attempt"]) == (job["id"], 2, 2)
    is_problem(say(shipping, job, "fail", message="No paper.", retry_after_seconds=0), 409)


def test_a_failure_without_hope_is_an_incident(shipping, job):
    answer = say(shipping, job, "fail", message="No such street.", attempts_left=0)

    assert answer.json()["status"] == "dead"
    assert "No such street." in Incident.objects.get().message


def test_an_error_that_nothing_catches_is_an_incident(shipping, job):
    answer = say(shipping, job, "error", code="address.unknown", variables={"street": "?"})

    assert answer.json()["status"] == "dead"
    assert "address.unknown" in Incident.objects.get().message


@pytest.mark.parametrize(
    ("verb", "said"),
    [
        ("complete", {}),
        ("extend", {"lease_seconds": 5}),
        ("fail", {"message": "No."}),
        ("error", {"code": "x"}),
    ],
)
def test_a_job_of_a_foreign_topic_is_not_there(shipping, job, verb, said):
    other = worker_of(people.program("labels"), "parcel.label")

    is_problem(say(other, job, verb, **said), 404, "not-found")

    assert Job.objects.get().status == "leased"


def test_another_account_with_the_same_topic_does_not_end_it(shipping, job):
    other = worker_of(people.program("rival"), "parcel.ship")

    is_problem(say(other, job, "complete"), 409, "lease-over")


@pytest.mark.parametrize(
    "body", [{}, {"epoch": 0}, {"epoch": True}, {"epoch": 1, "variables": []}, {"epoch": 1, "x": 1}]
)
def test_a_completion_that_cannot_be_meant_is_refused(shipping, job, body):
    is_problem(shipping.post(f"jobs/{job['id']}/complete", body), 400)

    assert Job.objects.get().status == "leased"


def test_a_job_that_never_was_is_not_there(shipping):
    path = "jobs/01930000-0000-7000-8000-000000000000/complete"

    is_problem(shipping.post(path, {"epoch": 1}), 404)


def test_completing_costs_few_queries(shipping, django_assert_max_num_queries):
    outside.started("parcel.ship", "start -> auto", "auto -> end")
    [job] = fetched(shipping)["jobs"]

    with django_assert_max_num_queries(18):  # four of them savepoints of the test
        assert say(shipping, job, "complete", variables={"parcel": "P-1"}).status_code == 200


# --- tokens ---


def test_a_token_makes_its_topics_known(shipping):
    assert JobKind.objects.filter(external=True).values_list("name", flat=True)[0] == "parcel.ship"
    assert ServiceToken.objects.get().topics == ["parcel.ship"]


@pytest.mark.parametrize("topic", ["", "two words", "*", "a" * 201, "pär"])
def test_a_token_names_sound_topics_alone(topic):
    with pytest.raises(NotValid, match="no topic"):
        worker_of(people.program("shipping"), topic)

    assert not ServiceToken.objects.exists()


def test_a_token_does_not_name_what_this_installation_does():
    with pytest.raises(NotValid, match=r"loan\.score is done by this installation"):
        worker_of(people.program("shipping"), "loan.score")


def test_an_administrator_gives_a_token_its_topics(ada, client):
    account = people.program("shipping")
    client.force_login(ada)

    page = client.post(
        f"/configure/programs/{account.pk}/",
        {"name": "Press", "days": "30", "topics": "parcel.ship, parcel.label"},
    )

    assert page.status_code == 200
    assert ServiceToken.objects.get().topics == ["parcel.label", "parcel.ship"]


# --- what gave up ---


@pytest.fixture
def incident(shipping, job):
    say(shipping, job, "fail", message="No such street.", attempts_left=0)
    return Incident.objects.get()


def test_a_person_corrects_what_a_worker_was_given(ada, shipping, incident):
    answer = signed_in(ada).post(f"incidents/{incident.pk}/correct", {"variables": {"weight": 4}})

    assert answer.json()["status"] == "resolved"
    [again] = fetched(shipping)["jobs"]
    assert again["input"] == {"weight": 4}


def test_a_person_settles_what_a_worker_cannot_do(ada, incident):
    body = {"reason": "Brought in person.", "result": {"parcel": "by hand"}}

    answer = signed_in(ada).post(f"incidents/{incident.pk}/settle", body)

    assert answer.json()["status"] == "resolved"
    assert ProcessInstance.objects.get().variables["parcel"] == "by hand"


def test_several_are_tried_again_at_once(ada, incident):
    nowhere = "01930000-0000-7000-8000-000000000000"

    answer = signed_in(ada).post("incidents/retry", {"incidents": [str(incident.pk), nowhere]})

    assert answer.json()["again"] == 1
    assert [each["incident"] for each in answer.json()["refused"]] == [nowhere]
    assert Job.objects.get().status == "ready"


def test_whoever_manages_nothing_settles_nothing(mallory, shipping, incident):
    for somebody in (signed_in(mallory), shipping):
        path = f"incidents/{incident.pk}"
        is_problem(somebody.post(f"{path}/settle", {"reason": "Why not."}), 404)
        is_problem(somebody.post(f"{path}/correct", {"variables": {"weight": 1}}), 404)
        assert somebody.post("incidents/retry", {"incidents": [str(incident.pk)]}).json() == {
            "again": 0,
            "refused": [
                {"incident": str(incident.pk),
                 "detail": "There is no such incident, or you may not know of it."}
            ],
        }  # fmt: skip

    assert Incident.objects.get().status == "open"


# --- models of other tools ---

CAMUNDA = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="urn:test">
  <process id="parcel" isExecutable="true">
    <startEvent id="start"/>
    <sequenceFlow id="a" sourceRef="start" targetRef="ship"/>
    <serviceTask id="ship" camunda:type="external" camunda:topic="parcel.ship"/>
    <sequenceFlow id="b" sourceRef="ship" targetRef="end"/>
    <endEvent id="end"/>
  </process>
</definitions>"""


def test_a_topic_of_a_model_of_another_tool_is_done_outside(shipping):
    [definition] = definitions.deploy(source=CAMUNDA, by="user:ada", now=timezone.now())
    instance = runtime.start(
        definition=definition,
        variables={"weight": 3},
        business_key="",
        by="user:ada",
        now=timezone.now(),
    )

    [job] = fetched(shipping)["jobs"]
    assert say(shipping, job, "complete", variables={"parcel": "P-1"}).status_code == 200

    done = ProcessInstance.objects.get(pk=instance.pk)
    assert (done.status, done.variables["parcel"]) == ("completed", "P-1")
