"""What the type of a column means for its cells."""

from dataclasses import dataclass

from workflows.dmn.sheet_parts import Surroundings

# The standard's names (DMN 1.5, 10.3.2.3), those of earlier versions and Camunda's own.
KIND_OF_TYPE = {
    "": "",
    "Any": "",
    "string": "string",
    "boolean": "boolean",
    "number": "number",
    "double": "number",
    "integer": "whole number",
    "long": "whole number",
    "date": "date",
    "time": "time",
    "date and time": "date and time",
    "dateTime": "date and time",
    "days and time duration": "days and time duration",
    "dayTimeDuration": "days and time duration",
    "years and months duration": "years and months duration",
    "yearMonthDuration": "years and months duration",
}
TYPES = tuple(
    name for name in KIND_OF_TYPE if name not in {"", "double", "integer", "long"}
)  # to choose from


@dataclass(frozen=True, slots=True)
class ColumnType:
    """The kind of a column's values, "" when any may come, and what its type allows.

    A list or a structure is not plain: its cells cannot be compared with constants.
    """

    kind: str = ""
    allowed: str = ""
    is_known: bool = True
    is_plain: bool = True


def type_of(written: str, around: Surroundings) -> ColumnType:
    """What a column's type says; a prefix such as `feel:` is of DMN 1.1."""
    name = written.removeprefix("feel:")
    if name in KIND_OF_TYPE:
        return ColumnType(KIND_OF_TYPE[name])
    if name in around.types:
        named = around.types[name]
        kind = KIND_OF_TYPE.get(named.base)
        if kind is None:
            return ColumnType(is_plain=False)
        return ColumnType(kind, named.allowed, is_plain=bool(named.base))
    return ColumnType(is_known=around.camunda)  # Camunda takes unknown types for any
