"""FEEL text to syntax tree (DMN 1.5, 10.3.1): expressions, unary tests and types.

Hostile text is refused, never costly: its length, the number of its terms, the levels of its
nesting and the height of its tree are bounded, so neither reading nor evaluating can exhaust the
stack.
"""

from collections.abc import Collection
from typing import Any, TypeVar

from workflows.feel import syntax
from workflows.feel.errors import FeelError
from workflows.feel.grammar import Grammar
from workflows.feel.lexer import END, NAME, NUMBER, QUOTED, STRING, Words, words
from workflows.feel.names import declared
from workflows.feel.reader import DEEPEST
from workflows.feel.syntax import Tree, TypeTree, UnaryTests

MOST_TERMS = 10_000  # values and names

_TERMS = frozenset([NAME, QUOTED, NUMBER, STRING, "true", "false", "null"])

Read = TypeVar("Read")


def parse(text: str, names: Collection[str] = (), *, camunda: bool = False) -> Tree:
    """The syntax tree of an expression, or `FeelError`.

    `names` are the declared names with spaces, signs or keywords in them; others need not be
    declared. `camunda` admits names in backticks or with $, and strings over several lines.
    """
    reader = _reader(text, names, camunda=camunda)
    tree = reader.expression()
    _check_end(reader, "an operator or the end of the text")
    return _not_too_high(tree, reader)


def parse_unary_tests(
    text: str, names: Collection[str] = (), *, camunda: bool = False
) -> UnaryTests:
    """The tests of a decision table's cell (rule 15), or `FeelError`; an empty cell is `-`."""
    reader = _reader(text, names, camunda=camunda)
    if reader.kinds[0] == END or reader.kinds[:2] == ["-", END]:
        return UnaryTests(())
    if reader.texts[0] == "not" and reader.kinds[1] == "(":
        return _negated(reader) or _positive(_reader(text, names, camunda=camunda))
    return _positive(reader)


def parse_type(text: str, names: Collection[str] = (), *, camunda: bool = False) -> TypeTree:
    """The type that is named by a text (rule 52), or `FeelError`."""
    reader = _reader(text, names, camunda=camunda)
    tree = reader.type()
    _check_end(reader, "the end of the type")
    return tree


def _reader(text: str, names: Collection[str], *, camunda: bool) -> Grammar:
    found = words(text, camunda=camunda)
    _check_terms(found)
    return Grammar(found, declared(names))


def _check_terms(found: Words) -> None:
    if len(found.kinds) <= MOST_TERMS:
        return
    terms = [place for place, kind in enumerate(found.kinds) if kind in _TERMS]
    if len(terms) > MOST_TERMS:
        offset = found.offsets[terms[MOST_TERMS]]
        expected = f"at most {MOST_TERMS} values and names"
        raise FeelError.at(found.text, offset, found="one more", expected=expected)


def _check_end(reader: Grammar, expected: str) -> None:
    if reader.kinds[reader.position] != END:
        raise reader.refusal(expected)


def _positive(reader: Grammar) -> UnaryTests:
    tests = reader.tests()
    _check_end(reader, "an operator, ',' or the end of the cell")
    return _not_too_high(UnaryTests(tests), reader)


def _negated(reader: Grammar) -> UnaryTests | None:
    """`not(a, b)`; None when it is something else, such as `not(a) and b` or a mistake."""
    reader.position = 2
    try:
        tests = reader.tests()
    except FeelError:
        return None
    if not reader.accepts(")") or reader.kinds[reader.position] != END:
        return None
    return _not_too_high(UnaryTests(tests, negated=True), reader)


def _not_too_high(tree: Read, reader: Grammar) -> Read:
    """Refuse a tree whose evaluation would go too deep. Each level takes a word at least."""
    if len(reader.kinds) <= DEEPEST:
        return tree
    waiting: list[tuple[Any, int]] = [(tree, 1)]
    while waiting:
        node, height = waiting.pop()
        if height > DEEPEST:
            found, expected = "more", f"at most {DEEPEST} levels of operations"
            raise FeelError.at(reader.text, 0, found=found, expected=expected)
        if isinstance(node, tuple):
            waiting += [(part, height) for part in node if not isinstance(part, str)]
        elif type(node) in _NODES:
            parts = (getattr(node, name) for name in node.__match_args__)
            waiting += [(part, height + 1) for part in parts]
    return tree


_NODES = frozenset([UnaryTests, syntax.Iteration, *Tree.__args__])
