"""What the gallery of parts shows: made-up figures, no row of the database."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator

from queues.templatetags.display import STATUS_WORDS
from queues.templatetags.icons import SHAPES

# Queue, cells of (count, mark, note), arrivals per hour.
ZERO = ("0", "zero", "")
BOARD = [
    (
        "Small loans",
        [("84", "", ""), ("12", "", ""), ("5", "warn", "next in 9 min"), ZERO],
        [4, 6, 5, 9, 12, 11, 14, 9],
    ),
    (
        "Large loans",
        [("31", "", ""), ("9", "", ""), ZERO, ("2", "breach", "oldest 3 h")],
        [2, 2, 3, 1, 4, 3, 3, 5],
    ),
    ("Second signatures", [("7", "", ""), ZERO, ZERO, ZERO], [0, 1, 1, 0, 2, 1, 0, 1]),
]
AGING = [
    ("0–25", 212, "ok"),
    ("25–50", 154, "ok"),
    ("50–75", 96, "watch"),
    ("75–90", 41, "warn"),
    ("90–100", 18, "warn"),
    ("100–150", 9, "breach"),
    ("> 150", 3, "breach"),
]
QUEUE_LOAD = [("Small loans", 84), ("Large loans", 31, "warn"), ("Second signatures", 7)]
ARRIVALS = [
    (f"{hour:02d}:00", value)
    for hour, value in enumerate([3, 8, 14, 22, 19, 12, 17, 24, 21, 11], 8)
]
WEEK: list[list[tuple[int, int]]] = [
    [(540, 720), (780, 1080)],
    [(540, 720), (780, 1080)],
    [(540, 720), (780, 1080)],
    [(540, 720), (780, 1200)],
    [(540, 960)],
    [],
    [],
]


class SampleForm(forms.Form):
    name = forms.CharField(help_text="What people call the queue.", max_length=40)
    order = forms.ChoiceField(
        choices=[("priority", "Most urgent first"), ("deadline", "Earliest deadline first")]
    )
    note = forms.CharField(widget=forms.Textarea, required=False)
    share = forms.IntegerField(label="Sampled, in percent", min_value=0, max_value=100)
    active = forms.BooleanField(label="Open for work", required=False)


def samples(*, now: datetime) -> dict[str, Any]:
    wrong = SampleForm({"name": "", "order": "priority", "share": "140"})
    return {
        "icons": sorted(SHAPES),
        "statuses": list(STATUS_WORDS),
        "sample_form": SampleForm(auto_id="fresh_%s"),
        "wrong_form": wrong,
        "page": Paginator(range(1_329), 50).page(2),
        "soon": now + timedelta(minutes=42),
        "late": now - timedelta(hours=3, minutes=5),
        "earlier": now - timedelta(minutes=5),
        "yesterday": now - timedelta(days=1, hours=2),
        "long_while": timedelta(hours=26, minutes=10),
        "board": BOARD,
        "aging": AGING,
        "queue_load": QUEUE_LOAD,
        "arrivals": ARRIVALS,
        "arrival_values": [value for _, value in ARRIVALS],
        "week": WEEK,
    }
