"""Which FEEL texts have a value that never varies, and what it is."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from workflows import feel
from workflows.feel import syntax
from workflows.feel.errors import FeelError
from workflows.feel.run import Run

_CONSTRUCTORS = frozenset({"date", "time", "date and time", "duration", "number", "string"})
_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)


def is_constant(tree: syntax.Tree) -> bool:
    """Whether a tree is made of literals alone."""
    match tree:
        case syntax.Literal() | syntax.AtLiteral():
            return True
        case syntax.Negation(operand):
            return is_constant(operand)
        case syntax.ListLiteral(items):
            return all(map(is_constant, items))
        case syntax.ContextLiteral(entries):
            return all(is_constant(value) for _, value in entries)
        case syntax.Invocation(syntax.Name(name), positional, ()):
            return name in _CONSTRUCTORS and all(map(is_constant, positional))
    return False


def literal_of(tree: syntax.Tree) -> tuple[Any] | None:
    """The string, number, boolean or null of a literal, in a one-tuple; None for all else."""
    match tree:
        case syntax.Literal(value):
            return (value,)
        case syntax.Negation(syntax.Literal(Decimal() as value)):
            return (-value,)
    return None


def constant_of(expression: feel.Expression) -> tuple[Any] | None:
    """The value in a one-tuple, None when it may vary or something goes wrong."""
    if not is_constant(expression.tree):
        return None
    run = trial()
    try:
        value = expression.within({}, run)
    except FeelError:
        return None
    return None if run.notes else (value,)


def trial() -> Run:
    """A run for what does not depend on the clock and costs little."""
    return Run(now=_ANY_TIME, steps=10_000, seconds=0.5)
