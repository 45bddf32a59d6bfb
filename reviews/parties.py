"""Who has a part in what is reviewed: from a name in a payload to natural persons."""

import unicodedata
from collections.abc import Collection
from uuid import UUID

from django.db.models import Q

from queues.models import Person, User
from reviews import four_eyes
from reviews.models import Review
from workflows.models import ProcessInstance

MOST_CANDIDATES = 1_000


def persons(named: str) -> list[Person]:
    """Every person whose account has this name or mailbox; `user:alice`, `alice` or an address.

    Two accounts may share a mailbox. All of them are meant: leaving one out would let it sign.
    """
    name = _name(named)
    if not name:
        return []
    wanted = Q(username__iexact=name)
    if "@" in name:
        domain = four_eyes.mailbox(name).rpartition("@")[2]
        wanted |= Q(email__iendswith=f"@{domain}")
    accounts = User.objects.filter(wanted, person__isnull=False).select_related("person")
    found = [account for account in accounts[:MOST_CANDIDATES] if _is(account, name)]
    return list({account.person_id: account.person for account in found if account.person}.values())


def excluded(review: Review, instance: ProcessInstance) -> dict[Person, str]:
    """Who may never sign this review in its version, and why, in words to that person."""
    found: dict[Person, str] = {}
    for named, why in _named(review, instance):
        found.update(dict.fromkeys(persons(named), why))
    known = Person.objects.in_bulk([person_id for person_id, _ in _parts(review)])
    found.update({known[person_id]: why for person_id, why in _parts(review)})
    return found


def why_excluded(accounts: Collection[User], review: Review, instance: ProcessInstance) -> str:
    """What `excluded` says of the person with these accounts, which are all of theirs; empty when
    they have no part in the review."""
    theirs = {account.person_id for account in accounts}
    reasons = [why for person_id, why in reversed(_parts(review)) if person_id in theirs]
    reasons += [
        why
        for named, why in reversed(_named(review, instance))
        if (name := _name(named)) and any(_is(account, name) for account in accounts)
    ]
    return reasons[0] if reasons else ""


def _named(review: Review, instance: ProcessInstance) -> list[tuple[str, str]]:
    """Parts given by name; what comes later says more. Whoever begins a process may work on it."""
    if review.is_work:
        return []
    starter = instance.started_by
    sent_in = [(starter, "You sent this in.")] if starter.startswith("user:") else []
    return [*sent_in, (review.requester, "You asked for this.")]


def _parts(review: Review) -> list[tuple[UUID, str]]:
    """Parts given by person; what comes later says more."""
    parts = (
        (review.requester_person_id, "You asked for this."),
        (review.beneficiary_person_id, "You benefit from this."),
        (review.last_editor_id, "You made the last change to this."),
    )
    return [(person_id, why) for person_id, why in parts if person_id is not None]


def _name(named: str) -> str:
    return unicodedata.normalize("NFKC", named.strip()).removeprefix("user:")


def _is(account: User, name: str) -> bool:
    return account.username.casefold() == name.casefold() or (
        "@" in name and four_eyes.mailbox(account.email) == four_eyes.mailbox(name)
    )
