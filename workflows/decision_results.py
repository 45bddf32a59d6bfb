"""What of a decision's answer becomes variables, as Camunda 7 and Flowable map it.

There an answer is a list of results, one for each rule that counted, and a result has an entry for
each output. `singleEntry` keeps one value, `singleResult` one result, `collectEntries` the values
of the one output, `resultList` everything; `each` makes every entry of the one result a variable.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from workflows import dmn
from workflows.bpmn.details import Work
from workflows.dmn.logic import DecisionTable, HitPolicy
from workflows.refusals import NotValid

LISTING = frozenset([HitPolicy.COLLECT, HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER])

Results = list[dict[str, Any]]


def kept(work: Work, value: Any, model: dmn.Model, decision: str) -> dict[str, Any]:
    """The variables that an answer, as JSON, becomes. Raises `NotValid` where it does not fit."""
    if work.maps == "each":
        return _each(_results(value, model, decision), work.name)
    if not work.result:
        return {}
    if not work.maps:  # as it stands
        return {work.result: value}
    return {work.result: MAPPERS[work.maps](_results(value, model, decision))}


def _results(value: Any, model: dmn.Model, decision: str) -> Results:
    """The answer as results with named entries; none when no rule counted."""
    element = next((each for each in model.decisions if decision in (each.id, each.name)), None)
    table = element.expression if element is not None else None
    if not isinstance(table, DecisionTable):
        name = element.variable.name if element is not None else decision
        return [{name or decision: value}]
    names = [output.name or decision for output in table.outputs]
    is_list = table.hit_policy in LISTING and not table.aggregation
    found = (value or []) if is_list else [value] if value is not None else []
    if len(names) == 1:
        return [{names[0]: each} for each in found]
    return [dict(each or dict.fromkeys(names)) for each in found]


def _each(results: Results, decision: str) -> dict[str, Any]:
    if len(results) > 1:
        return {decision: results}
    return results[0] if results else {}


def _single_result(results: Results) -> dict[str, Any]:
    if len(results) > 1:
        raise NotValid(
            f"It gave {len(results)} results where one is kept. Map them by resultList, or change "
            "the table's hit policy."
        )
    return results[0] if results else {}


def _single_entry(results: Results) -> Any:
    [*values] = _single_result(results).values()
    if len(values) > 1:
        raise NotValid(_too_many(len(values), "singleResult"))
    return values[0] if values else None


def _collected(results: Results) -> list[Any]:
    names = list(dict.fromkeys(name for result in results for name in result))
    if len(names) > 1:
        raise NotValid(_too_many(len(names), "resultList"))
    return [result.get(name) for result in results for name in names]


def _everything(results: Results) -> Sequence[Mapping[str, Any]]:
    return results


def _too_many(many: int, better: str) -> str:
    return f"It gave {many} outputs where one is kept. Map them by {better}."


MAPPERS = MappingProxyType(
    {
        "singleEntry": _single_entry,
        "singleResult": _single_result,
        "collectEntries": _collected,
        "resultList": _everything,
    }
)
