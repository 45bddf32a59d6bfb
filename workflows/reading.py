"""Long lists and large counts, read so that no question can hold up the house."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

from workflows.refusals import Refusal

Row = TypeVar("Row")

USUAL_PAGE, LARGEST_PAGE = 50, 200


class BadQuery(Refusal):
    """The address asks for something that the list does not offer."""

    status = 400
    slug = "bad-query"


class TooMuch(Refusal):
    """The answer would take longer than anybody should wait."""

    status = 503
    slug = "too-much"


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows of a list, and where the next ones begin; page 1,000 costs what page 1 does."""

    rows: list[Row]
    next: str = ""  # the `after` of the next page, empty on the last
    is_first: bool = True


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Cancels what is asked inside when one statement takes longer. Raises TooMuch."""
    try:
        with transaction.atomic():
            before = _statement_timeout(f"{round(seconds * 1000)}ms")
            yield
            _statement_timeout(before)
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
        raise TooMuch(
            "There is too much to look through. Narrow it down, by queue or state, and try again."
        ) from error


def _statement_timeout(value: str) -> str:
    """Sets it for this transaction; answers with what it was."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout')")
        before: str = cursor.fetchone()[0]
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [value])
    return before


def page_size(query: Mapping[str, str]) -> int:
    """What was asked for, at most LARGEST_PAGE."""
    text = query.get("page_size", "")
    if not text:
        return USUAL_PAGE
    if not (text.isascii() and text.isdigit() and len(text) <= 18 and int(text) > 0):
        raise BadQuery(f"page_size is a whole number from 1 to {LARGEST_PAGE}.")
    return min(int(text), LARGEST_PAGE)


def only(query: Mapping[str, str], known: set[str]) -> None:
    """Refuses parameters that nobody offers: a misspelt filter must not show everything."""
    unknown = sorted(name[:40] for name in query if name not in known)
    if unknown:
        raise BadQuery(
            f"There is no filter called {unknown[0]}. Known are: {', '.join(sorted(known))}."
        )


def choice(query: Mapping[str, str], name: str, offered: set[str], default: str = "") -> str:
    value = query.get(name, "") or default
    if value and value not in offered:
        raise BadQuery(f"{name} is one of: {', '.join(sorted(offered))}.")
    return value


def text(query: Mapping[str, str], name: str, longest: int = 100) -> str:
    value = query.get(name, "").strip()
    if len(value) > longest or "\x00" in value:
        raise BadQuery(f"{name} is at most {longest} characters long.")
    return value


def identifier(value: str, name: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        raise BadQuery(f"{name} is not a place in this list. Start again from the top.") from None
