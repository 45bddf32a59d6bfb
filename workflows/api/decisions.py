"""Decisions for programs: which there are, what a version says, and what it answers."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from workflows import decision_definitions, decision_files, decision_queries, reading
from workflows.api.described import AFTER, PAGE_SIZE, described
from workflows.api.fields import Anything, Body, Object, Text, Whole
from workflows.api.operation import Operation, caller
from workflows.models import DecisionDefinition
from workflows.queries import Viewer
from workflows.refusals import NotAllowed

TAG = "Decisions"
DMN = "application/xml"


class MayNotAsk(NotAllowed):
    """Rules are for those who set them and for the programs that use them."""


class VersionOut(serializers.ModelSerializer[DecisionDefinition]):
    """One published version of a decision model."""

    sha256 = serializers.CharField(source="digest", help_text="Of the file, byte for byte.")

    class Meta:
        model = DecisionDefinition
        fields = (
            "key", "version", "name", "sha256", "dialect", "note", "published_at", "proposed_by",
            "signed_by",
        )  # fmt: skip
        read_only_fields = fields


class VersionsOut(serializers.Serializer[Any]):
    results = VersionOut(many=True)
    next = serializers.CharField(help_text="The `after` of the next page; empty on the last.")


class EvaluateIn(Body):
    inputs = Object(
        required=False,
        default=dict,
        help_text="By name. Dates, times and durations are texts, such as 2026-03-01 or P2D.",
    )
    version = Whole(
        required=False, min_value=1, allow_null=True, default=None,
        help_text="Which version is to answer. Left out: the one in force.",
    )  # fmt: skip
    decision = Text(
        required=False, max_length=200, allow_blank=True, default="",
        help_text="Id or name of a decision or service in the file. Left out: the main one.",
    )  # fmt: skip


class EvaluatedOut(serializers.Serializer[Any]):
    """What a decision answered, and why."""

    key = serializers.CharField()
    version = serializers.IntegerField(help_text="The version that answered.")
    sha256 = serializers.CharField(help_text="Of its file.")
    value = Anything(help_text="The answer, null when there is none.")
    errors = serializers.ListField(  # type: ignore[assignment]  # a field; DRF takes it off the class
        child=serializers.CharField(), help_text="What went wrong on the way, in sentences."
    )
    trace = Anything(help_text="Step by step: which rules matched and with which outputs.")


class Decisions(Operation):
    @described(
        operation_id="list_decisions",
        tags=[TAG],
        summary="List the decisions in force",
        description="The newest version of each, by key. For programs and administrators.",
        answers={200: VersionsOut},
        problems=(400, 403),
        parameters=[AFTER, PAGE_SIZE],
    )
    def get(self, request: Request) -> Response:
        _check_may_ask(caller(request))
        query = self.asked(request, "after", "page_size")
        size, after = reading.page_size(query), reading.text(query, "after")
        rows = list(decision_queries.in_force(after=after)[: size + 1])
        place = rows[size - 1].key if len(rows) > size else ""
        return Response(VersionsOut({"results": rows[:size], "next": place}).data)


class Decision(Operation):
    @described(
        operation_id="get_decision",
        tags=[TAG],
        summary="The version in force of one decision",
        answers={200: VersionOut},
        problems=(403, 404),
    )
    def get(self, request: Request, key: str) -> Response:
        _check_may_ask(caller(request))
        self.asked(request)
        return Response(VersionOut(decision_definitions.latest(key)).data)


class Version(Operation):
    @described(
        operation_id="get_decision_version",
        tags=[TAG],
        summary="One version of a decision, however old",
        answers={200: VersionOut},
        problems=(403, 404),
    )
    def get(self, request: Request, key: str, version: int) -> Response:
        _check_may_ask(caller(request))
        self.asked(request)
        return Response(VersionOut(_version(key, version)).data)


class VersionFile(Operation):
    @described(
        operation_id="get_decision_file",
        tags=[TAG],
        summary="The DMN file of one version, byte for byte",
        answers={(200, DMN): OpenApiTypes.BINARY},  # type: ignore[dict-item]  # of another media type
        problems=(403, 404),
    )
    def get(self, request: Request, key: str, version: int) -> HttpResponse:
        _check_may_ask(caller(request))
        self.asked(request)
        found = _version(key, version)
        answer = HttpResponse(bytes(found.xml), content_type=DMN)
        name = f"{found.key}.v{found.version}.dmn"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        answer["X-Content-Type-Options"] = "nosniff"
        answer["ETag"] = f'"{found.digest}"'
        return answer


class Evaluate(Operation):
    @described(
        operation_id="evaluate_decision",
        tags=[TAG],
        summary="Ask a decision",
        description=(
            "Nothing is kept. The answer names the version that gave it, so that it can be asked "
            "again; `trace` says which rules matched. What could not be evaluated is null, with a "
            "sentence in `errors`. For programs and administrators."
        ),
        sends=EvaluateIn,
        answers={200: EvaluatedOut},
        problems=(403, 404, 422),
        examples=[
            OpenApiExample(
                "How much may be lent",
                request_only=True,
                value={"inputs": {"Income": 42000, "Risk": "low"}},
            )
        ],
    )
    def post(self, request: Request, key: str) -> Response:
        _check_may_ask(caller(request))
        said = self.sent(request, EvaluateIn)
        definition, result = decision_definitions.evaluate(
            key,
            said["inputs"],
            version=said["version"],
            decision=said["decision"] or None,
            now=timezone.now(),
        )
        answer = {
            "key": definition.key,
            "version": definition.version,
            "sha256": definition.digest,
            **decision_definitions.as_json(result),
        }
        return Response(EvaluatedOut(answer).data)


def _check_may_ask(user: Viewer) -> None:
    if user.is_person and not user.is_admin:
        raise MayNotAsk("Programs and administrators ask decisions. Ask one of them.")


def _version(key: str, version: int) -> DecisionDefinition:
    """Numbers beyond what a column holds are versions that are not there."""
    return decision_definitions.version(key, min(version, decision_files.LAST_VERSION))
