"""How processes stand."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from workflows import choosing, message_queries, queries, reading, whereabouts
from workflows.api.described import AFTER, PAGE_SIZE, described, parameter
from workflows.api.fields import Object
from workflows.api.operation import Operation, caller
from workflows.models import Activity, Incident, Message, ProcessDefinition, ProcessInstance

PATIENCE = 3.0  # seconds for one statement


class SentOut(serializers.ModelSerializer[Message]):
    """A message that a process has sent, and what became of it."""

    class Meta:
        model = Message
        fields = ("id", "kind", "name", "key", "status", "problem", "received_at", "ended_at")
        read_only_fields = fields


class DefinitionOut(serializers.ModelSerializer[ProcessDefinition]):
    messages = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = ProcessDefinition
        fields = ("id", "key", "version", "name", "messages", "deployed_at", "deployed_by")
        read_only_fields = fields


class ActivityOut(serializers.ModelSerializer[Activity]):
    node = serializers.CharField(source="node_id", help_text="Its id in the BPMN model.")

    class Meta:
        model = Activity
        fields = ("id", "node", "kind", "name", "status", "entered_at")
        read_only_fields = fields


class IncidentOut(serializers.ModelSerializer[Incident]):
    instance = serializers.UUIDField(source="instance_id")  # type: ignore[assignment]  # a field; DRF takes it off the class
    node = serializers.CharField(source="activity.node_id")

    class Meta:
        model = Incident
        fields = ("id", "instance", "node", "kind", "message", "status", "opened_at", "resolved_at")
        read_only_fields = fields


class AdHocStepOut(serializers.Serializer[Any]):
    node = serializers.CharField(source="id", help_text="Its id in the BPMN model.")
    name = serializers.CharField()


class AdHocOut(serializers.Serializer[Any]):
    """An open ad-hoc sub-process: people begin its activities and say when it is done."""

    activity = serializers.UUIDField(source="activity.id")
    node = serializers.CharField(source="activity.node_id")
    begin = AdHocStepOut(source="steps", many=True, help_text="What may be begun now.")
    may_finish = serializers.BooleanField(source="may_end", help_text="Nothing is under way.")


class StandingOut(serializers.Serializer[Any]):
    word = serializers.ChoiceField(choices=whereabouts.WORDS)
    sentence = serializers.CharField(help_text="For who asks: where, and since when.")


class InstanceOut(serializers.ModelSerializer[ProcessInstance]):
    """One run of a process definition."""

    process = serializers.CharField(source="definition.key")
    version = serializers.IntegerField(source="definition.version")
    end = serializers.CharField(source="end_node", help_text="The end event it came to, if any.")
    standing = serializers.SerializerMethodField()

    class Meta:
        model = ProcessInstance
        fields = (
            "id", "process", "version", "business_key", "status", "started_at", "started_by",
            "ended_at", "end", "standing",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(StandingOut)
    def get_standing(self, instance: ProcessInstance) -> Any:
        """How it stands; a page has asked for all of its instances at once."""
        known = self.context.get("standing") or whereabouts.of([instance])
        return StandingOut(known[instance.pk]).data


class InstanceInFullOut(InstanceOut):
    """With its data, where it stands, and what keeps it from going on."""

    variables = Object(read_only=True)
    activities = serializers.SerializerMethodField()
    choices = serializers.SerializerMethodField(help_text="What may be begun by hand.")
    incidents = serializers.SerializerMethodField()
    messages = serializers.SerializerMethodField(help_text="What it has sent to others.")

    class Meta(InstanceOut.Meta):
        fields = (  # type: ignore[assignment]  # five more
            *InstanceOut.Meta.fields,
            "variables", "activities", "choices", "incidents", "messages",
        )  # fmt: skip
        read_only_fields = fields  # type: ignore[assignment]  # five more

    @extend_schema_field(ActivityOut(many=True))
    def get_activities(self, instance: ProcessInstance) -> Any:
        return ActivityOut(queries.live_activities_of(instance), many=True).data

    @extend_schema_field(AdHocOut(many=True))
    def get_choices(self, instance: ProcessInstance) -> Any:
        return AdHocOut(choosing.open_in(instance), many=True).data

    @extend_schema_field(IncidentOut(many=True))
    def get_incidents(self, instance: ProcessInstance) -> Any:
        unsolved = [
            each for each in queries.incidents_of(instance) if each.status == Incident.Status.OPEN
        ]
        return IncidentOut(unsolved, many=True).data

    @extend_schema_field(SentOut(many=True))
    def get_messages(self, instance: ProcessInstance) -> Any:
        return SentOut(message_queries.sent_by(instance), many=True).data


class InstancePageOut(serializers.Serializer[Any]):
    results = InstanceOut(many=True)
    next = serializers.CharField(allow_null=True, help_text="`after` of the next page, or null.")


class Instance(Operation):
    @described(
        operation_id="read_instance",
        tags=["Processes"],
        summary="How one process stands",
        description="Programs see what they started, managers what touches their queues.",
        answers={200: InstanceInFullOut},
        problems=(400, 404),
    )
    def get(self, request: Request, pk: UUID) -> Response:
        self.asked(request)
        found = get_object_or_404(queries.instances_visible_to(caller(request)), pk=pk)
        return Response(InstanceInFullOut(found).data)


class Instances(Operation):
    @described(
        operation_id="list_instances",
        tags=["Processes"],
        summary="Processes, the newest first",
        answers={200: InstancePageOut},
        problems=(400, 503),
        parameters=[
            parameter("business_key", "Only those with exactly this business key."),
            parameter("state", "running, completed or cancelled; any of them when left out."),
            AFTER,
            PAGE_SIZE,
        ],
    )
    def get(self, request: Request) -> Response:
        asked = self.asked(request, "business_key", "state", "after", "page_size")
        found = queries.instances_visible_to(caller(request))
        if state := reading.choice(asked, "state", set(ProcessInstance.Status.values)):
            found = found.filter(status=state)
        if key := reading.text(asked, "business_key", longest=200):
            found = found.filter(business_key=key)
        page = _page(found, asked)
        standing = whereabouts.of(page["results"])
        return Response(InstancePageOut(page, context={"standing": standing}).data)


def _page(found: Any, asked: dict[str, str]) -> dict[str, Any]:
    """One page of rows whose ids grow with time, the newest first."""
    size = reading.page_size(asked)
    if after := asked.get("after", ""):
        found = found.filter(pk__lt=reading.identifier(after, "after"))
    with reading.at_most(PATIENCE):
        rows = list(found.order_by("-pk")[: size + 1])
    return {"results": rows[:size], "next": str(rows[size - 1].pk) if len(rows) > size else None}


class IncidentPageOut(serializers.Serializer[Any]):
    results = IncidentOut(many=True)
    next = serializers.CharField(allow_null=True, help_text="`after` of the next page, or null.")


class Incidents(Operation):
    @described(
        operation_id="list_incidents",
        tags=["Processes"],
        summary="What keeps processes from going on",
        answers={200: IncidentPageOut},
        problems=(400, 503),
        parameters=[AFTER, PAGE_SIZE],
    )
    def get(self, request: Request) -> Response:
        asked = self.asked(request, "after", "page_size")
        found = queries.open_incidents(queries.incidents_visible_to(caller(request)))
        return Response(IncidentPageOut(_page(found, asked)).data)
