"""Which of the matching rules make up a table's result (DMN 1.5, 8.2.10).

Each policy takes the matching rules as bits, writes the ones that count and what they gave into the
hit, and returns the result. A violated policy gives null and a note.
"""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from workflows.dmn.model import Aggregation, HitPolicy
from workflows.feel.functions import BUILTINS
from workflows.feel.operators import equal
from workflows.feel.run import Run

if TYPE_CHECKING:
    from workflows.dmn.tables import Table, TableHit

Scope = dict[str, Any]
Policy = Callable[["Table", int, "TableHit", Scope, Run], Any]


def positions(matched: int) -> Iterator[int]:
    """The rules whose bits are set, in rule order."""
    while matched:
        lowest = matched & -matched
        yield lowest.bit_length() - 1
        matched ^= lowest


def _results(table: "Table", matched: int, hit: "TableHit", scope: Scope, run: Run) -> list[Any]:
    """What every matching rule gives, in rule order, recorded in the hit."""
    hit.matched = tuple(positions(matched))
    run.spend(len(hit.matched))
    hit.results = results = [table.outputs.result(rule, scope, run) for rule in hit.matched]
    return results


def _only(table: "Table", rule: int, hit: "TableHit", scope: Scope, run: Run) -> Any:
    result = table.outputs.result(rule, scope, run)
    hit.matched, hit.results = (rule,), (result,)
    return result


def unique(table: "Table", matched: int, hit: "TableHit", scope: Scope, run: Run) -> Any:
    """One rule may match; more are an error."""
    if matched & (matched - 1):
        _results(table, matched, hit, scope, run)
        return run.note(f"Only one rule may match, but {_numbered(hit.matched)} do.")
    return _only(table, matched.bit_length() - 1, hit, scope, run)


def any_of(table: "Table", matched: int, hit: "TableHit", scope: Scope, run: Run) -> Any:
    """Several rules may match when all give the same."""
    results = _results(table, matched, hit, scope, run)
    for result in results[1:]:
        if not _is_same(results[0], result, run):
            return run.note(
                f"All rules that match have to give the same; {_numbered(hit.matched)} differ."
            )
    return results[0]


def _is_same(one: Any, other: Any, run: Run) -> bool:
    if one is None or other is None:
        return one is other
    return equal(one, other, run) is True


def first(table: "Table", matched: int, hit: "TableHit", scope: Scope, run: Run) -> Any:
    """The first rule that matches."""
    return _only(table, (matched & -matched).bit_length() - 1, hit, scope, run)


def priority(table: "Table", matched: int, hit: "TableHit", scope: Scope, run: Run) -> Any:
    """The rule whose result stands first in the order of output values."""
    _by_priority(table, matched, hit, scope, run)
    return hit.results[0]


def output_order(table: "Table", matched: int, hit: "TableHit", scope: Scope, run: Run) -> Any:
    """All results, in the order of output values."""
    return _by_priority(table, matched, hit, scope, run)


def _by_priority(
    table: "Table", matched: int, hit: "TableHit", scope: Scope, run: Run
) -> list[Any]:
    results = _results(table, matched, hit, scope, run)
    ranks = [table.outputs.ranks(result) for result in results]
    order = sorted(range(len(results)), key=ranks.__getitem__)
    hit.matched = [hit.matched[place] for place in order]
    hit.results = ordered = [results[place] for place in order]
    return ordered


def rule_order(table: "Table", matched: int, hit: "TableHit", scope: Scope, run: Run) -> Any:
    """All results, in rule order."""
    return _results(table, matched, hit, scope, run)


def collect(table: "Table", matched: int, hit: "TableHit", scope: Scope, run: Run) -> Any:
    """All results, or what the operator makes of them: of each output when there are several."""
    results = _results(table, matched, hit, scope, run)
    operator = table.node.aggregation
    if not operator:
        return results
    if operator is Aggregation.COUNT:
        return Decimal(len(results))
    aggregate = BUILTINS[_FUNCTIONS[operator]]
    if table.outputs.is_single:
        return aggregate.call([results], run)
    return {
        name: aggregate.call([[result.get(name) for result in results if result]], run)
        for name in table.outputs.names
    }


def _numbered(rules: Sequence[int]) -> str:
    numbers = [str(rule + 1) for rule in rules[:10]]
    return f"rules {', '.join(numbers[:-1])} and {numbers[-1]}"


_FUNCTIONS = {Aggregation.SUM: "sum", Aggregation.MIN: "min", Aggregation.MAX: "max"}
POLICIES: dict[HitPolicy, Policy] = {
    HitPolicy.UNIQUE: unique,
    HitPolicy.ANY: any_of,
    HitPolicy.FIRST: first,
    HitPolicy.PRIORITY: priority,
    HitPolicy.RULE_ORDER: rule_order,
    HitPolicy.OUTPUT_ORDER: output_order,
    HitPolicy.COLLECT: collect,
}
