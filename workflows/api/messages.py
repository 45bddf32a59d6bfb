"""Messages from outside start processes or reach those that wait, once for each idempotency key."""

import re
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from workflows import intake
from workflows.api.described import described
from workflows.api.fields import Body, Object, Text, Whole
from workflows.api.instances import InstanceOut
from workflows.api.operation import Operation, caller
from workflows.models import Message
from workflows.queries import Viewer
from workflows.refusals import NotAllowed

KEY = re.compile(r"(?=.*[!-~])[ -~]{1,255}")


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
    class Meta:
        model = Message
        fields = ("id", "name", "status", "received_at", "expires_at")
        read_only_fields = fields


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
            "so sending again after a lost answer is safe. Programs and administrators may do this."
        ),
        sends=MessageIn,
        answers={201: InstanceOut, 200: InstanceOut, 202: MessageOut},
        problems=(403, 422),
        parameters=[
            OpenApiParameter(
                "Idempotency-Key",
                OpenApiTypes.STR,
                OpenApiParameter.HEADER,
                required=True,
                description="1 to 255 printable ASCII characters, chosen by you for this message.",
            )
        ],
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
        _check_may_start(user)
        said = self.sent(request, MessageIn)
        seconds = said.get("keep_for")
        taken = intake.take(
            message=said["name"],
            variables=said["variables"],
            business_key=said["business_key"],
            idempotency_key=_key(request),
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


def _check_may_start(user: Viewer) -> None:
    if user.is_person and not user.is_admin:
        raise MayNotStart("Programs and administrators start processes. Ask one of them.")


def _key(request: Request) -> str:
    """400, not 422: the fault is in the request itself."""
    key = request.headers.get("Idempotency-Key", "")
    if not KEY.fullmatch(key):
        raise exceptions.ParseError(
            "Send an Idempotency-Key header of 1 to 255 printable ASCII characters, a new one for "
            "each message and the same one when you send a message again."
        )
    return key
