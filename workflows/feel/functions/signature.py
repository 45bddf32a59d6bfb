"""Built-in functions: how they are declared, and how they are invoked (DMN 1.5, 10.3.2.13.3).

    @builtin("substring", [
        Parameter("string", STRING),
        Parameter("start position", NUMBER),
        Parameter("length", NUMBER, optional=True),
    ])
    def substring(run: Run, text: str, start: Decimal, length: Decimal | None = None) -> Any: ...

The Python function receives the run, then the values in the order of the parameters, already of
the declared kinds. An optional parameter that is left out is not passed (or passed as None when
a later one is given by name). Several declarations under one name are overloads; the first whose
parameters fit is used. `Unanswerable` raised inside becomes null and a note; so
does an overflow.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from workflows.feel.errors import Unanswerable
from workflows.feel.functions.kinds import UNFIT, Kind, kind_title
from workflows.feel.run import Run

Body = Callable[..., Any]
Declared = TypeVar("Declared", bound=Body)
STANDARD: Final = "standard"
_MISSING: Final[Any] = object()  # an optional argument that was left out


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a built-in function.

    `nullable`: null is a valid argument; otherwise null makes the answer null.
    `variadic` (last only): collects all remaining arguments, each of this kind, into a list.
    `several` (a sole list): the elements may also be given as separate arguments.
    `other_names`: what other versions of the standard call it.
    """

    name: str
    kind: Kind
    optional: bool = False
    nullable: bool = False
    variadic: bool = False
    several: bool = False
    other_names: tuple[str, ...] = ()

    def taken(self, value: Any) -> Any:
        """The argument as this parameter wants it, or UNFIT."""
        if value is None:
            return None if self.nullable else UNFIT
        return self.kind.converted(value)

    def complaint(self, value: Any) -> str:
        """Why this argument does not fit."""
        if value is None:
            return f"`{self.name}` is null"
        return f"`{self.name}` must be {self.kind.title}, not {kind_title(value)}"


class _Misfit(Exception):
    """These arguments do not fit this overload; says why."""


class Overload:
    """One declaration: parameters and the Python function behind them."""

    def __init__(self, parameters: Sequence[Parameter], body: Body) -> None:
        self.parameters = tuple(parameters)
        self.body = body
        last = self.parameters[-1] if self.parameters else None
        self.several = bool(last and last.several)
        self.variadic = bool(last and last.variadic)
        self.least = sum(not each.optional for each in self.parameters)
        self.most = None if self.several or self.variadic else len(self.parameters)
        self._places = {
            name: place
            for place, each in enumerate(self.parameters)
            for name in (each.name, *each.other_names)
        }

    def exact_checks(self, count: int) -> tuple[frozenset[type], ...] | None:
        """Per argument the classes that need no conversion; None where a closer look is needed."""
        if self.variadic or not self.least <= count <= len(self.parameters):
            return None
        return tuple(
            each.kind.classes | ({type(None)} if each.nullable else set())
            for each in self.parameters[:count]
        )

    def takes(self, count: int) -> bool:
        """Whether this many arguments by position can fit."""
        return count >= self.least and (self.most is None or count <= self.most)

    def arranged(self, arguments: Mapping[str, Any]) -> list[Any]:
        """Arguments by name, in the order of the parameters."""
        values = [_MISSING] * len(self.parameters)
        for name, value in arguments.items():
            place = self._places.get(name)
            if place is None or values[place] is not _MISSING:
                raise _Misfit(f"has no parameter named `{name}`")
            values[place] = value
        for place, each in enumerate(self.parameters):
            if values[place] is _MISSING and not each.optional:
                if not each.nullable:
                    raise _Misfit(f"needs the parameter `{each.name}`")
                values[place] = None  # unsupplied arguments are bound to null (10.3.2.13.5)
        while values and values[-1] is _MISSING:
            values.pop()
        if self.variadic and len(values) == len(self.parameters):
            values[-1:] = values[-1] if type(values[-1]) is list else [values[-1]]
        return values

    def taken(self, arguments: Sequence[Any]) -> list[Any]:
        """The arguments as the body wants them, converted where necessary."""
        if self.several and len(arguments) > 1:
            return [list(arguments)]
        fixed = len(self.parameters) - self.variadic
        values = [
            self._one(each, value)
            for each, value in zip(self.parameters[:fixed], arguments, strict=False)
        ]
        if self.variadic:
            last = self.parameters[-1]
            values.append([self._one(last, value) for value in arguments[fixed:]])
        return values

    @staticmethod
    def _one(parameter: Parameter, value: Any) -> Any:
        if value is _MISSING:
            return None
        taken = parameter.taken(value)
        if taken is UNFIT:
            raise _Misfit(parameter.complaint(value))
        return taken


class Builtin:
    """A built-in function with its overloads; a `Function` of `workflows.feel.values`."""

    __slots__ = ("_exact", "_overloads", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self._overloads: list[Overload] = []
        self._exact: dict[int, list[tuple[tuple[frozenset[type], ...], Body]]] = {}

    def __repr__(self) -> str:
        return f"<built-in {self.name}>"

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters of the first overload."""
        return tuple(each.name for each in self._overloads[0].parameters)

    @property
    def signatures(self) -> tuple[tuple[Parameter, ...], ...]:
        """The parameters of every overload, for completion and help."""
        return tuple(each.parameters for each in self._overloads)

    def add(self, overload: Overload) -> None:
        """One more way to call this function; earlier ones are tried first."""
        self._overloads.append(overload)
        for count in range(len(overload.parameters) + 1):
            checks = overload.exact_checks(count)
            if checks is not None:
                self._exact.setdefault(count, []).append((checks, overload.body))

    def call(self, arguments: Sequence[Any], run: Run) -> Any:
        """Invoke by position; null and a note when the arguments do not fit."""
        for checks, body in self._exact.get(len(arguments), ()):
            for value, classes in zip(arguments, checks, strict=True):
                if type(value) not in classes:
                    break
            else:
                return self._answered(body, arguments, run)
        return self._call_converting(arguments, run)

    def call_named(self, arguments: Mapping[str, Any], run: Run) -> Any:
        """Invoke by name; null and a note when a name is unknown or missing."""
        complaint = ""
        for overload in self._overloads:
            try:
                values = overload.taken(overload.arranged(arguments))
            except _Misfit as reason:
                complaint = complaint or str(reason)
                continue
            return self._answered(overload.body, values, run)
        return self._unanswered(run, complaint)

    def _call_converting(self, arguments: Sequence[Any], run: Run) -> Any:
        complaint = ""
        for overload in self._overloads:
            if not overload.takes(len(arguments)):
                continue
            try:
                values = overload.taken(arguments)
            except _Misfit as reason:
                complaint = complaint or str(reason)
                continue
            return self._answered(overload.body, values, run)
        return self._unanswered(run, complaint or self._count_complaint(len(arguments)))

    def _answered(self, body: Body, values: Sequence[Any], run: Run) -> Any:
        try:
            return body(run, *values)
        except Unanswerable as reason:
            return self._unanswered(run, str(reason))
        except ArithmeticError:
            return self._unanswered(run, "the answer is not a number that FEEL can hold")

    def _unanswered(self, run: Run, reason: str) -> None:
        run.note(f"{self.name}: {reason.rstrip('.')}.")

    def _count_complaint(self, count: int) -> str:
        ways = " or ".join(
            f"({', '.join(parameter.name for parameter in each.parameters)})"
            for each in self._overloads
        )
        return f"takes {ways}, but {count} arguments were given"


_REGISTERED: Final[dict[str, dict[str, Builtin]]] = {STANDARD: {}}


def builtin(
    name: str, parameters: Sequence[Parameter] = (), *, dialect: str = STANDARD
) -> Callable[[Declared], Declared]:
    """Declare a Python function as a built-in; once more under a name is an overload."""

    def declared(body: Declared) -> Declared:
        functions = _REGISTERED.setdefault(dialect, {})
        functions.setdefault(name, Builtin(name)).add(Overload(parameters, body))
        return body

    return declared


def registered(dialect: str = STANDARD) -> Mapping[str, Builtin]:
    """All functions declared so far for a dialect, by name."""
    return _REGISTERED.get(dialect, {})
