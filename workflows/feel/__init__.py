"""FEEL, the expression language of DMN 1.5: read once, compiled to closures, evaluated safely.

    feel.compile("amount > 10000 and score in [0.8..1]")(variables)
    feel.evaluate('date("2026-11-21") + duration("P1M")', {})

No `eval` and no attribute access: an expression sees FEEL values and nothing else, and pays for
what it does from a budget of steps, depth and time.

Dialects: "standard", and "camunda" for models that were made for Camunda's engine. It adds names
in backticks and strings over several lines, the functions of `functions.CAMUNDA`, and `cellInput`
as another name of `?`. In all else, comparisons with null included, both follow the standard.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, Literal

from workflows.feel.compiler import Around
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
DEEPEST_NAMES: Final = 5  # levels of contexts whose keys are looked at for names
MOST_NAMES: Final = 10_000

_PLAIN: Final = re.compile(r"[^\W\d]\w*")


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
    now: datetime | None = None,
    dialect: Dialect = "standard",
) -> Any:
    """The FEEL value of a text over a context of Python values (see `mapping`).

    Keys of the context, also of contexts inside it, may be names with spaces and signs.
    """
    names = tuple(sorted({name for name in names_in(context) if name.split()[0] in text}))
    return compile(text, names=names, dialect=dialect)(context, now)


def names_in(context: Mapping[str, Any]) -> Iterator[str]:
    """Keys that a text can use as names only once they are declared, such as "Applicant Age"."""
    found = _keys(context, DEEPEST_NAMES)
    for _, name in zip(range(MOST_NAMES), found, strict=False):
        if not _PLAIN.fullmatch(name) and name.strip():
            yield name


def _keys(value: Any, depth: int) -> Iterator[str]:
    if depth == 0:
        return
    if isinstance(value, Mapping):
        for name, entry in value.items():
            if isinstance(name, str):
                yield name
            yield from _keys(entry, depth - 1)
    elif isinstance(value, list | tuple):
        for item in value[:100]:
            yield from _keys(item, depth - 1)


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
