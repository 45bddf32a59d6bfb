"""Why this item, why me, why is my queue empty: answered in a sentence from stored facts."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from queues import requirements
from queues.models import Exclusion, Membership, Person, Skip, User, WorkItem

MOST_COUNTED = 1_000


def why(item: WorkItem, now: datetime) -> str:
    """Why this item is asked, and of whom."""
    sentences = [item.routed_by or "It was put there by hand.", f"{_place(item, now)}."]
    needs = item.requirement.key != requirements.ANYBODY
    sentences.append(f"It needs {item.requirement}." if needs else "Anybody there may do it.")
    if item.returns:
        sentences.append(f"It came back {_times(item.returns)} before.")
    if item.skips:
        sentences.append(f"It was passed on {_times(item.skips)}.")
    return " ".join(sentences)


def _place(item: WorkItem, now: datetime) -> str:
    """What its turn goes by, and how long that took or takes."""
    by = "its deadline" if item.queue.order == "deadline" else f"its priority, {item.priority}"
    since = item.ready_at or item.created_at
    match item.status:
        case WorkItem.Status.READY:
            waited = f" It waits for {_for(now - since)}"
        case WorkItem.Status.RESERVED:
            waited = f" It was taken after {_for((item.reserved_at or now) - since)}"
        case _:
            waited = ""
    return f"In {item.queue} its turn goes by {by}{'.' if waited else ''}{waited}"


def why_empty(by: User, now: datetime) -> str:
    """Why nothing is offered to this person; the first of the reasons that applies."""
    if not by.is_person or by.person is None:
        return "Only people take work, and this is not a person's account."
    works = Membership.objects.filter(user=by, can_work=True)
    if not works.exists():
        return "You work on no queue yet. Ask a manager to add you to one."
    if not works.filter(queue__is_active=True).exists():
        return "All your queues are closed at the moment."
    waiting = WorkItem.objects.filter(
        status=WorkItem.Status.READY,
        queue__is_active=True,
        queue__in=works.values("queue"),
    )
    return _why_not(waiting, by, by.person, now)


def _why_not(waiting: QuerySet[WorkItem], by: User, person: Person, now: datetime) -> str:
    many = waiting[:MOST_COUNTED].count()
    if not many:
        return "Nothing waits in your queues. New work appears here by itself."
    eligible = waiting.filter(requirement__in=requirements.eligible_for(person))
    if not eligible.exists():
        return f"{_items(many)} in your queues, but {_need(many)} skills that you do not have."
    kept = Exclusion.objects.filter(item=OuterRef("pk"), person=person)
    free = eligible.filter(~Exists(kept))
    if not free.exists():
        return (
            f"{_items(many)} in your queues, but you may not decide them: you have a part in them."
        )
    rests = Skip.objects.filter(item=OuterRef("pk"), user=by, until__gt=now)
    if not free.filter(~Exists(rests)).exists():
        back = Skip.objects.filter(user=by, until__gt=now).order_by("until").first()
        when = f"{back.until:%H:%M} UTC" if back else "later"
        return f"You passed on everything that you could take. The first comes back at {when}."
    if by.wip_limit <= by.held_items.filter(status=WorkItem.Status.RESERVED).count():
        return f"You hold as much as you may at a time: {by.wip_limit}."
    return "Work is waiting for you. Start working to take it."


def _items(many: int) -> str:
    if many >= MOST_COUNTED:
        return f"{MOST_COUNTED:,} items or more wait"
    return "One item waits" if many == 1 else f"{many} items wait"


def _need(many: int) -> str:
    return "it needs" if many == 1 else "they need"


def _times(many: int) -> str:
    return "once" if many == 1 else f"{many} times"


def _for(length: timedelta) -> str:
    minutes = max(0, round(length.total_seconds() / 60))
    if not minutes:
        return "less than a minute"
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours < 48 else f"{hours // 24} days"
