"""What is different in models written for Camunda.

- An input column may name its tested value (`camunda:inputVariable`); its cells then see that name,
  `cellInput` and `?`. Without text of its own, the column tests the variable of that name.
- Types are conversions, not checks: `integer`, `long` and `double` are numbers, "12" becomes one,
  a number becomes text where text is wanted; what cannot be converted stays as it is.
- A decision sees everything that the caller gave, declared or not.
- What a required table gives is known by the names of its outputs, of several rules (COLLECT,
  RULE ORDER) as lists; by the decision's id; and by its name unless the caller gave that.
- Allowed values of columns are suggestions of the editor; they refuse nothing.
"""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from workflows.dmn import model
from workflows.feel import temporal
from workflows.feel.errors import Unanswerable
from workflows.feel.values import number

CAMUNDA = "camunda"
CELL_INPUT = "cellInput"
_SEVERAL = (model.HitPolicy.COLLECT, model.HitPolicy.RULE_ORDER)


def converted(value: Any, type_ref: str) -> Any:
    """The value as Camunda's type would have it; unchanged where that cannot be."""
    convert = _CONVERSIONS.get(type_ref)
    return value if convert is None or value is None else convert(value)


def _to_number(value: Any) -> Any:
    if type(value) is not str or len(value) > 100:
        return value
    try:
        found = Decimal(value.strip())
    except InvalidOperation:
        return value
    return number(found) if found.is_finite() else value


def _to_text(value: Any) -> Any:
    if type(value) is bool:
        return "true" if value else "false"
    return format(value, "f") if type(value) is Decimal and abs(value.adjusted()) < 50 else value


def _to_boolean(value: Any) -> Any:
    return {"true": True, "false": False}.get(value, value) if type(value) is str else value


def _to_date(value: Any) -> Any:
    if type(value) is not str:
        return value
    for read in (temporal.parse_date, temporal.parse_date_time):
        try:
            return read(value)
        except Unanswerable:
            continue
    return value


_CONVERSIONS: dict[str, Callable[[Any], Any]] = {
    "integer": _to_number,
    "long": _to_number,
    "double": _to_number,
    "number": _to_number,
    "string": _to_text,
    "boolean": _to_boolean,
    "date": _to_date,
}


def also_known(decision: model.Decision, value: Any) -> dict[str, Any]:
    """By which names a decision that requires this one knows its value.

    A literal expression by its variable; a table by its outputs; both also by the decision's id.
    """
    found = {decision.id: value}
    table = decision.expression
    if not isinstance(table, model.DecisionTable):
        return {**found, decision.variable.name: value}
    named = [output.name for output in table.outputs if output.name]
    if len(table.outputs) == 1 and named:
        found[named[0]] = value
    elif table.hit_policy in _SEVERAL and type(value) is list:
        rows = [row for row in value if type(row) is dict]
        found.update({name: [row.get(name) for row in rows] for name in named})
    elif type(value) is dict:
        found.update({name: value.get(name) for name in named})
    return found
