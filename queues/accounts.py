"""Accounts of people and of programs: who may sign in, and as what."""

from datetime import datetime
from typing import Any

from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from queues import configuration
from queues.models import Person, User
from workflows import journal
from workflows.refusals import NotValid, Refusal


class LastAdministrator(Refusal):
    """Somebody has to be able to set things up."""

    slug = "last-administrator"


@transaction.atomic
def add_person(
    *, username: str, name: str, identity: Person | None, by: str, now: datetime, **fields: Any
) -> User:
    """An account of a person who is new here, or one more of somebody who is known.

    It has no password until the person has chosen one by `invitation`.
    """
    owner = identity or Person.objects.create(name=name)
    return _add(username, now=now, by=by, person=owner, first_name=name[:150], **fields)


@transaction.atomic
def add_program(*, username: str, kind: str, by: str, now: datetime) -> User:
    """A service account or a software agent: never a person, so it never claims or decides."""
    if kind == User.Kind.PERSON:
        raise NotValid("A program is a service account or a software agent.")
    return _add(username, now=now, by=by, kind=kind)


def welcome(user: User, *, now: datetime) -> None:
    """The person has seen where to start; the first time counts."""
    User.objects.filter(pk=user.pk, welcomed_at=None).update(welcomed_at=now)


@transaction.atomic
def change(user: User, *, by: str, now: datetime, **fields: Any) -> User:
    administrators = User.objects.select_for_update(no_key=True).filter(
        is_admin=True, is_active=True, kind=User.Kind.PERSON
    )
    others = [each for each in administrators if each.pk != user.pk]
    stays = fields.get("is_admin", user.is_admin) and fields.get("is_active", user.is_active)
    if user.is_admin and user.is_active and not stays and not others:
        raise LastAdministrator(f"{user} is the only administrator. Make somebody else one before.")
    held = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    before = {name: configuration.written(getattr(held, name)) for name in fields}
    for name, value in fields.items():
        setattr(held, name, value)
    held.save(update_fields=list(fields))
    _rename(held)
    after = {name: configuration.written(value) for name, value in fields.items()}
    changed = [name for name in fields if before[name] != after[name]]
    if changed:
        _record(
            "account.changed",
            held,
            by=by,
            now=now,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
    return held


@transaction.atomic
def invitation(user: User, *, by: str, now: datetime) -> tuple[str, str]:
    """(account, token) of a link by which the person chooses a password, once, within three days.

    Whoever uses it first uses it up, so a link that somebody else has used does not go unnoticed.
    """
    if not user.is_person or not user.is_active:
        raise NotValid("Only people whose account is active sign in with a password.")
    _record("account.invited", user, by=by, now=now)
    return urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)


def password_chosen(user: User, *, now: datetime) -> None:
    _record("account.password_chosen", user, by=user.actor, now=now)


def _add(username: str, *, by: str, now: datetime, **fields: Any) -> User:
    name = User.normalize_username(username)
    if User.objects.filter(username=name).exists():
        raise configuration.Invalid({"username": [f"There is an account named {name}."]})
    user = User(username=name, **fields)
    user.set_unusable_password()
    user.save(force_insert=True)
    said = {key: configuration.written(value) for key, value in fields.items()}
    _record("account.added", user, by=by, now=now, after=said)
    return user


def _rename(user: User) -> None:
    """Somebody with one account is called what the account is called."""
    if user.person and user.person.accounts.count() == 1 and user.person.name != str(user):
        user.person.name = str(user)
        user.person.save(update_fields=["name"])


def _record(kind: str, user: User, *, by: str, now: datetime, **detail: Any) -> None:
    journal.record_outside(kind, subject=f"account:{user.username}", actor=by, now=now, **detail)
