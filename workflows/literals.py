"""Values spelt out in SQL: a prepared statement then still finds its partial index.

With a placeholder, PostgreSQL's generic plan cannot know that `status = $1` means the rows of an
index on `status = 'ready'`.
"""

from django.db.models import CharField
from django.db.models.expressions import RawSQL


def literal(word: str) -> RawSQL:
    """A word of our own, such as a status, as part of the statement."""
    if not word.isidentifier():
        raise ValueError(f"{word!r} is not a plain word.")
    return RawSQL(f"'{word}'", [], output_field=CharField())  # noqa: S611 - letters alone get here
