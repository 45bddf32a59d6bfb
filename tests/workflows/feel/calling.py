"""Calling built-in functions the way an expression does, with Python values made FEEL's."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from workflows.feel.functions import BUILTINS
from workflows.feel.functions.signature import Builtin
from workflows.feel.run import Run


def feel(value: Any) -> Any:
    """Whole numbers and floats become FEEL's numbers, also inside lists and contexts."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return Decimal(str(value))
    if isinstance(value, list):
        return [feel(item) for item in value]
    if isinstance(value, dict):
        return {key: feel(item) for key, item in value.items()}
    return value


def new_run(**limits: Any) -> Run:
    """A run whose clock stands still."""
    return Run(now=datetime(2026, 11, 21, 9, 30, tzinfo=UTC), **limits)


def answer(name: str, *arguments: Any, library: Mapping[str, Builtin] = BUILTINS) -> Any:
    """What the function answers to arguments by position."""
    return library[name].call([feel(each) for each in arguments], new_run())


def answer_named(name: str, arguments: dict[str, Any], library: Any = BUILTINS) -> Any:
    """What the function answers to arguments by name."""
    return library[name].call_named(feel(arguments), new_run())


def noted(name: str, *arguments: Any, library: Mapping[str, Builtin] = BUILTINS) -> list[str]:
    """The notes that a call leaves when it answers null."""
    run = new_run()
    assert library[name].call([feel(each) for each in arguments], run) is None
    return run.notes


@dataclass(frozen=True)
class Lambda:
    """A function of FEEL made from one of Python."""

    body: Callable[..., Any]
    parameters: tuple[str, ...] = ("x", "y")
    name: str = ""

    def call(self, arguments: Any, run: Run) -> Any:  # noqa: ARG002 - the protocol's
        """Invoke by position."""
        return self.body(*arguments)

    def call_named(self, arguments: Any, run: Run) -> Any:  # noqa: ARG002 - the protocol's
        """Invoke by name."""
        return self.body(**arguments)
