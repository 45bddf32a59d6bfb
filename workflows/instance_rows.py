"""Several held instances written with one statement."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from workflows import sql_json
from workflows.models import ProcessInstance

# What a step may make of an instance, and of which type it is.
COLUMNS = {
    "live_tokens": "int",
    "resting": "jsonb",
    "joins": "jsonb",
    "done": "jsonb",
    "interrupted": "boolean",
    "last_scope": "int",
    "variables": "jsonb",
    "status": "text",
    "ended_at": "timestamptz",
    "end_node": "text",
}
MOVE_ON = f"""
UPDATE workflows_processinstance AS instance SET
    chain_length = news.chain_length, chain_head = news.chain_head,
    {", ".join(f"{name} = coalesce(news.{name}, instance.{name})" for name in COLUMNS)}
FROM jsonb_to_recordset(%s::jsonb) AS news (
    id uuid, old_length int, old_head text, chain_length int, chain_head text,
    {", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())}
)
WHERE instance.id = news.id
  AND instance.chain_length = news.old_length AND instance.chain_head = news.old_head
"""  # noqa: S608 - names of our own alone

Head = tuple[int, str]  # of a journal: how long it is, and the last hash


class Behind(Exception):
    """Another copy of an instance was written meanwhile."""


def move_on(news: Sequence[tuple[ProcessInstance, Head, Sequence[str]]]) -> None:
    """Write the head of each journal, which was somewhere else before, and these fields."""
    rows = [_row(*each) for each in news]
    with connection.cursor() as cursor:
        cursor.execute(MOVE_ON, [sql_json.text(rows)])
        if cursor.rowcount != len(rows):
            raise Behind(f"{len(rows) - cursor.rowcount} of {len(rows)} instances have moved on.")


def _row(instance: ProcessInstance, before: Head, fields: Sequence[str]) -> dict[str, Any]:
    length, head = before
    return {
        "id": instance.pk,
        "old_length": length,
        "old_head": head,
        "chain_length": instance.chain_length,
        "chain_head": instance.chain_head,
        **{name: getattr(instance, name) for name in fields},
    }
