"""Who has a part in what is reviewed: from a name in a payload to natural persons."""

import unicodedata

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
    name = unicodedata.normalize("NFKC", named.strip()).removeprefix("user:")
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
    starter = instance.started_by
    if starter.startswith("user:"):
        found.update(dict.fromkeys(persons(starter), "You sent this in."))
    found.update(dict.fromkeys(persons(review.requester), "You asked for this."))
    parts = (
        (review.requester_person, "You asked for this."),
        (review.beneficiary_person, "You benefit from this."),
        (review.last_editor, "You made the last change to this."),
    )
    found.update({person: why for person, why in parts if person is not None})
    return found


def _is(account: User, name: str) -> bool:
    return account.username.casefold() == name.casefold() or (
        "@" in name and four_eyes.mailbox(account.email) == four_eyes.mailbox(name)
    )
