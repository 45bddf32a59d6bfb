"""Types as FEEL writes them (DMN 1.5, 10.3.1.2, rule 52)."""

from collections.abc import Callable
from typing import ClassVar

from workflows.feel import syntax
from workflows.feel.lexer import NAME, QUOTED
from workflows.feel.names import TYPE_NAMES
from workflows.feel.reader import Reader
from workflows.feel.syntax import TypeTree


class Types(Reader):
    """Reads types."""

    __slots__ = ()

    def type(self) -> TypeTree:
        """A type."""
        self.deeper()
        read = self._GENERIC.get(self.texts[self.position])
        if read and self.kinds[self.position + 1] == "<":
            self.position += 2
            tree = read(self)
        else:
            tree = syntax.TypeName(self._type_name())
        self.depth -= 1
        return tree

    def _type_name(self) -> str:
        names = [self._one_type_name()]
        while self.accepts("."):
            names.append(self._one_type_name())
        return ".".join(names)

    def _one_type_name(self) -> str:
        if self.kinds[self.position] not in (NAME, QUOTED) and not self.declared_name():
            raise self.refusal("the name of a type")
        return self.glued(*self.longest_of(TYPE_NAMES, self.declared))

    def _close_type(self) -> None:
        """Read `>`, also the one in `>=`."""
        if self.kinds[self.position] == ">=":
            self.kinds[self.position] = self.texts[self.position] = "="
            self.offsets[self.position] += 1
        else:
            self.expect(">")

    def _list_type(self) -> TypeTree:
        of = self.type()
        self._close_type()
        return syntax.TypeList(of)

    def _range_type(self) -> TypeTree:
        of = self.type()
        self._close_type()
        return syntax.TypeRange(of)

    def _context_type(self) -> TypeTree:
        entries = [self._typed_entry()]
        while self.accepts(","):
            entries.append(self._typed_entry())
        self._close_type()
        return syntax.TypeContext(tuple(entries))

    def _typed_entry(self) -> tuple[str, TypeTree]:
        name, _ = self.new_name((":",), "the name of an entry")
        self.expect(":")
        return name, self.type()

    def _function_type(self) -> TypeTree:
        parameters: list[TypeTree] = []
        while self.kinds[self.position] not in (">", ">="):
            if parameters:
                self.expect(",")
            parameters.append(self.type())
        self._close_type()
        self.expect("->")
        return syntax.TypeFunction(tuple(parameters), self.type())

    _GENERIC: ClassVar[dict[str, Callable[["Types"], TypeTree]]] = {
        "list": _list_type,
        "range": _range_type,
        "context": _context_type,
        "function": _function_type,
    }
