"""Which variables decision logic reads from around itself, by the names in its texts."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, is_dataclass, replace
from dataclasses import fields as fields_of
from typing import Any

from workflows.dmn import model, names
from workflows.dmn.cells import tree_of, unary_of
from workflows.dmn.source import is_feel
from workflows.feel import syntax
from workflows.feel.errors import FeelError
from workflows.feel.free_names import NONE, free_names
from workflows.feel.functions import BUILTINS

Parser = Callable[[str, tuple[str, ...]], Any]
# Strings, numbers without an exponent and signs: read nothing, whatever they say.
_CONSTANT = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^"\w]|\d)*+', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Sight:
    """What may be read: names that are there already, and how the rest may be spelt.

    A text is first read with the unusual names (spaces, signs) that are `near`: of what is in
    sight, and of parts of values. Only where that leaves something unknown do those count that
    are further away, the nearest first: `Tax - Rate` is a difference while Tax and Rate are in
    sight.
    """

    known: frozenset[str]
    near: tuple[str, ...]
    further: tuple[tuple[str, ...], ...]
    language: str = ""  # the file's own, where an expression names none


@dataclass(slots=True)
class Reads:
    """What is read and not in sight yet.

    `variables` have the types of the columns that ask just for them. `perhaps` are names from
    conditions of filters, which may as well be entries of the elements that are filtered.
    """

    sight: Sight
    variables: dict[str, set[str]] = field(default_factory=dict)
    perhaps: dict[str, None] = field(default_factory=dict)

    def of(self, node: model.Boxed | None, bound: frozenset[str] = NONE) -> None:
        """All that an expression reads beyond the names that are bound around it."""
        match node:
            case model.DecisionTable():
                self._of_table(node, bound)
            case model.LiteralExpression():
                self._of_literal(node, bound)
            case model.BoxedContext():
                self._of_context(node, bound)
            case model.FunctionDefinition(kind="FEEL"):
                self.of(node.body, bound.union(each.name for each in node.parameters))
            case model.Iterator():
                self.of(node.source, bound)
                self.of(node.body, bound | {node.variable, "partial"})
            case model.BoxedFilter():
                self.of(node.source, bound)
                inner = Reads(self.sight)
                inner.of(node.match, bound | {"item"})
                self.perhaps |= dict.fromkeys((*inner.variables, *inner.perhaps))
            case _:
                for child in names.children(node):
                    self.of(child, bound)

    def _of_context(self, node: model.BoxedContext, bound: frozenset[str]) -> None:
        for entry in node.entries:
            name = {entry.variable.name} if entry.variable else NONE
            itself = name if isinstance(entry.value, model.FunctionDefinition) else NONE
            self.of(entry.value, bound | itself)
            bound |= name

    def _of_literal(self, node: model.LiteralExpression | None, bound: frozenset[str]) -> None:
        if node is not None and self._is_feel(node.language):
            self._of_text(node.text, tree_of, bound)

    def _of_cells(self, cells: Iterable[model.Cell | None], bound: frozenset[str]) -> None:
        texts = (each.text for each in cells if each is not None and self._is_feel(each.language))
        for text in dict.fromkeys(texts):
            self._of_text(text, unary_of, bound)

    def _of_table(self, table: model.DecisionTable, bound: frozenset[str]) -> None:
        for column in table.inputs:
            self._of_column(column, bound)
        self._of_cells((column.values for column in table.inputs), bound)
        self._of_cells((column.values for column in table.outputs), bound)
        self._of_cells((cell for rule in table.rules for cell in rule.inputs), bound)
        for answer in {cell.text: cell for rule in table.rules for cell in rule.outputs}.values():
            self._of_literal(answer, bound)
        for result in table.outputs:
            self._of_literal(result.default, bound)

    def _of_column(self, column: model.InputClause, bound: frozenset[str]) -> None:
        """What a column asks for by its mere name has the column's type."""
        self._of_literal(column.expression, bound)
        if column.expression is not None:
            name = " ".join(column.expression.text.split())
            if name in self.variables:
                self.variables[name].add(column.expression.type_ref or "")

    def _is_feel(self, language: str) -> bool:
        written = language or self.sight.language
        return not written or is_feel(written)

    def _of_text(self, text: str, parser: Parser, bound: frozenset[str]) -> None:
        if _CONSTANT.fullmatch(text):
            return
        tree = self._tree(text, parser, bound)
        if tree is None:
            return
        surely = self._unknown(_without_conditions(tree), bound)
        for name in sorted(surely):
            self.variables.setdefault(name, set())
        unsure = self._unknown(tree, bound) - self.variables.keys()
        self.perhaps |= dict.fromkeys(sorted(unsure))

    def _tree(self, text: str, parser: Parser, bound: frozenset[str]) -> Any:
        """The text read with few names or, where that leaves it unclear, with more; else None."""
        inside = names.special(bound)
        near = _read(text, parser, (*self.sight.near, *inside))
        if near is not None and not self._unknown(near, bound):
            return near
        for told in self.sight.further:
            if (tree := _read(text, parser, (*told, *inside))) is not None:
                return tree
        return near

    def _unknown(self, tree: Any, bound: frozenset[str]) -> frozenset[str]:
        return free_names(tree) - self.sight.known - bound - BUILTINS.keys() - {"?"}


def _read(text: str, parser: Parser, told: tuple[str, ...]) -> Any:
    try:
        return parser(text, told)
    except FeelError:
        return None


def _without_conditions(tree: Any) -> Any:
    """The tree with every filter replaced by what it filters."""
    if isinstance(tree, syntax.Filter):
        return _without_conditions(tree.source)
    if isinstance(tree, tuple):
        return tuple(_without_conditions(part) for part in tree)
    if not is_dataclass(tree) or isinstance(tree, type):
        return tree
    parts = {each.name: getattr(tree, each.name) for each in fields_of(tree) if each.init}
    return replace(tree, **{name: _without_conditions(part) for name, part in parts.items()})


def names_of_columns(expression: model.Boxed | None, told: tuple[str, ...]) -> tuple[str, ...]:
    """The unusual names that columns of a table ask for and nobody declares yet."""
    if not isinstance(expression, model.DecisionTable):
        return ()
    asked = (column.expression.text for column in expression.inputs if column.expression)
    found = frozenset(name for text in asked if (name := name_in(text, told)))
    return names.special(found)


def name_in(text: str, told: tuple[str, ...]) -> str:
    """The name of the variable that is all that a text reads, else ""; `told` are known ones."""
    tree = _read(text, tree_of, told)
    return tree.name if isinstance(tree, syntax.Name) and tree.name not in BUILTINS else ""
