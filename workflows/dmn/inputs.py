"""Inputs as JSON has them to FEEL values, by the types that a model declares.

JSON has no dates, times and durations; callers write them as strings, as ISO 8601 has it. Where a
model declares such a type, `inputs_from_json` reads the string; where it declares none, a string
stays a string. What cannot be read stays as it is too, and the evaluation then says so.
"""

from collections.abc import Callable, Mapping
from typing import Any

from workflows.dmn.evaluation import Model
from workflows.feel import admitted, temporal, types
from workflows.feel.errors import Unanswerable

_READERS: dict[types.Type, Callable[[str], Any]] = {
    types.DATE: temporal.parse_date,
    types.TIME: temporal.parse_time,
    types.DATE_AND_TIME: temporal.parse_date_time,
    types.DAYS_DURATION: temporal.parse_duration,
    types.MONTHS_DURATION: temporal.parse_duration,
}


def inputs_from_json(model: Model, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs for `model.evaluate`, strings read where a date, time or duration is declared."""
    declared = {
        name: model.types.of(each.variable.type_ref)
        for each in model.inputs
        for name in (each.id, each.name, each.variable.name)
    }
    return {
        name: _as_declared(admitted(value), declared.get(name, types.ANY))
        for name, value in inputs.items()
    }


def _as_declared(value: Any, kind: types.Type) -> Any:
    if isinstance(kind, types.Constrained):
        return _as_declared(value, kind.base)
    match value, kind:
        case str(), _ if kind in _READERS:
            return _read(value, _READERS[kind])
        case list(), types.ListType():
            return [_as_declared(item, kind.of) for item in value]
        case dict(), types.ContextType():
            entries = dict(kind.entries)
            return {
                name: _as_declared(entry, entries.get(name, types.ANY))
                for name, entry in value.items()
            }
        case _, types.ListType() if value is not None:
            return _as_declared(value, kind.of)
    return value


def _read(text: str, reader: Callable[[str], Any]) -> Any:
    try:
        return reader(text)
    except Unanswerable:
        return text
