"""A year of a calendar as one drawing."""

from collections.abc import Sequence

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from queues.previews import Day, Month

from .svg import WIDTH, chart, drawing, together

register = template.Library()

LEFT, ROW, COLUMNS = 36, 16, 42


@register.simple_tag
def year_strip(months: Sequence[Month], title: str) -> SafeString:
    """A row for each month, weekdays under each other; what is closed is pale."""
    step = (WIDTH - LEFT) / COLUMNS
    parts = [
        format_html('<text x="{}" y="11">Mon</text>', round(LEFT + column * step, 1))
        for column in range(0, COLUMNS, 7)
    ]
    for position, month in enumerate(months):
        y = 18 + position * ROW
        parts.append(
            format_html('<text x="0" y="{}">{}</text>', y + 11, month.first.strftime("%b"))
        )
        for column, day in enumerate(month.days):
            if day is not None:
                parts.append(_cell(day, LEFT + column * step, y, step))
    special = [day for month in months for day in month.days if day and _is_special(day)]
    svg = drawing(
        height=18 + ROW * len(months),
        label=f"{title}: {len(special)} weekdays are closed as a whole.",
        content=together(parts),
    )
    rows = [(f"{day.date:%a} {day.date.day} {day.date:%b}", day.why) for day in special]
    return chart(title=title, note="", svg=svg, head=["Closed day", "Why"], rows=rows)


def _is_special(day: Day) -> bool:
    return not day.hours and day.why != "closed"


def _cell(day: Day, x: float, y: float, step: float) -> SafeString:
    css = "slot" if day.hours else "slot-special" if _is_special(day) else "slot-closed"
    return format_html(
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="2"><title>{}: {}</title></rect>',
        css,
        round(x + 1, 1),
        y,
        round(step - 2, 1),
        ROW - 3,
        f"{day.date:%a} {day.date.day} {day.date:%b}",
        day.why,
    )
