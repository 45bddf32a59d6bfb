"""A sheet as JSON for the page that edits it, and back, trusting nobody."""

import re
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any, TypeVar

from workflows.dmn.sheet_parts import (
    AGGREGATIONS,
    HIT_POLICIES,
    LONGEST_CELL,
    MOST_COLUMNS,
    MOST_RULES,
    InputColumn,
    OutputColumn,
    Row,
    Sheet,
    SheetError,
)

_POLICIES = {name for name, _ in HIT_POLICIES.values()}
_ID = re.compile(r"[^\W\d][\w.-]{0,199}")
# What XML 1.0 cannot hold or nobody can see; line breaks and tabs are fine in a cell.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")

Column = TypeVar("Column", InputColumn, OutputColumn)


def as_json(sheet: Sheet) -> dict[str, Any]:
    """The sheet's fields as JSON; `from_json` takes exactly this."""
    written = asdict(sheet)
    return {name: _plain(value) for name, value in written.items()}


def _plain(value: Any) -> Any:
    """Lists where the dataclasses have tuples."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, tuple | list) else value


def from_json(written: Any) -> Sheet:
    """The sheet, or SheetError with a sentence that says which member is wrong and why."""
    names = [field.name for field in fields(Sheet)]
    members = _object(written, names, "The table")
    sheet = Sheet(
        decision=_text(members["decision"], "decision"),
        name=_text(members["name"], "name"),
        hit_policy=_one_of(members["hit_policy"], _POLICIES, "hit_policy"),
        aggregation=_one_of(members["aggregation"], {"", *AGGREGATIONS.values()}, "aggregation"),
        inputs=_columns(members["inputs"], InputColumn, "Input"),
        outputs=_columns(members["outputs"], OutputColumn, "Output"),
        annotations=_texts(members["annotations"], MOST_COLUMNS, "annotations"),
        rules=_rules(members["rules"]),
    )
    check(sheet)
    return sheet


def check(sheet: Sheet) -> None:
    """Whether it has the shape and size of a table and each id once; raises SheetError."""
    ids = [column.id for column in sheet.inputs] + [column.id for column in sheet.outputs]
    _each_once(ids, "Column")
    _each_once([row.id for row in sheet.rules], "Rule")
    check_shape(sheet)


def check_shape(sheet: Sheet) -> None:
    """Whether it has the shape and size of a table; raises SheetError."""
    if len(sheet.rules) > MOST_RULES:
        raise SheetError(f"The table has {len(sheet.rules):,} rules; {MOST_RULES:,} are allowed.")
    width = len(sheet.inputs) + len(sheet.outputs) + len(sheet.annotations)
    if width > MOST_COLUMNS:
        raise SheetError(f"The table has {width} columns; {MOST_COLUMNS} are allowed.")
    if not sheet.outputs:
        raise SheetError("A decision table has at least one output column. Add one.")
    if sheet.aggregation and sheet.hit_policy != "COLLECT":
        raise SheetError("Only the hit policy COLLECT can have an aggregation.")
    for number, row in enumerate(sheet.rules, 1):
        _same_width(f"Rule {number}", "inputs", row.inputs, len(sheet.inputs))
        _same_width(f"Rule {number}", "outputs", row.outputs, len(sheet.outputs))
        _same_width(f"Rule {number}", "annotations", row.annotations, len(sheet.annotations))


def _same_width(where: str, kind: str, cells: tuple[str, ...], width: int) -> None:
    if len(cells) != width:
        raise SheetError(f"{where} has {len(cells)} {kind}; the table has {width} such columns.")


def _each_once(ids: list[str], what: str) -> None:
    seen: set[str] = set()
    for given in ids:
        if given and not _ID.fullmatch(given):
            raise SheetError(f"{what} id {given[:40]!a} cannot be an id. Leave it empty.")
        if given in seen:
            raise SheetError(f"{what} id {given} is given twice. Leave the second one empty.")
        if given:
            seen.add(given)


def _object(written: Any, names: list[str], where: str) -> Mapping[str, Any]:
    if not isinstance(written, dict):
        raise SheetError(f"{where} has to be a JSON object.")
    if unknown := sorted(str(name) for name in written.keys() - set(names)):
        raise SheetError(f"{where} has an unknown member {unknown[0][:40]!a}. Leave it out.")
    if missing := [name for name in names if name not in written]:
        raise SheetError(f"{where} has no member {missing[0]}.")
    return written


def _list(written: Any, most: int, where: str) -> list[Any]:
    if not isinstance(written, list):
        raise SheetError(f"{where} has to be a list.")
    if len(written) > most:
        raise SheetError(f"{where} has {len(written):,} entries; {most:,} are allowed.")
    return written


def _columns(written: Any, kind: type[Column], word: str) -> tuple[Column, ...]:
    names = [field.name for field in fields(kind)]
    columns = []
    for number, entry in enumerate(_list(written, MOST_COLUMNS, f"{word.lower()}s"), 1):
        where = f"{word} column {number}"
        members = _object(entry, names, where)
        texts = {name: _text(members[name], f"{where}, {name}") for name in names}
        columns.append(kind(**texts))
    return tuple(columns)


def _rules(written: Any) -> tuple[Row, ...]:
    names = [field.name for field in fields(Row)]
    rules = []
    for number, entry in enumerate(_list(written, MOST_RULES, "rules"), 1):
        where = f"Rule {number}"
        members = _object(entry, names, where)
        cells = {
            name: _texts(members[name], MOST_COLUMNS, f"{where}, {name}") for name in names[1:]
        }
        rules.append(Row(_text(members["id"], f"{where}, id"), **cells))
    return tuple(rules)


def _texts(written: Any, most: int, where: str) -> tuple[str, ...]:
    entries = enumerate(_list(written, most, where), 1)
    return tuple(_text(entry, f"{where}, {number}") for number, entry in entries)


def _text(written: Any, where: str) -> str:
    if not isinstance(written, str):
        raise SheetError(f"{where}: this has to be text.")
    return clean(written, where)


def clean(written: str, where: str) -> str:
    """Text as a cell keeps it: without blanks around it, with plain line breaks.

    Raises SheetError for text that is too long or has characters that nobody sees.
    """
    if len(written) > LONGEST_CELL:
        raise SheetError(
            f"{where}: {len(written):,} characters are too many; {LONGEST_CELL:,} are allowed."
        )
    text = written.replace("\r\n", "\n").replace("\r", "\n").strip()
    if found := _FORBIDDEN.search(text):
        raise SheetError(
            f"{where}: the character U+{ord(found.group()):04X} cannot be seen or stored. "
            "Remove it."
        )
    return text


def _one_of(written: Any, known: set[str], where: str) -> str:
    if not isinstance(written, str) or written not in known:
        names = ", ".join(sorted(name for name in known if name))
        raise SheetError(f"{where} has to be one of {names}.")
    return written
