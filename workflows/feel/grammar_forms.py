"""What begins with a keyword: if, for, some, every and function (rules 44-46, 55 and 56)."""

from workflows.feel import syntax
from workflows.feel.grammar_brackets import Brackets
from workflows.feel.syntax import Tree


class Forms(Brackets):
    """Reads what begins with a keyword; each method starts there."""

    __slots__ = ()

    def choice(self) -> Tree:
        """`if a then b else if c then d else e`, the chain in a loop: it may be long."""
        branches: list[tuple[Tree, Tree]] = []
        while not branches or (self.kinds[self.position] == "if" and not self.declared_name()):
            self.position += 1
            condition = self.expression()
            self.expect("then")
            branches.append((condition, self.expression()))
            self.expect("else")
        tree = self.expression()
        for condition, then in reversed(branches):
            tree = syntax.If(condition, then, tree)
        return tree

    def iterating(self) -> Tree:
        """`for a in x, b in 1..2 return c`, or `some` and `every` with `satisfies`."""
        keyword = self.kinds[self.position]
        iterations: list[syntax.Iteration] = []
        scope: list[tuple[str, ...]] = []
        self.position += 1
        while not iterations or self.accepts(","):
            name, parts = self.new_name(("in",), "the name of a variable")
            self.expect("in")
            source = self.expression()
            end = self.expression() if self.accepts("..") else None
            iterations.append(syntax.Iteration(name, source, end))
            self.bind(name, parts)
            scope.append(parts)
        self.expect("return" if keyword == "for" else "satisfies")
        body = self.expression()
        for parts in scope:
            self.unbind(parts)
        if keyword == "for":
            return syntax.For(tuple(iterations), body)
        return syntax.Quantified(keyword == "every", tuple(iterations), body)

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
