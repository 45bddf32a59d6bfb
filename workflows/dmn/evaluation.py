"""A loaded model: evaluates its decisions, services and business knowledge models."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from workflows import feel
from workflows.dmn import graph, model
from workflows.dmn.dialect import CAMUNDA
from workflows.dmn.functions import Callee
from workflows.dmn.given import Plan, qualified
from workflows.dmn.graph import Node
from workflows.dmn.linking import Linked
from workflows.dmn.lookup import found_in
from workflows.dmn.tables import TableHit
from workflows.dmn.trace import Step, table_trace
from workflows.feel.errors import BudgetExceeded

_UNASKED = datetime.min.replace(tzinfo=UTC)  # most evaluations never look at the clock


class NoSuchElement(model.DmnError):
    """The model has no decision, service or business knowledge model of this name."""


class Evaluation(graph.Telling):
    """One evaluation: a run that also keeps what its decisions did."""

    __slots__ = ("_now", "errors", "steps")

    _now: datetime

    def __init__(self, now: datetime | None) -> None:
        """`now` is what now() gives, with a zone; None is the present."""
        super().__init__(now=_UNASKED if now is None else now)
        self.tables: list[TableHit] = []
        self.steps: list[tuple[Node, Any, list[TableHit]]] = []
        self.errors: list[str] = []

    @property
    def now(self) -> datetime:
        """The moment that now() gives: one per evaluation, the present when first asked for."""
        if self._now is _UNASKED:
            self._now = datetime.now(UTC)
        return self._now

    @now.setter
    def now(self, moment: datetime) -> None:
        self._now = moment

    def told(self, node: Node, value: Any, mark: int, tables: int) -> None:
        """A decision is made: its notes become errors that name it, its tables a step."""
        if len(self.notes) > mark:
            self.blame(node.name, mark)
        hits = self.tables[tables:]
        if hits:
            del self.tables[tables:]
        self.steps.append((node, value, hits))

    def complain(self) -> None:
        """What was noted is nobody's affair: inputs that cannot be taken as they are."""
        if self.notes:
            self.errors += self.notes
            self.notes.clear()

    def blame(self, name: str, mark: int = 0) -> None:
        """What was noted since the mark is this element's affair; each sentence is said once."""
        self.errors += [f"{name}: {note}" for note in dict.fromkeys(self.notes[mark:])]
        del self.notes[mark:]


class Result:
    """What an evaluation gave. `value` is a FEEL value; `errors` say why something is null."""

    __slots__ = ("_steps", "_trace", "errors", "value")

    def __init__(self, value: Any, run: Evaluation) -> None:
        self.value = value
        self.errors = tuple(run.errors)
        self._steps = run.steps
        self._trace: tuple[Step, ...] | None = None

    @property
    def trace(self) -> tuple[Step, ...]:
        """Every decision in the order of evaluation, and which rules of its tables matched."""
        if self._trace is None:
            self._trace = tuple(step for each in self._steps for step in _steps_of(*each))
        return self._trace

    def as_json(self) -> dict[str, Any]:
        """Value, errors and trace as JSON can hold them (see `workflows.feel.mapping`)."""
        return {
            "value": feel.as_json(self.value),
            "errors": list(self.errors),
            "trace": [step.as_json() for step in self.trace],
        }


def _steps_of(node: Node, value: Any, hits: list[TableHit]) -> list[Step]:
    """The decision's step, after one for each table that is not the decision's own."""
    own = None
    steps = []
    for hit in hits:
        if isinstance(node.element, model.Decision) and hit.table.node is node.element.expression:
            own = table_trace(hit)
            continue
        trace = table_trace(hit)
        found = [rule.outputs for rule in trace.rules]
        steps.append(Step(hit.table.node.id, hit.table.owner, "inner decision table", found, trace))
    return [*steps, Step(node.element.id, node.name, node.kind, value, own)]


class Model:
    """A DMN model that can be evaluated, any number of times and by several threads at once."""

    def __init__(self, linked: Linked, findings: tuple[model.Finding, ...] = ()) -> None:
        definitions = linked.definitions
        self.definitions = definitions
        self.name, self.namespace = definitions.name, definitions.namespace
        self.dialect, self.version = definitions.dialect, definitions.version
        self.decisions, self.services = definitions.decisions, definitions.services
        self.inputs, self.knowledge = definitions.inputs, definitions.knowledge
        self.findings = findings
        self.types = linked.types
        self._is_open = self.dialect == CAMUNDA or not definitions.inputs
        self._linked = linked
        self._targets: dict[str, Node | Callee] = {}  # filled as they are asked for
        self._plans: dict[Node, Plan] = {}

    def evaluate(
        self, decision_or_service: str, inputs: Mapping[str, Any], *, now: datetime | None = None
    ) -> Result:
        """The value of a decision, decision service or business knowledge model.

        It is named by id or name, one of an imported model as `import.name`. Inputs are FEEL or
        Python values by name (`workflows.feel.mapping`); those of an imported model may be inside
        of a mapping with the import's name. Input that is missing is null. `now` is what now() and
        today() give. Raises NoSuchElement, and BudgetExceeded when it takes too many steps, too
        much time or too deep a nesting: a part of an answer is no answer.
        """
        target = self._targets.get(decision_or_service) or self._target(decision_or_service)
        run = Evaluation(now if now is None or now.tzinfo else now.replace(tzinfo=UTC))
        try:
            if isinstance(target, Node):
                return Result(self._decided(target, inputs, run), run)
            value = self._called(target, inputs, run)
            run.blame(target.name)
            return Result(value, run)
        except RecursionError:
            raise BudgetExceeded("The evaluation is nested too deeply. Make it flatter.") from None

    def _decided(self, target: Node, inputs: Mapping[str, Any], run: Evaluation) -> Any:
        plan = self._plans.get(target)
        if plan is None:
            plan = self._plans[target] = Plan.of(target, self._linked)
        if plan.direct is not None:
            scope = target.base.copy()
            for name, given in plan.direct:
                scope[name] = given.value(inputs, run)
            run.complain()
            return target.decided(scope, run)
        memo: graph.Memo = {node: given.value(inputs, run) for node, given in plan.inputs}
        if self._is_open:
            memo[graph.EVERYTHING] = {
                name: feel.admitted(value, run) for name, value in inputs.items()
            }
        run.complain()
        graph.settle(plan.decisions, memo, run)
        return memo[target]

    def _called(self, target: Callee, inputs: Mapping[str, Any], run: Evaluation) -> Any:
        given = {name: feel.admitted(qualified(name, inputs), run) for name in target.parameters}
        return target.call_named(given, run) if given else target.call((), run)

    def _target(self, name: str) -> Node | Callee:
        found = found_in(self._linked, name)
        if found is None:
            sentence = f"There is no decision, decision service or knowledge model {name!r}."
            raise NoSuchElement([model.Finding("", 1, sentence)])
        self._targets[name] = found
        return found
