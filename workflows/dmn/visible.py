"""What one expression may refer to, and FEEL's texts compiled with just that in sight."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from workflows import feel
from workflows.dmn import model, names
from workflows.dmn.dialect import CAMUNDA, converted
from workflows.dmn.items import ItemTypes
from workflows.dmn.source import is_feel
from workflows.feel import types
from workflows.feel.errors import FeelError
from workflows.feel.run import Run
from workflows.feel.types import Type

Closure = Callable[[dict[str, Any], Run], Any]


@dataclass(frozen=True, slots=True)
class Visible:
    """Names and types in sight of an expression, and where to report what is wrong with it."""

    names: frozenset[str]
    types: ItemTypes
    owner: str  # the decision or business knowledge model, for sentences
    report: Callable[[model.Finding], None]
    result_ref: str | None = None  # the type that the owner's result is declared to have

    @property
    def dialect(self) -> feel.Dialect:
        """The dialect of the model."""
        return self.types.definitions.dialect

    def seeing(self, *more: str) -> "Visible":
        """The same with more names in sight."""
        return replace(self, names=self.names.union(more))

    def closure(self, node: model.LiteralExpression, where: str = "") -> Closure:
        """The compiled text; when it is no FEEL, that is reported and the value is null."""
        expression = self.expression(node, where)
        if expression is not None:
            return expression.within
        sentence = f"{self._place(where)} cannot be evaluated."
        return lambda _scope, run: run.note(sentence)

    def expression(self, node: model.LiteralExpression, where: str = "") -> feel.Expression | None:
        """The compiled text, None when it is no FEEL, which is reported."""
        if not self._is_feel(node.language, node.id, node.line, where):
            return None
        try:
            return feel.compile(
                node.text,
                names=names.special(self.names),
                types=self._types_for(node.text),
                dialect=self.dialect,
            )
        except FeelError as error:
            self.wrong(node.id, node.line, where, error)
            return None

    def tests(self, cell: model.Cell, where: str) -> feel.Tests | None:
        """Compiled unary tests, None when they are no FEEL, which is reported."""
        if not self._is_feel(cell.language, cell.id, cell.line, where):
            return None
        try:
            return feel.compile_unary_tests(
                cell.text,
                names=names.special(self.names),
                types=self._types_for(cell.text),
                dialect=self.dialect,
            )
        except FeelError as error:
            self.wrong(cell.id, cell.line, where, error)
            return None

    def wrong(self, element: str, line: int, where: str, error: FeelError | str) -> None:
        """Report what is wrong, saying in which decision and where in it."""
        self.report(model.Finding(element, line, f"{self._place(where)}: {error}"))

    def _types_for(self, text: str) -> Mapping[str, Type] | None:
        """The model's types where a text can name one; compiled without them, it can be shared."""
        return self.types.named if "instance" in text or "function" in text else None

    def _place(self, where: str) -> str:
        return f"{where} of {self.owner}" if where else self.owner

    def _is_feel(self, language: str, element: str, line: int, where: str) -> bool:
        written = language or self.types.definitions.language
        if not written or is_feel(written):
            return True
        sentence = f"It is written in {written[:60]}, which is never run. Write it in FEEL."
        self.wrong(element, line, where, sentence)
        return False


def typed(closure: Closure, kind: Type) -> Closure:
    """The closure with its value checked, converted where the standard says so."""
    if kind is types.ANY:
        return closure
    if not isinstance(kind, types.Simple):
        return lambda scope, run: types.coerced(closure(scope, run), kind, run)
    right = kind.of

    def simple(scope: dict[str, Any], run: Run) -> Any:
        value = closure(scope, run)
        if value is None or type(value) is right:
            return value
        return types.coerced(value, kind, run)

    return simple


def leniently_typed(closure: Closure, visible: Visible, type_ref: str | None, node: Any) -> Closure:
    """Checked as the model's dialect does it: Camunda converts what it can, refusing nothing."""
    if visible.dialect == CAMUNDA:
        if not type_ref:
            return closure
        return lambda scope, run: converted(closure(scope, run), type_ref)
    return typed(closure, visible.types.of(type_ref, node.id, node.line))
