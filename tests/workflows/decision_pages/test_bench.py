"""The test bench: inputs are tried, kept as cases, and run."""

import json
import re

import pytest

from tests.queues import builders
from tests.workflows import decided
from tests.workflows.decision_pages.visiting import (
    at,
    draft,
    text,
)
from workflows import decision_drafts
from workflows.models import DecisionCase

pytestmark = pytest.mark.django_db


def test_an_input_is_tried_and_the_matching_rule_marked(dana):
    decided.published()
    address = at("decision-test", "limits", 1)

    form = dana.get(address)
    answer = dana.post(address, {"do": "try", "input-0": "60000", "input-1": "low"})

    assert "Income" in text(form)
    assert '<option value="low"' in form.content.decode()
    assert answer.status_code == 200
    assert answer.context["answer"] == "10000"
    assert re.search(r'<tr class="selected" id="rule-limits-1"', answer.content.decode())


def test_everything_can_be_given_as_json(dana):
    decided.published()
    raw = json.dumps({"Income": 30_000, "Risk": "high"})

    answer = dana.post(at("decision-test", "limits", 1), {"do": "try", "raw": raw})

    assert answer.context["answer"] == "2000"


@pytest.mark.parametrize("sent", [{"input-0": "much"}, {"raw": "{"}, {"raw": "[1]"}], ids=str)
def test_an_input_that_is_none_is_refused_beside_its_field(sent, dana):
    decided.published()

    answer = dana.post(at("decision-test", "limits", 1), {"do": "try", **sent})

    assert answer.status_code == 422
    assert b"field-error" in answer.content


def test_what_was_tried_is_kept_as_a_case_and_run(dana):
    decided.published()
    address = at("decision-test", "limits", 1)
    tried = dana.post(address, {"do": "try", "input-0": "60000", "input-1": "low"})
    save = tried.context["save_form"].initial

    dana.post(address, {"do": "save", "name": "Rich", **save})
    run = dana.post(address, {"do": "all"})

    case = DecisionCase.objects.get()
    assert (case.inputs, case.expected) == ({"Income": 60_000, "Risk": "low"}, 10_000)
    assert "All 1 pass." in text(run)


def test_an_input_for_each_rule_is_suggested_and_kept(dana):
    decided.published()
    address = at("decision-test", "limits", 1)

    page = dana.post(address, {"do": "suggest"})
    dana.post(address, {"do": "keep"})
    again = dana.post(address, {"do": "keep"}, follow=True)
    run = dana.post(address, {"do": "all"})

    assert [each.rule for each in page.context["suggested"]] == [1, 2, 3]
    assert [case.expected for case in DecisionCase.objects.order_by("name")] == [10_000, 2_000, 0]
    assert "0 cases saved." in text(again)
    assert "All 3 pass." in text(run)


def test_a_draft_says_which_cases_answer_differently(dana):
    decided.published()
    decided.case()
    dana.post(at("decision-change", "limits"))
    found = draft()
    decision_drafts.save(
        found, xml=decided.model([("-", "-", "7")]), revision=1, by=decided.ADA,
        now=builders.NOW,
    )  # fmt: skip

    run = text(dana.post(at("decision-draft-test", found.pk), {"do": "all"}))

    assert "1 of 1 do not pass. 1 of 1 answer differently from version 1" in run


def test_a_case_is_changed_and_removed(dana):
    decided.published()
    case = decided.case()
    address = at("decision-case", "limits", case.pk)

    wrong = dana.post(address, {"name": "Rich", "decision": "limits", "inputs": "[]"})
    dana.post(address, {"name": "Richer", "decision": "limits", "inputs": "{}", "expected": ""})
    changed = DecisionCase.objects.get()
    dana.post(at("decision-case-remove", "limits", case.pk))

    assert wrong.status_code == 422
    assert (changed.name, changed.has_expected, changed.is_active) == ("Richer", False, False)
    assert not DecisionCase.objects.exists()
