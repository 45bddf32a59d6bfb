"""What a person can do about what failed: try it again, correct it, or settle it."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from workflows import dead_letters, incidents, queries
from workflows.api.described import described
from workflows.api.fields import Body, Nothing, Object, Text
from workflows.api.instances import IncidentOut
from workflows.api.operation import Operation, caller

WHO = "Managers of a queue that the process touches, and administrators."
NOT_THERE = "There is no such incident, or you may not know of it."


class RetryManyIn(Body):
    incidents = serializers.ListField(
        child=serializers.UUIDField(), min_length=1, max_length=dead_letters.MOST_AT_ONCE
    )


class CorrectIn(Body):
    variables = Object(help_text="Their right values, by name; others stay as they are.")


class SettleIn(Body):
    reason = Text(max_length=dead_letters.LONGEST_REASON, help_text="Stays on record.")
    result = Object(
        required=False, default=dict, help_text="What the job would have given; for jobs alone."
    )


class RefusedOut(serializers.Serializer[Any]):
    incident = serializers.UUIDField()
    detail = serializers.CharField()


class TriedOut(serializers.Serializer[Any]):
    again = serializers.IntegerField(help_text="How many are tried again.")
    refused = RefusedOut(many=True, help_text="Those that are not, and why.")


class Retry(Operation):
    @described(
        operation_id="retry_incident",
        tags=["Processes"],
        summary="Try again what failed, once the cause is gone",
        description=WHO,
        sends=Nothing,
        answers={200: IncidentOut},
        problems=(404, 409, 422),
    )
    def post(self, request: Request, pk: UUID) -> Response:
        self.sent(request)
        user = caller(request)
        found = get_object_or_404(queries.incidents_visible_to(user), pk=pk)
        tried = incidents.retry(incident_id=found.pk, by=user.actor, now=timezone.now())
        return Response(IncidentOut(tried).data)


class RetryMany(Operation):
    @described(
        operation_id="retry_incidents",
        tags=["Processes"],
        summary="Try several again, each by itself",
        description=f"{WHO} One that is refused stops no other.",
        sends=RetryManyIn,
        answers={200: TriedOut},
    )
    def post(self, request: Request) -> Response:
        user = caller(request)
        wanted = set(self.sent(request, RetryManyIn)["incidents"])
        visible = queries.incidents_visible_to(user).filter(pk__in=wanted)
        found = set(visible.values_list("pk", flat=True))
        refused = [{"incident": each, "detail": NOT_THERE} for each in sorted(wanted - found)]
        tried = dead_letters.retry_many(
            incident_ids=sorted(found), by=user.actor, now=timezone.now()
        )
        refused += [{"incident": each, "detail": why} for each, why in tried.refused]
        return Response(TriedOut({"again": tried.again, "refused": refused}).data)


class Correct(Operation):
    @described(
        operation_id="correct_incident",
        tags=["Processes"],
        summary="Correct variables, and try again with them",
        description=WHO,
        sends=CorrectIn,
        answers={200: IncidentOut},
        problems=(404, 409, 422),
    )
    def post(self, request: Request, pk: UUID) -> Response:
        user = caller(request)
        found = get_object_or_404(queries.incidents_visible_to(user), pk=pk)
        news = self.sent(request, CorrectIn)["variables"]
        tried = dead_letters.correct(
            incident_id=found.pk, news=news, by=user.actor, now=timezone.now()
        )
        return Response(IncidentOut(tried).data)


class Settle(Operation):
    @described(
        operation_id="settle_incident",
        tags=["Processes"],
        summary="Nothing is tried again, with a reason",
        description=(
            f"{WHO} A job counts as done in another way, an event is not "
            "published, a message is withdrawn."
        ),
        sends=SettleIn,
        answers={200: IncidentOut},
        problems=(404, 409, 422),
    )
    def post(self, request: Request, pk: UUID) -> Response:
        user = caller(request)
        found = get_object_or_404(queries.incidents_visible_to(user), pk=pk)
        said = self.sent(request, SettleIn)
        settled = dead_letters.settle(
            incident_id=found.pk, by=user.actor, now=timezone.now(), **said
        )
        return Response(IncidentOut(settled).data)
