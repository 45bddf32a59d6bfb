"""What every chart is made of: its frame, its table, its scale."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from .display import status_name

WIDTH = 460
STEPS = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)


@dataclass(frozen=True)
class Bar:
    label: str
    value: float
    tone: str


def bars(rows: Sequence[Sequence[object]]) -> list[Bar]:
    return [
        Bar(str(row[0]), float(str(row[1])), status_name(row[2]) if len(row) > 2 else "accent")
        for row in rows
    ]


def figure(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def nice_top(values: Sequence[float]) -> float:
    """The end of the axis: a round figure, not far above the largest value."""
    largest = max([*values, 0.0])
    if largest <= 0:
        return 1.0
    power = 1.0
    while power * 10 <= largest:
        power *= 10
    while power > largest:
        power /= 10
    return next(power * step for step in STEPS if power * step >= largest)


def chart(
    *, title: str, note: str, svg: SafeString, head: Sequence[str], rows: Sequence[tuple[str, str]]
) -> SafeString:
    body = format_html_join("", '<tr><th scope="row">{}</th><td class="number">{}</td></tr>', rows)
    return format_html(
        '<figure class="chart"><figcaption><strong>{}</strong>{}</figcaption>{}'
        '<details><summary>As a table</summary><table class="table"><thead><tr>'
        '<th scope="col">{}</th><th scope="col" class="number">{}</th></tr></thead>'
        "<tbody>{}</tbody></table></details></figure>",
        title,
        format_html("<span>{}</span>", note) if note else "",
        svg,
        head[0],
        head[1],
        body,
    )


def drawing(*, height: float, label: str, content: SafeString) -> SafeString:
    return format_html(
        '<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        WIDTH,
        height,
        label,
        content,
    )


def together(parts: Sequence[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def spoken(title: str, shown: Sequence[Bar]) -> str:
    """What a screen reader says in place of the drawing; the table has the rest."""
    if not shown:
        return f"{title}: no data."
    top = max(shown, key=lambda bar: bar.value)
    return f"{title}. Highest: {top.label}, {figure(top.value)}."


def with_table(
    svg: SafeString, shown: Sequence[Bar], *, title: str, unit: str, note: str
) -> SafeString:
    return chart(
        title=title,
        note=note,
        svg=svg,
        head=["", unit or "Value"],
        rows=[(bar.label, figure(bar.value)) for bar in shown],
    )


def axis(y: float) -> SafeString:
    return format_html('<line class="axis" x1="0" x2="{}" y1="{}" y2="{}"/>', WIDTH, y, y)


def path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def grid_line(y: float, label: str, left: float) -> SafeString:
    return format_html(
        '<line class="grid" x1="{}" x2="{}" y1="{}" y2="{}"/>'
        '<text x="{}" y="{}" text-anchor="end">{}</text>',
        left,
        WIDTH - 48,
        y,
        y,
        left - 8,
        y + 4,
        label,
    )
