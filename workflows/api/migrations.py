"""Running instances of a definition go on in another version: looked at first, then done."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from workflows import definition_queries, migration, migration_batches, migration_queries, reading
from workflows import queries as definition_rows
from workflows.api.described import AFTER, PAGE_SIZE, described
from workflows.api.fields import Body, Nothing, Object, Text
from workflows.api.operation import Operation, caller
from workflows.bpmn import migrating
from workflows.migration import LONGEST_REASON, Wanted
from workflows.migration_batches import MOST_NAMED
from workflows.models import ProcessDefinition, ProcessMigration
from workflows.refusals import NotValid

PATIENCE = 5.0  # seconds for one statement
LONGEST_ID = 200


class WishIn(Body):
    to = serializers.UUIDField(help_text="The definition that instances are to go on in.")
    mapping = Object(
        required=False,
        default=dict,
        help_text="Ids of steps that ids do not tell: of the old version to the new; null: none.",
    )
    timers_anew = serializers.BooleanField(
        required=False,
        default=False,
        help_text="Timers whose definition changes are set anew, from now on.",
    )


class MigrationIn(WishIn):
    reason = Text(max_length=LONGEST_REASON, help_text="It stands in the journal.")
    instances = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        allow_null=True,
        default=None,
        max_length=MOST_NAMED,
        help_text="Only these; all that run on the definition when left out.",
    )


class StepOut(serializers.Serializer[Any]):
    node = serializers.CharField(source="old.id", help_text="Its id in the old version.")
    name = serializers.CharField(source="old.name")
    becomes = serializers.SerializerMethodField(help_text="Its id in the new version, or null.")
    fit = serializers.CharField(help_text="fits, changes or not.")
    sentences = serializers.SerializerMethodField()
    instances = serializers.SerializerMethodField(help_text="How many stand there.")

    def get_becomes(self, pair: migrating.Pair) -> str | None:
        return pair.new.id if pair.new else None

    def get_sentences(self, pair: migrating.Pair) -> list[str]:
        return [pair.problem] if pair.problem else list(pair.changes)

    def get_instances(self, pair: migrating.Pair) -> int:
        standing = self.context["standing"].get(pair.old.id)
        return standing.instances if standing else 0


class BlockingOut(serializers.Serializer[Any]):
    instances = serializers.IntegerField()
    sentence = serializers.CharField()


class PreviewOut(serializers.Serializer[Any]):
    running = serializers.IntegerField()
    fitting = serializers.IntegerField(help_text="How many fit as they stand now.")
    blocking = BlockingOut(many=True, help_text="Why the others do not.")
    steps = StepOut(many=True)


class MigrationOut(serializers.ModelSerializer[ProcessMigration]):
    old = serializers.UUIDField(source="old_id")
    to = serializers.UUIDField(source="new_id")
    counts = serializers.SerializerMethodField(
        help_text="Instances that are waiting, migrated, stayed, over (ended before) or stopped."
    )

    class Meta:
        model = ProcessMigration
        fields = (
            "id", "old", "to", "mapping", "timers_anew", "reason", "total", "status",
            "created_at", "created_by", "ended_at", "counts",
        )  # fmt: skip
        read_only_fields = fields

    def get_counts(self, found: ProcessMigration) -> dict[str, int]:
        return migration_queries.progress(found)


class StayedOut(serializers.Serializer[Any]):
    instance = serializers.UUIDField(source="instance_id")
    sentence = serializers.CharField()


class StayedPageOut(serializers.Serializer[Any]):
    results = StayedOut(many=True)
    next = serializers.CharField(allow_null=True, help_text="`after` of the next page, or null.")


class Preview(Operation):
    @described(
        operation_id="preview_migration",
        tags=["Processes"],
        summary="What fits another version",
        description="Counts running instances as they stand; nothing is changed. For "
        "administrators.",
        sends=WishIn,
        answers={200: PreviewOut},
        problems=(404, 422, 503),
    )
    def post(self, request: Request, pk: UUID) -> Response:
        wish = _wish(pk, request, self.sent(request, WishIn))
        plan = wish.plan()
        with reading.at_most(PATIENCE):
            counts = migration_queries.counted(wish.old, plan)
        blocking = migration_queries.blocking(counts, plan)
        said = {
            "running": counts.running,
            "fitting": counts.fitting,
            "blocking": [{"instances": many, "sentence": each} for many, each in blocking],
            "steps": list(plan.pairs.values()),
        }
        return Response(PreviewOut(said, context={"standing": counts.standing}).data)


class Migrations(Operation):
    @described(
        operation_id="migrate_instances",
        tags=["Processes"],
        summary="Let instances go on in another version",
        description=(
            "Workers go through them one by one; each is looked at again when its turn comes, and "
            "stays where it is when it does not fit then. For administrators."
        ),
        sends=MigrationIn,
        answers={202: MigrationOut},
        problems=(404, 409, 422),
    )
    def post(self, request: Request, pk: UUID) -> Response:
        said = self.sent(request, MigrationIn)
        wish = _wish(pk, request, said)
        begun = migration_batches.begin(
            wish=wish,
            reason=said["reason"],
            by=caller(request).actor,
            now=timezone.now(),
            instances=said["instances"],
        )
        where = reverse("api:migration", args=[begun.pk])
        return Response(MigrationOut(begun).data, status=202, headers={"Location": where})


class Migration(Operation):
    @described(
        operation_id="read_migration",
        tags=["Processes"],
        summary="How far a migration is",
        answers={200: MigrationOut},
        problems=(400, 404),
    )
    def get(self, request: Request, pk: UUID) -> Response:
        self.asked(request)
        _only_for_admins(request)
        return Response(MigrationOut(_found(pk)).data)


class Stayed(Operation):
    @described(
        operation_id="list_stayed_instances",
        tags=["Processes"],
        summary="Instances that did not fit, and why",
        answers={200: StayedPageOut},
        problems=(400, 404),
        parameters=[AFTER, PAGE_SIZE],
    )
    def get(self, request: Request, pk: UUID) -> Response:
        asked = self.asked(request, "after", "page_size")
        _only_for_admins(request)
        size, after = reading.page_size(asked), asked.get("after") or "0"
        if not (after.isascii() and after.isdigit() and len(after) <= 18):
            raise reading.BadQuery("after is `next` of the page before.")
        rows = list(migration_queries.stayed(_found(pk), int(after))[: size + 1])
        more = str(rows[size - 1].pk) if len(rows) > size else None
        return Response(StayedPageOut({"results": rows[:size], "next": more}).data)


class Stop(Operation):
    @described(
        operation_id="stop_migration",
        tags=["Processes"],
        summary="Stop a migration",
        description="Whoever was not migrated yet stays on its version.",
        sends=Nothing,
        answers={200: MigrationOut},
        problems=(404, 409),
    )
    def post(self, request: Request, pk: UUID) -> Response:
        self.sent(request)
        _only_for_admins(request)
        stopped = migration_batches.stop(
            migration_id=_found(pk).pk, by=caller(request).actor, now=timezone.now()
        )
        return Response(MigrationOut(stopped).data)


def _only_for_admins(request: Request) -> None:
    """To everybody else, these things do not exist."""
    user = caller(request)
    if not (user.is_active and user.is_person and user.is_admin):
        raise exceptions.NotFound


def _found(pk: UUID) -> ProcessMigration:
    return get_object_or_404(migration_queries.migrations(), pk=pk)


def _wish(pk: UUID, request: Request, said: dict[str, Any]) -> Wanted:
    _only_for_admins(request)
    old: ProcessDefinition = get_object_or_404(definition_rows.definitions().defer("source"), pk=pk)
    new = definition_queries.versions_of(old).filter(pk=said["to"]).first()
    if new is None:
        raise NotValid(f"There is no such version of {old.name}. Send the id of one.")
    mapping: dict[str, str] = {}
    for name, target in said["mapping"].items():
        if not isinstance(target, str | None) or len(name) > LONGEST_ID:
            raise NotValid("mapping names ids of steps: texts, or null for no counterpart.")
        mapping[name] = target or ""
    return migration.wanted(old, new, mapping, timers_anew=said["timers_anew"])
