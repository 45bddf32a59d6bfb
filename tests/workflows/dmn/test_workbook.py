"""Decision tables as Excel workbooks, and cells from the clipboard."""

import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from workflows.dmn.sheet import (
    InputColumn,
    OutputColumn,
    Row,
    Sheet,
    SheetError,
    sheet_of,
    tables_in,
)
from workflows.dmn.workbook import from_xlsx, paste, to_xlsx

COURTS = sorted((Path(__file__).parents[4] / "shared/data/hmcts").rglob("*.dmn"))

SHEET = Sheet(
    decision="fee",
    name="Fee",
    hit_policy="COLLECT",
    aggregation="SUM",
    inputs=(
        InputColumn("i1", "Amount", "amount", "number", ">= 0"),
        InputColumn("i2", "", "day", "date"),
    ),
    outputs=(OutputColumn("o1", "Fee", "fee", "number", "1, 2", "1"),),
    annotations=("Why",),
    rules=(
        Row("r1", ("-", "=cmd()"), ("+1",), ("@home",)),
        Row("r2", ("[1..5)", '"a\nb", "_x0041_"'), ("2",), ("",)),
        Row("", ("", ""), ("0.10",), ("",)),
    ),
)


def changed(change: Callable[[Worksheet], None], sheet: Sheet = SHEET) -> bytes:
    """The workbook after somebody edited it."""
    book = load_workbook(BytesIO(to_xlsx(sheet)))
    change(book.worksheets[0])
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def repacked(change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The workbook with other parts in its archive."""
    with zipfile.ZipFile(BytesIO(to_xlsx(SHEET))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return written.getvalue()


def test_a_workbook_comes_back_as_the_same_sheet():
    assert from_xlsx(to_xlsx(SHEET), SHEET) == SHEET
    assert from_xlsx(to_xlsx(SHEET)) == replace(SHEET, name="")
    assert from_xlsx(changed(lambda _: None), SHEET) == SHEET


def test_cells_are_text_that_excel_never_calculates():
    page = load_workbook(BytesIO(to_xlsx(SHEET))).worksheets[0]

    cells = [cell for line in page.iter_rows() for cell in line if cell.value is not None]

    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.number_format for cell in cells} == {"@"}
    assert next(cell for cell in cells if cell.value == "=cmd()").quotePrefix


def test_ids_are_hidden_and_the_header_stays_in_sight():
    page = load_workbook(BytesIO(to_xlsx(SHEET))).worksheets[0]

    assert page.column_dimensions["B"].hidden
    assert page.freeze_panes == "C9"


def test_rules_may_be_moved_added_and_removed():
    def edit(page: Worksheet) -> None:
        page.move_range("A9:F9", rows=10)
        page.delete_rows(11)
        page["C12"], page["E12"] = "> 5", "7"

    read = from_xlsx(changed(edit), SHEET)

    assert [row.id for row in read.rules] == ["r2", "", "r1"]
    assert read.rules[1] == Row("", ("> 5", ""), ("7",), ("",))


def test_a_copied_rule_is_a_new_one():
    def edit(page: Worksheet) -> None:
        for place in range(1, 7):
            page.cell(12, place).value = page.cell(9, place).value
            page.cell(12, place).data_type = "s"

    read = from_xlsx(changed(edit), SHEET)

    assert [row.id for row in read.rules] == ["r1", "r2", "", ""]
    assert read.rules[3].cells == read.rules[0].cells


def test_columns_may_be_added():
    def edit(page: Worksheet) -> None:
        page["G2"], page["G4"], page["G9"] = "Input", "region", '"north"'

    read = from_xlsx(changed(edit), SHEET)

    assert read.inputs[2] == InputColumn("", "", "region")
    assert read.rules[0].inputs == ("-", "=cmd()", '"north"')


@pytest.mark.parametrize(
    ("typed", "feel"),
    [
        (5, "5"),
        (5.0, "5"),
        (0.1, "0.1"),
        (1e21, "1000000000000000000000"),
        (-2.5, "-2.5"),
        (True, "true"),
        (datetime(2026, 11, 21), 'date("2026-11-21")'),  # noqa: DTZ001 - Excel knows no zones
        (datetime(2026, 11, 21, 8, 30), 'date and time("2026-11-21T08:30:00")'),  # noqa: DTZ001
        (time(8, 30), 'time("08:30:00")'),
        (timedelta(hours=30), 'duration("PT108000S")'),
    ],
)
def test_what_people_type_becomes_feel(typed, feel):
    def edit(page: Worksheet) -> None:
        page["C9"].value = typed
        page["C9"].number_format = {
            datetime: "yyyy-mm-dd hh:mm",
            time: "hh:mm",
            timedelta: "[hh]:mm",
        }.get(type(typed), "General")

    assert from_xlsx(changed(edit), SHEET).rules[0].inputs[0] == feel


def test_midnight_is_a_moment_where_the_column_says_so():
    moments = replace(
        SHEET, inputs=(replace(SHEET.inputs[0], type="date and time"), SHEET.inputs[1])
    )

    def edit(page: Worksheet) -> None:
        page["C9"].value = datetime(2026, 11, 21)  # noqa: DTZ001 - Excel knows no zones
        page["C9"].number_format = "yyyy-mm-dd"

    read = from_xlsx(changed(edit, moments), moments)

    assert read.rules[0].inputs[0] == 'date and time("2026-11-21T00:00:00")'


def put(address: str, value: object) -> Callable[[Worksheet], None]:
    def edit(page: Worksheet) -> None:
        page[address].data_type = "n"
        page[address].value = value

    return edit


@pytest.mark.parametrize(
    ("address", "value", "sentence"),
    [
        ("C10", "=1+1", "Row 10, column C: this is a formula"),
        ("C10", "#REF!", "Row 10, column C: this is the error #REF!"),
        ("C1", "Z", "Row 1, column C: Z is not a hit policy"),
        ("D2", "Inpt", "Row 2, column D: write Input, Output or Annotation"),
        ("A1", "Policy", "No row begins with Hit policy"),
        ("A2", "x", "begins with the word Column"),
        ("C1", None, "no letter stands beside"),
        ("E2", None, "at least one output"),
        ("ZZ9", "far", "goes down to row"),
        ("C30000", "far", "goes down to row 30,000"),
    ],
)
def test_mistakes_name_the_cell(address, value, sentence):
    with pytest.raises(SheetError, match=sentence):
        from_xlsx(changed(put(address, value)), SHEET)


def test_what_excel_cannot_hold_is_refused_with_its_cell():
    long = replace(SHEET, rules=(Row("r", ("x" * 32_768, ""), ("",), ("",)),))

    with pytest.raises(SheetError, match="Row 9, column C: 32,768 characters"):
        to_xlsx(long)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda parts: parts.update({"xl/vbaProject.bin": b""}), "macros"),
        (lambda parts: parts.update({"xl/externalLinks/externalLink1.xml": b""}), "other files"),
        (lambda parts: parts.update({"xl/big.bin": b"0" * 21_000_000}), "too large when unpacked"),
        (lambda parts: parts.update({f"x{n}": b"" for n in range(201)}), "too many parts"),
        (
            lambda parts: parts.update({"xl/bomb.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'}),
            "DTD",
        ),
        (
            lambda parts: parts.update({"xl/worksheets/sheet2.xml": b"<c />" * 150_001}),
            "150,000 cells",
        ),
        (lambda parts: parts.update({"xl/utf.xml": "<a/>".encode("utf-16")}), "not an Excel"),
        (lambda parts: parts.pop("xl/workbook.xml"), "not an Excel"),
        (lambda parts: parts.update({"xl/worksheets/sheet1.xml": b"<broken"}), "not an Excel"),
    ],
)
def test_dangerous_workbooks_are_refused_before_they_are_read(change, sentence):
    with pytest.raises(SheetError, match=sentence):
        from_xlsx(repacked(change))


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"a,b\n1,2", b"PK\x05\x06" + b"\0" * 18]
)
def test_other_files_are_refused(content):
    with pytest.raises(SheetError, match="not an Excel workbook"):
        from_xlsx(content)


def test_too_large_a_file_is_refused():
    with pytest.raises(SheetError, match="5,242,881 bytes"):
        from_xlsx(b"x" * (5 * 1024 * 1024 + 1))


CELLS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"]) | st.sampled_from("\n\t=-+@'_x00"),
    max_size=12,
).map(str.strip)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), max_size=5))
def test_any_text_survives_the_way_through_excel(rows):
    sheet = replace(
        SHEET,
        rules=tuple(
            Row(f"r{number}", cells[:2], cells[2:3], cells[3:]) for number, cells in enumerate(rows)
        ),
    )

    assert from_xlsx(to_xlsx(sheet), sheet) == sheet


@pytest.mark.skipif(not COURTS, reason="../shared/data has no courts' models")
def test_real_tables_survive_the_way_through_excel():
    count = 0
    for path in COURTS:
        xml = path.read_bytes()
        for decision, _ in tables_in(xml):
            sheet = sheet_of(xml, decision)
            if max((len(cell) for row in sheet.rules for cell in row.cells), default=0) < 32_768:
                assert from_xlsx(to_xlsx(sheet), sheet) == sheet
                count += 1
    assert count > 20


# --- the clipboard ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("", [[""]]),
        ("a", [["a"]]),
        ("a\tb\nc\td\n", [["a", "b"], ["c", "d"]]),
        ("a\tb\r\nc\td\r\n", [["a", "b"], ["c", "d"]]),
        ('"north"\t> 5', [['"north"', "> 5"]]),
        ('"a","b"\t-\n""\t1', [['"a","b"', "-"], ['""', "1"]]),
        ('"two\nlines"\tx', [["two\nlines", "x"]]),
        ('"""two""\n""lines"""\tx', [['"two"\n"lines"', "x"]]),
        ('"""north"""\t5', [['"north"', "5"]]),
        ('"half\tx', [['"half', "x"]]),
        ("a,b\n1,2", [["a", "b"], ["1", "2"]]),
        ('"""north""",5', [['"north"', "5"]]),
        ('"a", "b"\n"c", "d"', [['"a", "b"'], ['"c", "d"']]),
        ("5,10", [["5,10"]]),
        ("1,2\n3", [["1,2"], ["3"]]),
    ],
)
def test_pasted_text_becomes_cells(text, cells):
    assert paste(text) == cells


@pytest.mark.parametrize("text", ["a\n" * 2_001, "a\t" * 50, "a" * 50_001, "a" * 5_000_001])
def test_too_much_is_not_pasted(text):
    with pytest.raises(SheetError):
        paste(text)
