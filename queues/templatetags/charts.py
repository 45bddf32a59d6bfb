"""Charts drawn by the server: SVG with direct labels and a table behind it."""

from collections.abc import Sequence

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from .svg import (
    WIDTH,
    axis,
    bars,
    chart,
    drawing,
    figure,
    grid_line,
    nice_top,
    path,
    spoken,
    together,
    with_table,
)

register = template.Library()

DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
DAY_MINUTES = 24 * 60


@register.simple_tag
def bar_chart(
    rows: Sequence[Sequence[object]], title: str, unit: str = "", note: str = ""
) -> SafeString:
    """Horizontal bars, one row each, the figure beside its bar."""
    shown = bars(rows)
    longest = nice_top([bar.value for bar in shown])
    left, room = 126, WIDTH - 126 - 56
    parts = []
    for position, bar in enumerate(shown):
        y, length = position * 26, max(bar.value / longest * room, 1 if bar.value else 0)
        parts.append(
            format_html(
                '<text x="{}" y="{}" text-anchor="end">{}</text>'
                '<rect class="bar tone-{}" x="{}" y="{}" width="{}" height="16" rx="2"/>'
                '<text class="chart-value" x="{}" y="{}">{}</text>',
                left - 10,
                y + 17,
                bar.label,
                bar.tone,
                left,
                y + 5,
                round(length, 1),
                round(left + length + 8, 1),
                y + 17,
                figure(bar.value),
            )
        )
    svg = drawing(
        height=max(len(shown) * 26, 26), label=spoken(title, shown), content=together(parts)
    )
    return with_table(svg, shown, title=title, unit=unit, note=note)


@register.simple_tag
def histogram(
    buckets: Sequence[Sequence[object]],
    title: str,
    unit: str = "",
    note: str = "",
    limit_after: int | None = None,
) -> SafeString:
    """Upright bars over fixed buckets; a dashed line marks the limit after the n-th."""
    shown = bars(buckets)
    highest = nice_top([bar.value for bar in shown])
    step, tall, base = WIDTH / max(len(shown), 1), 140, 164
    parts = [axis(base)]
    for position, bar in enumerate(shown):
        height, x = bar.value / highest * tall, position * step
        parts.append(
            format_html(
                '<rect class="bar tone-{}" x="{}" y="{}" width="{}" height="{}" rx="2"/>'
                '<text class="chart-value" x="{}" y="{}" text-anchor="middle">{}</text>'
                '<text x="{}" y="{}" text-anchor="middle">{}</text>',
                bar.tone,
                round(x + 2, 1),
                round(base - height, 1),
                round(step - 4, 1),
                round(height, 1),
                round(x + step / 2, 1),
                round(base - height - 6, 1),
                figure(bar.value) if bar.value else "",
                round(x + step / 2, 1),
                base + 18,
                bar.label,
            )
        )
    if limit_after is not None:
        x = round(limit_after * step, 1)
        parts.append(
            format_html('<line class="limit" x1="{}" x2="{}" y1="0" y2="{}"/>', x, x, base)
        )
    svg = drawing(height=base + 24, label=spoken(title, shown), content=together(parts))
    return with_table(svg, shown, title=title, unit=unit, note=note)


@register.simple_tag
def line_chart(
    points: Sequence[Sequence[object]], title: str, unit: str = "", note: str = ""
) -> SafeString:
    """One line over time, its last value written at its end."""
    shown = bars(points)
    highest = nice_top([bar.value for bar in shown])
    left, right, tall, base = 40, WIDTH - 48, 140, 152
    step = (right - left) / max(len(shown) - 1, 1)
    spots = [(left + i * step, base - bar.value / highest * tall) for i, bar in enumerate(shown)]
    parts = [grid_line(base, "0", left), grid_line(base - tall, figure(highest), left)]
    if spots:
        (x, y), last = spots[-1], shown[-1]
        parts.append(
            format_html(
                '<path class="area" d="{}V{}H{}Z"/><path class="line" d="{}"/>'
                '<circle class="dot" cx="{}" cy="{}" r="3.5"/>'
                '<text class="chart-value" x="{}" y="{}">{}</text>'
                '<text x="{}" y="{}">{}</text><text x="{}" y="{}" text-anchor="end">{}</text>',
                path(spots),
                base,
                left,
                path(spots),
                round(x, 1),
                round(y, 1),
                round(x + 8, 1),
                round(y + 4, 1),
                figure(last.value),
                left,
                base + 18,
                shown[0].label,
                right,
                base + 18,
                last.label,
            )
        )
    svg = drawing(height=base + 24, label=spoken(title, shown), content=together(parts))
    return with_table(svg, shown, title=title, unit=unit, note=note)


@register.simple_tag
def sparkline(values: Sequence[float], label: str, tone: str = "accent") -> SafeString:
    """A line the size of a word. The label says what it is; its last value is added."""
    figures = [float(value) for value in values]
    if not figures:
        return mark_safe('<span class="none">–</span>')
    highest, step = max(*figures, 1.0), 92 / max(len(figures) - 1, 1)
    spots = [(2 + i * step, 17 - value / highest * 14) for i, value in enumerate(figures)]
    return format_html(
        '<svg class="sparkline tone-{}" viewBox="0 0 96 20" role="img" aria-label="{}">'
        '<path class="line" d="{}"/><circle class="dot" cx="{}" cy="{}" r="2"/></svg>',
        tone,
        f"{label}: last {figure(figures[-1])}, highest {figure(max(figures))}.",
        path(spots),
        round(spots[-1][0], 1),
        round(spots[-1][1], 1),
    )


@register.simple_tag
def week_grid(week: Sequence[Sequence[tuple[int, int]]], title: str, note: str = "") -> SafeString:
    """Open hours of a week, Monday first; each window is (first minute, last minute) of the day."""
    left, tall, room = 36, 20, WIDTH - 36
    parts = [hour_mark(hour, left, room) for hour in range(0, 25, 3)]
    for position, (day, windows) in enumerate(zip(DAYS, week, strict=True)):
        y = 20 + position * (tall + 4)
        parts.append(
            format_html(
                '<text x="0" y="{}">{}</text>'
                '<rect class="slot-closed" x="{}" y="{}" width="{}" height="{}" rx="2"/>',
                y + 15,
                day,
                left,
                y,
                room,
                tall,
            )
        )
        parts += [window_slot(window, y, left, room, tall) for window in windows]
    rows = [(day, hours_of(windows)) for day, windows in zip(DAYS, week, strict=True)]
    label = f"{title}. " + "; ".join(f"{day} {hours}" for day, hours in rows)
    svg = drawing(height=20 + 7 * (tall + 4), label=label, content=together(parts))
    return chart(title=title, note=note, svg=svg, head=["Day", "Open"], rows=rows)


def hour_mark(hour: int, left: float, room: float) -> SafeString:
    x = round(left + hour / 24 * room, 1)
    anchor = {0: "start", 24: "end"}.get(hour, "middle")
    return format_html('<text x="{}" y="12" text-anchor="{}">{}</text>', x, anchor, f"{hour:02d}")


def window_slot(
    window: tuple[int, int], y: float, left: float, room: float, tall: float
) -> SafeString:
    start, end = window
    return format_html(
        '<rect class="slot" x="{}" y="{}" width="{}" height="{}" rx="2"/>',
        round(left + start / DAY_MINUTES * room, 1),
        y,
        round((end - start) / DAY_MINUTES * room, 1),
        tall,
    )


def hours_of(windows: Sequence[tuple[int, int]]) -> str:
    shown = [f"{a // 60:02d}:{a % 60:02d}–{b // 60:02d}:{b % 60:02d}" for a, b in windows]
    return ", ".join(shown) or "closed"
