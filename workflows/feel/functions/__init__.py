"""The built-in functions of FEEL (DMN 1.5, 10.3.4) and those of Camunda's dialect."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from workflows.feel.functions import (
    camunda,
    contexts,
    conversion,
    dates,
    lists,
    numeric,
    patterns,
    ranges,
    statistics,
    strings,
)
from workflows.feel.functions.signature import Builtin, registered

_MODULES: Final = (  # importing them registers their functions
    camunda, contexts, conversion, dates, lists, numeric, patterns, ranges, statistics, strings
)  # fmt: skip

BUILTINS: Final[Mapping[str, Builtin]] = MappingProxyType(dict(registered()))
CAMUNDA: Final[Mapping[str, Builtin]] = MappingProxyType(dict(registered(camunda.DIALECT)))

__all__ = ["BUILTINS", "CAMUNDA", "Builtin"]
