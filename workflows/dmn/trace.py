"""Why a decision came out as it did: which rules matched, in data and in sentences."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workflows import feel
from workflows.dmn import model
from workflows.dmn.tables import TableHit

_LETTERS = {
    model.HitPolicy.UNIQUE: "U",
    model.HitPolicy.ANY: "A",
    model.HitPolicy.PRIORITY: "P",
    model.HitPolicy.FIRST: "F",
    model.HitPolicy.COLLECT: "C",
    model.HitPolicy.RULE_ORDER: "R",
    model.HitPolicy.OUTPUT_ORDER: "O",
}
_SIGNS = {
    model.Aggregation.NONE: "",
    model.Aggregation.SUM: "+",
    model.Aggregation.COUNT: "#",
    model.Aggregation.MIN: "<",
    model.Aggregation.MAX: ">",
}


@dataclass(frozen=True, slots=True)
class Tested:
    """A condition column: what it tests and the value it had."""

    title: str
    value: Any


@dataclass(frozen=True, slots=True)
class MatchedRule:
    """A rule that matched: its number counts from 1, `because` says why in a sentence."""

    number: int
    id: str
    outputs: Any
    annotations: Mapping[str, str]
    because: str


@dataclass(frozen=True, slots=True)
class TableTrace:
    """One evaluation of a decision table; rules are in the order of the result."""

    hit_policy: str
    inputs: tuple[Tested, ...]
    rules: tuple[MatchedRule, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One decision, or one table inside of another expression or of business knowledge."""

    id: str
    name: str
    kind: str
    value: Any
    table: TableTrace | None = None

    def as_json(self) -> dict[str, Any]:
        """The step as JSON can hold it."""
        told: dict[str, Any] = {
            "id": self.id,
            "name": self.name,
            "kind": self.kind,
            "value": feel.as_json(self.value),
        }
        if self.table is not None:
            told["table"] = _table_as_json(self.table)
        return told

    def sentences(self) -> list[str]:
        """Why its rules matched, a sentence for each."""
        if self.table is None:
            return []
        return [rule.because for rule in self.table.rules] or [f"No rule of {self.name} matched."]


def _table_as_json(table: TableTrace) -> dict[str, Any]:
    return {
        "hit_policy": table.hit_policy,
        "inputs": [
            {"title": each.title, "value": feel.as_json(each.value)} for each in table.inputs
        ],
        "rules": [
            {
                "number": rule.number,
                "id": rule.id,
                "outputs": feel.as_json(rule.outputs),
                "annotations": dict(rule.annotations),
                "because": rule.because,
            }
            for rule in table.rules
        ],
    }


def hit_policy_of(table: model.DecisionTable) -> str:
    """The letter of the hit policy, with the sign of the operator: "U", "C+"."""
    return _LETTERS[table.hit_policy] + _SIGNS[table.aggregation]


def table_trace(hit: TableHit) -> TableTrace:
    """What one evaluation of a table looked at and found."""
    node = hit.table.node
    tested = tuple(
        Tested(condition.title, value)
        for condition, value in zip(hit.table.conditions, hit.values, strict=True)
    )
    rules = tuple(
        MatchedRule(
            rule + 1,
            node.rules[rule].id,
            result,
            annotations_of(node, node.rules[rule]),
            _because(hit, rule, tested),
        )
        for rule, result in zip(hit.matched, hit.results, strict=True)
    )
    return TableTrace(hit_policy_of(node), tested, rules)


def annotations_of(node: model.DecisionTable, rule: model.Rule) -> dict[str, str]:
    """A rule's annotations by column; its description, where modelers write remarks, too."""
    found = {
        (node.annotations[place] if place < len(node.annotations) else f"annotation {place + 1}"): (
            text
        )
        for place, text in enumerate(rule.annotations)
        if text
    }
    return {**found, "description": rule.description} if rule.description else found


def _because(hit: TableHit, rule: int, tested: tuple[Tested, ...]) -> str:
    cells = hit.table.node.rules[rule].inputs
    reasons = [
        f"{each.title} was {_in_words(each.value)} ({' '.join(cell.text.split())})"
        for each, cell in zip(tested, cells, strict=False)
        if cell.text not in ("", "-")
    ]
    why = " and ".join(reasons) or "it holds for everything"
    return f"Rule {rule + 1} of {hit.table.owner} matched because {why}."


def _in_words(value: Any) -> str:
    if value is None:
        return "null"
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) is str:
        return f'"{value}"' if len(value) <= 100 else f'"{value[:100]}…"'
    text = str(feel.as_json(value))
    return text if len(text) <= 100 else f"{text[:100]}…"
