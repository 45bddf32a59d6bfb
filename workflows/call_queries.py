"""Which process called which: as far as somebody may see them."""

from dataclasses import dataclass

from django.db.models import QuerySet

from workflows import queries
from workflows.models import ProcessInstance


@dataclass(frozen=True, slots=True)
class Family:
    """An instance among those that call each other; without those that the viewer may not see."""

    outermost: ProcessInstance | None  # None also where it is the caller itself
    caller: ProcessInstance | None
    called: QuerySet[ProcessInstance]
    undoes: ProcessInstance | None = None  # what it has to undo


def family_of(instance: ProcessInstance, viewer: queries.Viewer) -> Family:
    """Its caller, the process in which all began, and what it has called, the newest first."""
    visible = queries.instances_visible_to(viewer)
    caller = visible.filter(activities=instance.caller_id).first() if instance.caller_id else None
    root = instance.root_id if instance.depth > 1 else None
    undone = visible.filter(undone_by__called=instance) if instance.caller_id else visible.none()
    return Family(
        outermost=visible.filter(pk=root).first() if root else None,
        caller=caller,
        called=_called(visible, instance),
        undoes=undone.first(),
    )


def _called(
    visible: QuerySet[ProcessInstance], instance: ProcessInstance
) -> QuerySet[ProcessInstance]:
    found = visible.filter(caller__instance=instance).select_related(
        "definition", "caller", "called_by__undoes__definition"
    )
    return found.order_by("-id")[: queries.SHOWN_AT_MOST]
