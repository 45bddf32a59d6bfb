"""What the page of one item shows to one person: the question, its evidence, what they may do."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from queues import claims
from queues.models import User, WorkItem
from reviews import forms, plain_work, play, seats, showing, visibility, worklist
from reviews.forms import Typed
from reviews.models import Decision, ReasonCode, Review, ReviewItem
from reviews.visibility import Standpoint
from workflows import form_fields
from workflows.refusals import Refusal

KEYS = {"approve": "a", "done": "a", "reject": "x"}  # the same key always gives the same answer
MORE_KEYS = "aqwtyuio"
REASON_KEYS = "123456789"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that can be given, with its key."""

    outcome: str
    label: str
    key: str
    is_suggested: bool


@dataclass(frozen=True, slots=True)
class Keyed:
    """A chip and its key; the tenth and later have none."""

    code: str
    label: str
    key: str
    outcome: str = ""
    is_chosen: bool = False


def laid_out(
    item: WorkItem,
    user: User,
    now: datetime,
    *,
    typed: Typed | None = None,
    refusal: Refusal | None = None,
) -> dict[str, Any]:
    """The context of the page."""
    is_mine = item.status == WorkItem.Status.RESERVED and item.holder_id == user.pk
    seat = worklist.seat_of(item)
    last = worklist.last_decisions(user)
    shown: dict[str, Any] = {
        "item": item,
        "now": now,
        "is_mine": is_mine,
        "seat": seat,
        "why": claims.why(item, now),
        "why_not": "" if is_mine else play.why_not(item, user),
        "may_manage": worklist.may_manage(user, item),
        "flags": worklist.flags_of(item),
        "refusal": refusal,
        "typed": typed,
        "last_decisions": last,
        "undoable": next((each for each in last if worklist.is_undoable(each, now)), None),
        **_neighbours(item, last),
    }
    if seat is not None:
        shown.update(_question(item, seat, user, now, typed))
        if seat.review.is_work:
            shown.update(_work(item, seat.review, shown, typed))
    if is_mine:
        shown["skip_reasons"] = [
            Keyed(reason.code, reason.label, _nth(REASON_KEYS, place))
            for place, reason in enumerate(worklist.skip_reasons())
        ]
    return shown


def _question(
    item: WorkItem, seat: ReviewItem, user: User, now: datetime, typed: Typed | None
) -> dict[str, Any]:
    review = seat.review
    answers = worklist.answers_to(review)
    own = next((each for each in answers if each.account_id == user.pk), None)
    is_undecided = item.status in seats.UNDECIDED
    own_here = own if own or is_undecided else worklist.own_answer_on(item, user)
    standpoint = Standpoint(
        is_blind=review.mode == Review.Mode.BLIND,
        is_open=review.status == Review.Status.OPEN,
        has_answered=own is not None,
        arbitrates=seat.seat == ReviewItem.Seat.ARBITRATION and item.holder_id == user.pk,
        hides_suggestion=item.queue.hides_suggestion,
    )
    sees_suggestion = visibility.sees_suggestion(standpoint)
    reasons = worklist.reasons_of(review)
    fields = showing.edit_fields(review, typed.edits if typed else {})
    return {
        "review": review,
        "own_answer": own_here,
        "can_undo": own_here is not None and worklist.is_undoable(own_here, now),
        "other_answers": _others(answers, own_here, standpoint),
        "sees_suggestion": sees_suggestion,
        "reason_labels": {reason.code: reason.label for reason in reasons},
        "cards": showing.cards(worklist.evidence_of(review)),
        "factors": showing.factors(review.reasons) if sees_suggestion else [],
        "changed": showing.changed_lines(review),
        "choices": choices(review, sees_suggestion=sees_suggestion),
        "reasons": chips(reasons, typed),
        "fields": fields,
        "is_edited": any(field.is_changed for field in fields),
    }


def _work(
    item: WorkItem, review: Review, shown: dict[str, Any], typed: Typed | None
) -> dict[str, Any]:
    """Plain work: a form instead of a question, and one way to be done with it."""
    asked = plain_work.fields_of(review)
    own: Decision | None = shown["own_answer"]
    remark = review.disposition_reason
    is_over = item.status == WorkItem.Status.COMPLETED
    return {
        "form": forms.form_of(review, typed),
        "notes": [each.label for each in asked if each.type == "note"],
        "choices": [Choice(plain_work.DONE, "Complete", KEYS[plain_work.DONE], is_suggested=True)],
        "fields": [],
        "reasons": [],
        "remark": "" if remark == plain_work.PLAIN else remark,
        "why_not": "This has been done." if is_over and shown["why_not"] else shown["why_not"],
        "filled": showing.in_order(form_fields.filled_in(asked, own.answers if own else {})),
    }


def _others(
    answers: list[Decision], own: Decision | None, standpoint: Standpoint
) -> list[Decision]:
    """Other people's answers that have taken effect, as far as this person may read them."""
    if not visibility.sees_other_answers(standpoint):
        return []
    own_id = own.pk if own else None
    return [each for each in answers if each.pk != own_id and worklist.took_effect(each)]


def choices(review: Review, *, sees_suggestion: bool) -> list[Choice]:
    """Each possible answer; disagreeing takes one key, as agreeing does."""
    free = (key for key in MORE_KEYS if key not in KEYS.values())
    return [
        Choice(
            outcome,
            outcome.replace("_", " ").replace("-", " ").capitalize(),
            KEYS.get(outcome) or next(free, ""),
            sees_suggestion and outcome == review.suggestion,
        )
        for outcome in review.outcomes
    ]


def chips(reasons: list[ReasonCode], typed: Typed | None) -> list[Keyed]:
    chosen = typed.reasons if typed else []
    return [
        Keyed(
            reason.code,
            reason.label,
            _nth(REASON_KEYS, place),
            reason.outcome,
            reason.code in chosen,
        )
        for place, reason in enumerate(reasons)
    ]


def _nth(keys: str, place: int) -> str:
    return keys[place] if place < len(keys) else ""


def _neighbours(item: WorkItem, last: list[Decision]) -> dict[str, Any]:
    """Back through one's last decisions and forward again."""
    ids = [decision.item_id for decision in last]
    place = ids.index(item.pk) if item.pk in ids else -1
    earlier = last[place + 1] if place + 1 < len(last) else None
    later = last[place - 1] if place > 0 else None
    return {"earlier": earlier, "later": later}
