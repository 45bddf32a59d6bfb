"""FEEL, the expression language of DMN 1.5: read once, compiled to closures, evaluated safely.

    feel.compile("amount > 10000 and score in [0.8..1]")(variables)
    feel.evaluate('date("2026-11-21") + duration("P1M")', {})

No `eval` and no attribute access: an expression sees FEEL values and nothing else, and pays for
what it does from a budget of steps, depth and time.

Dialects: "standard", and "camunda" for models that were made for Camunda's engine. It adds names
in backticks and strings over several lines, the functions of `functions.CAMUNDA`, and `cellInput`
as another name of `?`. In all else, comparisons with null included, both follow the standard.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, Literal

from workflows.feel.compiler import Around
from workflows.feel.data_names import names_in
from workflows.feel.errors import BudgetExceeded, FeelError
from workflows.feel.expressions import Expression, new_run
from workflows.feel.functions import BUILTINS, CAMUNDA
from workflows.feel.mapping import admitted, as_json, as_python
from workflows.feel.parser import parse, parse_unary_tests
from workflows.feel.run import Run
from workflows.feel.types import Type
from workflows.feel.unary import Tests
from workflows.feel.values import Function

__all__ = [
    "BudgetExceeded",
    "Dialect",
    "Expression",
    "FeelError",
    "Run",
    "Tests",
    "admitted",
    "as_json",
    "as_python",
    "compile",
    "compile_unary_tests",
    "evaluate",
    "names_in",
    "new_run",
    "parse",
    "parse_unary_tests",
]

Dialect = Literal["standard", "camunda"]
FUNCTIONS: Final[Mapping[str, Mapping[str, Function]]] = {
    "standard": BUILTINS,
    "camunda": {**BUILTINS, **CAMUNDA},
}
LONGEST_CACHED: Final = 10_000  # characters; longer texts are compiled anew


def compile(  # noqa: A001 - read as `feel.compile`
    text: str,
    *,
    names: Collection[str] = (),
    types: Mapping[str, Type] | None = None,
    dialect: Dialect = "standard",
) -> Expression:
    """The expression that this text says, or FeelError with the place that is wrong.

    `names` are variables to come: those with spaces or signs have to be declared, and so do those
    that hide a built-in function with a function of their own. `types` are item definitions.
    """
    if types or len(text) > LONGEST_CACHED:
        return _compiled(text, tuple(sorted(names)), types or {}, dialect)
    return _cached(text, tuple(sorted(names)), dialect)


def compile_unary_tests(
    text: str,
    *,
    names: Collection[str] = (),
    types: Mapping[str, Type] | None = None,
    dialect: Dialect = "standard",
) -> Tests:
    """The unary tests that this text says, or FeelError with the place that is wrong."""
    if types or len(text) > LONGEST_CACHED:
        return _compiled_tests(text, tuple(sorted(names)), types or {}, dialect)
    return _cached_tests(text, tuple(sorted(names)), dialect)


def evaluate(
    text: str,
    context: Mapping[str, Any],
    *,
    names: Collection[str] = (),
    now: datetime | None = None,
    dialect: Dialect = "standard",
) -> Any:
    """The FEEL value of a text over a context of Python values (see `mapping`).

    Keys of several words are names by themselves when they can be read in no other way (see
    `data_names`). Those with operators or keywords in them, such as "net-worth", are `names`.
    """
    declared = {name for name in names_in(context) if name.split()[0] in text}
    return compile(text, names=declared.union(names), dialect=dialect)(context, now)


@lru_cache(maxsize=4096)
def _cached(text: str, names: tuple[str, ...], dialect: Dialect) -> Expression:
    return _compiled(text, names, {}, dialect)


@lru_cache(maxsize=4096)
def _cached_tests(text: str, names: tuple[str, ...], dialect: Dialect) -> Tests:
    return _compiled_tests(text, names, {}, dialect)


def _compiled(
    text: str, names: tuple[str, ...], types: Mapping[str, Type], dialect: Dialect
) -> Expression:
    tree = parse(text, names, camunda=dialect == "camunda")
    return Expression(text, tree, _around(names, types, dialect))


def _compiled_tests(
    text: str, names: tuple[str, ...], types: Mapping[str, Type], dialect: Dialect
) -> Tests:
    tree = parse_unary_tests(text, names, camunda=dialect == "camunda")
    return Tests(text, tree, _around(names, types, dialect))


def _around(names: tuple[str, ...], types: Mapping[str, Type], dialect: Dialect) -> Around:
    return Around(FUNCTIONS[dialect], types, frozenset(names), is_camunda=dialect == "camunda")
