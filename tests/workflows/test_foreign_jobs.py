"""Models of other tools whose work is code elsewhere: workers of that name do it here."""

from datetime import timedelta

import pytest

from tests.workflows import builders, outside
from tests.workflows.bpmn.test_foreign_work import around, task
from tests.workflows.builders import NOW, job_at, later, now_of, standing, story
from tests.workflows.outside import as_worker, taken
from workflows import definitions, external_results, job_steps
from workflows.models import Incident, JobKind

pytestmark = pytest.mark.django_db

TOPIC = 'camunda:type="external" camunda:topic="pay"'


def deployed(element):
    source, _ = around(element)
    [definition] = definitions.deploy(source=source, by="user:ada", now=NOW)
    return definition


def started(element, **variables):
    return builders.start(deployed(element), variables)


def complete(job, **given):
    external_results.complete(job.pk, worker=as_worker(job), given=given, now=NOW)


def fail(job, message="No paper.", at=NOW):
    return external_results.fail(job.pk, worker=as_worker(job), message=message, now=at)


def test_a_class_is_deployed_as_a_topic_of_workers_outside_with_a_warning():
    definition = deployed(task('camunda:class="org.x.Pay"'))

    assert JobKind.objects.get(pk="org.x.Pay").external
    [warning] = definitions.warnings_of(definition)
    assert "runs the Java class org.x.Pay elsewhere" in warning.sentence


def test_a_worker_does_what_a_class_would_have_done():
    instance = started(task('camunda:class="org.x.Pay"'), order=7)

    job = taken("org.x.Pay")
    complete(job, paid=True)

    assert job.input == {"order": 7}
    assert now_of(instance).status == "completed"
    assert now_of(instance).variables == {"order": 7, "paid": True}


def test_a_handler_of_that_name_does_it_too_and_sets_variables_by_name():
    with builders.handling("shop.pay", lambda work: {"paid": work.input["order"]}):
        instance = started(task('camunda:expression="${shop.pay(order)}"'), order=7)
        builders.run(job_at(instance, "a"))

    assert now_of(instance).variables == {"order": 7, "paid": 7}


def test_a_handler_is_told_the_headers_of_the_model():
    told = []
    with builders.handling("shop.pay", lambda work: told.append(work.headers) or {}):
        instance = started(task('camunda:expression="${shop.pay(order)}"'), order=7)
        builders.run(job_at(instance, "a"))

    assert told == [{"expression": "${shop.pay(order)}"}]


@pytest.mark.parametrize(
    ("given", "kept"), [({"ok": True}, True), ({"sum": 3}, {"sum": 3}), ({}, {})]
)
def test_the_variable_for_the_result_takes_it_by_name_or_as_a_whole(given, kept):
    instance = started(task('camunda:expression="${shop.pay()}" camunda:resultVariable="ok"'))

    complete(taken("shop.pay"), **given)

    assert now_of(instance).variables == {"ok": kept}


def test_a_message_end_waits_for_its_worker_and_then_ends():
    instance = started(
        '<endEvent id="a" name="Tell"><messageEventDefinition camunda:class="x.Tell"/></endEvent>'
    )
    assert standing(instance) == ["a"]

    complete(taken("x.Tell"))

    assert now_of(instance).status == "completed"
    assert "job.completed" in story(instance)


def test_a_topic_may_be_computed_and_one_that_is_no_text_is_an_incident():
    element = task('camunda:type="external" camunda:topic="${kind}"')
    first, second = started(element, kind="pay.fast"), started(element, kind=3.5)

    assert job_at(first, "a").handler == "pay.fast"
    assert "The topic of Pay is no text" in Incident.objects.get(instance=second).message


@pytest.mark.parametrize(
    ("cycle", "pauses"),
    [
        ("R3/PT5M", [timedelta(minutes=5)] * 2),
        ("PT1M,PT10M", [timedelta(minutes=1), timedelta(minutes=10)]),
    ],
)
def test_the_model_says_how_often_and_after_which_pause_it_is_tried_again(cycle, pauses):
    inside = f"<camunda:failedJobRetryTimeCycle>{cycle}</camunda:failedJobRetryTimeCycle>"
    instance = started(task(TOPIC, inside))
    at = NOW

    for pause in pauses:
        job = fail(taken("pay", at=at), at=at)
        assert job.ready_at == at + pause
        at = job.ready_at

    assert fail(taken("pay", at=at), at=at).status == "dead"
    assert Incident.objects.get(instance=instance).kind == "dead_job"


def test_retries_without_number_leave_five_attempts():
    instance = started(task("", '<zeebe:taskDefinition type="pay" retries="=n"/>'))

    assert job_at(instance, "a").max_attempts == 5


def test_a_failure_that_the_model_foresees_is_its_error():
    inside = (
        '<camunda:errorEventDefinition errorRef="late" '
        "expression=\"${externalTask.errorMessage == 'Too late.' and strict}\"/>"
    )
    boundary = (
        '<boundaryEvent id="b" attachedToRef="a"><errorEventDefinition errorRef="late"/>'
        '</boundaryEvent><task id="other" name="other"/>'
        '<sequenceFlow id="h" sourceRef="b" targetRef="other"/>'
    )
    element = task(TOPIC, inside) + boundary
    caught, not_so = started(element, strict=True), started(element, strict=False)

    for job in (taken("pay"), taken("pay")):
        fail(job, "Too late.")

    assert now_of(caught).status == "completed"
    assert standing(not_so) == ["a"]
    assert job_at(not_so, "a").status == "ready"


def test_a_job_of_an_installed_handler_is_no_topic():
    with builders.handling("x.Y", lambda _work: {}):
        deployed(task('camunda:class="x.Y"'))

    assert not JobKind.objects.exists()


def test_own_words_are_no_headers():
    instance = builders.started(*outside.ONE_JOB)

    assert job_steps.headers(job_at(instance, "auto")) == {}


def test_a_pause_of_the_model_is_waited_for():
    inside = "<camunda:failedJobRetryTimeCycle>R3/PT5M</camunda:failedJobRetryTimeCycle>"
    started(task(TOPIC, inside))
    fail(taken("pay"))

    assert outside.fetch("pay", at=later(minutes=4)).jobs == []
