"""Rows that wait for the next statement of their transaction, and are written together with it.

A step inserts rows of many models. Each statement is a way to the server and back, so within a
`block` they wait for one another. Nobody has to know: whatever else is sent to the database, and
could see them, is sent after them. A savepoint that is rolled back takes those along that came
after it, as it takes rows.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar

from django.db import DataError, connection, models

from workflows import inserting, updating
from workflows.inserting import AT_ONCE, as_json, statement, values_of

# What PostgreSQL keeps in no text. A backslash that is itself written stands before the others.
NO_CHARACTER = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class _Entry:
    """A row to be inserted, as JSON, or an update with all its values."""

    table: str
    sql: str
    values: tuple[Any, ...]
    key: Any = None  # of the row
    is_row: bool = False


@dataclass(slots=True)
class _Waiting:
    """What waits in one block, with what was written already: a savepoint may bring it back."""

    entries: list[_Entry] = field(default_factory=list)
    written: int = 0  # how many of them
    marks: dict[str, tuple[int, int]] = field(default_factory=dict)  # by savepoint
    tables: dict[str, set[Any]] = field(default_factory=dict)  # keys of what waits
    known: dict[Any, Any] = field(default_factory=dict)

    def add(self, entry: _Entry) -> None:
        """One statement sees no row that another part of it writes: such a row comes first."""
        is_full = len(self.entries) - self.written >= AT_ONCE
        if is_full or entry.key in self.tables.get(entry.table, ()):
            self.write()
        self.entries.append(entry)
        self._waits(entry)

    def _waits(self, entry: _Entry) -> None:
        keys = self.tables.setdefault(entry.table, set())
        if entry.key is not None:
            keys.add(entry.key)

    def taken(self) -> tuple[list[str], list[Any]]:
        """The statements of what waits, and their values; nothing waits any more."""
        rows: dict[str, list[str]] = {}
        changes = []
        for each in self.entries[self.written :]:
            if each.is_row:
                rows.setdefault(each.sql, []).append(each.values[0])
            else:
                changes.append(each)
        self.written = len(self.entries)
        self.tables.clear()
        kinds = sorted(rows)
        values = [f"[{','.join(rows[sql])}]" for sql in kinds]
        return (
            [*kinds, *(each.sql for each in changes)],
            [*values, *(value for each in changes for value in each.values)],
        )

    def write(self) -> None:
        """Write what waits now."""
        if self.tables:
            (*before, last), values = self.taken()
            _execute(_combined(last, *before), values)

    def before(self, execute: Callable[..., Any], sql: Any, *said: Any) -> Any:
        """Around each statement of this connection (see `connection.execute_wrapper`)."""
        if isinstance(sql, str) and sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            self._note(sql)
        elif self.tables and not self._sees_nothing_of_it(sql):
            self.write()
        return execute(sql, *said)

    def _note(self, sql: str) -> None:
        name = sql.rpartition(" ")[2]
        if sql.startswith("SAVEPOINT"):
            self.marks[name] = (len(self.entries), self.written)
        elif sql.startswith("ROLLBACK"):
            length, self.written = self.marks.get(name, (0, 0))
            del self.entries[length:]
            self.known.clear()
            self.tables.clear()
            for entry in self.entries[self.written :]:
                self._waits(entry)

    def _sees_nothing_of_it(self, sql: Any) -> bool:
        if not isinstance(sql, str) or not sql.startswith("SELECT"):
            return False
        return not any(table in sql for table in self.tables)


_block: ContextVar[_Waiting | None] = ContextVar("rows that wait", default=None)


@contextmanager
def block() -> Iterator[None]:
    """Rows wait for one another, until the end of the outermost block at the latest.

    When it fails, so does the transaction around it, and what waits is not written.
    """
    if _block.get() is not None:
        yield
        return
    waiting = _Waiting()
    token = _block.set(waiting)
    try:
        with connection.execute_wrapper(waiting.before):
            yield
            waiting.write()
    finally:
        _block.reset(token)


def insert(*kinds: Sequence[models.Model]) -> None:
    """Insert rows of different models, whose keys and values are all set, at the latest when
    somebody could see them. What no column can hold is refused here, as `DataError`."""
    waiting = _block.get()
    if waiting is None:
        inserting.insert_together(*kinds)
        return
    for rows in filter(None, kinds):
        for entry in _rows(rows):
            waiting.add(entry)
        inserting.are_there(rows)


def update(*changes: updating.Change) -> None:
    """Write fields of held rows that nothing refuses, at the latest when somebody could see it."""
    waiting = _block.get()
    if waiting is None:
        updating.update_together(*changes)
        return
    for row, fields in changes:
        sql, values = updating.statement_of(row, fields)
        waiting.add(_Entry(row._meta.db_table, sql, tuple(values), row.pk))


def run(table: str, sql: str, values: Sequence[Any]) -> int:
    """Send a statement along with what waits; how many rows it touched itself.

    `table` is the one that it reads and changes.
    """
    waiting = _block.get()
    if waiting and table in waiting.tables:
        waiting.write()
    before, others = waiting.taken() if waiting else ([], [])
    return _execute(_combined(sql, *before), [*others, *values])


def remembered(key: Any, find: Callable[[], Found]) -> Found:
    """What `find` finds, looked up once in a block: for rows that stay as they are once made."""
    waiting = _block.get()
    if waiting is None:
        return find()
    if key not in waiting.known:
        waiting.known[key] = find()
    found: Found = waiting.known[key]
    return found


def _rows(rows: Sequence[models.Model]) -> Iterator[_Entry]:
    model = type(rows[0])
    table, sql, longest = model._meta.db_table, statement(model), _longest(model)
    for row, values in zip(rows, values_of(rows), strict=True):
        for column, most in longest:
            text = values[column]
            if isinstance(text, str) and len(text) > most:
                raise DataError(f"{column} of {table} has more than {most} characters.")
        text = as_json([values])[1:-1]
        if "\\u0000" in text and NO_CHARACTER.search(text):
            raise DataError(f"A text of {table} contains the character 0.")
        yield _Entry(table, sql, (text,), row.pk, is_row=True)


@lru_cache(maxsize=64)
def _longest(model: type[models.Model]) -> list[tuple[str, int]]:
    """Columns of texts, and how long they may be."""
    fields = [each for each in model._meta.concrete_fields if isinstance(each, models.CharField)]
    return [(str(each.column), each.max_length) for each in fields if each.max_length]


@lru_cache(maxsize=256)
def _combined(last: str, *before: str) -> str:
    """One statement of several, each of which has nothing before its first word but `last`."""
    if not before:
        return last
    named = ", ".join(f"part_{number} AS ({each})" for number, each in enumerate(before))
    also, statement = (
        (", ", last.lstrip()[5:]) if last.lstrip().startswith("WITH ") else (" ", last)
    )
    return f"WITH {named}{also}{statement}"


def _execute(sql: str, values: Sequence[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        touched: int = cursor.rowcount
    return touched
