"""Functions of a model: business knowledge models, boxed functions, and what is never run."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workflows.dmn import model
from workflows.dmn.items import ItemTypes
from workflows.feel import java, types
from workflows.feel.run import Run

Body = Callable[[dict[str, Any], Run], Any]


@dataclass(frozen=True, slots=True)
class Signature:
    """Parameters by name and type, and the type of the result."""

    names: tuple[str, ...]
    kinds: tuple[types.Type, ...]
    result: types.Type = types.ANY

    @classmethod
    def of(
        cls, node: model.FunctionDefinition, known: ItemTypes, result: types.Type = types.ANY
    ) -> "Signature":
        """What a function definition declares."""
        return cls(
            tuple(each.name for each in node.parameters),
            tuple(known.of(each.type_ref, node.id, node.line) for each in node.parameters),
            result.result if isinstance(result, types.FunctionType) else result,
        )

    def bound(self, name: str, arguments: Sequence[Any], run: Run) -> dict[str, Any] | None:
        """The parameters with their values; None and a note when the arguments do not fit.

        An argument that does not conform, even converted, makes the whole invocation null
        (DMN 1.5, 10.3.2.13).
        """
        if len(arguments) != len(self.names):
            run.note(
                f"{name or 'The function'} takes {len(self.names)} arguments, not {len(arguments)}."
            )
            return None
        bound = {}
        for parameter, kind, argument in zip(self.names, self.kinds, arguments, strict=True):
            value = bound[parameter] = types.coerced(argument, kind, run)
            if value is None and argument is not None:
                run.note(f"{name or 'The function'} cannot take this as {parameter}.")
                return None
        return bound

    def in_order(self, name: str, arguments: Mapping[str, Any], run: Run) -> list[Any] | None:
        """Named arguments by position, unnamed ones null; None when a name is unknown."""
        unknown = [each for each in arguments if each not in self.names]
        if unknown:
            run.note(f"{name or 'The function'} has no parameter {unknown[0]}.")
            return None
        return [arguments.get(parameter) for parameter in self.names]


class Callee:
    """What all functions of a model share."""

    __slots__ = ("name", "offers", "signature")

    def __init__(self, name: str, signature: Signature) -> None:
        self.name = name
        self.signature = signature
        self.offers: frozenset[str] = frozenset()  # names inside of what it takes and gives

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters in order."""
        return self.signature.names

    @property
    def type(self) -> types.FunctionType:
        """The function's type, for `instance of` and typed parameters."""
        return types.FunctionType(self.signature.kinds, self.signature.result)

    def call(self, arguments: Sequence[Any], run: Run) -> Any:
        """Invoke by position; null and a note when the arguments do not fit."""
        bound = self.signature.bound(self.name, arguments, run)
        if bound is None:
            return None
        run.spend()
        run.enter()
        try:
            return types.coerced(self.evaluated(bound, run), self.signature.result, run)
        finally:
            run.leave()

    def call_named(self, arguments: Mapping[str, Any], run: Run) -> Any:
        """Invoke by name; null and a note when a name is unknown."""
        ordered = self.signature.in_order(self.name, arguments, run)
        return None if ordered is None else self.call(ordered, run)

    def evaluated(self, bound: dict[str, Any], run: Run) -> Any:
        """The value for these parameters."""
        raise NotImplementedError


class Knowledge(Callee):
    """A function whose body is an expression, with the scope that it was defined in."""

    __slots__ = ("body", "scope")

    def __init__(self, name: str, signature: Signature, body: Body, scope: dict[str, Any]) -> None:
        super().__init__(name, signature)
        self.body = body
        self.scope = scope

    def evaluated(self, bound: dict[str, Any], run: Run) -> Any:
        """The body's value."""
        return self.body({**self.scope, **bound}, run)


class Foreign(Callee):
    """Java or PMML: named by the model, never run.

    `mapping` says which method is meant. A few pure ones of Java are served (`feel.java`); anything
    else is null, whatever it is given.
    """

    __slots__ = ("kind", "mapping")

    def __init__(
        self, name: str, signature: Signature, kind: str, mapping: Body | None = None
    ) -> None:
        super().__init__(name, signature)
        self.kind = kind
        self.mapping = mapping

    def evaluated(self, bound: dict[str, Any], run: Run) -> Any:
        """What the method gives; null and a note when it is not served."""
        if self.kind == "JAVA" and self.mapping is not None:
            mark = len(run.notes)
            mapping = self.mapping({}, run)
            if java.names_method(mapping):
                return java.call(mapping, list(bound.values()), run)
            del run.notes[mark:]  # what follows says it all
        kind = self.kind.title() if self.kind == "JAVA" else self.kind
        return run.note(f"{self.name or 'The function'} is written in {kind}, which is never run.")
