"""What the rules of a table answer: which answers are equal, and which comes first."""

from collections import defaultdict
from collections.abc import Hashable

from workflows.dmn.boxes import bits
from workflows.dmn.cell_constants import CannotJudge, constant_of
from workflows.dmn.cells import tree_of, unary_of
from workflows.dmn.sheet_parts import Sheet, Surroundings
from workflows.dmn.sheet_types import type_of
from workflows.feel.errors import FeelError


class Answers:
    """The outputs of all rules, compared with each other. Rules are bits of a number."""

    def __init__(self, sheet: Sheet, around: Surroundings) -> None:
        self._sheet, self._around = sheet, around
        self._values = [tuple(self._value(text) for text in row.outputs) for row in sheet.rules]
        self._same: dict[Hashable, int] = defaultdict(int)
        for rule, value in enumerate(self._values):
            self._same[value] |= 1 << rule
        self._everyone = (1 << len(sheet.rules)) - 1
        self._ranks = self._ranked()

    def _value(self, text: str) -> Hashable:
        """Equal for equal constants and for equal expressions."""
        try:
            tree = tree_of(text, self._around.names, camunda=self._around.camunda)
            return constant_of(tree)
        except FeelError:
            return text
        except CannotJudge:
            return ("expression", tree)

    def in_conflict_with(self, rule: int) -> int:
        """The rules whose overlap with this one is worth a word under the table's hit policy."""
        if self._sheet.hit_policy == "ANY":
            return self._everyone & ~self._same[self._values[rule]]
        return self._everyone

    def surely_differ(self, group: int) -> bool:
        """Whether two of these rules answer with constants that differ."""
        for column in range(len(self._sheet.outputs)):
            cells = (self._values[rule][column] for rule in bits(group))
            if len({cell for cell in cells if not _is_expression(cell)}) > 1:
                return True
        return False

    def higher_than(self, rule: int) -> int:
        """The rules with a higher priority; none when the rule's own is unknown."""
        own = self._ranks[rule]
        if own is None:
            return 0
        ranks = enumerate(self._ranks)
        return sum(1 << other for other, rank in ranks if rank is not None and rank < own)

    def _ranked(self) -> list[tuple[int, ...] | None]:
        """Places among the allowed values, from the first output column to the last."""
        orders = [self._order(column) for column in range(len(self._sheet.outputs))]
        ranks: list[tuple[int, ...] | None] = []
        for value in self._values:
            places = [
                order.get(cell, -1) for cell, order in zip(value, orders, strict=True) if order
            ]
            ranks.append(tuple(places) if places and -1 not in places else None)
        return ranks

    def _order(self, column: int) -> dict[Hashable, int]:
        """Allowed values of an output with their places; the column's own before its type's."""
        output = self._sheet.outputs[column]
        text = output.allowed or type_of(output.type, self._around).allowed
        try:
            tests = unary_of(text, self._around.names, camunda=self._around.camunda).tests
            return {constant_of(test): place for place, test in reversed([*enumerate(tests)])}
        except (FeelError, CannotJudge):
            return {}


def _is_expression(value: Hashable) -> bool:
    return isinstance(value, str) or (isinstance(value, tuple) and value[0] == "expression")
