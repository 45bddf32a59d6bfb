"""Questions about process definitions: versions, what runs on them, the messages they wait for."""

from django.db.models import Count, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from workflows.models import ProcessDefinition, ProcessInstance


def in_force() -> QuerySet[ProcessDefinition]:
    """The newest version of each process, without its file, with how many instances run on it."""
    newest = ProcessDefinition.objects.order_by("key", "-version").distinct("key")
    return newest.defer("source").annotate(running=_running())


def versions_of(definition: ProcessDefinition) -> QuerySet[ProcessDefinition]:
    """Every version with how many instances run on it, the newest first."""
    found = ProcessDefinition.objects.filter(key=definition.key).defer("source")
    return found.order_by("-version").annotate(running=_running())


def newest_version_of(definition: ProcessDefinition) -> int:
    """The number of the newest version of this process."""
    versions = ProcessDefinition.objects.filter(key=definition.key)
    return versions.aggregate(newest=Max("version"))["newest"] or definition.version


def version_before(definition: ProcessDefinition) -> ProcessDefinition | None:
    """The version that this one replaced."""
    older = ProcessDefinition.objects.filter(key=definition.key, version__lt=definition.version)
    return older.defer("source").order_by("-version").first()


def messages_known() -> list[str]:
    """Names of the messages that start a process, as its newest version has them."""
    newest = ProcessDefinition.objects.order_by("key", "-version").distinct("key")
    return sorted({name for names in newest.values_list("messages", flat=True) for name in names})


def _running() -> Coalesce:
    """How many instances run on a definition: what is over is not looked at."""
    counted = (
        ProcessInstance.objects.filter(
            definition=OuterRef("pk"), status=ProcessInstance.Status.RUNNING
        )
        .order_by()
        .values("definition")
        .annotate(many=Count("*"))
    )
    return Coalesce(Subquery(counted.values("many")), 0)
