"""A step has another name in the version in which its instance goes on: what is open is called so.

Only where the model says it otherwise: what variables say meanwhile changes no title.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from reviews import plain_work, questions, seats
from reviews.models import Review
from workflows import journal, standing
from workflows.bpmn.model import Node
from workflows.handlers import Step
from workflows.journal import Fact
from workflows.models import ProcessInstance

OVER = (Review.Status.EXECUTED, Review.Status.WITHDRAWN)


def moved(instance: ProcessInstance, steps: Sequence[Step], by: str, now: datetime) -> None:
    """Within the transaction that holds the instance, which is on its new version already.

    As many statements for many rounds of a step as for one.
    """
    renamed = {each.activity.pk: each for each in steps if _says(each.was) != _says(each.node)}
    if not renamed:
        return
    held = Review.objects.select_for_update(no_key=True).filter(activity__in=list(renamed))
    before = {}
    for review in held.exclude(status__in=OVER).order_by("id"):
        title = _title(renamed[review.activity_id], instance)
        if title not in ("", review.title):
            before[review], review.title = review.title, title
    if before:
        Review.objects.bulk_update(before, ["title"])
        items = seats.rename_open(list(before))
        facts = [_fact(review, was, items.get(review.pk, []), by) for review, was in before.items()]
        journal.record_all(facts, instance=instance, now=now)


def title_of(node: Node, instance: ProcessInstance, known: dict[str, Any]) -> str:
    """What a review of this step would be called now."""
    if plain_work.is_asked(node):
        return plain_work.title_of(node, instance, known)
    return questions.read(node, instance, known).title


def _says(node: Node) -> object:
    return node.name or node.id, node.extension("review"), plain_work.is_asked(node)


def _title(step: Step, instance: ProcessInstance) -> str:
    """What it is called now; empty where the versions come to the same."""
    known = standing.seen_by(step.activity, instance)
    title = title_of(step.node, instance, known)
    return "" if title == title_of(step.was, instance, known) else title


def _fact(review: Review, before: str, items: list[str], by: str) -> Fact:
    detail = {"review": str(review.pk), **review.nature, "before": before, "title": review.title}
    return Fact("review.retitled", by, f"review:{review.pk}", {**detail, "items": items})
