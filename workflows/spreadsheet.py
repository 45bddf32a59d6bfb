"""Tables for spreadsheets: CSV (RFC 4180) whose cells are never taken for formulas."""

import csv
from collections.abc import Iterable
from io import StringIO

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\N{FULLWIDTH EQUALS SIGN}")


def cell(value: object) -> object:
    """Text that a spreadsheet would calculate gets an apostrophe in front; numbers stay numbers."""
    if not isinstance(value, str):
        return "" if value is None else value
    shown = value.replace("\x00", "")
    return f"'{shown}" if shown.startswith(FORMULA_STARTS) else shown


def csv_text(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """The whole table, its heading first."""
    written = StringIO()
    writer = csv.writer(written)
    writer.writerow(head)
    writer.writerows([cell(value) for value in row] for row in rows)
    return written.getvalue()
