"""Reading an event log: a CSV file, plain or gzipped, one event a line, into cases. Pure.

Attributes of a case are repeated on each of its lines, as exports of XES logs (IEEE 1849) do.
Everything that is wrong is found before anything happens, each with its line.
"""

import csv
import gzip
import io
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

MOST_FINDINGS = 20  # that are listed
LONGEST_FIELD = 1_000
LARGEST_FILE = 512 * 1024 * 1024  # bytes, unpacked


class CannotRead(Exception):
    """The file is no event log that can be played; every finding is a sentence."""

    def __init__(self, findings: Iterable[str]) -> None:
        self.findings = list(findings)
        super().__init__("\n".join(self.findings))


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns are called. An empty name means that the log has no such column."""

    case: str = "case:concept:name"
    time: str = "time:timestamp"
    resource: str = "org:resource"
    start: str = "case:startdate"
    deadline: str = "case:deadline"
    end: str = "case:enddate"

    @property
    def of_the_case(self) -> dict[str, str]:
        return {"start": self.start, "deadline": self.deadline, "end": self.end}


@dataclass(slots=True)
class Case:
    """One case, as its lines tell it."""

    key: str
    line: int  # of its first event
    start: datetime | None = None
    deadline: datetime | None = None
    end: datetime | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    touches: list[tuple[datetime, str]] = field(default_factory=list)  # when, by whom

    @property
    def started_at(self) -> datetime:
        """As it says, or its first event."""
        return self.start or min(at for at, _ in self.touches)

    @property
    def ended_at(self) -> datetime | None:
        """As it says; what ends before it starts ends at its start."""
        return max(self.end, self.started_at) if self.end else None

    @property
    def ended_late(self) -> bool:
        return bool(self.ended_at and self.deadline and self.ended_at > self.deadline)

    @property
    def last_touch(self) -> tuple[datetime, str]:
        """Who was the last at work on it before it ended, and since when."""
        end = self.ended_at
        before = [touch for touch in self.touches if end is None or touch[0] <= end]
        at, who = max(before) if before else (end or self.started_at, min(self.touches)[1])
        return max(at, self.started_at), who


def read(path: Path, columns: Columns, attributes: Mapping[str, str]) -> list[Case]:
    """Every case, the earliest first. `attributes` maps names to further columns of the case."""
    text = unpacked(path)
    cases: dict[str, Case] = {}
    findings: list[str] = []
    lines = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        _check_header(lines.fieldnames or [], columns)
        for row in lines:
            findings += _add(row, lines.line_num, columns, attributes, cases)
    except csv.Error as error:
        raise CannotRead([f"Line {lines.line_num}: {str(error).capitalize()}."]) from error
    if not cases and not findings:
        findings.append("The file holds a header and no event.")
    if findings:
        raise CannotRead(findings)
    return sorted(cases.values(), key=lambda case: (case.started_at, case.line))


def unpacked(path: Path) -> str:
    try:
        packed = path.open("rb")
    except OSError as error:
        raise CannotRead([f"{path} cannot be opened: {error.strerror}."]) from error
    with packed:
        is_gzip = packed.read(2) == b"\x1f\x8b"
        packed.seek(0)
        try:
            with gzip.GzipFile(fileobj=packed) if is_gzip else packed as plain:
                data = plain.read(LARGEST_FILE + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise CannotRead([f"{path} is not a whole gzip file: {error}."]) from error
    if len(data) > LARGEST_FILE:
        raise CannotRead([f"{path} unpacks to more than {LARGEST_FILE // 2**20} MB. Split it."])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CannotRead([f"Line {line}: This is not UTF-8. Save the file as UTF-8."]) from error


def _check_header(header: Iterable[str], columns: Columns) -> None:
    known = list(header)
    wanted = [columns.case, columns.time, columns.resource, *columns.of_the_case.values()]
    missing = [name for name in wanted if name and name not in known]
    if missing:
        raise CannotRead(
            f"There is no column {name!r}. The columns are {', '.join(map(repr, known)) or 'none'}."
            for name in missing
        )
    if not columns.case or not columns.time:
        raise CannotRead(["Name the columns of the case and of the time; the others may be empty."])


def _add(
    row: Mapping[str | None, str | None],
    line: int,
    columns: Columns,
    attributes: Mapping[str, str],
    cases: dict[str, Case],
) -> Iterator[str]:
    """Take one event in; yields what is wrong with it."""
    try:
        said = _fields(row)
        key = said[columns.case]
        if not key:
            raise ValueError(f"The column {columns.case!r} is empty. Every event has a case.")
        case = cases.setdefault(key, Case(key, line))
        at = moment(said[columns.time], columns.time)
        if at is None:
            raise ValueError(f"The column {columns.time!r} is empty. Every event has a time.")
        for name, column in columns.of_the_case.items():
            if column:
                _agree(case, name, moment(said[column], column), is_first=case.line == line)
    except ValueError as problem:
        yield f"Line {line}: {problem}"
        return
    case.touches.append((at, said.get(columns.resource, "")))
    for name, column in attributes.items():
        case.attributes.setdefault(name, said.get(column, ""))


def _fields(row: Mapping[str | None, str | None]) -> dict[str, str]:
    if None in row or None in row.values():
        raise ValueError("It has another number of fields than the header.")
    said = {str(name): (value or "").strip() for name, value in row.items()}
    for name, value in said.items():
        if len(value) > LONGEST_FIELD or not value.isprintable():
            raise ValueError(
                f"The field {name!r} is longer than {LONGEST_FIELD} characters or holds a control "
                "character."
            )
    return said


def _agree(case: Case, name: str, at: datetime | None, *, is_first: bool) -> None:
    """A case has one start, one deadline, one end, whichever of its lines says so."""
    if is_first:
        setattr(case, name, at)
    elif getattr(case, name) != at:
        raise ValueError(
            f"The {name} of {case.key} differs from the one on line {case.line}. "
            "A case has one; correct the line."
        )


def moment(text: str, column: str) -> datetime | None:
    """A moment in UTC; None for nothing at all."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            f"{text[:40]!r} in {column!r} is no date and time. Write it like "
            "2011-10-11T13:45:40+02:00."
        ) from None
    if at.tzinfo is None:
        raise ValueError(
            f"{text[:40]!r} in {column!r} names no time zone. Add one, such as +02:00."
        )
    return at.astimezone(UTC)
