"""The grammar of FEEL (DMN 1.5, 10.3.1.2) by precedence, from left to right, without backtracking.

From loose to tight: or, and, comparison, + and -, * and /, **, unary minus, then instance of,
paths, filters and invocations. Operators of one rank become one node, comparisons a chain.
"""

from collections.abc import Callable
from typing import ClassVar

from workflows.feel import syntax
from workflows.feel.grammar_forms import Forms
from workflows.feel.lexer import NAME, NUMBER, QUOTED, STRING
from workflows.feel.literals import number_of, string_of
from workflows.feel.syntax import Literal, Negation, Tree

DISJUNCTION, CONJUNCTION, COMPARISON, ADDITION, MULTIPLICATION, POWER = 1, 2, 3, 4, 5, 6
RANKS = {
    "or": DISJUNCTION,
    "and": CONJUNCTION,
    **dict.fromkeys(["=", "!=", "<", "<=", ">", ">=", "between", "in"], COMPARISON),
    **dict.fromkeys("+-", ADDITION),
    **dict.fromkeys("*/", MULTIPLICATION),
    "**": POWER,
}
ONE_SIDED = frozenset(["=", "!=", "<", "<=", ">", ">="])


class Grammar(Forms):
    """Reads expressions and tests."""

    __slots__ = ()

    def expression(self, tightness: int = 0, left: Tree | None = None) -> Tree:
        """An expression whose operators bind tighter than this; `left` has been read already."""
        self.deeper()
        if left is not None:
            tree = left
        elif tightness == 0 and self.kinds[self.position] in ONE_SIDED:
            tree = self._one_sided()
            self.depth -= 1
            return tree
        else:
            tree = self._operand()
        while (rank := RANKS.get(self.kinds[self.position], 0)) > tightness:
            tree = self._JOINED[rank](self, tree, rank)
        self.depth -= 1
        return tree

    # --- operators ---

    def _alternatives(self, first: Tree, rank: int) -> Tree:
        operands = [first]
        while self.accepts("or"):
            operands.append(self.expression(rank))
        return syntax.Disjunction(tuple(operands))

    def _conditions(self, first: Tree, rank: int) -> Tree:
        operands = [first]
        while self.accepts("and"):
            operands.append(self.expression(rank))
        return syntax.Conjunction(tuple(operands))

    def _comparison(self, left: Tree, rank: int) -> Tree:
        operator, at = self.kinds[self.position], self.offsets[self.position]
        self.position += 1
        if operator == "in":
            return syntax.Membership(left, self._members())
        if operator == "between":
            low = self.expression(rank)
            self.expect("and")
            return syntax.Between(left, low, self.expression(rank))
        return syntax.Comparison(operator, left, self.expression(rank), at)

    def _calculation(self, first: Tree, rank: int) -> Tree:
        at, rest = self.offsets[self.position], []
        while RANKS.get(operator := self.kinds[self.position]) == rank:
            self.position += 1
            rest.append((operator, self.expression(rank)))
        return syntax.Arithmetic(first, tuple(rest), at)

    _JOINED: ClassVar[tuple[Callable[["Grammar", Tree, int], Tree], ...]] = (
        _alternatives, _alternatives, _conditions, _comparison,
        _calculation, _calculation, _calculation,
    )  # fmt: skip

    # --- tests ---

    def _one_sided(self) -> Tree:
        """`< a`, `= a` and the like."""
        operator = self.kinds[self.position]
        self.position += 1
        return syntax.OneSided(operator, self.expression(COMPARISON))

    def _members(self) -> tuple[Tree, ...]:
        """What follows `in`: one test, or several in parentheses."""
        kind = self.kinds[self.position]
        if kind in ONE_SIDED:
            return (self._one_sided(),)
        if kind != "(":
            return (self.expression(COMPARISON),)
        at = self.offsets[self.position]
        self.position += 1
        first = self.expression()
        if self.reads_upper_end():
            tests = [self.range_to(self.expression(), first, includes_low=False)]
        else:
            tests = [first, *self._more_tests()]
            if self.kinds[self.position] != ")":
                raise self.refusal("',' or ')'")
            self.position += 1
        if len(tests) > 1:
            return tuple(tests)
        return (self.expression(COMPARISON, self._suffixed(tests[0], at)),)

    def tests(self) -> tuple[Tree, ...]:
        """Positive unary tests, separated by commas."""
        return (self.expression(), *self._more_tests())

    def _more_tests(self) -> list[Tree]:
        tests = []
        while self.accepts(","):
            tests.append(self.expression())
        return tests

    # --- operands ---

    def _operand(self) -> Tree:
        """A value with what hangs on it: minus signs before, paths and the like behind."""
        minuses = 0
        while self.kinds[self.position] == "-":
            minuses += 1
            self.position += 1
        at = self.offsets[self.position]
        if minuses and self.kinds[self.position] == NUMBER:
            tree = self._number(negative=True)
            minuses -= 1
        else:
            tree = self._value()
        if self.kinds[self.position] in self._SUFFIXES:
            tree = self._suffixed(tree, at)
        for _ in range(minuses):
            tree = Negation(tree)
        return tree

    def _value(self) -> Tree:
        position = self.position
        kind = self.kinds[position]
        if kind == STRING:
            self.position += 1
            return Literal(string_of(self.texts[position], self.text, self.offsets[position]))
        if kind in (NAME, QUOTED) or self.declared_name():
            return syntax.Name(self.name(), self.offsets[position])
        read = self._VALUES.get(kind)
        if read is None:
            raise self.refusal("a value")
        return read(self)

    def _number(self, *, negative: bool = False) -> Tree:
        position = self.position
        self.position += 1
        word, offset = self.texts[position], self.offsets[position]
        return Literal(number_of(word, self.text, offset, negative=negative))

    def _constant(self) -> Tree:
        word = self.texts[self.position]
        self.position += 1
        return Literal(_CONSTANTS[word])

    def _at_literal(self) -> Tree:
        at = self.offsets[self.position]
        self.position += 1
        position = self.position
        if self.kinds[position] != STRING:
            raise self.refusal('a date, time or duration in quotes behind "@"')
        self.position += 1
        text = string_of(self.texts[position], self.text, self.offsets[position])
        return syntax.AtLiteral(text, at)

    # --- what hangs on a value ---

    def _suffixed(self, tree: Tree, at: int) -> Tree:
        """The value with all paths, filters, invocations and type tests behind it."""
        while read := self._SUFFIXES.get(self.kinds[self.position]):
            if read is Grammar._filter and self.ends_range():
                break
            tree = read(self, tree, at)
        return tree

    def _path(self, source: Tree, _at: int) -> Tree:
        self.position += 1
        at = self.offsets[self.position]
        return syntax.Path(source, self.entry_name(), at)

    def _filter(self, source: Tree, _at: int) -> Tree:
        at = self.offsets[self.position]
        self.position += 1
        self.filters += 1
        condition = self.expression()
        self.filters -= 1
        self.expect("]")
        return syntax.Filter(source, condition, at)

    def _instance(self, value: Tree, _at: int) -> Tree:
        self.position += 1
        if self.texts[self.position] != "of":
            raise self.refusal("'of'")
        self.position += 1
        return syntax.InstanceOf(value, self.type())

    _VALUES: ClassVar[dict[str, Callable[["Grammar"], Tree]]] = {
        NUMBER: _number,
        "true": _constant,
        "false": _constant,
        "null": _constant,
        "@": _at_literal,
        "(": Forms.parenthesised,
        "[": Forms.list_or_range,
        "]": Forms.reversed_range,
        "{": Forms.context,
        "function": Forms.function,
        "if": Forms.choice,
        "for": Forms.iterating,
        "some": Forms.iterating,
        "every": Forms.iterating,
    }
    _SUFFIXES: ClassVar[dict[str, Callable[["Grammar", Tree, int], Tree]]] = {
        ".": _path,
        "[": _filter,
        "(": Forms.invocation,
        "instance": _instance,
    }


_CONSTANTS = {"true": True, "false": False, "null": None}
