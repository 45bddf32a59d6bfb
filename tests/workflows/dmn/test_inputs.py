"""JSON's strings become dates, times and durations where a model declares them."""

import pytest

from tests.workflows.dmn.drawn import component, decision, input_data, item, literal, load
from workflows import dmn, feel


@pytest.mark.parametrize(
    ("type_ref", "text", "asked", "expected"),
    [
        ("date", "2026-11-21", "x.year", 2026),
        ("time", "12:30:00", "x.minute", 30),
        ("date and time", "2026-11-21T12:30:00Z", "x.hour", 12),
        ("days and time duration", "P2DT3H", "x.hours", 3),
        ("years and months duration", "P1Y2M", "x.months", 2),
        ("tDay", "2026-11-21", "x.day", 21),
        ("tDays", ["2026-11-21", "2026-11-22"], "x[2].day", 22),
        ("tDays", "2026-11-21", "x[1].day", 21),
        ("tCase", {"opened": "2026-11-21", "name": "2026-11-21"}, "x.opened.month", 11),
        ("tCase", {"opened": "2026-11-21", "name": "2026-11-21"}, "x.name", "2026-11-21"),
        ("", "2026-11-21", "x", "2026-11-21"),
        ("string", "2026-11-21", "x", "2026-11-21"),
        ("date", "yesterday", "x", None),
        ("date", None, "x", None),
    ],
)
def test_a_declared_type_decides_what_a_string_is(type_ref, text, asked, expected):
    model = load(
        item("tDay", "date", allowed='> date("2026-01-01")'),
        item("tDays", "date", collection=True),
        item("tCase", "", component("opened", "date"), component("name", "string")),
        input_data("x", type_ref),
        decision("D", literal(asked), needs=["x"]),
    )

    inputs = dmn.inputs_from_json(model, {"x": text})

    assert feel.as_python(model.evaluate("D", inputs).value) == expected


def test_what_the_model_does_not_know_is_kept():
    model = load(decision("D", literal("1")))

    assert dmn.inputs_from_json(model, {"more": "2026-11-21"}) == {"more": "2026-11-21"}
