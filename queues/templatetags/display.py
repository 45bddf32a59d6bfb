"""How states, times, durations and people look on every page."""

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.contrib.auth.base_user import AbstractBaseUser
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from workflows import story

from .icons import SHAPES, STATUS_SHAPES

register = template.Library()
register.filter("actor", story.actor)

STATUS_WORDS = {
    "ok": "On track",
    "watch": "Watch",
    "warn": "Warn",
    "breach": "Breached",
    "paused": "Paused",
    "outside": "Outside office hours",
    "met": "Met",
}
SAME_STATUS = {
    "on_track": "ok",
    "running": "ok",
    "at_risk": "warn",
    "breached": "breach",
    "outside_hours": "outside",
}
BANDS = [(0.9, "high"), (0.7, "medium"), (0.0, "low")]
KEY_NAMES = {"Enter": "↵", "Escape": "Esc", "ArrowUp": "↑", "ArrowDown": "↓"}
CLOSE = timedelta(minutes=5)
UNITS = [("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)]


def status_name(state: object) -> str:
    """One of STATUS_WORDS; a state nobody knows is an error in the page, not a colour."""
    name = str(getattr(state, "value", state)).lower()
    name = SAME_STATUS.get(name, name)
    if name not in STATUS_WORDS:
        raise template.TemplateSyntaxError(
            f"{state!r} is not a status. Use one of: {', '.join(STATUS_WORDS)}."
        )
    return name


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """An icon by name; silent for screen readers unless it has a label."""
    try:
        shape = mark_safe(SHAPES[name])  # noqa: S308 - our own constants
    except KeyError:
        raise template.TemplateSyntaxError(f"There is no icon named {name!r}.") from None
    return format_html(
        '<svg class="icon {}" viewBox="0 0 16 16" fill="none" stroke="currentColor"'
        ' stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round" {}>{}</svg>',
        css,
        format_html('role="img" aria-label="{}"', label)
        if label
        else mark_safe('aria-hidden="true"'),
        shape,
    )


def status_shape(name: str) -> SafeString:
    return format_html(
        '<svg viewBox="0 0 10 10" fill="currentColor" aria-hidden="true">{}</svg>',
        mark_safe(STATUS_SHAPES[name]),  # noqa: S308 - our own constants
    )


@register.simple_tag
def status(state: object, label: str = "") -> SafeString:
    """A status chip: shape, word and colour. A label takes the place of the usual word."""
    name = status_name(state)
    return format_html(
        '<span class="status status-{}">{}{}</span>',
        name,
        status_shape(name),
        label or STATUS_WORDS[name],
    )


@register.simple_tag
def due(at: datetime | None, state: object, now: datetime | None = None) -> SafeString:
    """A status chip that says how much time is left, and counts it down."""
    name = status_name(state)
    if at is None or name in {"paused", "met"}:
        return status(name)
    return format_html(
        '<span class="status status-{}">{}<span class="visually-hidden">{}, </span>{}</span>',
        name,
        status_shape(name),
        STATUS_WORDS[name],
        format_html(
            '<time class="when" datetime="{}" data-due data-absolute="{}">{}</time>',
            at.isoformat(),
            absolute(at),
            due_words(at - (now or timezone.now())),
        ),
    )


@register.simple_tag
def when(at: datetime | None, focusable: bool = True, now: datetime | None = None) -> SafeString:  # noqa: FBT001, FBT002 - a template says focusable=False
    """How long ago or ahead, with the absolute time and its zone on hover and focus."""
    if at is None:
        return mark_safe('<span class="none">–</span>')
    return format_html(
        '<time class="when" datetime="{}" data-relative data-absolute="{}"{}>{}</time>',
        at.isoformat(),
        absolute(at),
        mark_safe(' tabindex="0"' if focusable else ""),  # noqa: S308 - a constant
        relative_words(at - (now or timezone.now())),
    )


def absolute(at: datetime) -> str:
    local = timezone.localtime(at)
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M:%S} {local.tzname()}"


def relative_words(distance: timedelta) -> str:
    if abs(distance) < timedelta(seconds=45):
        return "just now" if distance <= timedelta(0) else "in a moment"
    words = coarse(abs(distance))
    return f"in {words}" if distance > timedelta(0) else f"{words} ago"


def due_words(left: timedelta) -> str:
    words = duration(calm(abs(left)))
    return f"{words} left" if left > timedelta(0) else f"{words} over"


def calm(length: timedelta) -> timedelta:
    """Without its seconds, unless it is about them: a page full of running seconds is noise."""
    return length - length % timedelta(minutes=1) if length >= CLOSE else length


def coarse(length: timedelta) -> str:
    """The largest unit alone: "3 h"."""
    seconds = int(length.total_seconds())
    for unit, size in UNITS:
        if seconds >= size:
            return f"{round(seconds / size)} {unit}"
    return "0 s"


@register.filter
def duration(length: timedelta | float | None) -> str:
    """At most two units: "2 h 10 min". A number is taken as seconds."""
    if length is None:
        return "–"
    seconds = int(length.total_seconds() if isinstance(length, timedelta) else length)
    if seconds < 0:
        return f"−{duration(-seconds)}"
    for position, (unit, size) in enumerate(UNITS):
        if seconds >= size:
            whole, rest = divmod(seconds, size)
            parts = [f"{whole} {unit}"]
            if position + 1 < len(UNITS) - (seconds >= 3_600):
                smaller, smaller_size = UNITS[position + 1]
                parts += [f"{rest // smaller_size} {smaller}"] if rest >= smaller_size else []
            return " ".join(parts)
    return "0 s"


@register.filter
def percent(fraction: float | None) -> str:
    """A share of one as whole percent; never "100 %" for what is less."""
    if fraction is None:
        return "–"
    whole = round(fraction * 100)
    if whole == 100 and fraction < 1:
        whole = 99
    return f"{whole}\N{NO-BREAK SPACE}%"


@register.simple_tag
def key(name: str) -> SafeString:
    """The key on a button; screen readers hear it as a shortcut of the button instead."""
    shown = KEY_NAMES.get(name, name.upper() if len(name) == 1 else name)
    return format_html('<kbd class="key" aria-hidden="true">{}</kbd>', shown)


@register.simple_tag
def initials(user: AbstractBaseUser | Any) -> SafeString:
    """A round mark with up to two letters."""
    letters = "".join(word[0] for word in str(user).split()[:2] if word).upper()
    return format_html('<span class="person-mark" aria-hidden="true">{}</span>', letters or "?")


@register.simple_tag
def confidence(share: float | None) -> SafeString:
    """How sure a suggestion is, in figures and as a band; what is no share of one is unknown."""
    if share is None or not 0 <= share <= 1:
        return mark_safe('<span class="tag tag-warn">Confidence unknown</span>')
    band = next(word for least, word in BANDS if share >= least)
    return format_html(
        '<span class="meter">'
        '<svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="meter-track" width="100" height="6"/>'
        '<rect class="meter-fill" width="{}" height="6"/></svg><span>{} sure, {}</span></span>',
        round(share * 100, 1),
        percent(share),
        band,
    )


@register.simple_tag
def sla_meter(consumed: float, state: object) -> SafeString:
    """How much of the promised time is used; 1 is all of it."""
    name = status_name(state)
    words = f"{round(consumed * 100)}\N{NO-BREAK SPACE}%"
    return format_html(
        '<span class="meter meter-{}">'
        '<svg viewBox="0 0 100 6" preserveAspectRatio="none" role="img"'
        ' aria-label="{} of the time used"><rect class="meter-track" width="100" height="6"/>'
        '<rect class="meter-fill" width="{}" height="6"/></svg><span>{}</span></span>',
        name,
        words,
        round(min(max(consumed, 0), 1) * 100, 1),
        words,
    )
