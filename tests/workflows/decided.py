"""Decision models for tests, and the people who draft and sign them."""

from collections.abc import Sequence
from typing import Any

from tests.workflows.builders import NOW
from workflows import decision_cases, decision_definitions, decision_drafts
from workflows.authors import Author
from workflows.models import DecisionCase, DecisionDefinition, DecisionDraft, JournalEntry

ADA = Author("user:ada", "person-ada")
BOB = Author("user:bob", "person-bob")
EVE = Author("user:eve", "person-eve")
RULES = (
    ("> 50000", '"low"', "10000"),
    ("> 20000", "-", "2000"),
    ("-", "-", "0"),
)
MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="d" name="Lending"
    namespace="urn:example:lending">
  <itemDefinition id="t" name="tRisk">
    <typeRef>string</typeRef>
    <allowedValues id="tv"><text>"low", "high"</text></allowedValues>
  </itemDefinition>
  <inputData id="in1" name="Income"><variable id="v1" name="Income" typeRef="number"/></inputData>
  <inputData id="in2" name="Risk"><variable id="v2" name="Risk" typeRef="tRisk"/></inputData>
  <decision id="limits" name="Loan limit">
    <variable id="v3" name="Loan limit" typeRef="number"/>
    <informationRequirement id="r1"><requiredInput href="#in1"/></informationRequirement>
    <informationRequirement id="r2"><requiredInput href="#in2"/></informationRequirement>
    <decisionTable id="table" hitPolicy="{policy}">
      <input id="c1" label="Yearly income"><inputExpression id="e1" typeRef="number"><text>Income</text></inputExpression></input>
      <input id="c2"><inputExpression id="e2" typeRef="string"><text>Risk</text></inputExpression></input>
      <output id="o1" name="limit" typeRef="number"/>
      {rules}
    </decisionTable>
  </decision>
  <decision id="offer" name="Offer">
    <variable id="v4" name="Offer" typeRef="string"/>
    <informationRequirement id="r3"><requiredDecision href="#limits"/></informationRequirement>
    <literalExpression id="l1"><text>if Loan limit &gt; 0 then "yes" else "no"</text></literalExpression>
  </decision>
</definitions>
"""  # noqa: E501 - one column a line
RULE = (
    '<rule id="rule{n}"><inputEntry id="i{n}a"><text>{0}</text></inputEntry>'
    '<inputEntry id="i{n}b"><text>{1}</text></inputEntry>'
    '<outputEntry id="p{n}"><text>{2}</text></outputEntry></rule>'
)


def model(rules: Sequence[tuple[str, str, str]] = RULES, policy: str = "FIRST") -> bytes:
    """A file with a table of these rules, and a decision that needs it."""
    escaped = [[cell.replace("<", "&lt;").replace(">", "&gt;") for cell in row] for row in rules]
    rows = [RULE.format(*row, n=number) for number, row in enumerate(escaped, 1)]
    return MODEL.format(policy=policy, rules="\n      ".join(rows)).encode()


def published(xml: bytes | None = None, key: str = "limits", **said: Any) -> DecisionDefinition:
    """A version that Ada proposed and Bob signed."""
    usual: dict[str, Any] = {"name": "Loan limits", "proposed": ADA, "signed": BOB, "now": NOW}
    return decision_definitions.deploy(xml=xml or model(), key=key, **{**usual, **said})


def drafted(xml: bytes | None = None, key: str = "limits", by: Author = ADA) -> DecisionDraft:
    """An open draft."""
    return decision_drafts.open_new(key=key, name="Loan limits", xml=xml or model(), by=by, now=NOW)


def submitted(draft: DecisionDraft, by: Author = ADA) -> DecisionDraft:
    return decision_drafts.submit(draft, revision=draft.revision, note="Fairer.", by=by, now=NOW)


def signed(draft: DecisionDraft, by: Author = BOB) -> DecisionDraft:
    return decision_drafts.sign(draft, digest=draft.submitted_digest, by=by, now=NOW)


def case(name: str = "Rich", expected: Any = 10_000, **inputs: Any) -> DecisionCase:
    """A saved case of the table."""
    return decision_cases.add(
        key="limits",
        name=name,
        decision="limits",
        inputs=inputs or {"Income": 60_000, "Risk": "low"},
        expected=expected,
        has_expected=True,
        by=ADA,
        now=NOW,
    )


def story(key: str = "limits") -> list[str]:
    """The kinds of what the journal says of a decision."""
    entries = JournalEntry.objects.filter(subject=f"decision:{key}").order_by("sequence")
    return list(entries.values_list("kind", flat=True))
