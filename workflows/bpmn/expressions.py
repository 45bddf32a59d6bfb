"""FEEL as models use it: values as JSON, conditions that are true or false.

Models are read in Camunda's dialect, whoever made them: it only adds to the standard.
"""

from collections.abc import Mapping
from typing import Any, Final

from workflows import feel
from workflows.feel import syntax
from workflows.feel.free_names import mentioned

DIALECT: Final[feel.Dialect] = "camunda"


class Unclear(Exception):
    """An expression gives nothing that can be used; a sentence says why."""


def compiled(text: str) -> feel.Expression:
    """The expression that a text says, with or without a leading `=`; `FeelError` when none."""
    return feel.compile(text.strip().removeprefix("="), dialect=DIALECT)


def answer(text: str, variables: Mapping[str, Any]) -> Any:
    """The FEEL value of such a text; `FeelError` when it has none."""
    return feel.evaluate(text.strip().removeprefix("="), variables, dialect=DIALECT)


def value(text: str, variables: Mapping[str, Any]) -> Any:
    """What a text means: FEEL after `=`, otherwise the text itself; as JSON."""
    if not text.startswith("="):
        return text
    return evaluated(text, variables)


def evaluated(text: str, variables: Mapping[str, Any]) -> Any:
    """The value of a FEEL text, with or without a leading `=`, as JSON."""
    try:
        return feel.as_json(answer(text, variables))
    except feel.FeelError as error:
        raise Unclear(f"The expression {_short(text)} failed: {error}") from error


def truth(text: str, variables: Mapping[str, Any]) -> bool:
    """The answer of a condition; one that is neither true nor false raises `Unclear`."""
    said = evaluated(text, variables)
    if not isinstance(said, bool):
        raise Unclear(
            f"The condition {_short(text)} is neither true nor false. "
            "Check the variables that it reads."
        )
    return said


def unknown_functions(text: str) -> tuple[str, ...]:
    """Functions that a FEEL text calls and nobody has: such a call gives null."""
    try:
        found = compiled(text)
    except feel.FeelError:
        return ()
    called = [each.function for each in mentioned(found.tree, syntax.Invocation)]
    names = {each.name for each in called if isinstance(each, syntax.Name)}
    return tuple(sorted(names & found.names))


def problem(text: str) -> str | None:
    """Why this is not FEEL, as far as can be told before it runs."""
    try:
        compiled(text)
    except feel.FeelError as error:
        return str(error)
    return None


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "…")
