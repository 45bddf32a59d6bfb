"""People, queues, grids and questions, reached by the operations that everybody uses."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from queues import claims
from queues.models import Lease, Membership, Person, Queue, RoutingRule, User, WorkItem
from reviews import decisions, grids
from reviews.models import Decision, Review
from workflows import definitions, runtime
from workflows.models import ProcessInstance

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)  # a Monday
NUMBERS = count(1)

ATTRIBUTES = {
    "kind": "loan",
    "title": "&quot;Loan for &quot; + application.applicant",
    "payload": "application",
    "confidence": "score.confidence",
    "impact": "application.amount",
    "suggestion": "score.outcome",
    "reasons": "score.reasons",
    "requester": "application.requested_by",
    "result": "decision",
}

PROCESS = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
                  xmlns:countersign="urn:countersign:bpmn:1" targetNamespace="urn:test">
  <bpmn:process id="{key}" name="Question" isExecutable="true">
    <bpmn:startEvent id="start" />
    <bpmn:userTask id="review" name="review">
      <bpmn:extensionElements><countersign:review {attributes} /></bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:endEvent id="end" />
    <bpmn:sequenceFlow id="to_review" sourceRef="start" targetRef="review" />
    <bpmn:sequenceFlow id="to_end" sourceRef="review" targetRef="end" />
  </bpmn:process>
</bpmn:definitions>
"""

# Confidence below 0.6, below 0.9, from 0.9; rows below 10 k, below 100 k, below 1 M, from 1 M.
ROWS = [
    ["review", "review", "auto"],
    ["dual", "review", "review"],
    ["dual", "dual", "dual"],
    ["block", "block", "block"],
]
SINGLE, DUAL, BLOCKED = 5_000, 200_000, 2_000_000


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def person(name: str, *, undo_for: int = 0, identity: Person | None = None, **said: Any) -> User:
    """An account of a natural person; `identity` makes it a second one of the same person."""
    owner = identity or Person.objects.create(name=name)
    return User.objects.create(username=name, person=owner, undo_for=undo_for, wip_limit=10, **said)


def program(name: str, kind: str = "service") -> User:
    return User.objects.create(username=name, kind=kind)


def queue_of(*members: User, manager: User | None = None) -> Queue:
    """A queue that gets everything that is asked from now on."""
    slug = f"loans-{next(NUMBERS)}"
    queue = Queue.objects.create(slug=slug, name=slug)
    RoutingRule.objects.create(order=10_000 - next(NUMBERS), queue=queue)
    for member in members:
        Membership.objects.create(queue=queue, user=member)
    if manager:
        Membership.objects.create(queue=queue, user=manager, can_work=False, can_manage=True)
    return queue


def grid(kind: str = "loan", rows: list[list[str]] = ROWS, **said: Any) -> Any:
    return grids.publish(
        review_kind=kind,
        name="Loans",
        confidence_edges=[0.6, 0.9],
        impact_edges=[10_000, 100_000, 1_000_000][: len(rows) - 1],
        rows=rows,
        by="user:ada",
        now=NOW,
        **said,
    )


def instance(
    variables: dict[str, Any], *, by: str = "api:web", now: datetime = NOW, **attributes: str
) -> ProcessInstance:
    """A process of one question; attributes left as "" are taken out."""
    said = {name: text for name, text in {**ATTRIBUTES, **attributes}.items() if text}
    written = " ".join(f'{name}="{text}"' for name, text in said.items())
    source = PROCESS.format(key=f"question_{next(NUMBERS)}", attributes=written)
    [definition] = definitions.deploy(source=source.encode(), by="user:ada", now=now)
    return runtime.start(
        definition=definition, variables=variables, business_key="L-1", by=by, now=now
    )


def variables(
    amount: Any = SINGLE, confidence: Any = 0.7, requested_by: str = "branch-7", **more: Any
) -> dict[str, Any]:
    return {
        "application": {"applicant": "Rosa", "amount": amount, "requested_by": requested_by},
        "score": {"confidence": confidence, "outcome": "approve", "reasons": ["Steady income"]},
        **more,
    }


def question(amount: Any = SINGLE, *, by: str = "api:web", **said: Any) -> Review:
    """A review that has been opened; `said` are variables of the case or attributes of the task."""
    known = {name: said.pop(name) for name in ("confidence", "requested_by") if name in said}
    started = instance(variables(amount, **known), by=by, **said)
    return Review.objects.get(instance=started)


@dataclass(frozen=True)
class Shown:
    """What a person has in front of them: an item under a lease, at a version."""

    by: User
    item: WorkItem
    lease: Lease
    version: int
    content_hash: str

    def decide(self, outcome: str = "approve", *, now: datetime = NOW, **said: Any) -> Decision:
        return decisions.decide(outcome=outcome, **self._seen(now), **{**PLAIN, **said})

    def edit(self, *, now: datetime = NOW, **edits: Any) -> Decision:
        return decisions.edit(edits=edits, **self._seen(now), **PLAIN)

    def _seen(self, now: datetime) -> dict[str, Any]:
        return {
            "item_id": self.item.pk,
            "by": self.by,
            "epoch": self.lease.epoch,
            "version": self.version,
            "content_hash": self.content_hash,
            "now": now,
        }


PLAIN: dict[str, Any] = {"reasons": [], "rationale": ""}


def refresh(row: Any) -> None:
    """As it is now; Django's own way writes protected states by hand."""
    found = type(row).objects.get(pk=row.pk)
    row.__dict__.clear()
    row.__dict__.update(found.__dict__)


def open_items(review: Review) -> list[WorkItem]:
    found = WorkItem.objects.filter(seat__review=review).exclude(
        status__in=["completed", "obsolete"]
    )
    return list(found.order_by("id"))


def show(by: User, review: Review, *, now: datetime = NOW, item: WorkItem | None = None) -> Shown:
    """Claims the newest open item of a review and looks at it."""
    wanted = item or open_items(review)[-1]
    lease = claims.claim(item_id=wanted.pk, by=by, now=now)
    refresh(review)
    refresh(wanted)
    return Shown(by, wanted, lease, review.version, review.content_hash)


def sign(by: User, review: Review, outcome: str = "approve", *, now: datetime = NOW) -> Decision:
    decision = show(by, review, now=now).decide(outcome, now=now)
    refresh(review)
    return decision


def nothing_happened(review: Review) -> bool:
    """Whether nobody has decided anything, and the review is open as before."""
    refresh(review)
    return not Decision.objects.exists() and review.status == Review.Status.OPEN
