"""A user task that asks for no decision: work that one person does, with the form of its model.

The work is a review of one signature and one outcome, done (docs/adr/0014).
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from reviews import evidence
from reviews.models import Review
from workflows import definitions, form_defaults, form_fields, next_fields, readable, standing
from workflows.bpmn import assigning, said
from workflows.bpmn.details import Form
from workflows.bpmn.model import Node
from workflows.form_fields import Asked
from workflows.models import Activity, ProcessInstance

DONE = "done"
PLAIN = "One person does this."
INSTRUCTIONS, KNOWN = "What to do", "What is known"  # titles of exhibits
LONGEST_LABEL = 60


def is_asked(node: Node) -> bool:
    """Whether this user task is plain work."""
    return all(each.name != "review" for each in node.extensions)


def read(
    node: Node, instance: ProcessInstance, activity: Activity, now: datetime
) -> tuple[Review, list[evidence.Exhibit]]:
    """The work, not saved yet, and what is laid out beside it."""
    known = standing.seen_by(activity, instance)
    wish = assigning.read(node.assignment, known, now)
    fields = [form_defaults.settled(each, known) for each in _fields(node, instance, known)]
    shown = _without_lists_around(node, instance, known)
    problems = [f"{each}." for each in (*wish.problems, *_unread(node.form))]
    review = Review(
        instance=instance,
        activity=activity,
        kind=node.id[:100],
        title=title_of(node, instance, known),
        outcomes=[DONE],
        editable=[],
        result_variable="",
        payload=shown,
        original_payload=shown,
        form=form_fields.as_json(fields),
        disposition="review",
        disposition_reason=clipped(" ".join(problems) or PLAIN),
        routing_facts={
            "kind": node.id[:100],
            "disposition": "review",
            "lane": _lane(node, instance),
            "groups": list(wish.groups),
            "people": list(wish.people),
            "priority": wish.priority,
            "payload": shown,
        },
        promised_by=wish.due_at,
        opened_at=now,
    )
    return review, list(_exhibits(node, shown))


def clipped(text: str, longest: int = 300) -> str:
    """A text that fits its column."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def fields_of(review: Review) -> tuple[Asked, ...]:
    """What is to be filled in; nothing where a question is asked."""
    return form_fields.from_json(review.form or ())


def _without_lists_around(
    node: Node, instance: ProcessInstance, known: dict[str, Any]
) -> dict[str, Any]:
    """A round shows its own element, and not the whole list once for each of its elements."""
    process = definitions.process_of(instance)
    lists: set[str] = set()
    around: Node | None = node
    while around is not None:
        if around.loop and around.loop.item:
            lists |= {around.loop.collection.strip(), around.loop.results}
        around = process.nodes.get(around.within)
    return {name: value for name, value in known.items() if name not in lists}


def _fields(node: Node, instance: ProcessInstance, known: dict[str, Any]) -> tuple[Asked, ...]:
    """The fields of the model's form; without one, what the next conditions look at.

    What is known already is asked for again only where it was asked here before.
    """
    if own := form_fields.of_form(node.form):
        return own
    found = next_fields.asked(definitions.process_of(instance), node)
    if all(each.name not in known for each in found):
        return found
    earlier = Review.objects.filter(instance=instance, kind=node.id[:100], form__isnull=False)
    before = {
        each["name"] for form in earlier.values_list("form", flat=True) for each in form or ()
    }
    return tuple(each for each in found if each.name not in known or each.name in before)


def _unread(form: Form | None) -> Iterator[str]:
    if form and form.key and not form.fields:
        yield f"The form {form.key[:100]} is kept elsewhere and cannot be shown here"


def title_of(node: Node, instance: ProcessInstance, known: dict[str, Any]) -> str:
    """What the work of this step is called: the step, and whose it is."""
    label = _which(node, known)
    name = said.text(node.name, known) or node.id
    named = f"{name} ({label})" if label else name
    process = definitions.process_of(instance)
    whose = instance.business_key or f"{process.name or process.id} {instance.short_id}"
    return clipped(f"{named} {whose}".strip(), 200)


def _which(node: Node, known: dict[str, Any]) -> str:
    """What tells one round of a loop from the others."""
    if node.loop is None:
        return ""
    item = known.get(node.loop.item) if node.loop.item else None
    is_plain = isinstance(item, str | int | float) and not isinstance(item, bool)
    shown = item if is_plain else known.get("loopCounter", "")
    return clipped(str(shown), LONGEST_LABEL)


def _lane(node: Node, instance: ProcessInstance) -> str:
    lanes = definitions.process_of(instance).lanes
    return next((lane.name for lane in lanes if node.lane and lane.id == node.lane), "")


def _exhibits(node: Node, known: dict[str, Any]) -> Iterator[evidence.Exhibit]:
    if node.documentation:
        yield INSTRUCTIONS, said.text(node.documentation, known)
    item = node.loop.item if node.loop else ""
    if item and known.get(item) is not None:
        yield readable.words(item), known[item]
    yield KNOWN, known
