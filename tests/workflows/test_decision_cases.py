"""Saved cases, what they say of a draft, and what a version answers."""

import pytest

from tests.workflows import decided
from tests.workflows.builders import NOW
from tests.workflows.decided import ADA, BOB
from workflows import decision_cases, decision_checks, decision_definitions
from workflows.decision_cases import Outcome
from workflows.models import DecisionCase, JournalEntry
from workflows.refusals import NotValid, OutOfDate

pytestmark = pytest.mark.django_db

GENEROUS = decided.model([("> 50000", "-", "20000"), *decided.RULES[1:]])


def outcomes(xml: bytes) -> dict[str, Outcome]:
    model = decision_definitions.read(xml)
    results = decision_cases.run(model, decision_cases.of("limits"), now=NOW)
    return {each.case.name: each.outcome for each in results}


def test_cases_pass_or_say_what_came_out_instead():
    decided.case("Rich")
    decided.case("Poor", expected=1, Income=100, Risk="low")

    assert outcomes(decided.model()) == {"Rich": "passed", "Poor": "different"}


def test_a_case_without_an_expectation_has_to_be_answered_without_an_error():
    case = decided.case("Any")
    decision_cases.change(case, has_expected=False, expected=None, by=ADA, now=NOW)
    odd = decided.case("Odd", Income=1)
    decision_cases.change(odd, has_expected=False, decision="no-such", by=ADA, now=NOW)

    assert outcomes(decided.model()) == {"Any": "passed", "Odd": "error"}


def test_cases_that_get_no_time_are_not_passed():
    decided.case()
    model = decision_definitions.read(decided.model())

    [result] = decision_cases.run(model, decision_cases.of("limits"), now=NOW, seconds=0)

    assert (result.outcome, result.is_passed) == (Outcome.NOT_RUN, False)


def test_what_a_draft_would_change_is_told_case_by_case():
    decided.published()
    decided.case("Rich")
    decided.case("Middle", expected=2_000, Income=30_000, Risk="low")

    checks = decision_checks.check("limits", GENEROUS, now=NOW)

    assert [(each.case.name, each.before.answer, each.after.answer) for each in checks.changes] == [
        ("Rich", 10_000, 20_000)
    ]
    assert not checks.is_ready


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (1, 1.0, True),
        (1, True, False),
        (0, False, False),
        (None, False, False),
        ({"a": [1, 2]}, {"a": [1, 2]}, True),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ([1, 2], [2, 1], False),
        ([1], [1, 1], False),
        ("1", 1, False),
        (0.1 + 0.2, 0.3, True),
        (0.3001, 0.3, False),
    ],
)
def test_answers_are_compared_as_json(one, other, same):
    assert decision_cases.alike(one, other) is same


def test_each_change_of_a_case_is_written_down():
    case = decided.case()
    decision_cases.change(case, expected=1, by=BOB, now=NOW)
    decision_cases.change(case, expected=1, by=BOB, now=NOW)
    decision_cases.remove(case, by=BOB, now=NOW)

    entries = JournalEntry.objects.filter(subject="decision:limits").order_by("sequence")
    assert [entry.kind for entry in entries] == [
        "decision_case.added", "decision_case.changed", "decision_case.removed",
    ]  # fmt: skip
    assert entries[1].detail["before"]["expected"] == 10_000
    assert entries[2].detail["before"]["inputs"] == {"Income": 60_000, "Risk": "low"}


def test_a_name_is_taken_once():
    decided.case("Rich")
    other = decided.case("Other")

    with pytest.raises(NotValid, match="a case called “Rich” already"):
        decided.case("Rich")
    with pytest.raises(NotValid, match="a case called “Rich” already"):
        decision_cases.change(other, name="Rich", by=ADA, now=NOW)


def test_a_case_that_somebody_removed_is_not_changed():
    case = decided.case()
    decision_cases.remove(case, by=BOB, now=NOW)

    with pytest.raises(OutOfDate, match="removed this case"):
        decision_cases.change(case, expected=1, by=ADA, now=NOW)


def test_there_are_not_too_many_cases(monkeypatch):
    monkeypatch.setattr(decision_cases, "MOST_CASES", 1)
    decided.case("One")

    with pytest.raises(NotValid, match="at most 1 saved cases"):
        decided.case("Two")

    assert DecisionCase.objects.count() == 1


# --- what is published --------------------------------------------------------------------------


def test_a_decision_answers_with_the_version_in_force():
    decided.published()
    newest = decided.published(GENEROUS)

    definition, result = decision_definitions.evaluate(
        "limits", {"Income": 60_000, "Risk": "low"}, now=NOW
    )

    assert (definition, result.as_json()["value"]) == (newest, 20_000)
    assert result.errors == ()


def test_an_older_version_answers_as_it_did():
    decided.published()
    decided.published(GENEROUS)

    definition, result = decision_definitions.evaluate(
        "limits", {"Income": 60_000, "Risk": "low"}, version=1, now=NOW
    )

    assert (definition.version, result.as_json()["value"]) == (1, 10_000)


def test_any_decision_of_the_file_can_be_asked():
    decided.published()

    _, result = decision_definitions.evaluate(
        "limits", {"Income": 0, "Risk": "high"}, decision="Offer", now=NOW
    )

    assert result.as_json()["value"] == "no"


@pytest.mark.parametrize(("key", "version"), [("no-such", None), ("limits", 7)])
def test_what_is_not_there_is_said(key, version):
    decided.published()

    with pytest.raises(decision_definitions.NoSuchDecision, match=key):
        decision_definitions.evaluate(key, {}, version=version, now=NOW)


def test_a_decision_that_the_file_does_not_have_is_refused():
    decided.published()

    with pytest.raises(NotValid, match="no-such"):
        decision_definitions.evaluate("limits", {}, decision="no-such", now=NOW)


# --- models that import others ------------------------------------------------------------------

IMPORTING = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="d2" name="Letters"
    namespace="urn:example:letters">
  <import name="lending" namespace="urn:example:lending"
      importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>
  <decision id="letter" name="Letter"><variable id="v" name="Letter" typeRef="string"/>
    <informationRequirement id="r">
      <requiredDecision href="urn:example:lending#limits"/>
    </informationRequirement>
    <literalExpression id="l"><text>"You may borrow " + string(lending.Loan limit)</text>
    </literalExpression>
  </decision>
</definitions>
"""
RICH = {"Income": 60_000, "Risk": "low"}


def letter(version: int | None = None) -> str:
    """What the importing decision answers."""
    _, result = decision_definitions.evaluate("letters", RICH, version=version, now=NOW)
    assert result.errors == ()
    return result.as_json()["value"]


def test_a_version_keeps_the_versions_that_it_imports():
    decided.published()
    importing = decided.published(IMPORTING, key="letters")
    decided.published(GENEROUS)

    before = letter()
    decided.published(IMPORTING + b"\n", key="letters")

    assert importing.imports == [
        {"namespace": "urn:example:lending", "key": "limits", "version": 1}
    ]
    assert before == letter(version=1) == "You may borrow 10000"
    assert letter() == "You may borrow 20000"


def test_what_is_imported_has_to_be_published():
    with pytest.raises(NotValid, match="urn:example:lending"):
        decided.published(IMPORTING, key="letters")


def test_a_namespace_that_two_decisions_have_is_not_imported():
    decided.published()
    decided.published(key="prices")

    with pytest.raises(NotValid, match="limits, prices all have the namespace"):
        decided.published(IMPORTING, key="letters")


def test_dates_and_durations_come_as_texts():
    xml = (
        decided.model([('> duration("P2D")', '"low"', "1"), ("-", "-", "0")])
        .replace(b'name="Income" typeRef="number"', b'name="Income" typeRef="dayTimeDuration"')
        .replace(b'<inputExpression id="e1" typeRef="number">', b'<inputExpression id="e1">')
    )
    decided.published(xml)

    _, result = decision_definitions.evaluate("limits", {"Income": "P3D", "Risk": "low"}, now=NOW)

    assert (result.as_json()["value"], result.errors) == (1, ())
