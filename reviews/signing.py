"""The parts of a signature: what is held, who may sign, over what, and how it is written down."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

from queues import items, leases
from queues.models import Exclusion, Lease, Person, User, WorkItem
from queues.refusals import LeaseLost
from reviews import four_eyes, parties, permissions, seats, settlement, signatures
from reviews.answers import EDIT, Answer
from reviews.models import Decision, Effect, Review, ReviewItem
from workflows import runtime
from workflows.canonical import digest
from workflows.fetching import fetch_one
from workflows.journal import Fact
from workflows.models import ProcessInstance
from workflows.refusals import NotAllowed, NotValid, OutOfDate

NOTHING: Mapping[str, Any] = MappingProxyType({})


class MayNotSign(NotAllowed):
    """Four eyes: somebody else has to."""


class ChangedSinceShown(OutOfDate):
    """What is in force is not what was on the page."""


class AlreadyDecided(OutOfDate):
    """There is a decision already."""


@dataclass(slots=True)
class Held:
    """An item with its review and process, all locked, as they are now."""

    instance: ProcessInstance
    review: Review
    item: WorkItem
    seat: ReviewItem
    given: list[Decision] | None = None  # see `given_in`


def hold(item_id: UUID) -> Held:
    found = ReviewItem.objects.filter(item=item_id).values_list("review_id", "item__instance_id")
    ids = found.first()
    if ids is None:
        raise NotValid("There is no such item to decide.")
    review_id, instance_id = ids
    instance = runtime.hold(instance_id)
    review = settlement.lock(review_id)
    item = items.lock(item_id, "requirement")
    item.instance = instance  # one object carries the head of the chain
    item.seat = fetch_one(ReviewItem, "self.item_id = %s", [item_id])
    return Held(instance, review, item, item.seat)


def sign(
    held: Held, by: User, epoch: int, seen: tuple[int, str], answer: Answer, now: datetime
) -> Decision:
    if earlier := earlier_one(held, by, epoch):
        return again(earlier, answer.outcome, answer.edits, answer.filled)
    lease = check_current(held, by, epoch, seen, now)
    account, accounts = accounts_of(by)
    others = [
        other for other in seats.open_items(held.review, held.instance) if other.pk != held.item.pk
    ]
    _check_signer(held, account, accounts, others)
    _check_arbitration(held, answer)
    decision = Decision.objects.create(
        review=held.review,
        item=held.item,
        epoch=epoch,
        version=held.review.version,
        content_hash=held.review.content_hash,
        person=person_of(account),
        account=account,
        outcome=answer.outcome,
        edits=answer.edits,
        answers=answer.filled,
        reasons=answer.reasons,
        rationale=answer.rationale,
        decided_at=now,
    )
    effect = Effect(decision=decision, due_at=now + timedelta(seconds=account.undo_for))
    if not account.undo_for:
        effect.take(now=now)
    effect.save(force_insert=True)
    signed = _signed(held, decision, lease, answer)
    held.item = items.complete(
        item=held.item, by=account, epoch=epoch, now=now, lease=lease, facts=[signed]
    )
    exclude(others, person_of(account), seats.SIGNED)
    if not account.undo_for:
        settlement.begin(decision, held.review, held.instance, now=now)
    return decision


def accounts_of(by: User) -> tuple[User, list[User]]:
    """The account as it is now, and all accounts of its person, itself among them."""
    accounts = list(User.objects.filter(person__accounts=by.pk).select_related("person"))
    own = next((account for account in accounts if account.pk == by.pk), None)
    return own or User.objects.get(pk=by.pk), accounts


def given_in(held: Held) -> list[Decision]:
    """Every decision of the review that was not taken back, read once under its lock."""
    if held.given is None:
        made = Decision.objects.filter(review=held.review, withdrawn_at__isnull=True)
        held.given = list(made.select_related("effect", "item__seat").order_by("id"))
    return held.given


def earlier_one(held: Held, by: User, epoch: int) -> Decision | None:
    """What this account decided under this very lease."""
    wanted = (held.item.pk, by.pk, epoch)
    for made in given_in(held):
        if (made.item_id, made.account_id, made.epoch) == wanted:
            return made
    return None


def again(
    earlier: Decision, outcome: str, edits: dict[str, Any], filled: Mapping[str, Any] = NOTHING
) -> Decision:
    """A double click is one decision; another answer under the same lease is refused."""
    if (earlier.outcome, earlier.edits, earlier.answers) != (outcome, edits, filled):
        raise AlreadyDecided(
            f"You decided this already: {earlier.outcome}. Undo that first to decide otherwise."
        )
    return earlier


def check_current(held: Held, by: User, epoch: int, seen: tuple[int, str], now: datetime) -> Lease:
    """Still held by this account, still open, still what was shown."""
    lease = check_lease(held.item, by, epoch, now)
    if held.review.status != Review.Status.OPEN:
        raise ChangedSinceShown("This review is over. Nothing is asked any more.")
    version, content_hash = seen
    subject = signatures.subject_of(held.review)
    if sentence := four_eyes.out_of_date(subject, version=version, content_hash=content_hash):
        raise ChangedSinceShown(sentence)
    return lease


def check_lease(item: WorkItem, by: User, epoch: int, now: datetime) -> Lease:
    lease = leases.held(item=item, by=by, epoch=epoch)
    if now >= lease.expires_at:
        raise LeaseLost(f"Your reservation of {item} has run out. Claim it again to go on.")
    return lease


def _check_signer(held: Held, account: User, accounts: list[User], others: list[WorkItem]) -> None:
    signer = four_eyes.Signer(
        person=account.person_id,
        kind=four_eyes.Kind(account.kind),
        is_active=account.is_active,
        is_entitled=permissions.is_entitled(account, held.item),
    )
    signed = [made for made in given_in(held) if made.version == held.review.version]
    sentence = four_eyes.refusal(
        signer,
        signatures.subject_of(held.review),
        [signatures.signature(decision) for decision in signed],
        holding=_holding(others),
    )
    if sentence:
        raise MayNotSign(sentence)
    person = person_of(account)
    if why := parties.why_excluded(accounts, held.review, held.instance):
        raise MayNotSign(f"{why} Somebody else has to sign.")
    kept = Exclusion.objects.filter(item=held.item, person=person).first()
    if kept:
        raise MayNotSign(f"{kept.reason} Somebody else has to sign.")


def _holding(others: list[WorkItem]) -> list[UUID]:
    """The persons who hold another open item of the review."""
    holders = [other.holder_id for other in others if other.holder_id]
    if not holders:
        return []
    found = User.objects.filter(pk__in=holders, person__isnull=False)
    return list(found.values_list("person_id", flat=True))


def _check_arbitration(held: Held, answer: Answer) -> None:
    """A third person decides between the two answers in dispute, or changes the content."""
    if held.seat.seat != ReviewItem.Seat.ARBITRATION or answer.outcome == EDIT:
        return
    match signatures.verdict(held.review, signatures.in_effect(held.review)):
        case four_eyes.Conflict(outcomes) if answer.outcome not in outcomes:
            raise NotValid(f"The two answers are {' and '.join(outcomes)}. Choose one of them.")


def person_of(account: User) -> Person:
    if account.person is None:
        raise MayNotSign("Only people sign. Service accounts and agents may suggest.")
    return account.person


def exclude(kept: Iterable[WorkItem], person: Person, why: str) -> None:
    """Keeps a person from these items; where that was so before, the reason stays."""
    new = [Exclusion(item=item, person=person, reason=why) for item in kept]
    Exclusion.objects.bulk_create(new, ignore_conflicts=True)


def _signed(held: Held, decision: Decision, lease: Lease, answer: Answer) -> Fact:
    """Everything that the invariant needs later; texts and values stay outside the chain."""
    review = held.review
    return items.fact(
        "decision.signed",
        held.item,
        actor=decision.account.actor,
        review=str(review.pk),
        decision=str(decision.pk),
        seat=held.seat.seat,
        person=str(decision.person_id),
        outcome=decision.outcome,
        version=decision.version,
        content_hash=decision.content_hash,
        is_active=True,
        is_entitled=True,
        epoch=decision.epoch,
        claimed_at=lease.claimed_at.isoformat(),
        lease_expires_at=lease.expires_at.isoformat(),
        disposition=review.disposition,
        grid_version=review.grid.version if review.grid else None,
        reasons=decision.reasons,
        rationale_hash=answer.rationale_hash,
        edited_fields=sorted(decision.edits),
        **review.nature,
        **({"answers_hash": digest(decision.answers)} if review.is_work else {}),
    )
