"""A story that was played, in sentences: from the journal, with what happened outside between."""

from collections.abc import Iterator

from examples.playing import House
from workflows import picture, story
from workflows.models import JournalEntry, ProcessInstance

QUIET = (
    "clock.", "lease.", "notice.", "gateway.", "review.settled", "review.executed",
    "item.completed", "item.obsolete",
)  # fmt: skip
OUTSIDE = "→"


def lines(house: House) -> list[str]:
    """When, by whom, what: one line for each entry since the house was opened."""
    told = [*_inside(house), *_outside(house)]
    return [text for _, text in sorted(told, key=lambda each: each[0])]


def _inside(house: House) -> Iterator[tuple[tuple[int, int], str]]:
    entries = list(JournalEntry.objects.filter(pk__gt=house.began_after).order_by("pk"))
    chains = {entry.chain for entry in entries}
    instances = {
        each.pk: each
        for each in ProcessInstance.objects.filter(pk__in=chains).select_related("definition")
    }
    names = {pk: picture.names(instance) for pk, instance in instances.items()}
    for entry in entries:
        instance = instances.get(entry.chain)
        if instance is None or entry.kind.startswith(QUIET):
            continue
        line = story.line(entry, names[entry.chain])
        where = instance.business_key or instance.definition.name
        outcome = None if entry.detail.get("is_work") else entry.detail.get("outcome")
        what = f"{line.sentence}: {outcome}" if isinstance(outcome, str) else line.sentence
        yield (entry.pk, 0), f"{entry.at:%a %H:%M:%S}  {where:<10} {line.who:<20} {what}"


def _outside(house: House) -> Iterator[tuple[tuple[int, int], str]]:
    for number, aside in enumerate(house.asides, start=1):
        yield (aside.after, number), f"{aside.at:%a %H:%M:%S}  {OUTSIDE} {aside.sentence}."
