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
            converted = self._converted(arguments, self._typed, run)
            if converted is None:
                return None
            arguments = converted
        scope = self._scope.copy()
        scope.update(zip(self.parameters, arguments, strict=True))
        run.enter()
        try:
            return self._body(scope, run)
        finally:
            run.leave()

    def _converted(
        self, arguments: Sequence[Any], kinds: tuple[Type, ...], run: Run
    ) -> list[Any] | None:
        """The arguments as the parameters want them; None when one does not conform to its type."""
        converted = []
        for name, value, kind in zip(self.parameters, arguments, kinds, strict=True):
            found = coerced(value, kind, run)
            if found is None and value is not None:
                run.note(f"The function{self._title()} cannot take this as `{name}`.")
                return None
            converted.append(found)
        return converted

    def call_named(self, arguments: Mapping[str, Any], run: Run) -> Any:
        """Invoke by name; what is not given is null. Null and a note when a name is unknown."""
        if not arguments.keys() <= set(self.parameters):
            run.note(
                f"The function{self._title()} takes {', '.join(self.parameters) or 'nothing'}, "
                f"but {', '.join(arguments)} were given."
            )
            return None
        return self.call([arguments.get(name) for name in self.parameters], run)

    def _title(self) -> str:
        return f" `{self.name}`" if self.name else ""
