"""Keys by which programs act as their accounts. Only a key's digest is kept."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from queues.models import ServiceToken, User
from workflows import external, journal
from workflows.bpmn.topics import TOPIC
from workflows.refusals import NotValid

MARK = "cs_"  # so that scanners for leaked secrets can find one
SHOWN = 12  # characters that stay visible
LONGEST = 200
USE_NOTED_EVERY = timedelta(minutes=1)
MOST_TOPICS = 50


@transaction.atomic
def issue(
    *,
    user: User,
    name: str,
    by: str,
    now: datetime,
    expires_at: datetime | None = None,
    topics: Iterable[str] = (),
) -> tuple[ServiceToken, str]:
    """The row, and the token itself, which cannot be shown again.

    `topics` are the jobs that whoever has it may take; from now on they are done outside.
    """
    if user.kind == User.Kind.PERSON:
        raise NotValid("People sign in with a password. Tokens are for programs.")
    if not user.is_active:
        raise NotValid(f"{user} is switched off. Switch it on before it gets a token.")
    named = _checked(topics)
    external.know(named)
    secret = f"{MARK}{secrets.token_urlsafe(32)}"
    token = ServiceToken.objects.create(
        user=user,
        name=name,
        prefix=secret[:SHOWN],
        digest=digest_of(secret),
        created_at=now,
        expires_at=expires_at,
        topics=named,
    )
    _record("token.issued", token, by=by, now=now, **({"topics": named} if named else {}))
    return token, secret


@transaction.atomic
def revoke(token: ServiceToken, *, by: str, now: datetime) -> None:
    """From this moment it opens nothing. A second time changes nothing."""
    if ServiceToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
        _record("token.revoked", token, by=by, now=now)


def in_force(secret: str, now: datetime) -> ServiceToken | None:
    """The token that this secret opens something with now: known, neither expired nor revoked,
    its account switched on."""
    if not secret.startswith(MARK) or len(secret) > LONGEST:
        return None
    found = ServiceToken.objects.select_related("user").filter(digest=digest_of(secret)).first()
    if found is None or found.revoked_at is not None or not found.user.is_active:
        return None
    if found.expires_at is not None and found.expires_at <= now:
        return None
    return found


def note_use(token: ServiceToken, now: datetime) -> None:
    """Roughly when it was last used: written once a minute at most."""
    if token.last_used_at is None or now - token.last_used_at >= USE_NOTED_EVERY:
        ServiceToken.objects.filter(pk=token.pk).update(last_used_at=now)


def digest_of(secret: str) -> str:
    """A token has 256 random bits, so a plain hash is as good as a slow one."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _checked(topics: Iterable[str]) -> list[str]:
    named = sorted(set(topics))
    if len(named) > MOST_TOPICS:
        raise NotValid(f"A token names at most {MOST_TOPICS} topics. Make another one.")
    for topic in named:
        if not TOPIC.fullmatch(topic):
            raise NotValid(f"“{topic[:40]}” is no topic. Use letters, digits and . : $ - _ alone.")
    return named


def _record(kind: str, token: ServiceToken, *, by: str, now: datetime, **detail: object) -> None:
    journal.record_outside(
        kind,
        subject=f"account:{token.user.username}",
        actor=by,
        now=now,
        token=str(token.pk),
        name=token.name,
        prefix=token.prefix,
        **detail,
    )
