"""Conversion and boolean functions (DMN 1.5, 10.3.4.1 and 10.3.4.2); for dates see `dates`."""

import re
from decimal import Decimal
from typing import Any, Final

from workflows.feel.errors import Unanswerable
from workflows.feel.functions.kinds import ANY, BOOLEAN, STRING
from workflows.feel.functions.signature import Parameter, builtin
from workflows.feel.functions.texts import text_of
from workflows.feel.run import Run
from workflows.feel.values import number

_NUMBER_TEXT: Final = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,5})?")
_LONGEST_NUMBER: Final = 10_000  # characters
_FROM: Final = Parameter("from", STRING)


@builtin("string", [Parameter("from", ANY, nullable=True)])
def string(run: Run, value: Any) -> str | None:
    """Any value as text; null stays null."""
    return None if value is None else text_of(value, run)


@builtin("number", [_FROM])
def number_from(_run: Run, text: str) -> Decimal:
    """A numeric literal as a number."""
    if len(text) > _LONGEST_NUMBER or not _NUMBER_TEXT.fullmatch(text):
        raise Unanswerable("`from` is not a number; write it like -1234.5")
    return number(text)


@builtin(
    "number",
    [
        _FROM,
        Parameter("grouping separator", STRING, nullable=True),
        Parameter("decimal separator", STRING, nullable=True),
    ],
)
def number_with_separators(
    run: Run, text: str, grouping: str | None, decimal: str | None
) -> Decimal:
    """A number as people write it, with separators."""
    if grouping not in (" ", ",", ".", None):
        raise Unanswerable("`grouping separator` must be a space, a comma, a period or null")
    if decimal not in (".", ",", None):
        raise Unanswerable("`decimal separator` must be a period, a comma or null")
    if decimal is not None and decimal == grouping:
        raise Unanswerable("`decimal separator` and `grouping separator` must differ")
    if grouping is not None:
        text = text.replace(grouping, "")
    return number_from(run, text if decimal is None else text.replace(decimal, "."))


@builtin("not", [Parameter("negand", BOOLEAN, nullable=True)])
def negation(_run: Run, negand: bool | None) -> bool | None:  # noqa: FBT001 - the value itself
    """The opposite; null stays null."""
    return None if negand is None else not negand
