"""Functions that expressions define (DMN 1.5, 10.3.2.13.2)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from workflows.feel.run import Run
from workflows.feel.types import ANY, FunctionType, Type, coerced


class UserFunction:
    """A function literal together with the values that it sees where it was written."""

    __slots__ = ("_body", "_scope", "_typed", "name", "parameters", "type")

    def __init__(
        self,
        parameters: tuple[str, ...],
        kinds: tuple[Type, ...],
        body: Callable[[dict[str, Any], Run], Any],
        scope: dict[str, Any],
    ) -> None:
        self.name = ""
        self.parameters = parameters
        self.type = FunctionType(kinds)
        self._typed = kinds if any(kind is not ANY for kind in kinds) else None
        self._body = body
        self._scope = scope

    def knows(self, name: str, value: Any) -> None:
        """Let the body see one more name."""
        self._scope[name] = value

    def call(self, arguments: Sequence[Any], run: Run) -> Any:
        """Invoke by position; null and a note when the count is wrong."""
        if len(arguments) != len(self.parameters):
            run.note(
                f"The function{self._title()} takes {len(self.parameters)} arguments, "
                f"but {len(arguments)} were given."
            )
            return None
        if self._typed is not None:
            arguments = [
                coerced(value, kind, run)
                for value, kind in zip(arguments, self._typed, strict=True)
            ]
        scope = self._scope.copy()
        scope.update(zip(self.parameters, arguments, strict=True))
        run.enter()
        try:
            return self._body(scope, run)
        finally:
            run.leave()

    def call_named(self, arguments: Mapping[str, Any], run: Run) -> Any:
        """Invoke by name; null and a note when a name is unknown or missing."""
        if arguments.keys() != set(self.parameters):
            run.note(
                f"The function{self._title()} takes {', '.join(self.parameters) or 'nothing'}, "
                f"but {', '.join(arguments)} were given."
            )
            return None
        return self.call([arguments[name] for name in self.parameters], run)

    def _title(self) -> str:
        return f" `{self.name}`" if self.name else ""
