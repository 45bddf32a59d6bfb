"""What is wrong inside a decision table, cell by cell (the table as a whole: `analysis`)."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from workflows.dmn.axes import Axis
from workflows.dmn.cell_constants import CannotJudge, Constant, constant_of, feel_of
from workflows.dmn.cells import (
    AnyOf,
    Compare,
    Condition,
    Opposite,
    asked_of,
    condition_of,
    constants_in,
    tree_of,
    unary_of,
)
from workflows.dmn.sheet_parts import InputColumn, OutputColumn, Sheet, Surroundings
from workflows.dmn.sheet_types import ColumnType, type_of
from workflows.feel.errors import FeelError

Grade = Literal["error", "warning"]
LONGEST_QUOTE = 40


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to correct. Rows and columns count from 1 over the whole grid.

    Without a row it is about a column (`member` says which of its properties), without a column
    about the table.
    """

    row: int | None
    column: int | None
    sentence: str
    member: str = ""
    grade: Grade = "error"


def problems(sheet: Sheet, around: Surroundings | None = None) -> tuple[Problem, ...]:
    """Everything that is wrong with header and cells, the table first, then row by row."""
    around = around or Surroundings()
    columns = [_Column(place, column, around) for place, column in enumerate(_columns(sheet), 1)]
    found = [*_of_table(sheet, around), *_of_annotations(sheet)]
    for column in columns:
        found += column.header()
    for number, row in enumerate(sheet.rules, 1):
        for column, text in zip(columns, (*row.inputs, *row.outputs), strict=True):
            found += column.cell(number, text)
    return tuple(found)


def _columns(sheet: Sheet) -> Iterator[InputColumn | OutputColumn]:
    yield from sheet.inputs
    yield from sheet.outputs


def _of_table(sheet: Sheet, around: Surroundings) -> Iterator[Problem]:
    if not sheet.outputs:
        yield Problem(None, None, "The table has no output column. Add one.")
    if sheet.aggregation:
        yield from _of_aggregation(sheet, around)
    if sheet.hit_policy in {"PRIORITY", "OUTPUT ORDER"}:
        lists = [column.allowed or type_of(column.type, around).allowed for column in sheet.outputs]
        if not any(lists):
            yield Problem(
                None,
                None,
                f"The hit policy {sheet.letters} goes by the order of the allowed values of an "
                "output. List them.",
            )
    yield from _of_names(sheet)


def _of_aggregation(sheet: Sheet, around: Surroundings) -> Iterator[Problem]:
    if sheet.hit_policy != "COLLECT":
        yield Problem(None, None, "Only the hit policy C can have an aggregation.")
    if len(sheet.outputs) > 1:
        yield Problem(None, None, f"{sheet.letters} needs a single output column.")
    elif sheet.outputs and sheet.aggregation != "COUNT":
        kind = type_of(sheet.outputs[0].type, around).kind
        if kind not in {"", "number", "whole number"}:
            said = f"{sheet.letters} needs an output of the type number, not {kind}."
            yield Problem(None, len(sheet.inputs) + 1, said, "type")


def _of_names(sheet: Sheet) -> Iterator[Problem]:
    names = Counter(column.name for column in sheet.outputs)
    for place, column in enumerate(sheet.outputs, len(sheet.inputs) + 1):
        if not column.name and len(sheet.outputs) > 1:
            said = "With more than one output, each needs a name. Give it one."
            yield Problem(None, place, said, "name")
        elif names[column.name] > 1:
            yield Problem(None, place, f"Two outputs are named {column.name}.", "name")


def _of_annotations(sheet: Sheet) -> Iterator[Problem]:
    first = len(sheet.inputs) + len(sheet.outputs) + 1
    for place, name in enumerate(sheet.annotations, first):
        if not name:
            yield Problem(None, place, "The annotation column has no name.", "name", "warning")


class _Column:
    """One input or output column; looks at each distinct cell text once."""

    def __init__(
        self, place: int, column: InputColumn | OutputColumn, around: Surroundings
    ) -> None:
        self._place, self._column, self._around = place, column, around
        self._is_input = isinstance(column, InputColumn)
        self._type = type_of(column.type, around)
        self._asked = asked_of(
            column.expression if isinstance(column, InputColumn) else "",
            around.names,
            camunda=around.camunda,
        )
        self._seen: dict[str, list[tuple[str, Grade]]] = {}

    def header(self) -> Iterator[Problem]:
        """Problems of its expression, type, allowed values and default."""
        column = self._column
        if not self._type.is_known:
            yield self._of_header(f"No type is named {column.type}.", "type")
        if isinstance(column, InputColumn):
            yield from self._of_expression(column)
        elif column.default:
            found = self._looked_at_answer(column.default)
            yield from (self._of_header(said, "default", grade) for said, grade in found)
        if column.allowed:
            yield from self._of_allowed()

    def cell(self, row: int, text: str) -> Iterator[Problem]:
        """Problems of a cell of this column."""
        if text not in self._seen:
            look = self._looked_at_test if self._is_input else self._looked_at_answer
            self._seen[text] = list(look(text))
        for sentence, grade in self._seen[text]:
            yield Problem(row, self._place, sentence, grade=grade)

    def _of_header(self, sentence: str, member: str, grade: Grade = "error") -> Problem:
        return Problem(None, self._place, sentence, member, grade)

    def _of_expression(self, column: InputColumn) -> Iterator[Problem]:
        if column.expression:
            try:
                tree_of(column.expression, self._around.names, camunda=self._around.camunda)
            except FeelError as error:
                yield self._of_header(str(error), "expression")
        elif not self._around.camunda:  # its engine has input variables instead
            said = "The column asks nothing. Give it an expression."
            yield self._of_header(said, "expression")

    def _of_allowed(self) -> Iterator[Problem]:
        try:
            allowed = self._condition(self._column.allowed)
        except FeelError as error:
            yield self._of_header(str(error), "allowed")
        except CannotJudge:
            return
        else:
            for said in self._mismatches(constants_in(allowed)):
                yield self._of_header(said, "allowed")

    def _condition(self, text: str) -> Condition:
        tests = unary_of(text, self._around.names, camunda=self._around.camunda)
        return condition_of(tests, self._asked)

    def _looked_at_test(self, text: str) -> Iterator[tuple[str, Grade]]:
        try:
            condition = self._condition(text)
        except FeelError as error:
            yield str(error), "error"
            return
        except CannotJudge:
            return
        constants = list(constants_in(condition))
        yield from self._graded(self._mismatches(constants))
        yield from self._not_allowed(_values_in(condition))

    def _looked_at_answer(self, text: str) -> Iterator[tuple[str, Grade]]:
        if not text:
            if self._around.camunda:  # its engine takes an empty cell for null
                return
            yield "The output is missing. Write null when it should be empty.", "warning"
            return
        try:
            tree = tree_of(text, self._around.names, camunda=self._around.camunda)
            constant = constant_of(tree)
        except FeelError as error:
            yield str(error), "error"
            return
        except CannotJudge:
            return
        if constant.kind != "null":
            yield from self._graded(self._mismatches([constant]))
            yield from self._not_allowed([constant])

    def _graded(self, sentences: Iterable[str]) -> Iterator[tuple[str, Grade]]:
        """Camunda converts what it can; by the standard a value of another type is none."""
        grade: Grade = "warning" if self._around.camunda else "error"
        yield from ((sentence, grade) for sentence in sentences)

    def _mismatches(self, constants: Iterable[Constant]) -> Iterator[str]:
        if not self._type.is_plain or not self._type.kind:
            return
        for constant in dict.fromkeys(constants):
            if not _fits(constant, self._type):
                shown = _short(feel_of(constant))
                yield f"{shown} is a {_kind(constant)}; the column's type is {self._column.type}."

    def _not_allowed(self, values: Iterable[Constant]) -> Iterator[tuple[str, Grade]]:
        allowed = [text for text in (self._column.allowed, self._type.allowed) if text]
        for value in dict.fromkeys(values):
            if any(not self._is_among(value, text) for text in allowed):
                yield f"{_short(feel_of(value))} is not among the allowed values.", "error"

    def _is_among(self, value: Constant, allowed: str) -> bool:
        try:
            condition = self._condition(allowed)
        except (FeelError, CannotJudge):
            return True
        axis = Axis("", [condition, Compare("=", value)])
        return bool(axis.mask(condition) & axis.mask(Compare("=", value)))


def _values_in(condition: Condition) -> Iterator[Constant]:
    """The values that a cell lists, as opposed to the ends of its ranges."""
    match condition:
        case Compare(operator="=") if condition.constant.kind != "null":
            yield condition.constant
        case AnyOf():
            for part in condition.parts:
                yield from _values_in(part)
        case Opposite():
            yield from _values_in(condition.part)


def _fits(constant: Constant, declared: ColumnType) -> bool:
    kind = constant.kind.removesuffix(" with zone")
    if kind == "null" or kind == declared.kind:
        return True
    return declared.kind == "whole number" and kind == "number" and not constant.at % 1


def _kind(constant: Constant) -> str:
    return constant.kind.removesuffix(" with zone")


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"
