"""A sheet as JSON: exactly its members, within its limits."""

import json
from copy import deepcopy

import pytest

from workflows.dmn.sheet import (
    MOST_RULES,
    InputColumn,
    OutputColumn,
    Row,
    Sheet,
    SheetError,
    as_json,
    from_json,
)

SHEET = Sheet(
    decision="fee",
    name="Fee",
    hit_policy="COLLECT",
    aggregation="SUM",
    inputs=(InputColumn("i", "Amount", "amount", "number", "> 0"),),
    outputs=(OutputColumn("o", "Fee", "fee", "number", "1, 2", "1"),),
    annotations=("Why",),
    rules=(Row("r", ("< 1",), ("2",), ("so\nit is",)), Row("", ("-",), ("1",), ("",))),
)


def changed(*path: object, to: object) -> dict:
    """The sheet's JSON with one member replaced."""
    written = inner = deepcopy(as_json(SHEET))
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = to
    return written


def test_json_comes_back_as_the_same_sheet():
    assert from_json(json.loads(json.dumps(as_json(SHEET)))) == SHEET


def test_blanks_around_cells_and_foreign_line_breaks_go():
    written = changed("rules", 0, "inputs", 0, to="  < 1,\r\n> 5\r ")

    assert from_json(written).rules[0].inputs == ("< 1,\n> 5",)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ([], "has to be a JSON object"),
        ({**as_json(SHEET), "owner": "me"}, "unknown member 'owner'"),
        ({"decision": "x"}, "has no member name"),
        (changed("hit_policy", to="U"), "hit_policy has to be one of"),
        (changed("hit_policy", to=["UNIQUE"]), "hit_policy has to be one of"),
        (changed("hit_policy", to="FIRST"), "Only the hit policy COLLECT"),
        (changed("outputs", to=[]), "Rule 1 has 1 outputs"),
        (changed("inputs", to={}), "inputs has to be a list"),
        (changed("inputs", 0, "id", to=7), "Input column 1, id: this has to be text"),
        (changed("inputs", 0, "extra", to=""), "Input column 1 has an unknown member"),
        (changed("inputs", 0, "id", to="o"), "Column id o is given twice"),
        (changed("inputs", 0, "id", to="a b"), "cannot be an id"),
        (changed("rules", 1, "id", to="r"), "Rule id r is given twice"),
        (changed("rules", 0, "inputs", to=["1", "2"]), "Rule 1 has 2 inputs"),
        (changed("rules", 0, "inputs", to=[None]), "Rule 1, inputs, 1: this has to be text"),
        (changed("rules", 0, "outputs", 0, to="a\x07"), r"U\+0007"),
        (changed("rules", 0, "outputs", 0, to="a\ud800"), r"U\+D800"),
        (changed("rules", 0, "outputs", 0, to="a" * 50_001), "50,001 characters"),
        (changed("rules", to=[{}] * (MOST_RULES + 1)), "2,001 entries; 2,000 are allowed"),
        (changed("annotations", to=["a"] * 49), "51 columns; 50 are allowed"),
        (changed("annotations", to=["a"] * 51), "51 entries; 50 are allowed"),
    ],
)
def test_anything_else_is_refused_with_a_sentence(written, sentence):
    if isinstance(written, dict) and written.get("outputs") == []:
        sentence = "at least one output"

    with pytest.raises(SheetError, match=sentence):
        from_json(written)
