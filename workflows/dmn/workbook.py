"""Decision tables as Excel workbooks, out and in. Cells are text; nothing is ever calculated."""

import re
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from io import BytesIO

from openpyxl import Workbook  # type: ignore[import-untyped]
from openpyxl.cell import Cell  # type: ignore[import-untyped]
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side  # type: ignore[import-untyped]
from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]
from openpyxl.worksheet.datavalidation import DataValidation  # type: ignore[import-untyped]
from openpyxl.worksheet.worksheet import Worksheet  # type: ignore[import-untyped]

from workflows.dmn.sheet_parts import HIT_POLICIES, InputColumn, OutputColumn, Sheet, SheetError
from workflows.dmn.sheet_paste import paste
from workflows.dmn.workbook_reading import from_xlsx

__all__ = ["from_xlsx", "paste", "to_xlsx"]

LONGEST_IN_EXCEL = 32_767  # characters
# The first column names the header rows; `workbook_reading` finds them by these words.
HEADER = (
    "Hit policy",
    "Column",
    "Label",
    "Expression or name",
    "Type",
    "Allowed values",
    "Default",
    "Id",
)
FIRST_RULE = len(HEADER) + 1
LAST_BOLD = 3  # down to the labels
FORMULA_STARTS = ("=", "+", "-", "@")
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # Excel reads _x0041_ as a character

_LINE = Side(style="thin", color="B6C2CF")
_GRID = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_FILLS = {
    "Input": PatternFill("solid", fgColor="DCE6F5"),
    "Output": PatternFill("solid", fgColor="DDF0E6"),
    "Annotation": PatternFill("solid", fgColor="F0EEE6"),
    "": PatternFill("solid", fgColor="EEF1F4"),
}


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of the table with its header from top to bottom."""

    kind: str
    label: str
    expression: str
    type: str = ""
    allowed: str = ""
    default: str = ""
    id: str = ""

    @property
    def header(self) -> tuple[str, ...]:
        """What stands below the hit policy."""
        return (
            self.kind,
            self.label,
            self.expression,
            self.type,
            self.allowed,
            self.default,
            self.id,
        )


def to_xlsx(sheet: Sheet) -> bytes:
    """The workbook's bytes; raises SheetError when a cell holds more than Excel does."""
    book = Workbook()
    page = book.active
    if not isinstance(page, Worksheet):
        raise TypeError("A new workbook begins with a worksheet.")
    page.title = "Decision table"
    columns = list(_columns(sheet))
    writer = _Writer(page)
    writer.header(sheet, columns)
    for line, row in enumerate(sheet.rules, FIRST_RULE):
        writer.write(line, 1, str(line - FIRST_RULE + 1), "")
        writer.write(line, 2, row.id, "")
        for place, text in enumerate(row.cells, 3):
            writer.write(line, place, text)
    _lay_out(page, sheet, columns)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def _columns(sheet: Sheet) -> Iterator[_Column]:
    for column in sheet.inputs:
        yield _asked(column)
    for answered in sheet.outputs:
        yield _answered(answered)
    for name in sheet.annotations:
        yield _Column("Annotation", "", name)


def _asked(column: InputColumn) -> _Column:
    return _Column(
        "Input", column.label, column.expression, column.type, column.allowed, id=column.id
    )


def _answered(column: OutputColumn) -> _Column:
    return _Column(
        "Output",
        column.label,
        column.name,
        column.type,
        column.allowed,
        column.default,
        column.id,
    )


@dataclass(frozen=True)
class _Look:
    """How a cell looks: a fill makes it part of the header."""

    fill: str | None
    is_bold: bool
    is_quoted: bool  # it begins like a formula and is none

    def put_on(self, cell: Cell) -> None:
        """Dress a cell."""
        cell.number_format = "@"
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        cell.border = _GRID
        cell.quotePrefix = self.is_quoted
        if self.fill is not None:
            cell.font = Font(bold=self.is_bold)
            cell.fill = _FILLS[self.fill]


class _Writer:
    """Puts text into the cells of a worksheet."""

    def __init__(self, page: Worksheet) -> None:
        self._page = page
        self._dressed: dict[_Look, Cell] = {}

    def header(self, sheet: Sheet, columns: list[_Column]) -> None:
        """Everything above the rules."""
        for line, word in enumerate(HEADER, 1):
            self.write(line, 1, word, "")
        self.write(1, 2, sheet.decision, "")
        self.write(2, 2, "Id", "")
        self.write(1, 3, sheet.letters, "")
        for place, column in enumerate(columns, 3):
            for line, text in enumerate(column.header, 2):
                self.write(line, place, text, column.kind)

    def write(self, line: int, place: int, text: str, fill: str | None = None) -> None:
        """One cell, as text whatever it begins with."""
        if len(text) > LONGEST_IN_EXCEL:
            raise SheetError(
                f"Row {line}, column {get_column_letter(place)}: {len(text):,} characters; "
                f"Excel holds {LONGEST_IN_EXCEL:,}. Export the table as DMN."
            )
        cell = self._page.cell(line, place)
        if text:
            cell.value = _ESCAPE.sub("_x005F_", text)
            cell.data_type = "s"
        is_bold = fill is not None and line <= LAST_BOLD
        self._dress(cell, _Look(fill, is_bold, text.startswith(FORMULA_STARTS)))

    def _dress(self, cell: Cell, look: _Look) -> None:
        """Setting each part of a style anew takes most of the time, so it is done once."""
        if look in self._dressed:
            cell._style = copy(self._dressed[look]._style)
        else:
            look.put_on(cell)
            self._dressed[look] = cell


def _lay_out(page: Worksheet, sheet: Sheet, columns: list[_Column]) -> None:
    """Widths, frozen panes, hidden ids and a list of hit policies to choose from."""
    page.column_dimensions["A"].width = 19
    page.column_dimensions["B"].hidden = True
    page.row_dimensions[len(HEADER)].hidden = True
    page.freeze_panes = page.cell(FIRST_RULE, 3)
    for place, column in enumerate(columns):
        texts = [*column.header[:-1], *(row.cells[place] for row in sheet.rules)]
        longest = max(len(line) for text in texts for line in text.split("\n"))
        letter = get_column_letter(place + 3)
        page.column_dimensions[letter].width = min(60, max(12, longest + 2))
    letters = ",".join([*HIT_POLICIES, "C+", "C<", "C>", "C#"])
    choice = DataValidation(type="list", formula1=f'"{letters}"', allow_blank=False)
    page.add_data_validation(choice)
    choice.add("C1")
