"""Methods and functions that expressions of Camunda 7 and Flowable call on plain values, as FEEL.

Only what texts, lists, maps and moments can do: whatever else is called is code of the engine's
installation. In a template `{0}` is what is called upon, `{1}` and so on are the arguments.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Method:
    """How a call is written in FEEL, with so many arguments; how tightly the text binds."""

    arguments: int
    template: str
    is_truth: bool = False
    binds: int = 9


def _truth(arguments: int, template: str, binds: int = 9) -> Method:
    return Method(arguments, template, is_truth=True, binds=binds)


def _moved(sign: str, text: str) -> Method:
    return Method(1, f"{{0}} {sign} duration({text})", binds=4)


EMPTY = '({0} = null or ({0} = "") = true or ({0} = []) = true)'
_UNITS: Mapping[str, str] = MappingProxyType(
    {
        "Years": '"P" + string({1}) + "Y"',
        "Months": '"P" + string({1}) + "M"',
        "Weeks": '"P" + string(7 * {1}) + "D"',
        "Days": '"P" + string({1}) + "D"',
        "Hours": '"PT" + string({1}) + "H"',
        "Minutes": '"PT" + string({1}) + "M"',
        "Seconds": '"PT" + string({1}) + "S"',
    }
)
METHODS: Mapping[str, Method] = MappingProxyType(
    {
        "equals": _truth(1, "{0} = {1}", binds=3),
        "equalsIgnoreCase": _truth(1, "lower case({0}) = lower case({1})", binds=3),
        "contains": _truth(
            1, "(if {0} instance of string then contains({0}, {1}) else list contains({0}, {1}))"
        ),
        "startsWith": _truth(1, "starts with({0}, {1})"),
        "endsWith": _truth(1, "ends with({0}, {1})"),
        "isEmpty": _truth(0, EMPTY),
        "size": Method(0, "count({0})"),
        "length": Method(0, "string length({0})"),
        "toLowerCase": Method(0, "lower case({0})"),
        "toUpperCase": Method(0, "upper case({0})"),
        "toString": Method(0, "string({0})"),
        "trim": Method(0, "trim({0})"),
        "concat": Method(1, "{0} + {1}", binds=4),
        "substring": Method(1, "substring({0}, {1} + 1)"),
        "matches": _truth(1, 'matches({0}, "^(" + {1} + ")$")'),
        "replaceAll": Method(2, "replace({0}, {1}, {2})"),
        "split": Method(1, "split({0}, {1})"),
        "isBlank": _truth(0, "is blank({0})"),
        "containsKey": _truth(1, "get value({0}, {1}) != null", binds=3),
        "toDate": Method(0, "{0}"),
        **{f"plus{unit}": _moved("+", text) for unit, text in _UNITS.items()},
        **{f"minus{unit}": _moved("-", text) for unit, text in _UNITS.items()},
    }
)
# `vars:get(name)` and its like of Flowable: the first argument names a variable.
VARIABLES = ("vars", "var", "variables")
_OF_VARIABLES: Mapping[tuple[str, ...], Method] = MappingProxyType(
    {
        ("get",): Method(0, "{0}"),
        ("getOrDefault",): Method(1, "(if {0} = null then {1} else {0})"),
        ("exists", "exist"): _truth(0, "{0} != null", binds=3),
        ("isEmpty", "empty"): _truth(0, EMPTY),
        ("isNotEmpty", "notEmpty"): _truth(0, f"not({EMPTY})"),
        ("equals", "eq"): _truth(1, "{0} = {1}", binds=3),
        ("notEquals", "ne"): _truth(1, "{0} != {1}", binds=3),
        ("lowerThan", "lessThan", "lt"): _truth(1, "{0} < {1}", binds=3),
        ("lowerThanOrEquals", "lessThanOrEquals", "lte"): _truth(1, "{0} <= {1}", binds=3),
        ("greaterThan", "gt"): _truth(1, "{0} > {1}", binds=3),
        ("greaterThanOrEquals", "gte"): _truth(1, "{0} >= {1}", binds=3),
        ("contains",): METHODS["contains"],
    }
)
OF_VARIABLES: Mapping[str, Method] = MappingProxyType(
    {name: method for names, method in _OF_VARIABLES.items() for name in names}
)
NOW = ("now", "dateTime")  # functions without arguments
# Objects of the other engine: what they know stays there, but for the variables.
ENGINES = ("execution", "task", "caseExecution")
GIVES_VARIABLE = ("getVariable", "getVariableLocal")
HAS_VARIABLE = ("hasVariable", "hasVariableLocal")
