"""Ad-hoc sub-processes: beginning one of their activities, saying that they are done."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from workflows import choosing, queries
from workflows.api.described import described
from workflows.api.fields import Body, Nothing, Text
from workflows.api.instances import InstanceInFullOut
from workflows.api.operation import Operation, caller
from workflows.models import Activity

WHO = "Those who see the process: who started it, managers of a queue that it touches."


class BeginIn(Body):
    node = Text(max_length=200, help_text="Its id in the BPMN model.")


class Begin(Operation):
    @described(
        operation_id="begin_activity",
        tags=["Processes"],
        summary="Begin an activity of an ad-hoc sub-process",
        description=f"`activity` is the sub-process, as its process lists it. {WHO}",
        sends=BeginIn,
        answers={200: InstanceInFullOut},
        problems=(400, 404, 409, 422),
    )
    def post(self, request: Request, pk: UUID, activity: UUID) -> Response:
        said, found = self.sent(request, BeginIn), _found(request, pk, activity)
        instance = choosing.begin(
            activity_id=found.pk, node_id=said["node"], by=caller(request).actor, now=timezone.now()
        )
        return Response(InstanceInFullOut(instance).data)


class Finish(Operation):
    @described(
        operation_id="finish_activity",
        tags=["Processes"],
        summary="Say that an ad-hoc sub-process is done",
        description=f"One with a completion condition has to meet it. {WHO}",
        sends=Nothing,
        answers={200: InstanceInFullOut},
        problems=(400, 404, 409, 422),
    )
    def post(self, request: Request, pk: UUID, activity: UUID) -> Response:
        self.sent(request)
        found = _found(request, pk, activity)
        instance = choosing.finish(
            activity_id=found.pk, by=caller(request).actor, now=timezone.now()
        )
        return Response(InstanceInFullOut(instance).data)


def _found(request: Request, pk: UUID, activity: UUID) -> Activity:
    instance = get_object_or_404(queries.instances_visible_to(caller(request)), pk=pk)
    found: Activity = get_object_or_404(instance.activities.all(), pk=activity)
    return found
