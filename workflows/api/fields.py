"""What a program may send: known names alone, each value of the kind it says it is.

Nothing is coerced: "0.9" is no number, 1 is no text, true is no 1. A name that is not expected is
refused by name, because ignoring it would let the sender believe that it counted.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

LARGEST = 2**31 - 1  # of an integer column
NAMED_AT_MOST = 20  # unknown names that one answer lists


class Body(serializers.Serializer[Any]):
    """A JSON object with exactly the fields that are declared."""

    unknown: Sequence[str] = ()  # names that were sent and are not declared

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, Mapping):
            raise serializers.ValidationError(
                {"non_field_errors": [f"Send a JSON object, not {kind_of(data)}."]}
            )
        self.unknown = sorted(str(name) for name in data if name not in self.fields)
        unknown = _named(self.unknown)
        try:
            known = super().to_internal_value(data)
        except serializers.ValidationError as faults:
            if not unknown or not isinstance(faults.detail, dict):
                raise
            raise serializers.ValidationError({**faults.detail, **unknown}) from faults
        if unknown:
            raise serializers.ValidationError(unknown)
        return known


class Nothing(Body):
    """No body, or an empty object."""


def _named(unknown: list[str]) -> dict[str, list[str]]:
    return {
        name[:100]: ["This field is not known here. Leave it out."]
        for name in unknown[:NAMED_AT_MOST]
    }


class Text(serializers.CharField):
    """A JSON string, kept as it was sent."""

    def __init__(self, **said: Any) -> None:
        super().__init__(**{"trim_whitespace": False, **said})

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            raise serializers.ValidationError(f"Send a text in quotes, not {kind_of(data)}.")
        return data


class Whole(serializers.IntegerField):
    """A JSON number without a fraction."""

    def __init__(self, **said: Any) -> None:
        super().__init__(**{"min_value": 0, "max_value": LARGEST, **said})

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            raise serializers.ValidationError(f"Send a whole number, not {kind_of(data)}.")
        return data


@extend_schema_field({"type": "object", "additionalProperties": {}})
class Object(serializers.Field[Any, Any, Any, Any]):
    """A JSON object with whatever names it has."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise serializers.ValidationError(f"Send a JSON object, not {kind_of(data)}.")
        return data

    def to_representation(self, value: Any) -> Any:
        return value


@extend_schema_field({})
class Anything(serializers.Field[Any, Any, Any, Any]):
    """Any JSON value, given out as it is."""

    def to_representation(self, value: Any) -> Any:
        return value


def kind_of(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case str():
            return "a text"
        case int() | float():
            return "a number"
        case list():
            return "a list"
    return "an object"
