"""FEEL, the expression language of DMN 1.5 and BPMN conditions: read once, compiled to closures.

    feel.compile('application.amount > 10000 and score.confidence in [0.8..1]')

No `eval` and no attribute access: an expression sees JSON values and nothing else.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from workflows.feel_small import syntax
from workflows.feel_small.compiler import Closure, closure
from workflows.feel_small.errors import FeelError
from workflows.feel_small.parser import parse
from workflows.feel_small.values import as_json

__all__ = ["Expression", "FeelError", "as_json", "compile", "evaluate", "parse"]


class Expression:
    """A compiled FEEL text: call it with variables to get its value."""

    __slots__ = ("_value", "names", "text")

    def __init__(self, text: str, names: frozenset[str], value: Closure) -> None:
        self.text = text
        self.names = names  # the variables that it reads
        self._value = value

    def __call__(self, variables: Mapping[str, Any]) -> Any:
        return self._value(variables)

    def __repr__(self) -> str:
        return f"<FEEL {self.text[:60]!r}>"


@lru_cache(maxsize=2048)
def compile(text: str) -> Expression:  # noqa: A001 - read as `feel.compile`
    """The expression that this text says, or `FeelError` with the place that is wrong."""
    tree = parse(text)
    return Expression(text, frozenset(_names(tree)), closure(tree))


def evaluate(text: str, context: Mapping[str, Any]) -> Any:
    """The value of a text over these variables."""
    return compile(text)(context)


def _names(tree: Any) -> Iterator[str]:
    """Every variable that a tree mentions; the tree's height is bounded by the parser."""
    if isinstance(tree, syntax.Name):
        yield tree.name
    elif isinstance(tree, tuple):
        for part in tree:
            yield from _names(part)
    elif dataclasses.is_dataclass(tree):
        for field in dataclasses.fields(tree):
            yield from _names(getattr(tree, field.name))
