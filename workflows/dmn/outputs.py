"""What the rules of a table give: values, their order by priority, and the default."""

from decimal import Decimal
from typing import Any

from workflows import feel
from workflows.dmn import constants, dialect, model
from workflows.dmn.constants import literal_of
from workflows.dmn.visible import Closure, Visible, leniently_typed
from workflows.feel import operators, syntax
from workflows.feel.run import Run

Scope = dict[str, Any]
_LISTING = (model.HitPolicy.COLLECT, model.HitPolicy.RULE_ORDER, model.HitPolicy.OUTPUT_ORDER)


class _OutputColumn:
    """One result column: its allowed values, in order of priority, and its default."""

    def __init__(self, node: model.DecisionTable, place: int, visible: Visible) -> None:
        clause = node.outputs[place]
        self.title = clause.title or f"output {place + 1}"
        self.allowed: feel.Tests | None = None
        self.default: Closure | None = None
        cell = clause.values or _of_type(clause, node, visible)
        tests = visible.tests(cell, f"Output values of {self.title}") if cell else None
        self.order = () if tests is None else _constants(tests.tree)
        if clause.values is not None and visible.dialect != dialect.CAMUNDA:
            self.allowed = tests if tests and not tests.tree.is_anything else None
        if clause.default is not None and clause.default.text:
            closure = visible.closure(clause.default, f"Default of {self.title}")
            self.default = leniently_typed(closure, visible, clause.type_ref, clause)

    def is_allowed(self, value: Any, run: Run) -> bool:
        """Whether the column may have this value; null it always may."""
        if self.allowed is None or value is None:
            return True
        if self.allowed.within({"?": value}, run) is True:
            return True
        run.note(f"The result {self.title} is not one of its allowed values.")
        return False

    def rank(self, value: Any) -> int:
        """The value's place in the order of priority, after all others when it has none."""
        for place, constant in enumerate(self.order):
            if operators.equal(constant, value) is True:
                return place
        return len(self.order)


def _of_type(
    clause: model.OutputClause, node: model.DecisionTable, visible: Visible
) -> model.Cell | None:
    """The allowed values of the column's type order it when it lists none itself.

    A column without a type has the one of the table's result, or of its component of this name.
    """
    item = visible.types.item(clause.type_ref)
    if item is None and not clause.type_ref:
        item = visible.types.item(node.type_ref or visible.result_ref)
        if item is not None and len(node.outputs) > 1:
            item = next((each for each in item.components if each.name == clause.name), None)
            if item is not None and item.allowed is None:
                item = visible.types.item(item.type_ref)
    return item.allowed if item else None


def _constants(tree: syntax.UnaryTests) -> tuple[Any, ...]:
    """The literals among output values, in their order."""
    found = (literal_of(test) for test in tree.tests)
    return tuple(value[0] for value in found if value is not None)


class _OutputCell:
    """One result cell: its closure, and its value when that never varies."""

    def __init__(
        self, node: model.LiteralExpression, clause: model.OutputClause, where: str, around: Visible
    ) -> None:
        self.settled: tuple[Any] | None = (None,)
        self.closure: Closure = _nothing
        if not node.text or (node.text == "-" and around.dialect == dialect.CAMUNDA):
            return
        expression = around.expression(node, where)
        if expression is None:
            self.settled = None
            self.closure = lambda _scope, run: run.note(f"{where} cannot be evaluated.")
            return
        self.closure = leniently_typed(expression.within, around, clause.type_ref, clause)
        self.settled = constants.constant_of(expression)
        if self.settled is not None:
            run = constants.trial()
            value = self.closure({}, run)
            self.settled = None if run.notes else (value,)


def _nothing(_scope: Scope, _run: Run) -> Any:
    return None


def _no_hit(node: model.DecisionTable) -> Any:
    """What no hit amounts to for Camunda: an empty list where hits are listed, zero if counted."""
    if node.aggregation is model.Aggregation.COUNT:
        return Decimal(0)
    return [] if node.hit_policy in _LISTING and not node.aggregation else None


class Outputs:
    """The results of all rules; those that are constants are computed once."""

    def __init__(self, node: model.DecisionTable, visible: Visible) -> None:
        self.columns = [_OutputColumn(node, place, visible) for place in range(len(node.outputs))]
        self.names = [clause.name for clause in node.outputs]
        self.is_single = len(node.outputs) == 1
        self._nothing = _no_hit(node) if visible.dialect == dialect.CAMUNDA else None
        self._has_default = any(column.default for column in self.columns)
        self._rules = [
            self._rule(rule, number, node, visible) for number, rule in enumerate(node.rules)
        ]

    def result(self, rule: int, scope: Scope, run: Run) -> Any:
        """What one rule gives: a value or, with several outputs, a context."""
        found = self._rules[rule]
        return found(scope, run) if callable(found) else found[0]

    def default(self, scope: Scope, run: Run) -> Any:
        """What the table gives when no rule matches: its default, else null (10.3.2.10)."""
        if not self._has_default:
            return self._nothing
        return self._shaped(
            [column.default(scope, run) if column.default else None for column in self.columns]
        )

    def ranks(self, result: Any) -> tuple[int, ...]:
        """Where a result stands in the order of priority; columns without an order do not count."""
        values = [result] if self.is_single else list(result.values())
        return tuple(
            column.rank(value)
            for column, value in zip(self.columns, values, strict=True)
            if column.order
        )

    def _shaped(self, values: list[Any]) -> Any:
        return values[0] if self.is_single else dict(zip(self.names, values, strict=True))

    def _rule(
        self, rule: model.Rule, number: int, node: model.DecisionTable, visible: Visible
    ) -> tuple[Any] | Closure:
        """A one-tuple of the value when every cell is a constant, else a closure."""
        cells = [
            _OutputCell(
                cell, node.outputs[place], f"Rule {number + 1}, output {place + 1}", visible
            )
            for place, cell in enumerate(rule.outputs[: len(node.outputs)])
        ]
        settled = [cell.settled for cell in cells]
        if len(cells) == len(self.columns) and None not in settled:
            trial = constants.trial()
            result = self._checked([each[0] for each in settled if each is not None], trial)
            if not trial.notes:
                return (result,)
        closures = [cell.closure for cell in cells]
        closures += [_nothing] * (len(self.columns) - len(closures))

        def evaluate(scope: Scope, run: Run) -> Any:
            return self._checked([closure(scope, run) for closure in closures], run)

        return evaluate

    def _checked(self, values: list[Any], run: Run) -> Any:
        """The result in its shape; null with a note when a column may not have its value."""
        for column, value in zip(self.columns, values, strict=True):
            if not column.is_allowed(value, run):
                return None
        return self._shaped(values)
