"""What stands in brackets: lists, ranges, contexts, arguments and parameters (rules 8, 38-59)."""

from workflows.feel import syntax
from workflows.feel.lexer import END, NAME, NUMBER, OTHER, QUOTED, STRING
from workflows.feel.literals import string_of
from workflows.feel.names import parts_of
from workflows.feel.reader import STARTS_NAMES, WITHIN_NAMES, Reader
from workflows.feel.syntax import Tree

STARTS_VALUE = frozenset(
    [
        NAME, QUOTED, NUMBER, STRING, OTHER, "(", "[", "{", "-", "@",
        "true", "false", "null", "if", "for", "some", "every", "function",
    ]
)  # fmt: skip
RANGE_ENDS = frozenset(["]", ")", "["])


class Brackets(Reader):
    """Reads what stands in brackets; each method starts at its opening bracket or keyword."""

    __slots__ = ()

    # --- parentheses, ranges and lists ---

    def parenthesised(self) -> Tree:
        """`(a)`, `(a..b)` or `(< a)`."""
        self.position += 1
        inner = self.expression()
        if self.kinds[self.position] == "..":
            return self.range_from(inner, includes_low=False)
        self.expect(")")
        return inner

    def reversed_range(self) -> Tree:
        """`]a..b]`."""
        if self.kinds[self.position + 1] not in STARTS_VALUE:
            raise self.refusal("a value")
        self.position += 1
        low = self.expression()
        if self.kinds[self.position] != "..":
            raise self.refusal("'..'")
        return self.range_from(low, includes_low=False)

    def list_or_range(self) -> Tree:
        """`[]`, `[a, b]` or `[a..b]`."""
        self.position += 1
        if self.accepts("]"):
            return syntax.ListLiteral(())
        first = self.expression()
        if self.kinds[self.position] == "..":
            return self.range_from(first, includes_low=True)
        items = [first]
        while self.accepts(","):
            items.append(self.expression())
        if self.kinds[self.position] != "]":
            raise self.refusal("',' or ']'")
        self.position += 1
        return syntax.ListLiteral(tuple(items))

    def range_from(self, low: Tree, *, includes_low: bool) -> Tree:
        """The rest of a range, from `..` on."""
        self.position += 1
        self.open_ranges += 1
        high = self.expression()
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
        if self._names_argument():
            return self._named_arguments(function, at)
        arguments = [self.expression()]
        while self.accepts(","):
            arguments.append(self.expression())
        if self.kinds[self.position] != ")":
            raise self.refusal("',' or ')'")
        self.position += 1
        return syntax.Invocation(function, tuple(arguments), at=at)

    def _names_argument(self) -> bool:
        """Whether a name and a colon are next."""
        kinds, position = self.kinds, self.position
        if kinds[position] not in STARTS_NAMES:
            return False
        while kinds[position] in WITHIN_NAMES:
            position += 1
        return kinds[position] == ":"

    def _named_arguments(self, function: Tree, at: int) -> Tree:
        arguments: list[tuple[str, Tree]] = []
        while not arguments or self.accepts(","):
            name, _ = self.new_name((":",), "the name of a parameter")
            self.expect(":")
            arguments.append((name, self.expression()))
        if self.kinds[self.position] != ")":
            raise self.refusal("',' or ')'")
        self.position += 1
        return syntax.Invocation(function, named=tuple(arguments), at=at)

    # --- function definitions ---

    def function(self) -> Tree:
        """`function(a, b: number) body` or `function(a) external {…}`."""
        self.position += 1
        self.expect("(")
        scope: list[tuple[str, ...]] = []
        parameters: list[syntax.Parameter] = []
        while not self.accepts(")"):
            if parameters and not self.accepts(","):
                raise self.refusal("',' or ')'")
            name, parts = self.new_name((":", ",", ")"), "the name of a parameter")
            parameters.append(syntax.Parameter(name, self.type() if self.accepts(":") else None))
            self.bind(name, parts)
            scope.append(parts)
        external = self._is_external()
        body = self.expression()
        for parts in scope:
            self.unbind(parts)
        return syntax.FunctionLiteral(tuple(parameters), body, external)

    def _is_external(self) -> bool:
        """Read `external` before a description of foreign code; else it is a variable."""
        position = self.position
        external = self.texts[position] == "external" and self.kinds[position + 1] == "{"
        if external:
            self.position += 1
        return external

    def at_end(self) -> bool:
        """Whether everything has been read."""
        return self.kinds[self.position] == END
