"""Decision tables to closures (DMN 1.5, chapter 8)."""

from collections.abc import Sequence
from typing import Any

from workflows.dmn import dialect, hit_policies, model
from workflows.dmn.columns import Column, Entry
from workflows.dmn.outputs import Outputs
from workflows.dmn.visible import Closure, Visible, leniently_typed
from workflows.feel import Tests, syntax, types
from workflows.feel.run import Run

Scope = dict[str, Any]


class TableHit:
    """One evaluation of a table, kept for the trace: what was tested, which rules matched."""

    __slots__ = ("matched", "results", "table", "values")

    def __init__(self, table: "Table", values: list[Any]) -> None:
        self.table = table
        self.values = values
        self.matched: Sequence[int] = ()  # positions of rules, in the order of the result
        self.results: Sequence[Any] = ()  # what each of them gave


class Recording(Run):
    """A run that keeps which rules of which tables matched."""

    __slots__ = ("tables",)

    tables: list[TableHit]


class Table:
    """A compiled decision table."""

    __slots__ = (
        *("_limited", "_values", "all_rules", "asked"),
        *("conditions", "decide", "node", "outputs", "owner"),
    )

    def __init__(self, node: model.DecisionTable, visible: Visible) -> None:
        self.node = node
        self.owner = visible.owner
        self.all_rules = (1 << len(node.rules)) - 1
        self.conditions = [
            Condition(clause, place, node, visible) for place, clause in enumerate(node.inputs)
        ]
        # A column that asks for a variable as it is has its name; others have "", which none has.
        self._values = [(condition.variable, condition.value) for condition in self.conditions]
        # Columns that decide nothing are not asked; those that can be looked up come first.
        asked = [
            (place, each, each.column.lookups)
            for place, each in enumerate(self.conditions)
            if not each.is_idle
        ]
        self.asked = sorted(asked, key=lambda each: each[1].column.cells_to_evaluate)
        self._limited = [
            (place, each) for place, each in enumerate(self.conditions) if each.allowed
        ]
        self.outputs = Outputs(node, visible)
        self.decide = hit_policies.POLICIES[node.hit_policy]

    def evaluate(self, scope: Scope, run: Run) -> Any:
        """The table's value; the rules that matched are recorded with the run."""
        values = [
            scope[name] if name in scope else value(scope, run) for name, value in self._values
        ]
        hit = TableHit(self, values)
        if isinstance(run, Recording):
            run.tables.append(hit)
        if self._limited and not self._are_allowed(values, run):
            return None
        candidates = self.all_rules
        for place, condition, lookups in self.asked:
            value = values[place]
            lookup = lookups.get(type(value))
            if lookup is not None and not lookup.others:
                candidates &= lookup.find(value)
            else:
                candidates = condition.matching(value, candidates, scope, run)
            if not candidates:
                break
        if not candidates:
            return self.outputs.default(scope, run)
        return self.decide(self, candidates, hit, scope, run)

    def _are_allowed(self, values: list[Any], run: Run) -> bool:
        """Whether the tested values are among those that their columns allow; null always is."""
        for place, condition in self._limited:
            value, allowed = values[place], condition.allowed
            if value is None or allowed is None:
                continue
            if allowed.within({"?": value}, run) is not True:
                run.note(f"The value of {condition.title} is not one of its allowed values.")
                return False
        return True


class Condition:
    """A condition column with the expression whose value it tests."""

    __slots__ = ("_tested_as", "allowed", "column", "title", "value", "variable")

    def __init__(
        self, clause: model.InputClause, place: int, node: model.DecisionTable, visible: Visible
    ) -> None:
        self.title = clause.title or f"input {place + 1}"
        self._tested_as: tuple[str, ...] = ("?",)
        if visible.dialect == dialect.CAMUNDA:
            self._tested_as = ("?", dialect.CELL_INPUT, clause.variable or dialect.CELL_INPUT)
        self.value, self.variable = _tested_value(clause, place, visible)
        cells = visible.seeing(*self._tested_as)
        self.allowed = _allowed_values(clause.values, f"Allowed values of {self.title}", visible)
        self.column = Column(_entries(node, place, self.title, cells), len(node.rules))

    @property
    def is_idle(self) -> bool:
        """Whether no cell of the column can refuse anything."""
        return self.column.is_anything

    def matching(self, value: Any, candidates: int, scope: Scope, run: Run) -> int:
        """The candidates whose cell accepts the value, whatever its class."""
        lookup = self.column.lookups.get(type(value), self.column.unknown)
        found, others = lookup.find(value), lookup.others
        if not others:
            return found & candidates
        inner = scope.copy()
        for name in self._tested_as:
            inner[name] = value
        for entry in others:
            wanted = entry.mask & candidates
            if wanted and entry.tests is not None and entry.tests.within(inner, run) is True:
                found |= wanted
        return found & candidates


def _tested_value(clause: model.InputClause, place: int, visible: Visible) -> tuple[Closure, str]:
    """The input expression, and the variable whose value it is, if nothing is made of that.

    Without an expression, Camunda's variable or the column's label names it.
    """
    node = clause.expression
    if node is not None and node.text:
        return _asked_value(node, f"Input {place + 1}", visible)
    name = clause.variable or clause.label
    if not name and visible.dialect != dialect.CAMUNDA:
        sentence = "The column has no input expression. Write what it tests."
        visible.wrong(clause.id, clause.line, f"Input {place + 1}", sentence)
    return lambda scope, _run: scope.get(name), ""


def _asked_value(
    node: model.LiteralExpression, where: str, visible: Visible
) -> tuple[Closure, str]:
    expression = visible.expression(node, where)
    if expression is None:
        sentence = f"{where} of {visible.owner} cannot be evaluated."
        return lambda _scope, run: run.note(sentence), ""
    asked = expression.within
    closure = leniently_typed(asked, visible, node.type_ref, node)
    if not isinstance(expression.tree, syntax.Name):
        return closure, ""
    name = expression.tree.name
    return (asked, name) if closure == asked else (_shortened(closure, name, node, visible), "")


def _shortened(
    closure: Closure, name: str, node: model.LiteralExpression, visible: Visible
) -> Closure:
    """A variable that is of the column's simple type needs no more than a look."""
    kind = visible.types.of(node.type_ref, node.id, node.line)
    if visible.dialect == dialect.CAMUNDA or not isinstance(kind, types.Simple):
        return closure
    right = kind.of

    def value(scope: Scope, run: Run) -> Any:
        found = scope.get(name)
        return found if type(found) is right else closure(scope, run)

    return value


def _allowed_values(cell: model.Cell | None, where: str, visible: Visible) -> Tests | None:
    """Tests for what a column allows; None when it allows everything or only suggests."""
    if cell is None or cell.text in ("", "-") or visible.dialect == dialect.CAMUNDA:
        return None
    return visible.tests(cell, where)


def _entries(node: model.DecisionTable, place: int, title: str, visible: Visible) -> list[Entry]:
    """The distinct cells of a column, each with the rules that have it."""
    masks: dict[tuple[str, str], int] = {}
    firsts: dict[tuple[str, str], tuple[int, model.Cell]] = {}
    for number, rule in enumerate(node.rules):
        if place >= len(rule.inputs):
            continue
        cell = rule.inputs[place]
        key = (cell.text, cell.language)
        masks[key] = masks.get(key, 0) | 1 << number
        firsts.setdefault(key, (number, cell))
    entries = []
    for key, (number, cell) in firsts.items():
        where = f"Rule {number + 1}, input {place + 1} ({title})"
        tests = visible.tests(cell, where)
        entries.append(Entry(masks[key], tests, tests.tree if tests else None, where))
    return entries


def compiled_table(node: model.DecisionTable, visible: Visible) -> Closure:
    """The table as a closure."""
    return Table(node, visible).evaluate
