"""Having what failed tried again."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from workflows import incidents, queries
from workflows.api.described import described
from workflows.api.fields import Nothing
from workflows.api.instances import IncidentOut
from workflows.api.operation import Operation, caller


class Retry(Operation):
    @described(
        operation_id="retry_incident",
        tags=["Processes"],
        summary="Try again what failed, once the cause is gone",
        description="Managers of a queue that the process touches, and administrators.",
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
