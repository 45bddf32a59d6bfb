"""Cells from the clipboard, as spreadsheets put them there.

Excel, LibreOffice and Google Sheets separate cells by tabs and put a cell in quotes only when it
holds a line break, a tab or (some of them) a quote. FEEL's own texts are in quotes too, so quotes
go away only where a spreadsheet must have put them.
"""

import csv
import re
from io import StringIO

from workflows.dmn.sheet_parts import LONGEST_CELL, MOST_COLUMNS, MOST_RULES, SheetError

LARGEST = 5_000_000  # characters
_QUOTED = re.compile(r'"((?:[^"]|"")*+)"(?=\t|\n|\Z)')
_PLAIN = re.compile(r"[^\t\n]*")
_FEEL_TEXTS = re.compile(r'\s*+"[^"\n]*+"(?:\s*+,\s*+"[^"\n]*+")*+\s*')


def paste(text: str) -> list[list[str]]:
    """The rows of cells in this text; raises SheetError when it is larger than a table.

    Without any tab, lines with equally many values between commas are cells too, except where
    that is a list of FEEL's texts, such as `"a", "b"`, which is one cell.
    """
    if len(text) > LARGEST:
        raise SheetError(f"The clipboard holds {len(text):,} characters. Paste fewer cells.")
    plain = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n")
    rows = _by_tabs(plain)
    if "\t" not in plain:
        rows = _by_commas(plain) or rows
    return _within_limits([[cell.strip() for cell in row] for row in rows])


def _by_tabs(text: str) -> list[list[str]]:
    rows: list[list[str]] = [[]]
    at = 0
    while True:
        cell, at = _cell(text, at)
        rows[-1].append(cell)
        if at >= len(text):
            return rows
        if text[at] == "\n":
            rows.append([])
        at += 1


def _cell(text: str, at: int) -> tuple[str, int]:
    """The cell that begins here and where it ends."""
    quoted = _QUOTED.match(text, at)
    if quoted and re.search(r'[\n\t]|""', quoted.group(1)):
        return quoted.group(1).replace('""', '"'), quoted.end()
    end = _PLAIN.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing too
    return text[at:end], end


def _by_commas(text: str) -> list[list[str]]:
    """The cells of comma-separated lines, none when the text does not look like that."""
    lines = [line for line in text.split("\n") if line.strip()]
    if all(_FEEL_TEXTS.fullmatch(line) for line in lines) and '"""' not in text:
        return []
    if len(lines) < 2 and '"""' not in text:
        return []
    try:
        rows = [row for row in csv.reader(StringIO(text), strict=True) if row]
    except csv.Error:
        return []
    widths = {len(row) for row in rows}
    return rows if len(widths) == 1 and widths.pop() > 1 else []


def _within_limits(rows: list[list[str]]) -> list[list[str]]:
    if len(rows) > MOST_RULES:
        raise SheetError(f"{len(rows):,} rows are too many; {MOST_RULES:,} can be pasted.")
    if (widest := max(map(len, rows))) > MOST_COLUMNS:
        raise SheetError(f"{widest:,} columns are too many; {MOST_COLUMNS} can be pasted.")
    for number, row in enumerate(rows, 1):
        if max(map(len, row)) > LONGEST_CELL:
            raise SheetError(f"Row {number}: a cell has more than {LONGEST_CELL:,} characters.")
    return rows
