"""The page about DMN says what DMN does here: its hit policies and its limits."""

import importlib
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from workflows import dmn, feel
from workflows.dmn import sheet

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs/reference/dmn.md").read_text()
RULES = re.findall(r"^\| \d \| `([^`]+)` \| `([^`]+)` \|$", PAGE, re.MULTILINE)
AMOUNTS = re.findall(r"amount (-?\d+) \|", PAGE)
POLICY = re.compile(r"^\| ([A-Z][+<>#]?) \| ([A-Z ]+) \| [^|]+ \| (.+) \|$", re.MULTILINE)
LIMIT = re.compile(r"^\| [^|]+ \| ([0-9,]+) \| `([a-z_.]+)\.([A-Z_]+)` \|$", re.MULTILINE)
FEES = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="model"
    name="Fees" namespace="urn:fees">
  <inputData id="asked" name="amount"><variable name="amount" typeRef="number"/></inputData>
  <decision id="fees" name="Fees"><variable name="Fees"/>
    <informationRequirement id="needs"><requiredInput href="#asked"/></informationRequirement>
    <decisionTable id="table">
      <input id="in">
        <inputExpression id="tested" typeRef="number"><text>amount</text></inputExpression>
      </input>
      <output id="out" name="fee" typeRef="number"/>
    </decisionTable>
  </decision>
</definitions>"""
# How much a sentence quotes, a page shows or a cache keeps: nothing that stops anybody.
UNSEEN = {
    "dmn.cells.LONGEST_REMEMBERED", "dmn.changes.LONGEST_QUOTE", "dmn.sheet_problems.LONGEST_QUOTE",
    "dmn.table_space.LONGEST_NAME", "dmn.related_questions.MOST_SAID", "dmn.axis_words.MOST_DIGITS",
    "dmn.axis_words.MOST_NAMED", "dmn.columns.LARGEST_INDEX", "dmn.samples.MOST_TRIED",
    "decision_inputs.MOST_CHOICES", "decision_suggestions.MOST_SHOWN", "decision_logic.DEEPEST",
    "decision_bench_form.LONGEST",
}  # fmt: skip


def fees(policy: str, sign: str) -> dmn.Model:
    """The page's table of three rules under a hit policy."""
    empty = sheet.sheet_of(FEES, "fees")
    [told] = empty.outputs
    table = replace(
        empty,
        hit_policy=policy,
        aggregation=sheet.AGGREGATIONS.get(sign, ""),
        outputs=(replace(told, allowed="40, 20, 10"),),
        rules=tuple(sheet.Row("", (cell,), (fee,)) for cell, fee in RULES),
    )
    return dmn.load(sheet.with_sheet(FEES, "fees", table))


@pytest.mark.parametrize(("letters", "policy", "answers"), POLICY.findall(PAGE))
def test_a_hit_policy_gives_what_the_page_says(letters, policy, answers):
    model = fees(policy, letters[1:])

    given = [model.evaluate("fees", {"amount": int(amount)}).value for amount in AMOUNTS]

    assert given == [feel.evaluate(each, {}) for each in re.findall("`([^`]+)`", answers)]


def test_every_hit_policy_and_aggregation_is_on_the_page():
    on_page = {letters for letters, _, _ in POLICY.findall(PAGE)}

    assert on_page == {*sheet.HIT_POLICIES, *(f"C{sign}" for sign in sheet.AGGREGATIONS)}


def limits_in_code() -> dict[str, Decimal]:
    """Every public limit of `workflows.dmn` and of the modules about stored decisions."""
    workflows = ROOT / "workflows"
    found = {}
    for path in [*workflows.glob("dmn/*.py"), *workflows.glob("decision_*.py")]:
        module = ".".join(path.relative_to(workflows).with_suffix("").parts)
        names = r"^((?:MOST|LONGEST|DEEPEST|LARGEST|PATIENCE|SECONDS)\w*)\b.* = \S*\d"
        for name in re.findall(names, path.read_text(), re.MULTILINE):
            limit = getattr(importlib.import_module(f"workflows.{module}"), name)
            if isinstance(limit, int | float):
                found[f"{module}.{name}"] = Decimal(limit)
    return found


def test_every_limit_is_on_the_page_with_its_value():
    on_page = {
        f"{module}.{name}": Decimal(number.replace(",", ""))
        for number, module, name in LIMIT.findall(PAGE)
    }

    in_code = {name: limit for name, limit in limits_in_code().items() if name not in UNSEEN}
    assert on_page == {**in_code, "decision_files.LARGEST": Decimal(2 * 1024 * 1024)}
