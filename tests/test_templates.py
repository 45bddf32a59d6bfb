"""What every page, fragment and tag promises."""

import math
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.template.loader import get_template
from django.utils import timezone

from queues.templatetags import charts, display, icons, svg

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def draw(source: str, **context: object) -> str:
    return Template("{% load display charts %}" + source).render(Context(context))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_template_can_be_read(path):
    get_template(str(path.relative_to(ROOT / "templates")))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_form_that_posts_carries_its_token(path):
    posting = re.findall(r"<form[^>]*method=\"post\".*?</form>", path.read_text(), re.DOTALL)

    assert [form for form in posting if "{% csrf_token %}" not in form] == []


def test_every_class_of_the_reference_exists():
    styles = "\n".join(path.read_text() for path in (ROOT / "static/css").glob("*.css"))
    reference = (ROOT / "docs/explanation/design.md").read_text()
    named = {
        word
        for words in re.findall(r"class=\"([a-z0-9 -]+)\"", reference)
        for word in words.split()
    }

    assert {name for name in named if not re.search(rf"\.{name}\b", styles)} <= {"when"}


def test_status_is_told_by_shape_and_word():
    for name, word in display.STATUS_WORDS.items():
        chip = display.status(name)

        assert word in chip
        assert icons.STATUS_SHAPES[name] in chip
    assert len(set(icons.STATUS_SHAPES.values())) == len(display.STATUS_WORDS)


def test_an_unknown_status_is_an_error_in_the_page():
    with pytest.raises(TemplateSyntaxError, match="not a status"):
        display.status("purple")


def test_an_unknown_icon_is_an_error_in_the_page():
    with pytest.raises(TemplateSyntaxError, match="no icon"):
        display.icon("unicorn")


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(0), "0 s"),
        (timedelta(seconds=45), "45 s"),
        (timedelta(minutes=2, seconds=5), "2 min 5 s"),
        (timedelta(hours=2, minutes=10, seconds=59), "2 h 10 min"),
        (timedelta(days=3, hours=4, minutes=5), "3 d 4 h"),
        (timedelta(days=3, minutes=5), "3 d"),
        (timedelta(minutes=-5), "−5 min"),
        (90, "1 min 30 s"),
        (None, "–"),
    ],
)
def test_a_duration_has_at_most_two_units(length, words):
    assert display.duration(length) == words


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(minutes=42, seconds=30), "42 min left"),
        (timedelta(minutes=2, seconds=5), "2 min 5 s left"),
        (timedelta(hours=-3, minutes=-5), "3 h 5 min over"),
    ],
)
def test_what_is_left_is_counted_in_seconds_only_near_its_end(left, words):
    assert words in display.due(NOW + left, "warn", now=NOW)


def test_a_paused_clock_has_no_time_left_to_show():
    assert "<time" not in display.due(NOW, "paused", now=NOW)


def test_a_relative_time_carries_the_absolute_one_with_its_zone():
    with timezone.override("Europe/Berlin"):
        shown = display.when(NOW, now=NOW + timedelta(minutes=5))

    assert "5 min ago" in shown
    assert "Mon 2 Mar 2026, 13:00:00 CET" in shown
    assert 'tabindex="0"' in shown


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.834, "83"), (0.999, "99"), (1, "100"), (0, "0")],
)
def test_a_share_below_one_is_never_shown_as_all(share, words):
    assert display.percent(share).startswith(words + "\N{NO-BREAK SPACE}")


@pytest.mark.parametrize("share", [None, math.nan, -0.1, 1.1])
def test_confidence_that_is_none_is_called_unknown(share):
    assert "unknown" in display.confidence(share)


def test_what_people_type_is_never_markup():
    evil = "<script>alert(1)</script>"
    drawn = draw(
        '{% bar_chart rows title=evil %}{% status "ok" label=evil %}{% key evil %}'
        "{% sparkline values label=evil %}",
        evil=evil,
        rows=[(evil, 3)],
        values=[1, 2],
    )

    assert "<script" not in drawn


@pytest.mark.parametrize("chart", ["bar_chart", "histogram", "line_chart"])
@pytest.mark.parametrize("rows", [[], [("Mon", 0)], [("Mon", 3), ("Tue", 5.5)]])
def test_every_chart_has_its_table_and_says_what_it_shows(chart, rows):
    drawn = draw("{% " + chart + ' rows title="Waiting" unit="items" %}', rows=rows)

    assert 'role="img" aria-label="Waiting' in drawn
    assert drawn.count('<th scope="row">') == len(rows)
    assert not re.search(r"\bnan\b|\binf\b|\sstyle=", drawn)


def test_a_week_is_drawn_and_told():
    drawn = charts.week_grid([[(540, 1020)], [], [], [], [], [], [(0, 1440)]], title="Hours")

    assert "Mon 09:00–17:00; Tue closed" in drawn
    assert "00:00–24:00" in drawn


@pytest.mark.parametrize("largest", [0, 0.3, 1, 9, 10, 11, 212, 1_000_001])
def test_an_axis_ends_at_or_a_little_above_the_largest_value(largest):
    top = svg.nice_top([largest, 0])

    assert largest <= top <= max(largest * 2, 1)
