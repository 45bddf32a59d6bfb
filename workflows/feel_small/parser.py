"""Tokens to syntax tree (DMN 1.5, 10.3.1.2), by descent, with budgets on depth and size.

Chains of operators of one rank become one node, so the height of the tree is bounded by the
nesting of the text, and neither reading nor evaluating can exhaust the stack.
"""

from collections.abc import Callable
from typing import TypeVar

from workflows.feel_small import syntax
from workflows.feel_small.errors import FeelError
from workflows.feel_small.lexer import Sort, Token, tokens
from workflows.feel_small.syntax import Tree
from workflows.feel_small.values import ARITHMETIC

DEEPEST = 40
MOST_NODES = 10_000

COMPARISONS = frozenset(["=", "!=", "<", "<=", ">", ">="])
RANKS = (frozenset("+-"), frozenset("*/"), frozenset(["**"]))  # from loose to tight
CONSTANTS = {"true": True, "false": False, "null": None}

Item = TypeVar("Item")


def parse(text: str) -> Tree:
    """The syntax tree of a whole text, or `FeelError`."""
    reader = Reader(text)
    tree = reader.expression()
    if reader.token.sort is not Sort.END:
        raise reader.refusal("an operator or the end of the text")
    return tree


class Reader:
    """Reads a text once, from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.position = 0
        self.depth = 0
        self.nodes = 0

    # --- moving over the tokens ---

    @property
    def token(self) -> Token:
        """The token to be read next."""
        return self.tokens[self.position]

    def take(self) -> Token:
        """Read one token."""
        token = self.token
        self.position += 1
        return token

    def sees(self, *signs: str) -> bool:
        """Whether the next token is one of these signs or keywords."""
        return self.token.sort is Sort.SIGN and self.token.text in signs

    def accepts(self, sign: str) -> bool:
        """Read this sign when it is next."""
        if self.sees(sign):
            self.position += 1
            return True
        return False

    def expect(self, sign: str) -> None:
        """Read this sign or refuse the text."""
        if not self.accepts(sign):
            raise self.refusal(f"'{sign}'")

    def refusal(self, expected: str) -> FeelError:
        """The text is wrong here."""
        return FeelError.at(self.text, self.token.offset, found=str(self.token), expected=expected)

    def nested(self, read: Callable[[], Item]) -> Item:
        """Read something one level deeper, within the budgets."""
        self.depth += 1
        self.count()
        if self.depth > DEEPEST:
            raise self.refusal(f"at most {DEEPEST} levels of nesting")
        item = read()
        self.depth -= 1
        return item

    def count(self) -> None:
        """One more node, within the budget."""
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise self.refusal(f"at most {MOST_NODES} terms")

    # --- the grammar, from loose to tight ---

    def expression(self) -> Tree:
        """Any expression."""
        return self.nested(self._choice if self.sees("if") else self._disjunction)

    def _choice(self) -> Tree:
        self.expect("if")
        condition = self.expression()
        self.expect("then")
        then = self.expression()
        self.expect("else")
        return syntax.Choice(condition, then, self.expression())

    def _disjunction(self) -> Tree:
        operands = [self._conjunction()]
        while self.accepts("or"):
            operands.append(self._conjunction())
        return operands[0] if len(operands) == 1 else syntax.Disjunction(tuple(operands))

    def _conjunction(self) -> Tree:
        operands = [self._comparison()]
        while self.accepts("and"):
            operands.append(self._comparison())
        return operands[0] if len(operands) == 1 else syntax.Conjunction(tuple(operands))

    def _comparison(self) -> Tree:
        left = self._chain(0)
        if self.sees(*COMPARISONS):
            return syntax.Comparison(self.take().text, left, self._chain(0))
        if self.accepts("between"):
            low = self._chain(0)
            self.expect("and")
            within = syntax.Range(low, self._chain(0), includes_low=True, includes_high=True)
            return syntax.Membership(left, (within,))
        if self.accepts("in"):
            return syntax.Membership(left, self._tests())
        return left

    def _chain(self, rank: int) -> Tree:
        """Operators of one rank, from left to right."""
        if rank == len(RANKS):
            return self._unary()
        first, rest = self._chain(rank + 1), []
        while self.sees(*RANKS[rank]):
            rest.append((self.take().text, self._chain(rank + 1)))
        return syntax.Arithmetic(first, tuple(rest)) if rest else first

    def _unary(self) -> Tree:
        if self.accepts("-"):
            return syntax.Negation(self.nested(self._unary))
        self.count()
        return self._path()

    def _path(self) -> Tree:
        source, names = self._primary(), []
        while self.accepts("."):
            names.append(self._name("the name of an entry"))
        return syntax.Path(source, tuple(names)) if names else source

    def _primary(self) -> Tree:
        if self.token.sort is Sort.NUMBER:
            return syntax.Literal(ARITHMETIC.create_decimal(self._finite(self.take().text)))
        if self.token.sort is Sort.STRING:
            return syntax.Literal(self.take().value)
        if self.token.sort is Sort.NAME:
            return self._named()
        if self.sees(*CONSTANTS):
            return syntax.Literal(CONSTANTS[self.take().text])
        return self._bracketed()

    def _finite(self, digits: str) -> str:
        if "e" in digits.lower() and abs(int(digits.lower().partition("e")[2][:9])) > 6000:
            self.position -= 1
            raise self.refusal("a number with an exponent of at most 6000")
        if len(digits) > 1000:
            self.position -= 1
            raise self.refusal("a number of at most 1000 digits")
        return digits

    def _name(self, expected: str) -> str:
        if self.token.sort is not Sort.NAME:
            raise self.refusal(expected)
        return self.take().text

    def _named(self) -> Tree:
        name = self.take()
        if not self.sees("("):
            return syntax.Name(name.text)
        if name.text != "not":
            self.position -= 1
            raise self.refusal("a value (the only function known is not)")
        self.expect("(")
        operand = self.expression()
        self.expect(")")
        return syntax.Not(operand)

    # --- brackets: grouping, ranges, lists, contexts ---

    def _bracketed(self) -> Tree:
        if self.accepts("("):
            inner = self.expression()
            if self.accepts(".."):
                return self._range(inner, includes_low=False)
            self.expect(")")
            return inner
        if self.accepts("]"):
            low = self.expression()
            self.expect("..")
            return self._range(low, includes_low=False)
        if self.accepts("["):
            return self._list_or_range()
        if self.accepts("{"):
            return self._context()
        raise self.refusal("a value")

    def _range(self, low: Tree, *, includes_low: bool) -> Tree:
        high = self.expression()
        if not self.sees("]", ")", "["):
            raise self.refusal("']', ')' or '[' to end the range")
        return syntax.Range(low, high, includes_low, includes_high=self.take().text == "]")

    def _list_or_range(self) -> Tree:
        if self.accepts("]"):
            return syntax.ListOf(())
        first = self.expression()
        if self.accepts(".."):
            return self._range(first, includes_low=True)
        items = [first]
        while self.accepts(","):
            items.append(self.expression())
        self.expect("]")
        return syntax.ListOf(tuple(items))

    def _context(self) -> Tree:
        entries: list[tuple[str, Tree]] = []
        while not self.accepts("}"):
            if entries:
                self.expect(",")
            entries.append(self._entry())
        return syntax.ContextOf(tuple(entries))

    def _entry(self) -> tuple[str, Tree]:
        is_text = self.token.sort is Sort.STRING
        name = self.take().value if is_text else self._name("the name of an entry")
        self.expect(":")
        return name, self.expression()

    # --- what may follow `in` ---

    def _tests(self) -> tuple[Tree, ...]:
        """One test, or several in parentheses."""
        if not self.sees("("):
            return (self._test(),)
        self.take()
        tests = [self._test()]
        if self.accepts(".."):
            return (self._range(tests[0], includes_low=False),)
        while self.accepts(","):
            tests.append(self._test())
        self.expect(")")
        return tuple(tests)

    def _test(self) -> Tree:
        if self.sees("<", "<=", ">", ">="):
            return syntax.OneSided(self.take().text, self._chain(0))
        return self._chain(0)
