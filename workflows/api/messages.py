"""Messages from outside start processes or reach those that wait, once for each idempotency key."""

import re
from datetime import timedelta
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from workflows import commands, dead_letters, intake, message_queries
from workflows.api.described import described
from workflows.api.fields import Body, Nothing, Object, Text, Whole
from workflows.api.instances import InstanceOut
from workflows.api.operation import Operation, caller
from workflows.models import Message
from workflows.queries import Viewer
from workflows.refusals import NotAllowed

KEY = re.compile(r"(?=.*[!-~])[ -~]{1,255}")
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description="1 to 255 printable ASCII characters, chosen by you for this message.",
)
WHOSE = "Your own, those of processes that you see, and all of them for administrators."


class MayNotStart(NotAllowed):
    """People work on what programs start."""


class MessageIn(Body):
    name = Text(max_length=intake.LONGEST_NAME, help_text="The message that a process waits for.")
    business_key = Text(
        max_length=intake.LONGEST_NAME,
        required=False,
        allow_blank=True,
        default="",
        help_text="Your own name for what this is about: it tells who is meant.",
    )
    variables = Object(required=False, default=dict, help_text="What it brings to the process.")
    keep_for = Whole(
        required=False,
        min_value=1,
        max_value=int(intake.LONGEST_KEPT.total_seconds()),
        help_text="Seconds for which it may wait for somebody who waits for it.",
    )


class MessageOut(serializers.ModelSerializer[Message]):
    """A message that was not taken at once, and what became of it."""

    problem = serializers.CharField(
        read_only=True, help_text="Why it was refused, not taken in time, or withdrawn."
    )
    instance = serializers.UUIDField(  # type: ignore[assignment]  # a field; DRF takes it off the class
        source="instance_id", read_only=True, allow_null=True, help_text="The process that has it."
    )
    thrown_by = serializers.UUIDField(
        source="thrown_by_id",
        read_only=True,
        allow_null=True,
        help_text="The process that sent it.",
    )

    class Meta:
        model = Message
        fields = (
            "id", "name", "key", "status", "problem", "instance", "sender", "thrown_by",
            "received_at", "expires_at", "ended_at",
        )  # fmt: skip
        read_only_fields = fields


class WithdrawIn(Body):
    reason = Text(max_length=dead_letters.LONGEST_REASON, help_text="Stays on record.")


class Messages(Operation):
    @described(
        operation_id="send_message",
        tags=["Processes"],
        summary="Send a message to a process",
        description=(
            "It starts the process that begins with it, or reaches the one that waits for it: by "
            "the key that it waits with, else by its business key. 201 says that a process has "
            "started, 200 that one has it, 202 that it is kept for who will wait for it. The same "
            "key with the same content gives the same process, however often it is sent, "
            "so sending again after a lost answer is safe. When several wait for it, 409 names "
            "them in `errors`. Programs and administrators may do this."
        ),
        sends=MessageIn,
        answers={201: InstanceOut, 200: InstanceOut, 202: MessageOut},
        problems=(403, 409, 422),
        parameters=[IDEMPOTENCY_KEY],
        examples=[
            OpenApiExample(
                "A loan is asked for",
                request_only=True,
                value={
                    "name": "loan.requested",
                    "business_key": "L-2026-0417",
                    "variables": {"application": {"applicant": "Rosa", "amount": 12000}},
                },
            )
        ],
    )
    def post(self, request: Request) -> Response:
        user = caller(request)
        check_may_tell(user)
        said = self.sent(request, MessageIn)
        seconds = said.get("keep_for")
        taken = intake.take(
            message=said["name"],
            variables=said["variables"],
            business_key=said["business_key"],
            idempotency_key=key_of(request),
            sender=user.actor,
            now=timezone.now(),
            keep_for=None if seconds is None else timedelta(seconds=seconds),
        )
        if taken.instance is None:
            return Response(MessageOut(taken.kept).data, status=202)
        where = reverse("api:instance", args=[taken.instance.pk])
        status = 201 if taken.has_started else 200
        return Response(
            InstanceOut(taken.instance).data, status=status, headers={"Location": where}
        )


class SentMessage(Operation):
    @described(
        operation_id="read_message",
        tags=["Processes"],
        summary="What became of a message",
        description=f"{WHOSE} A message that was taken at once has no id: its answer says so.",
        answers={200: MessageOut},
        problems=(400, 404),
    )
    def get(self, request: Request, pk: UUID) -> Response:
        self.asked(request)
        return Response(MessageOut(_seen(request, pk)).data)


class SendAgain(Operation):
    @described(
        operation_id="send_message_again",
        tags=["Processes"],
        summary="Send a message again that nobody took",
        description="One that was refused, expired or withdrawn; it is kept for another hour.",
        sends=Nothing,
        answers={200: MessageOut},
        problems=(403, 404, 409, 422),
    )
    def post(self, request: Request, pk: UUID) -> Response:
        self.sent(request)
        user = caller(request)
        check_may_tell(user)
        found = _seen(request, pk)
        sent = commands.send_again(message_id=found.pk, by=user.actor, now=timezone.now())
        return Response(MessageOut(sent).data)


class Withdraw(Operation):
    @described(
        operation_id="withdraw_message",
        tags=["Processes"],
        summary="Withdraw a message that nobody has taken",
        sends=WithdrawIn,
        answers={200: MessageOut},
        problems=(403, 404, 409, 422),
    )
    def post(self, request: Request, pk: UUID) -> Response:
        user = caller(request)
        check_may_tell(user)
        found = _seen(request, pk)
        reason = self.sent(request, WithdrawIn)["reason"]
        gone = commands.withdraw(
            message_id=found.pk, reason=reason, by=user.actor, now=timezone.now()
        )
        return Response(MessageOut(gone).data)


def _seen(request: Request, pk: UUID) -> Message:
    found = message_queries.visible_to(caller(request)).filter(kind=Message.Kind.MESSAGE)
    return get_object_or_404(found, pk=pk)


def check_may_tell(user: Viewer) -> None:
    """Messages and signals set things off: who may send them. Raises `MayNotStart`."""
    if user.is_person and not user.is_admin:
        raise MayNotStart("Programs and administrators start processes. Ask one of them.")


def key_of(request: Request) -> str:
    """400, not 422: the fault is in the request itself."""
    key = request.headers.get("Idempotency-Key", "")
    if not KEY.fullmatch(key):
        raise exceptions.ParseError(
            "Send an Idempotency-Key header of 1 to 255 printable ASCII characters, a new one for "
            "each message and the same one when you send a message again."
        )
    return key
