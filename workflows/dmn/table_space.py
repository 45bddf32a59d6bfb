"""A decision table as boxes: one axis per question, one box per rule."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from workflows.dmn.axes import Axis
from workflows.dmn.axis_words import cell, example, words
from workflows.dmn.boxes import Box, Budget
from workflows.dmn.cell_constants import CannotJudge
from workflows.dmn.cells import (
    ALWAYS,
    NOTHING_ASKED,
    TESTED,
    AllOf,
    Condition,
    asked_of,
    condition_of,
    constants_in,
    unary_of,
)
from workflows.dmn.sheet_parts import InputColumn, Sheet, Surroundings
from workflows.dmn.sheet_types import type_of
from workflows.feel.errors import FeelError
from workflows.feel.syntax import Tree

LONGEST_NAME = 40  # characters of an expression that names a question in sentences
COST_OF_READING = 10  # steps per cell
_ZONED = "date and time with zone"


@dataclass(frozen=True, slots=True)
class Unread:
    """A cell that cannot be judged: rule number and column from 1, and why."""

    rule: int
    column: int
    reason: str


@dataclass(slots=True)
class _Column:
    """An input column with the condition of each distinct cell, or why there is none."""

    number: int
    name: str
    kind: str
    domain: Condition | None
    conditions: dict[str, Condition] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """One axis and the input columns (from 0) that ask it: the same question twice is one."""

    axis: Axis
    columns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Space:
    """`boxes` is what each rule may match, `sure` what it certainly does."""

    questions: tuple[Question, ...]
    boxes: tuple[Box, ...]
    sure: tuple[Box, ...]
    unread: tuple[Unread, ...]
    impossible: dict[int, tuple[int, bool]]  # rule -> column without a value; allowed elsewhere?

    @property
    def uncertain(self) -> int:
        """The rules, as bits, that have a cell nobody can judge."""
        return sum(1 << number for number in {found.rule - 1 for found in self.unread})

    def example(self, box: Box, width: int) -> tuple[str, ...]:
        """A value for each input column."""
        values = ["null"] * width
        for question, mask in zip(self.questions, box, strict=True):
            for column in question.columns:
                values[column] = example(question.axis, mask)
        return tuple(values)

    def cells(self, box: Box, width: int) -> tuple[str, ...]:
        """The box as cells of a rule, a question that is asked twice answered once."""
        cells = ["-"] * width
        for question, mask in zip(self.questions, box, strict=True):
            cells[question.columns[0]] = cell(question.axis, mask)
        return tuple(cells)

    def words(self, box: Box) -> str:
        """The box as conditions joined by `and`; "" when it is everything."""
        axes = (question.axis for question in self.questions)
        return " and ".join(
            said for axis, mask in zip(axes, box, strict=True) if (said := words(axis, mask))
        )


def space_of(sheet: Sheet, around: Surroundings, budget: Budget | None = None) -> Space:
    """The table's rules as boxes. Cells that the budget leaves unread cannot be judged."""
    budget = budget or Budget()
    columns = [
        _column(place, column, sheet, around, budget) for place, column in enumerate(sheet.inputs)
    ]
    groups = _groups(sheet.inputs, around)
    axes = [_axis([columns[place] for place in places]) for places in groups]
    questions = tuple(
        Question(axis, tuple(places)) for axis, places in zip(axes, groups, strict=True)
    )
    masks = [
        [
            {text: question.axis.mask(found) for text, found in columns[place].conditions.items()}
            for place in question.columns
        ]
        for question in questions
    ]
    boxes = [_box(questions, masks, row.inputs, sure=False) for row in sheet.rules]
    sure = [_box(questions, masks, row.inputs, sure=True) for row in sheet.rules]
    return Space(
        questions,
        tuple(boxes),
        tuple(sure),
        tuple(_unread(columns, sheet)),
        _impossible(questions, columns, sheet),
    )


def _groups(inputs: Sequence[InputColumn], around: Surroundings) -> list[list[int]]:
    """Columns that ask the same belong together."""
    groups: dict[object, list[int]] = {}
    for place, column in enumerate(inputs):
        asked = asked_of(column.expression, around.names, camunda=around.camunda)
        groups.setdefault(place if asked in NOTHING_ASKED else asked, []).append(place)
    return list(groups.values())


def _column(
    place: int, column: InputColumn, sheet: Sheet, around: Surroundings, budget: Budget
) -> _Column:
    declared = type_of(column.type, around)
    short = column.expression if len(column.expression) <= LONGEST_NAME else ""
    read = _Column(
        number=place + 1,
        name=" ".join((short or column.label or f"column {place + 1}").split()),
        kind=declared.kind,
        domain=_domain([column.allowed, declared.allowed], around),
    )
    asked = asked_of(column.expression, around.names, camunda=around.camunda)
    for text in dict.fromkeys(row.inputs[place] for row in sheet.rules):
        try:
            if not budget.spend(COST_OF_READING):
                raise CannotJudge("the table is too large")
            condition = _condition(text, asked, around)
            if condition != ALWAYS and not declared.is_plain:
                raise CannotJudge("its column holds lists or structures")
            _refuse_mixture(condition, declared.kind)
            read.conditions[text] = condition
        except CannotJudge as error:
            read.reasons[text] = str(error)
    _refuse_zones(read)
    return read


def _condition(text: str, asked: Tree, around: Surroundings) -> Condition:
    try:
        tests = unary_of(text, around.names, camunda=around.camunda)
    except FeelError:
        raise CannotJudge("it is not FEEL") from None
    return condition_of(tests, asked)


def _domain(allowed: list[str], around: Surroundings) -> Condition | None:
    """What may come; what cannot be judged restricts nothing."""
    found: list[Condition] = []
    for text in allowed:
        try:
            found.append(_condition(text, TESTED, around) if text else ALWAYS)
        except CannotJudge:
            continue
    parts = tuple(part for part in found if part != ALWAYS)
    return AllOf(parts) if parts else None


def _refuse_mixture(condition: Condition, kind: str) -> None:
    """`true` in a column of texts is a condition of its own, no value to compare with."""
    if kind not in {"", "boolean"}:
        for constant in constants_in(condition):
            if constant.kind == "boolean":
                raise CannotJudge(f"it is a boolean where a {kind} is expected")


def _refuse_zones(column: _Column) -> None:
    """Moments with and without a zone have no common order."""
    kinds = {
        constant.kind for found in column.conditions.values() for constant in constants_in(found)
    }
    if not {_ZONED, "date and time"} <= kinds:
        return
    for text, condition in list(column.conditions.items()):
        if any(constant.kind == _ZONED for constant in constants_in(condition)):
            del column.conditions[text]
            column.reasons[text] = "the column mixes moments with and without a zone"


def _axis(columns: list[_Column]) -> Axis:
    conditions = [found for column in columns for found in column.conditions.values()]
    domains = tuple(column.domain for column in columns if column.domain is not None)
    kinds = [column.kind for column in columns if column.kind]
    return Axis(
        columns[0].name,
        conditions,
        declared=kinds[0] if kinds else "",
        domain=AllOf(domains) if domains else None,
    )


def _box(
    questions: Sequence[Question],
    masks: Sequence[Sequence[Mapping[str, int]]],
    cells: Sequence[str],
    *,
    sure: bool,
) -> Box:
    """What the cells of a rule accept; one that cannot be judged surely accepts nothing."""
    box = []
    for question, of_columns in zip(questions, masks, strict=True):
        unread = 0 if sure else question.axis.full
        mask = question.axis.full
        for place, of_text in zip(question.columns, of_columns, strict=True):
            mask &= of_text.get(cells[place], unread)
        box.append(mask)
    return tuple(box)


def _unread(columns: list[_Column], sheet: Sheet) -> Iterator[Unread]:
    for number, row in enumerate(sheet.rules, 1):
        for column, text in zip(columns, row.inputs, strict=True):
            if text in column.reasons:
                yield Unread(number, column.number, column.reasons[text])


def _impossible(
    questions: Sequence[Question], columns: list[_Column], sheet: Sheet
) -> dict[int, tuple[int, bool]]:
    """Rules with a cell that no value passes: the column, and whether one would if allowed."""
    found: dict[int, tuple[int, bool]] = {}
    for question in questions:
        for place in question.columns:
            empty = {
                text: question.axis.is_possible(condition)
                for text, condition in columns[place].conditions.items()
                if not question.axis.mask(condition)
            }
            for number, row in enumerate(sheet.rules, 1):
                if row.inputs[place] in empty:
                    found.setdefault(number, (place + 1, empty[row.inputs[place]]))
    return found
