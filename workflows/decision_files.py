"""DMN files as they come in: how large they may be, and which key and name they get."""

import hashlib
import re

from django.db import connection

from workflows.refusals import NotValid

LARGEST = 2 * 1024 * 1024  # bytes of a file
LONGEST_NAME = 200
LAST_VERSION = 2**31 - 1  # of an integer column
KEY = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,99}")
RESERVED = {"drafts", "import", "new"}  # words of the addresses


class Misfit(NotValid):
    """One thing that was filled in cannot be used; `fields` says which, as forms understand it."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.fields = {field: [sentence]}


def digest(xml: bytes) -> str:
    """What a signature is over."""
    return hashlib.sha256(xml).hexdigest()


def check_key(key: str) -> str:
    """The key, when it can be one. Raises Misfit."""
    if not KEY.fullmatch(key):
        raise Misfit(
            "key",
            "A key begins with a letter and has up to 100 letters, digits, dashes, dots and "
            "underscores, such as loan-limits.",
        )
    if key.lower() in RESERVED:
        raise Misfit("key", f"“{key}” is a word of this page’s addresses. Choose another key.")
    return key


def check_name(name: str) -> str:
    """The name without spaces around it. Raises Misfit."""
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Misfit("name", f"A name has 1 to {LONGEST_NAME} characters on one line.")
    return name


def check_size(xml: bytes) -> bytes:
    """The file, when it is not too large. Raises NotValid."""
    if len(xml) > LARGEST:
        raise NotValid(f"The file has {len(xml):,} bytes. At most {LARGEST:,} are read.")
    return xml


def one_at_a_time(key: str) -> None:
    """Versions, drafts and cases of one decision are added one after the other.

    Taken after the draft's row, where there is one, and before the journal's chain.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"decision:{key}"])


def key_like(file_name: str) -> str:
    """A key made from a file's name: "Loan limits.xlsx" is loan-limits; empty when none is left."""
    words = re.findall(r"[A-Za-z0-9]+", file_name.rsplit(".", 1)[0])
    return "-".join(words).lower().lstrip("0123456789-")[:100]
