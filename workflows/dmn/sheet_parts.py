"""What a decision table is on screen: columns, rules and a hit policy (DMN 1.5, 8.2.8)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

MOST_RULES = 2_000
MOST_COLUMNS = 50
LONGEST_CELL = 50_000  # characters; a real table of a court has one of 33,316

# The letter on the table, the name in the file and what it means (DMN 1.5, table 36).
HIT_POLICIES = {
    "U": ("UNIQUE", "at most one rule matches"),
    "A": ("ANY", "rules that match together have the same outputs"),
    "F": ("FIRST", "the first rule that matches"),
    "P": ("PRIORITY", "the matching rule whose output comes first among the allowed values"),
    "R": ("RULE ORDER", "all matching rules, in the order of the table"),
    "O": ("OUTPUT ORDER", "all matching rules, in the order of the allowed values"),
    "C": ("COLLECT", "all matching rules, in any order"),
}
AGGREGATIONS = {"+": "SUM", "<": "MIN", ">": "MAX", "#": "COUNT"}

_LETTERS = {name: letter for letter, (name, _) in HIT_POLICIES.items()}
_SIGNS = {name: sign for sign, name in AGGREGATIONS.items()}


class SheetError(ValueError):
    """A decision table cannot be read, changed or taken in; a sentence says what to correct."""


@dataclass(frozen=True, slots=True)
class InputColumn:
    """What a column asks. An empty id means that it is new."""

    id: str
    label: str = ""
    expression: str = ""
    type: str = ""
    allowed: str = ""


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """What a column answers. The name may be empty when it is the only one."""

    id: str
    label: str = ""
    name: str = ""
    type: str = ""
    allowed: str = ""
    default: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One rule: FEEL texts per column, `-` or nothing for an input that may be anything."""

    id: str
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    annotations: tuple[str, ...] = ()

    @property
    def cells(self) -> tuple[str, ...]:
        """All cells from left to right."""
        return self.inputs + self.outputs + self.annotations


@dataclass(frozen=True, slots=True)
class Sheet:
    """A decision table as it is edited: hit policy by its name, annotation columns by theirs."""

    decision: str
    name: str
    hit_policy: str = "UNIQUE"
    aggregation: str = ""
    inputs: tuple[InputColumn, ...] = ()
    outputs: tuple[OutputColumn, ...] = ()
    annotations: tuple[str, ...] = ()
    rules: tuple[Row, ...] = field(default=())

    @property
    def letters(self) -> str:
        """The hit policy as a table shows it, such as `U` or `C+`."""
        return letters_of(self.hit_policy, self.aggregation)

    @property
    def titles(self) -> tuple[str, ...]:
        """What each column is called, from left to right."""
        asked = tuple(column.label or column.expression for column in self.inputs)
        answered = tuple(column.label or column.name for column in self.outputs)
        return asked + answered + self.annotations


@dataclass(frozen=True, slots=True)
class NamedType:
    """A type of the file that a column may name: what it is built on and what it allows.

    `base` is a built-in type's name, or "" for a structure or a list; `allowed` is FEEL text.
    """

    base: str = ""
    allowed: str = ""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known around a table: types of the file by name, names that are no plain
    identifiers, and whether the file is written for Camunda.
    """

    types: Mapping[str, NamedType] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    camunda: bool = False


def letters_of(hit_policy: str, aggregation: str = "") -> str:
    """`U` for UNIQUE, `C+` for COLLECT with SUM."""
    return _LETTERS[hit_policy] + _SIGNS.get(aggregation, "")


def policy_of(letters: str) -> tuple[str, str]:
    """Hit policy and aggregation by their names; raises SheetError for unknown letters."""
    known = HIT_POLICIES.get(letters[:1])
    aggregation = AGGREGATIONS.get(letters[1:], "")
    if known is None or (letters[1:] and (letters[0] != "C" or not aggregation)):
        raise SheetError(f"{letters[:20]} is not a hit policy. Use U, A, F, P, R, O, C or C+<>#.")
    return known[0], aggregation
