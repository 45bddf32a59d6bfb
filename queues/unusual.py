"""What is set up in a way that may not be meant: a sentence each, and where to change it."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.urls import reverse

from queues import asked_by_models, configured
from queues.models import Queue

ADMINISTRATORS_WANTED = 2


@dataclass(frozen=True, slots=True)
class Oddity:
    sentence: str
    address: str
    is_grave: bool = True  # somebody will wait for ever, or nothing is promised


Source = Callable[[], Iterator[Oddity]]
_sources: list[Source] = []


def register(source: Source) -> None:
    """Parts to the left of `queues` add what they know of as they start."""
    if source not in _sources:
        _sources.append(source)


def found() -> list[Oddity]:
    everything = [oddity for source in _sources for oddity in source()]
    return sorted(everything, key=lambda oddity: not oddity.is_grave)


def in_queues() -> Iterator[Oddity]:
    latest = {policy.key: policy.version for policy in configured.policies()}
    by_table = configured.queues_of_tables()
    for queue in configured.queues():
        yield from _of_queue(queue, latest)
        is_led_to = by_table is None or queue.slug in by_table
        if queue.rules or is_led_to:  # type: ignore[attr-defined]  # annotated
            continue
        if not (queue.items.exists() or asked_by_models.among([queue])):
            rules = reverse("queues:rules")
            sentence = f"No routing rule and no model leads to {queue}: it gets nothing."
            yield Oddity(sentence, rules, is_grave=False)


def _of_queue(queue: Queue, latest: dict[str, int]) -> Iterator[Oddity]:
    address = reverse("queues:queue-edit", args=[queue.slug])
    members = reverse("queues:queue-members", args=[queue.slug])
    if not queue.working:  # type: ignore[attr-defined]  # annotated by the query
        yield Oddity(f"Nobody works on {queue}: items there wait for ever.", members)
    if not queue.managing:  # type: ignore[attr-defined]  # annotated by the query
        yield Oddity(
            f"Nobody manages {queue}: notices go to administrators.", members, is_grave=False
        )
    if queue.policy is None:
        yield Oddity(f"{queue} has no policy: nothing is promised there.", address, is_grave=False)
    elif queue.policy.version < latest[queue.policy.key]:
        yield Oddity(
            f"{queue} promises by {queue.policy}, and there is a newer one.",
            address,
            is_grave=False,
        )


def in_rules() -> Iterator[Oddity]:
    """Rules that nothing reaches, and questions that reach no rule."""
    address = reverse("queues:rules")
    rules = list(configured.rules())
    idle: dict[int, list[str]] = defaultdict(list)
    taken_by: dict[str, int] = {}  # kind of review → the rule that takes all of it
    for rule in rules:
        earlier = taken_by.get("") or taken_by.get(rule.review_kind)
        if earlier:
            idle[earlier].append(str(rule.order))
        elif not rule.condition.strip():
            taken_by[rule.review_kind] = rule.order
        if not rule.queue.is_active:
            yield Oddity(
                f"Routing rule {rule.order} leads to {rule.queue}, which is closed.", address
            )
    for earlier, behind in idle.items():
        which = f"{', '.join(behind[:5])}{' and more' if len(behind) > 5 else ''}"
        sentence = f"Rule {earlier} takes everything, so what follows has no effect: rule {which}."
        yield Oddity(sentence, address)
    if "" not in taken_by:
        yield Oddity(
            "No routing rule takes what is left: a question that fits none becomes an incident.",
            address,
        )


def in_skills() -> Iterator[Oddity]:
    for requirement in configured.requirements():
        if not requirement.people:  # type: ignore[attr-defined]  # annotated by the query
            yield Oddity(
                f"Nobody has all of {requirement}: items that need it wait for ever.",
                reverse("queues:skills"),
            )


def in_people() -> Iterator[Oddity]:
    people = [user for user in configured.people() if user.is_active]
    address = reverse("queues:people")
    if sum(user.is_admin for user in people) < ADMINISTRATORS_WANTED:
        sentence = "There is one administrator. When that person is away, nothing can be changed."
        yield Oddity(sentence, address, is_grave=False)
    if not configured.skip_reasons().exists():
        address = reverse("queues:skip-reasons")
        yield Oddity(
            "There is no reason for skipping, so nobody can skip an item.", address, is_grave=False
        )


for each in (in_queues, in_rules, in_skills, in_people):
    register(each)
