"""What turning a syntax tree into closures needs everywhere.

A closure computes a value from a scope (names → FEEL values) and a run. Each kind of node has one
builder; `closure` finds it. A builder that sees constants may prepare what it can: literal-only
parts are computed once, when the text is read. Never `eval`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

from workflows.feel.errors import FeelError
from workflows.feel.run import Run
from workflows.feel.syntax import Tree
from workflows.feel.types import Type
from workflows.feel.values import Function

Scope = dict[str, Any]
Closure = Callable[[Scope, Run], Any]

TESTED: Final = "?"  # what unary tests call the value under test
FOLDING_STEPS: Final = 1_000  # what computing a constant ahead of time may cost
FOLDING_SECONDS: Final = 0.05
_ANY_TIME: Final = datetime(2000, 1, 1, tzinfo=UTC)  # constants do not depend on the clock


class Constant:
    """The closure of a value that never varies."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __call__(self, scope: Scope, run: Run) -> Any:  # noqa: ARG002 - it is a Closure
        return self.value


@dataclass(frozen=True, slots=True)
class Around:
    """What a part of a text can see, as far as the text tells."""

    functions: Mapping[str, Function]  # built-in, unless a variable has the name
    types: Mapping[str, Type] = field(default_factory=dict)  # of item definitions
    declared: frozenset[str] = frozenset()  # variables that whoever evaluates will give
    bound: frozenset[str] = frozenset()  # names that enclosing parts put into the scope
    is_camunda: bool = False

    def binding(self, *names: str) -> "Around":
        """The same with these names in the scope."""
        return replace(self, bound=self.bound.union(names))


Builder = Callable[[Any, Around], Closure]
_BUILDERS: Final[dict[type, Builder]] = {}


def builds(*kinds: type) -> Callable[[Builder], Builder]:
    """Declare the builder of these kinds of node."""

    def declared(builder: Builder) -> Builder:
        _BUILDERS.update(dict.fromkeys(kinds, builder))
        return builder

    return declared


def closure(tree: Tree, around: Around) -> Closure:
    """What computes the value of this tree. Raises FeelError for a type that is unknown."""
    return _BUILDERS[type(tree)](tree, around)


def folded(computing: Closure, *parts: Closure) -> Closure:
    """The closure, or its value when all parts are constants and nothing goes wrong."""
    if not all(isinstance(part, Constant) for part in parts):
        return computing
    run = Run(now=_ANY_TIME, steps=FOLDING_STEPS, seconds=FOLDING_SECONDS)
    try:
        value = computing({}, run)
    except FeelError:
        return computing
    return computing if run.notes else Constant(value)
