"""Excel workbooks that people send, read with care: nothing is calculated, followed or unpacked
before its size is known.

Header rows are found by the word in the first column, columns by what stands in the row `Column`;
rules may be moved, added and removed. An unknown or repeated id makes a new rule.
"""

import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import load_workbook  # type: ignore[import-untyped]
from openpyxl.cell import Cell, MergedCell  # type: ignore[import-untyped]
from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]
from openpyxl.worksheet.worksheet import Worksheet  # type: ignore[import-untyped]

from workflows.dmn.sheet_json import check, clean
from workflows.dmn.sheet_parts import (
    MOST_COLUMNS,
    MOST_RULES,
    InputColumn,
    OutputColumn,
    Row,
    Sheet,
    SheetError,
    policy_of,
)

LARGEST = 5 * 1024 * 1024  # bytes as sent
LARGEST_UNPACKED = 20 * 1024 * 1024  # bytes of all parts together
MOST_PARTS = 200
MOST_CELLS = 150_000
MOST_HEADER_ROWS = 20
_NO_WORKBOOK = "This is not an Excel workbook (.xlsx). Save it as one and send it again."

Line = tuple[Cell | MergedCell, ...]


def from_xlsx(workbook: bytes, sheet: Sheet | None = None) -> Sheet:
    """The table in the first worksheet; its decision and name are those of `sheet`, if given.

    Raises SheetError with the cell that is wrong, such as "Row 7, column C: …".
    """
    _refuse_dangerous(workbook)
    page = _first_page(workbook)
    lines = [line for line in page.iter_rows() if any(cell.value is not None for cell in line)]
    header = _header(lines)
    if "column" not in header:
        raise SheetError(
            "No row of the first worksheet begins with the word Column. "
            "Export a table to see how it has to look."
        )
    read = _read(header, lines[_last_header(lines, header) + 1 :])
    if sheet is not None:
        read = replace(read, decision=sheet.decision, name=sheet.name)
    check(read)
    return read


def _refuse_dangerous(workbook: bytes) -> None:
    """Sizes before anything is unpacked, then what an honest table never holds."""
    if len(workbook) > LARGEST:
        raise SheetError(f"The workbook has {len(workbook):,} bytes; {LARGEST:,} are allowed.")
    try:
        with zipfile.ZipFile(BytesIO(workbook)) as parts:
            _refuse_sizes(parts.infolist())
            _refuse_parts(parts)
    except SheetError:
        raise
    except Exception:  # noqa: BLE001 - whatever is damaged, people read one sentence
        raise SheetError(_NO_WORKBOOK) from None


def _refuse_sizes(parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > MOST_PARTS:
        raise SheetError("The workbook has too many parts. Save it anew with one worksheet.")
    if sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise SheetError("The workbook is too large when unpacked. Keep only the table in it.")
    names = [part.filename.lower() for part in parts]
    if any("vbaproject" in name for name in names):
        raise SheetError("The workbook holds macros. Save it as .xlsx.")
    if any("externallink" in name for name in names):
        raise SheetError("The workbook links to other files. Replace the links by their values.")
    if len(names) != len(set(names)):
        raise SheetError(_NO_WORKBOOK)


def _refuse_parts(parts: zipfile.ZipFile) -> None:
    """No DTD anywhere, UTF-8 alone, and no more cells than a table has."""
    for part in parts.infolist():
        content = parts.read(part)
        if not part.filename.lower().endswith((".xml", ".rels")):
            continue
        if b"\x00" in content[:200] or content.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise SheetError(_NO_WORKBOOK)
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            raise SheetError("The workbook holds a DTD, which Excel never writes. Save it anew.")
        if content.count(b"<c ") + content.count(b"<c>") > MOST_CELLS:
            raise SheetError(f"The workbook has more than {MOST_CELLS:,} cells. Keep the table.")


def _first_page(workbook: bytes) -> Worksheet:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about decorations that openpyxl leaves out
            book = load_workbook(BytesIO(workbook), keep_links=False)
        page = book.worksheets[0]
    except Exception:  # noqa: BLE001 - whatever is damaged, people read one sentence
        raise SheetError(_NO_WORKBOOK) from None
    if page.max_row > 10 * MOST_RULES or page.max_column > 4 * MOST_COLUMNS:
        raise SheetError(
            f"The worksheet goes down to row {page.max_row:,}, column "
            f"{get_column_letter(page.max_column)}. Delete what is not part of the table."
        )
    return page


def _header(lines: list[Line]) -> dict[str, Line]:
    """Header rows by the word in front, in small letters."""
    found: dict[str, Line] = {}
    words = {
        "hit policy",
        "column",
        "label",
        "expression or name",
        "type",
        "allowed values",
        "default",
        "id",
    }
    for line in lines[:MOST_HEADER_ROWS]:
        word = str(line[0].value or "").strip().lower()
        if word in words and word not in found:
            found[word] = line
    return found


def _last_header(lines: list[Line], header: dict[str, Line]) -> int:
    rows = {line[0].row for line in header.values()}
    return max(place for place, line in enumerate(lines) if line[0].row in rows)


def _read(header: dict[str, Line], lines: list[Line]) -> Sheet:
    kinds = [_text(cell).lower() for cell in header["column"]]
    places = {
        word: [place for place, kind in enumerate(kinds) if kind == word]
        for word in ("input", "output", "annotation", "id")
    }
    _refuse_unknown(header["column"], kinds)
    hit_policy, aggregation = _policy(header)
    inputs = tuple(_input(header, place) for place in places["input"])
    outputs = tuple(_output(header, place) for place in places["output"])
    types = {place: _at(header, "type", place) for place in places["input"] + places["output"]}
    id_place = places["id"][0] if places["id"] else None
    return Sheet(
        decision="" if id_place is None else _at(header, "hit policy", id_place),
        name="",
        hit_policy=hit_policy,
        aggregation=aggregation,
        inputs=_new_where_repeated(inputs),
        outputs=_new_where_repeated(outputs),
        annotations=tuple(_at(header, "expression or name", p) for p in places["annotation"]),
        rules=_new_where_repeated(tuple(_rules(lines, places, types, id_place))),
    )


def _refuse_unknown(line: Line, kinds: list[str]) -> None:
    for cell, kind in list(zip(line, kinds, strict=True))[1:]:
        if kind not in {"", "id", "input", "output", "annotation"}:
            raise SheetError(f"{_address(cell)}: write Input, Output or Annotation here.")


def _policy(header: dict[str, Line]) -> tuple[str, str]:
    if "hit policy" not in header:
        raise SheetError("No row begins with Hit policy. Add one with the letter beside it.")
    for cell in header["hit policy"][2:] or header["hit policy"][1:]:
        if letters := _text(cell):
            try:
                return policy_of(letters.upper())
            except SheetError as error:
                raise SheetError(f"{_address(cell)}: {error}") from None
    raise SheetError(f"{_address(header['hit policy'][0])}: no letter stands beside Hit policy.")


def _at(header: dict[str, Line], word: str, place: int) -> str:
    """The header cell of a row in a column, "" when the row is missing."""
    line = header.get(word, ())
    return _text(line[place]) if place < len(line) else ""


def _input(header: dict[str, Line], place: int) -> InputColumn:
    return InputColumn(
        id=_at(header, "id", place),
        label=_at(header, "label", place),
        expression=_at(header, "expression or name", place),
        type=_at(header, "type", place),
        allowed=_at(header, "allowed values", place),
    )


def _output(header: dict[str, Line], place: int) -> OutputColumn:
    return OutputColumn(
        id=_at(header, "id", place),
        label=_at(header, "label", place),
        name=_at(header, "expression or name", place),
        type=_at(header, "type", place),
        allowed=_at(header, "allowed values", place),
        default=_at(header, "default", place),
    )


def _rules(
    lines: list[Line], places: dict[str, list[int]], types: dict[int, str], id_place: int | None
) -> Iterator[Row]:
    for line in lines:

        def texts(kind: str, line: Line = line) -> tuple[str, ...]:
            return tuple(_text(line[place], types.get(place, "")) for place in places[kind])

        row_id = "" if id_place is None else _text(line[id_place])
        row = Row(row_id, texts("input"), texts("output"), texts("annotation"))
        if row_id or any(row.cells) or _text(line[0]):
            yield row


def _new_where_repeated(entries: Any) -> Any:
    """A copied rule or column carries the id of its original: the second one is new."""
    seen: set[str] = set()
    fresh = []
    for entry in entries:
        fresh.append(replace(entry, id="") if entry.id in seen else entry)
        seen.add(entry.id)
    return tuple(fresh)


def _address(cell: Cell | MergedCell) -> str:
    return f"Row {cell.row}, column {get_column_letter(cell.column)}"


def _text(cell: Cell | MergedCell, declared: str = "") -> str:
    """What a cell says, as FEEL; numbers and dates that people typed become FEEL's."""
    if isinstance(cell, MergedCell) or cell.value is None:
        return ""
    if cell.data_type == "f":
        raise SheetError(f"{_address(cell)}: this is a formula. Put its value there instead.")
    if cell.data_type == "e":
        raise SheetError(f"{_address(cell)}: this is the error {cell.value}. Correct it.")
    text = _feel(cell.value, declared).replace("_x005F_", "_")
    return clean(text, _address(cell))


def _feel(value: object, declared: str) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            plain = Decimal(repr(value))
            return format(plain.to_integral_value() if plain == int(plain) else plain, "f")
        case datetime():
            return _moment(value, declared)
        case date():
            return f'date("{value.isoformat()}")'
        case time():
            return f'time("{value.isoformat()}")'
        case timedelta():
            return f'duration("PT{int(value.total_seconds())}S")'
    return str(value)


def _moment(value: datetime, declared: str) -> str:
    """Excel keeps a day as its midnight; the column's type says which of the two is meant."""
    if value.time() == time() and declared not in {"date and time", "dateTime"}:
        return f'date("{value.date().isoformat()}")'
    return f'date and time("{value.isoformat(timespec="seconds")}")'
