"""Primary keys that sort by time and cannot be guessed by counting (RFC 9562, version 7)."""

from uuid import UUID

from uuid_utils import compat


def uuid7() -> UUID:
    return compat.uuid7()
