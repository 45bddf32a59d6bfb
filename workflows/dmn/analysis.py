"""What is wrong with a decision table as a whole: overlaps, gaps and rules that never fire.

Calvanese et al. ("Semantics and analysis of DMN decision tables", 2016) see rules as boxes and
sweep over them; here columns are cut into atoms and sets of rules are numbers (`boxes`). A cell
that depends on more than its tested value cannot be judged: its rule may match, and is said so.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from workflows.dmn.answers import Answers
from workflows.dmn.boxes import LONGEST_SECONDS, MOST_FOUND, MOST_STEPS, Box, Budget, Grid, bits
from workflows.dmn.related_questions import related
from workflows.dmn.sheet_parts import Sheet, Surroundings
from workflows.dmn.table_space import Space, Unread, space_of

MOST_UNREAD = 1_000  # cells that are listed one by one

Grade = Literal["violation", "possible", "information"]


@dataclass(frozen=True, slots=True)
class Overlap:
    """Rules, by number, that match the same input; `example` has a FEEL value per column.

    A violation breaks the hit policy; a possible one depends on cells that cannot be judged.
    """

    rules: tuple[int, ...]
    example: tuple[str, ...]
    grade: Grade
    sentence: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Inputs that no rule matches, in words, as cells of a rule for them, and with one example."""

    words: str
    cells: tuple[str, ...]
    example: tuple[str, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class NeverFires:
    """A rule that can never decide anything, and the rules, if any, because of which."""

    rule: int
    because_of: tuple[int, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything found. Unless `is_complete`, the search stopped early and there may be more."""

    overlaps: tuple[Overlap, ...] = ()
    gaps: tuple[Gap, ...] = ()
    never_fire: tuple[NeverFires, ...] = ()
    unread: tuple[Unread, ...] = ()
    notes: tuple[str, ...] = ()
    is_complete: bool = True

    @property
    def violations(self) -> tuple[Overlap, ...]:
        """Overlaps that the hit policy forbids."""
        return tuple(overlap for overlap in self.overlaps if overlap.grade == "violation")


def analyse(
    sheet: Sheet,
    around: Surroundings | None = None,
    *,
    steps: int = MOST_STEPS,
    seconds: float = LONGEST_SECONDS,
) -> Analysis:
    """Overlaps, gaps and rules that never fire, within a budget for reading and one for search."""
    around = around or Surroundings()
    reading = Budget(steps, seconds)
    space = space_of(sheet, around, reading)
    return _Analysing(sheet, around, space, [reading, *_budgets(steps, seconds)]).result()


def _budgets(steps: int, seconds: float) -> list[Budget]:
    """One for each of the three searches; their time together is what may be spent."""
    return [Budget(steps, seconds / 3) for _ in range(3)]


class _Analysing:
    """One table under analysis."""

    def __init__(
        self, sheet: Sheet, around: Surroundings, space: Space, budgets: list[Budget]
    ) -> None:
        self.sheet, self.around, self.space = sheet, around, space
        self.answers = Answers(sheet, around)
        fulls = [question.axis.full for question in space.questions]
        self.grid = Grid(fulls, space.boxes)
        self.sure = Grid(fulls, space.sure) if space.unread else self.grid
        self.budgets = budgets  # of reading, then of each search
        self.meetings: list[int] = []  # which rules each rule overlaps with
        self.truncated: list[str] = []

    def result(self) -> Analysis:
        """Everything that can be found within the budgets."""
        never = tuple(self._never_fire(self.budgets[1]))
        overlaps = tuple(self._overlaps(self.budgets[2]))
        gaps = tuple(self._gaps(self.budgets[3]))
        spent = any(budget.is_spent for budget in self.budgets)
        return Analysis(
            overlaps=overlaps,
            gaps=gaps,
            never_fire=never,
            unread=self.space.unread[:MOST_UNREAD],
            notes=tuple(self._notes(spent=spent)),
            is_complete=not spent and not self.truncated,
        )

    def _notes(self, *, spent: bool) -> Iterator[str]:
        if spent:
            yield "The table is too large to be searched completely. There may be more to find."
        for what in self.truncated:
            yield f"More than {MOST_FOUND} {what} were found. The first ones are shown."
        if count := len(self.space.unread):
            cells = "1 cell" if count == 1 else f"{count:,} cells"
            yield f"{cells} cannot be judged. Rules with such cells may match or not."
        yield from related(self.sheet, self.around)

    # --- rules that never fire ------------------------------------------------------------------

    def _never_fire(self, budget: Budget) -> Iterator[NeverFires]:
        for place, box in enumerate(self.space.boxes):
            number = place + 1
            if not all(box):
                yield NeverFires(number, (), self._impossible(number))
            elif better := self._better(place) & self.sure.everyone:
                found = tuple(rule + 1 for rule in bits(self.sure.coverers(box, better, budget)))
                if found:
                    yield NeverFires(number, found, self._covered(number, found))

    def _better(self, place: int) -> int:
        """The rules, as bits, whose match makes this one of no account."""
        if self.sheet.hit_policy == "FIRST":
            return (1 << place) - 1
        if self.sheet.hit_policy == "PRIORITY":
            return self.answers.higher_than(place)
        return 0

    def _impossible(self, number: int) -> str:
        if number not in self.space.impossible:
            return (
                f"Rule {number} can never match: its tests of one question contradict each other."
            )
        column, would_match = self.space.impossible[number]
        title = self.sheet.titles[column - 1] or f"column {column}"
        if would_match:
            return f"Rule {number} can never match: its values of {title} are not allowed ones."
        return f"Rule {number} can never match: no value of {title} passes its test."

    def _covered(self, number: int, by: tuple[int, ...]) -> str:
        matches = "matches" if len(by) == 1 else "together match"
        why = "come first" if self.sheet.hit_policy == "FIRST" else "have a higher priority"
        if len(by) == 1:
            why = why.replace("come", "comes").replace("have", "has")
        return f"Rule {number} never decides: {_rules(by)} {matches} all that it does and {why}."

    # --- overlaps -------------------------------------------------------------------------------

    def _overlaps(self, budget: Budget) -> Iterator[Overlap]:
        everyone = self.grid.everyone
        pairs = list(self._pairs(budget))
        found = 0
        for among in (everyone & ~self.space.uncertain, everyone):
            for first in range(len(pairs)):
                while (partners := pairs[first] & among) and among >> first & 1:
                    if found == MOST_FOUND:
                        self.truncated.append("overlaps")
                        return
                    second = (partners & -partners).bit_length() - 1
                    yield self._overlap(first, second, pairs, among)
                    found += 1

    def _pairs(self, budget: Budget) -> Iterator[int]:
        """For each rule the later ones that overlap with it and matter."""
        for rule in range(len(self.space.boxes)):
            later = self.grid.everyone & ~((2 << rule) - 1)
            found = self.grid.meeting(rule, budget)
            self.meetings.append(found)
            yield found & later & self.answers.in_conflict_with(rule)

    def _overlap(self, first: int, second: int, pairs: list[int], among: int) -> Overlap:
        """The rules that match one input of these two; their pairs are crossed out."""
        grid = self.grid
        both = zip(grid.rules[first], grid.rules[second], strict=True)
        common = tuple(one & other for one, other in both)
        others = self.meetings[first] & self.meetings[second] | 1 << first | 1 << second
        point, group = grid.crowded_point(common, others & among)
        for rule in bits(group):
            pairs[rule] &= ~group
        return self._described(group, grid.common(group), point)

    def _described(self, group: int, common: Box, point: Box) -> Overlap:
        rules = tuple(rule + 1 for rule in bits(group))
        where = self.space.words(common)
        when = f"when {where}" if where else "whatever the input is"
        may = "may " if group & self.space.uncertain else ""
        together = "both" if len(rules) == 2 else "all"
        subject = _rules(rules).capitalize()
        return Overlap(
            rules,
            self.space.example(point, len(self.sheet.inputs)),
            self._grade(group),
            f"{subject} {may}{together} match {when}. {self._meaning(rules)}",
        )

    def _grade(self, group: int) -> Grade:
        if self.sheet.hit_policy not in {"UNIQUE", "ANY"}:
            return "information"
        certain = group & ~self.space.uncertain
        if self.sheet.hit_policy == "ANY":
            return "violation" if self.answers.surely_differ(certain) else "possible"
        return "violation" if certain.bit_count() > 1 else "possible"

    def _meaning(self, rules: tuple[int, ...]) -> str:
        match self.sheet.hit_policy:
            case "UNIQUE":
                return "The hit policy U allows one."
            case "ANY":
                return "The hit policy A wants them to answer the same."
            case "FIRST":
                return f"Rule {rules[0]} decides, because it comes first."
            case "PRIORITY":
                return "The one with the highest priority decides."
        return "All of them count."

    # --- gaps -----------------------------------------------------------------------------------

    def _gaps(self, budget: Budget) -> Iterator[Gap]:
        found = self.grid.gaps(budget)
        if len(found) > MOST_FOUND:
            self.truncated.append("gaps")
        answer = "no rule"
        if any(column.default for column in self.sheet.outputs):
            answer = "no rule; the default answers"
        for box in found[:MOST_FOUND]:
            words = self.space.words(box)
            sentence = f"{words or 'Whatever the input is'}: {answer}."
            width = len(self.sheet.inputs)
            yield Gap(words, self.space.cells(box, width), self.space.example(box, width), sentence)


def _rules(numbers: tuple[int, ...]) -> str:
    """`rule 1`, `rules 1 and 2`, `rules 1, 2 and 5`."""
    if len(numbers) == 1:
        return f"rule {numbers[0]}"
    shown = [str(number) for number in numbers[:8]]
    if len(numbers) > len(shown):
        return f"rules {', '.join(shown)} and {len(numbers) - len(shown)} more"
    return f"rules {', '.join(shown[:-1])} and {shown[-1]}"
