"""What stands in brackets: ranges, lists, contexts and arguments (rules 8-12, 38-42, 54-59)."""

from workflows.feel import syntax
from workflows.feel.grammar_types import Types
from workflows.feel.lexer import NAME, NUMBER, OTHER, QUOTED, STRING
from workflows.feel.literals import string_of
from workflows.feel.names import WITHIN_NAMES, parts_of
from workflows.feel.reader import STARTS_NAMES
from workflows.feel.syntax import Tree

STARTS_VALUE = frozenset(
    [
        NAME, QUOTED, NUMBER, STRING, OTHER, "(", "[", "{", "-", "@",
        "true", "false", "null", "if", "for", "some", "every", "function",
    ]
)  # fmt: skip
RANGE_ENDS = frozenset(["]", ")", "["])


class Brackets(Types):
    """Reads what stands in brackets; each method starts at its opening bracket or keyword."""

    __slots__ = ()

    # --- parentheses, ranges and lists ---

    def parenthesised(self) -> Tree:
        """`(a)`, `(a..b)` or `(< a)`."""
        self.position += 1
        inner = self.expression()
        if self.reads_upper_end():
            return self.range_to(self.expression(), inner, includes_low=False)
        self.expect(")")
        return inner

    def reversed_range(self) -> Tree:
        """`]a..b]`."""
        if self.kinds[self.position + 1] not in STARTS_VALUE:
            raise self.refusal("a value")
        self.position += 1
        low = self.expression()
        if not self.reads_upper_end():
            raise self.refusal("'..'")
        return self.range_to(self.expression(), low, includes_low=False)

    def list_or_range(self) -> Tree:
        """`[]`, `[a, b]` or `[a..b]`."""
        self.position += 1
        if self.accepts("]"):
            return syntax.ListLiteral(())
        first = self.expression()
        if self.reads_upper_end():
            return self.range_to(self.expression(), first, includes_low=True)
        items = [first]
        while self.accepts(","):
            items.append(self.expression())
        if self.kinds[self.position] != "]":
            raise self.refusal("',' or ']'")
        self.position += 1
        return syntax.ListLiteral(tuple(items))

    def reads_upper_end(self) -> bool:
        """Read `..`; the upper end of a range follows, up to `range_to`."""
        if not self.accepts(".."):
            return False
        self.open_ranges += 1
        return True

    def range_to(self, high: Tree, low: Tree, *, includes_low: bool) -> Tree:
        """Read the bracket that ends a range."""
        self.open_ranges -= 1
        end = self.kinds[self.position]
        if end not in RANGE_ENDS:
            raise self.refusal("']', ')' or '[' to end the range")
        self.position += 1
        return syntax.RangeLiteral(low, high, includes_low, end == "]")

    def ends_range(self) -> bool:
        """Whether the `[` that is next ends a range, as in `[1..2[`, and starts no filter.

        A filter goes on with a value; nothing that starts a value can follow a range.
        """
        return self.open_ranges > 0 and self.kinds[self.position + 1] not in STARTS_VALUE

    # --- contexts ---

    def context(self) -> Tree:
        """`{name: value, "other": value}`; later entries see the earlier names."""
        self.position += 1
        entries: list[tuple[str, Tree]] = []
        scope: list[tuple[str, ...]] = []
        while not self.accepts("}"):
            if entries and not self.accepts(","):
                raise self.refusal("',' or '}'")
            name, parts = self._key()
            entries.append((name, self.expression()))
            self.bind(name, parts)
            self.remember_key(name, parts)
            scope.append(parts)
        for parts in scope:
            self.unbind(parts)
        return syntax.ContextLiteral(tuple(entries))

    def _key(self) -> tuple[str, tuple[str, ...]]:
        """The key of an entry and the colon."""
        position = self.position
        if self.kinds[position] == STRING:
            self.position += 1
            name = string_of(self.texts[position], self.text, self.offsets[position])
            parts = parts_of(name)
        else:
            name, parts = self.new_name((":",), "the name of an entry")
        self.expect(":")
        return name, parts

    # --- invocations ---

    def invocation(self, function: Tree, at: int) -> Tree:
        """`(a, b)` or `(name: a, other: b)` behind a function."""
        self.position += 1
        if self.accepts(")"):
            return syntax.Invocation(function, at=at)
        named = self._names_argument()
        arguments: list[tuple[str, Tree]] = []
        while not arguments or self.accepts(","):
            name = self._argument_name() if named else ""
            arguments.append((name, self.expression()))
        if self.kinds[self.position] != ")":
            raise self.refusal("',' or ')'")
        self.position += 1
        if named:
            return syntax.Invocation(function, named=tuple(arguments), at=at)
        return syntax.Invocation(function, tuple(value for _, value in arguments), at=at)

    def _names_argument(self) -> bool:
        """Whether a name and a colon are next."""
        kinds, position = self.kinds, self.position
        if kinds[position] not in STARTS_NAMES:
            return False
        while kinds[position] in WITHIN_NAMES:
            position += 1
        return kinds[position] == ":"

    def _argument_name(self) -> str:
        name, _ = self.new_name((":",), "the name of a parameter")
        self.expect(":")
        return name
