"""Cases from the standard's text: an expression, and an expression of what it has to be."""

from typing import Any

from tests.workflows.feel.calling import new_run
from workflows import feel
from workflows.feel.functions.texts import text_of


def written(text: str, variables: dict[str, Any] | None = None) -> str:
    """The value of an expression as FEEL writes it; kinds and zones show, strings have quotes."""
    value = feel.compile(text).evaluated(variables or {}, new_run())
    return text_of([value], new_run())[1:-1]


def cases(table: str) -> list[tuple[str, str]]:
    """Lines `expression ⇒ value` as pairs."""
    pairs = (line.split("⇒") for line in table.strip().splitlines() if line.strip())
    return [(text.strip(), expected.strip()) for text, expected in pairs]
