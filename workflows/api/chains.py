"""Chains of events for programs and people: what is expected, and what did not follow."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from workflows import anomalies, expecting, reading
from workflows.api.described import AFTER, PAGE_SIZE, described, parameter
from workflows.api.fields import Body, Nothing, Object, Text
from workflows.api.operation import Operation, caller
from workflows.models import Anomaly, Expectation
from workflows.queries import Viewer
from workflows.refusals import NotAllowed

TAG = "Processes"
PATIENCE = 3.0  # seconds for one statement
WHO = "Managers and administrators."


class MayNotWatch(NotAllowed):
    """What is expected of processes is for administrators to say."""


class ExpectationOut(serializers.ModelSerializer[Expectation]):
    """One link of a chain; `within` in seconds."""

    within = serializers.SerializerMethodField()

    class Meta:
        model = Expectation
        fields = ("id", "chain", "kind", "after", "process", "publishes", "within", "is_active")
        read_only_fields = fields

    def get_within(self, row: Expectation) -> float:
        return row.within.total_seconds()


class AnomalyOut(serializers.Serializer[Any]):
    """A link that did not come about in time, in words and in parts."""

    id = serializers.UUIDField(source="anomaly.id")
    chain = serializers.CharField(source="anomaly.expectation.chain")
    kind = serializers.ChoiceField(choices=Anomaly.Kind.choices, source="anomaly.kind")
    nested = serializers.BooleanField(
        source="anomaly.is_nested",
        help_text="A caller waits, or waited, for it; otherwise it is downstream of an event.",
    )
    business_key = serializers.CharField(source="anomaly.key")
    sentence = serializers.CharField()
    origin = serializers.UUIDField(
        source="source.id", allow_null=True, default=None, help_text="Who published, or called."
    )
    reaction = serializers.UUIDField(
        source="reaction.id", allow_null=True, default=None, help_text="Who reacts, or is called."
    )
    since = serializers.DateTimeField(source="anomaly.since")
    due_at = serializers.DateTimeField(source="anomaly.due_at")
    noticed_at = serializers.DateTimeField(source="anomaly.noticed_at")
    settled_at = serializers.DateTimeField(source="anomaly.settled_at", allow_null=True)
    outcome = serializers.CharField(source="anomaly.outcome")


class AnomalyPageOut(serializers.Serializer[Any]):
    results = AnomalyOut(many=True)
    next = serializers.CharField(allow_null=True, help_text="`after` of the next page, or null.")


class ExpectationsOut(serializers.Serializer[Any]):
    results = ExpectationOut(many=True)


class ChainIn(Body):
    chain = Text(max_length=expecting.LONGEST_CHAIN, help_text="A name that its links share.")
    links = serializers.ListField(
        child=Object(), min_length=1, max_length=expecting.MOST_LINKS,
        help_text="Each with after, process, within and perhaps publishes; or with calls, by and "
        "within. Times are ISO 8601 durations.",
    )  # fmt: skip


class Anomalies(Operation):
    @described(
        operation_id="list_anomalies",
        tags=[TAG],
        summary="What did not follow in chains of events",
        description=f"{WHO} The newest first.",
        answers={200: AnomalyPageOut},
        problems=(400, 503),
        parameters=[
            parameter("state", "open or settled; open when left out."), AFTER, PAGE_SIZE,
        ],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        asked = self.asked(request, "state", "after", "page_size")
        user, size = caller(request), reading.page_size(asked)
        state = reading.choice(asked, "state", {"open", "settled"}, "open")
        found = anomalies.in_state(anomalies.visible_to(user), state)
        if after := asked.get("after", ""):
            found = found.filter(pk__lt=reading.identifier(after, "after"))
        with reading.at_most(PATIENCE):
            rows = list(found.order_by("-pk")[: size + 1])
        place = str(rows[size - 1].pk) if len(rows) > size else None
        shown = anomalies.shown(rows[:size], user)
        return Response(AnomalyPageOut({"results": shown, "next": place}).data)


class Dismiss(Operation):
    @described(
        operation_id="dismiss_anomaly",
        tags=[TAG],
        summary="Somebody has seen to it",
        description=f"{WHO} Nothing is expected there any more. No process is moved.",
        sends=Nothing,
        answers={200: AnomalyOut},
        problems=(404, 409),
    )
    def post(self, request: Request, pk: UUID) -> Response:
        self.sent(request)
        user = caller(request)
        found = get_object_or_404(anomalies.visible_to(user), pk=pk)
        anomalies.dismiss(found.pk, by=user.actor, now=timezone.now())
        [shown] = anomalies.shown(anomalies.visible_to(user).filter(pk=found.pk), user)
        return Response(AnomalyOut(shown).data)


class Expectations(Operation):
    @described(
        operation_id="list_expectations",
        tags=[TAG],
        summary="What is expected to follow, and how soon",
        description="Administrators.",
        answers={200: ExpectationsOut},
        problems=(400, 403),
    )
    def get(self, request: Request) -> Response:
        _admin(caller(request))
        self.asked(request)
        return Response(ExpectationsOut({"results": anomalies.expected()}).data)


class Declare(Operation):
    @described(
        operation_id="declare_chain",
        tags=[TAG],
        summary="Say what is expected to follow",
        description=(
            "Administrators. Links that are known take the new chain and time; others are watched "
            "from now on. Sending it again changes nothing."
        ),
        sends=ChainIn,
        answers={200: ExpectationsOut},
        problems=(403, 422),
        examples=[
            OpenApiExample(
                "A settlement",
                request_only=True,
                value={
                    "chain": "Settlement",
                    "links": [
                        {
                            "after": "trade.captured",
                            "process": "trade_confirmation",
                            "publishes": "trade.confirmed",
                            "within": "PT2H",
                        },
                        {"calls": "entitlement_check", "by": "class_booking", "within": "PT5M"},
                    ],
                },
            )
        ],
    )
    def post(self, request: Request) -> Response:
        user = caller(request)
        _admin(user)
        chain, links = expecting.understood(self.sent(request, ChainIn))
        made = expecting.declare(chain=chain, links=links, by=user.actor, now=timezone.now())
        return Response(ExpectationsOut({"results": made}).data)


def _admin(user: Viewer) -> None:
    if not (user.is_person and user.is_admin):
        raise MayNotWatch("Administrators say what is expected to follow. Ask one of them.")
