"""Times as the place where the work is done reads them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from queues.models import Queue

register = template.Library()


def zone_of(queue: Queue | None) -> str:
    """The IANA zone that a queue's promises are kept in."""
    return str(queue.policy.calendar.spec["zone"]) if queue and queue.policy else "UTC"


@register.simple_tag
def local_time(at: datetime | None, zone: str = "UTC") -> SafeString | str:
    """ "Mon 16:00 Europe/Berlin", with the day of the month where the week does not tell."""
    if at is None:
        return ""
    there = at.astimezone(ZoneInfo(zone or "UTC"))
    is_near = abs(there - datetime.now(tz=there.tzinfo)).days < 6
    day = there.strftime("%a") if is_near else f"{there:%a} {there.day} {there:%b %Y}"
    return format_html("{} {} {}", day, there.strftime("%H:%M"), zone or "UTC")


@register.simple_tag
def due_time(at: datetime | None, queue: Queue | None) -> SafeString | str:
    """When something of this queue is due, where it is due."""
    return local_time(at, zone_of(queue))


@register.filter
def of(values: dict[object, object], name: object) -> object:
    """What a mapping holds under a name that is itself a value."""
    return values.get(name, 0)


@register.filter
def since(now: datetime, then: datetime) -> timedelta:
    return now - then


@register.filter
def listed(values: object) -> list[object]:
    """A list as it is, nothing as an empty one."""
    return values if isinstance(values, list) else []
