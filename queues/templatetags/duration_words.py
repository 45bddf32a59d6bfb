"""Durations as they are typed."""

from datetime import timedelta

from django import template

from queues.forms.fields import exact

register = template.Library()


@register.filter
def exactly(length: timedelta) -> str:
    """Every unit that is not zero: "1 h 30 min 5 s"."""
    return exact(length)
