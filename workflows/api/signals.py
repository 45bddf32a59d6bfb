"""Signals are told to everybody who listens, once for each idempotency key."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from workflows import announcing, intake, message_queries
from workflows.api.described import described
from workflows.api.fields import Body, Object, Text
from workflows.api.messages import IDEMPOTENCY_KEY, WHOSE, check_may_tell, key_of
from workflows.api.operation import Operation, caller
from workflows.models import Message


class SignalIn(Body):
    name = Text(max_length=intake.LONGEST_NAME, help_text="The signal that processes listen to.")
    variables = Object(required=False, default=dict, help_text="What everybody is told with it.")


class SignalOut(serializers.ModelSerializer[Message]):
    """A signal, and how many were told of it so far."""

    heard = serializers.IntegerField(source="shares_delivered", help_text="Have it now.")
    waiting = serializers.IntegerField(source="shares_waiting", help_text="Are still to be told.")
    refused = serializers.IntegerField(source="shares_refused", help_text="Could not take it.")
    gone = serializers.IntegerField(
        source="shares_dropped", help_text="Did not listen any more, or knew it already."
    )
    is_spread = serializers.SerializerMethodField(
        help_text="Whether it is known who is told: whoever listens later does not hear of it."
    )

    class Meta:
        model = Message
        fields = (
            "id", "name", "sender", "received_at", "is_spread", "heard", "waiting", "refused",
            "gone",
        )  # fmt: skip
        read_only_fields = fields

    def get_is_spread(self, signal: Message) -> bool:
        return signal.status == Message.Status.DELIVERED


class Signals(Operation):
    @described(
        operation_id="broadcast_signal",
        tags=["Processes"],
        summary="Tell a signal to everybody who listens",
        description=(
            "Each process that listens, and each that begins with it, is told soon after. Nobody "
            "has to listen: send a message to have something done by one. The same key with the "
            "same content tells it once. Programs and administrators may do this."
        ),
        sends=SignalIn,
        answers={202: SignalOut},
        problems=(403, 422),
        parameters=[IDEMPOTENCY_KEY],
        examples=[
            OpenApiExample(
                "Rates have changed",
                request_only=True,
                value={"name": "rates.changed", "variables": {"rate": 3.9}},
            )
        ],
    )
    def post(self, request: Request) -> Response:
        user = caller(request)
        check_may_tell(user)
        said = self.sent(request, SignalIn)
        signal, _ = announcing.announce(
            signal=said["name"],
            variables=said["variables"],
            idempotency_key=key_of(request),
            sender=user.actor,
            now=timezone.now(),
        )
        where = reverse("api:signal", args=[signal.pk])
        return Response(_shown(signal.pk, request), status=202, headers={"Location": where})


class SentSignal(Operation):
    @described(
        operation_id="read_signal",
        tags=["Processes"],
        summary="Who was told of a signal",
        description=WHOSE,
        answers={200: SignalOut},
        problems=(400, 404),
    )
    def get(self, request: Request, pk: UUID) -> Response:
        self.asked(request)
        return Response(_shown(pk, request))


def _shown(pk: UUID, request: Request) -> Any:
    visible = message_queries.visible_to(caller(request)).filter(kind=Message.Kind.SIGNAL)
    return SignalOut(get_object_or_404(message_queries.with_shares(visible), pk=pk)).data
