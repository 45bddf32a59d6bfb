"""What followed an instance that published or told something: shown on its page, never steered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from workflows import anomalies, queries
from workflows.anomalies import Shown
from workflows.chains import Said
from workflows.links import links_of
from workflows.models import Anomaly, Event, Expectation, Message, ProcessInstance

AT_MOST = 50


@dataclass(frozen=True, slots=True)
class Awaited:
    """Something that is still to follow, and until when."""

    process: str
    after: str
    publishes: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Downstream:
    """Who began because of an instance, what did not follow, and what is still to come."""

    begun: QuerySet[ProcessInstance]
    anomalies: list[Shown]
    awaited: list[Awaited]
    nested: list[Shown]  # of calls that it made, or that made it


def of(
    instance: ProcessInstance, events: Sequence[Event], viewer: queries.Viewer, *, now: datetime
) -> Downstream:
    """`events` are those that the instance has published."""
    about = Anomaly.objects.filter(Q(source=instance) | Q(reaction=instance))
    found = anomalies.shown(anomalies.with_all(about).order_by("-id")[:AT_MOST], viewer)
    return Downstream(
        begun=_begun(instance, viewer),
        anomalies=[each for each in found if not each.anomaly.is_nested],
        awaited=_awaited(events, now=now),
        nested=[each for each in found if each.anomaly.is_nested],
    )


def _begun(instance: ProcessInstance, viewer: queries.Viewer) -> QuerySet[ProcessInstance]:
    """Processes that its messages and signals have begun, as far as the viewer may see them."""
    told = Message.objects.filter(Q(thrown_by=instance) | Q(origin__thrown_by=instance))
    reached = told.filter(status=Message.Status.DELIVERED, instance__isnull=False)
    visible = queries.instances_visible_to(viewer).filter(pk__in=reached.values("instance"))
    return visible.exclude(pk=instance.pk).order_by("-id")[:AT_MOST]


def _awaited(events: Sequence[Event], *, now: datetime) -> list[Awaited]:
    """Links whose time is not over, of which nothing has come yet."""
    types = {event.type for event in events}
    if not types:
        return []
    links = Expectation.objects.filter(
        kind=Expectation.Kind.REACTION, is_active=True, after__in=types
    )
    found = []
    for link in links:
        fresh = [each for each in events if each.type == link.after and each.at + link.within > now]
        followed = links_of(link, fresh, now=now) if fresh else []
        found += [
            Awaited(link.process, link.after, link.publishes, each.event.at + link.within)
            for each in followed
            if each.said is Said.WAITED_FOR
        ]
    return found
