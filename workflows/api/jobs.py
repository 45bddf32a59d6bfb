"""Work that programs outside do: take jobs by topic, keep them, and say how they ended."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from workflows import external, external_results, job_steps
from workflows.api.described import described
from workflows.api.fields import Body, Object, Text, Whole
from workflows.api.operation import Operation, caller
from workflows.external_results import Worker
from workflows.job_handlers import BusinessError
from workflows.models import Job
from workflows.refusals import NotAllowed

TAG = "Jobs"
DAY = 24 * 3600
EPOCH = "Of the lease under which you work, as it was given with the job."
NAME = r"\A[A-Za-z0-9_.:-]+\Z"
ENDS = "Said again under the same epoch after a lost answer, it is answered as the first time."


class MayNotWork(NotAllowed):
    """Jobs are for programs, and a token says which."""


# --- what is sent --------------------------------------------------------------------------------


class FetchIn(Body):
    topics = serializers.ListField(child=Text(max_length=200), min_length=1, max_length=50)
    worker = serializers.RegexField(
        NAME, max_length=80, help_text="Your own name for this worker: letters, digits, _ . : -"
    )
    at_most = Whole(required=False, default=1, min_value=1, max_value=external.MOST_AT_ONCE)
    lease_seconds = Whole(
        required=False, allow_null=True, default=None, min_value=1, max_value=DAY,
        help_text="How long the jobs are yours. Left out: as long as the model says.",
    )  # fmt: skip
    wait_seconds = Whole(
        required=False, default=0, max_value=int(external.LONGEST_WAIT),
        help_text="How long to wait for a job when there is none; the first one ends it.",
    )  # fmt: skip


class UnderLease(Body):
    epoch = Whole(help_text=EPOCH, min_value=1)


class ExtendIn(UnderLease):
    lease_seconds = Whole(min_value=1, max_value=DAY, help_text="From now on.")


class CompleteIn(UnderLease):
    variables = Object(
        required=False,
        default=dict,
        help_text="Kept in the variable that the model names for the result, or else by name.",
    )


class FailIn(UnderLease):
    message = Text(max_length=2_000, help_text="What went wrong, for the person who looks at it.")
    attempts_left = Whole(
        required=False, allow_null=True, default=None, max_value=100,
        help_text="How often it is to be tried again; 0 gives it to a person. Left out: as "
        "often as the model says.",
    )  # fmt: skip
    retry_after_seconds = Whole(
        required=False, allow_null=True, default=None, max_value=7 * DAY,
        help_text="Left out: longer and longer, by chance.",
    )  # fmt: skip


class ErrorIn(UnderLease):
    code = Text(max_length=200, help_text="The error's code in the model.")
    message = Text(max_length=2_000, required=False, allow_blank=True, default="")
    variables = Object(required=False, default=dict, help_text="Kept where the error is caught.")


# --- what is answered ----------------------------------------------------------------------------


class JobOut(serializers.ModelSerializer[Job]):
    """One attempt at one piece of work."""

    topic = serializers.CharField(source="handler")
    attempt = serializers.IntegerField(source="attempts", help_text="1 for the first.")
    attempts_left = serializers.SerializerMethodField(help_text="After this one.")
    idempotency_key = serializers.CharField(
        source="id", help_text="The same over all attempts: hand it to whatever you call."
    )
    input = Object(read_only=True)
    headers = serializers.SerializerMethodField(
        help_text="What the model tells every worker of this step: texts by name."
    )
    process = serializers.CharField(source="instance.definition.key")
    business_key = serializers.CharField(source="instance.business_key")
    instance = serializers.UUIDField(source="instance_id")  # type: ignore[assignment]  # a field; DRF takes it off the class
    node = serializers.CharField(source="activity.node_id", help_text="Its id in the BPMN model.")

    class Meta:
        model = Job
        fields = (
            "id", "topic", "epoch", "attempt", "attempts_left", "lease_expires_at",
            "idempotency_key", "input", "headers", "process", "business_key", "instance", "node",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}})
    def get_headers(self, job: Job) -> dict[str, str]:
        return job_steps.headers(job)

    def get_attempts_left(self, job: Job) -> int:
        return max(0, job.max_attempts - job.attempts)


class RestingOut(serializers.Serializer[Any]):
    topic = serializers.CharField()
    until = serializers.DateTimeField()


class FetchedOut(serializers.Serializer[Any]):
    jobs = JobOut(many=True)
    resting = RestingOut(
        many=True, help_text="Topics that failed too often in a row and give no jobs until then."
    )
    ask_again_in = serializers.FloatField(help_text="Seconds; 0 to ask at once.")


class JobStateOut(serializers.ModelSerializer[Job]):
    """How a job stands after what was said."""

    class Meta:
        model = Job
        fields = ("id", "status", "epoch", "lease_expires_at", "ready_at")
        read_only_fields = fields


# --- operations ----------------------------------------------------------------------------------


class Fetch(Operation):
    @described(
        operation_id="fetch_jobs",
        tags=[TAG],
        summary="Take jobs of some topics, or wait for one",
        description=(
            "The jobs are yours until their lease ends; send its epoch with everything you say "
            "about them. Waiting is bounded, and a process lets only a few wait at a time: obey "
            "`ask_again_in`."
        ),
        sends=FetchIn,
        answers={200: FetchedOut},
        problems=(403, 422, 503),
        examples=[
            OpenApiExample(
                "Two parcels, or wait",
                request_only=True,
                value={
                    "topics": ["parcel.ship"], "worker": "press-2", "at_most": 2,
                    "lease_seconds": 60, "wait_seconds": 20,
                },
            )
        ],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        user, topics = caller(request), _topics(request)
        said = self.sent(request, FetchIn)
        external.check_topics(said["topics"], topics)
        seconds = said["lease_seconds"]
        wish = external.Wish(
            topics=tuple(dict.fromkeys(said["topics"])),
            by=external_results.account_and_worker(user.actor, said["worker"]),
            at_most=said["at_most"],
            lease=None if seconds is None else timedelta(seconds=seconds),
        )
        found = external.wait_for(wish, seconds=said["wait_seconds"], clock=timezone.now)
        return Response(FetchedOut(_shown(found)).data)


class Extend(Operation):
    @described(
        operation_id="extend_job",
        tags=[TAG],
        summary="Keep a job for longer",
        description="A worker that takes long says so before its lease ends.",
        sends=ExtendIn,
        answers={200: JobStateOut},
        problems=(403, 404, 409),
    )
    def post(self, request: Request, pk: UUID) -> Response:
        topics = _topics(request)
        said = self.sent(request, ExtendIn)
        job = external_results.extend(
            pk,
            worker=Worker(caller(request).actor, topics, said["epoch"]),
            by=timedelta(seconds=said["lease_seconds"]),
            now=timezone.now(),
        )
        return Response(JobStateOut(job).data)


class Complete(Operation):
    @described(
        operation_id="complete_job",
        tags=[TAG],
        summary="The work is done",
        description=f"The process goes on with what you send. {ENDS}",
        sends=CompleteIn,
        answers={200: JobStateOut},
        problems=(403, 404, 409, 422),
    )
    def post(self, request: Request, pk: UUID) -> Response:
        topics = _topics(request)
        said = self.sent(request, CompleteIn)
        worker = Worker(caller(request).actor, topics, said["epoch"])
        job = external_results.complete(
            pk, worker=worker, given=said["variables"], now=timezone.now()
        )
        return Response(JobStateOut(job).data)


class Fail(Operation):
    @described(
        operation_id="fail_job",
        tags=[TAG],
        summary="The attempt failed",
        description=f"It is tried again after a pause, or given to a person. {ENDS}",
        sends=FailIn,
        answers={200: JobStateOut},
        problems=(403, 404, 409),
    )
    def post(self, request: Request, pk: UUID) -> Response:
        topics = _topics(request)
        said = self.sent(request, FailIn)
        pause = said["retry_after_seconds"]
        job = external_results.fail(
            pk,
            worker=Worker(caller(request).actor, topics, said["epoch"]),
            message=said["message"],
            attempts_left=said["attempts_left"],
            retry_after=None if pause is None else timedelta(seconds=pause),
            now=timezone.now(),
        )
        return Response(JobStateOut(job).data)


class Error(Operation):
    @described(
        operation_id="throw_job_error",
        tags=[TAG],
        summary="The work ended with an error that the model foresees",
        description=(
            "A BPMN error: the model says what follows. Where it does not, a person looks at it. "
            f"{ENDS}"
        ),
        sends=ErrorIn,
        answers={200: JobStateOut},
        problems=(403, 404, 409, 422),
    )
    def post(self, request: Request, pk: UUID) -> Response:
        topics = _topics(request)
        said = self.sent(request, ErrorIn)
        job = external_results.throw(
            pk,
            worker=Worker(caller(request).actor, topics, said["epoch"]),
            error=BusinessError(said["code"], said["message"], said["variables"]),
            now=timezone.now(),
        )
        return Response(JobStateOut(job).data)


def _topics(request: Request) -> tuple[str, ...]:
    """The topics that the caller's token names. Raises `MayNotWork` when it names none."""
    topics = tuple(getattr(request.auth, "topics", ()))
    if not topics:
        raise MayNotWork(
            "Jobs are for programs whose token names topics. Ask an administrator for such a token."
        )
    return topics


def _shown(found: external.Fetched) -> dict[str, Any]:
    resting: dict[str, datetime] = dict(found.resting)
    return {
        "jobs": found.jobs,
        "resting": [{"topic": topic, "until": until} for topic, until in resting.items()],
        "ask_again_in": found.ask_again_in,
    }
