"""What a ladder does as a clock runs out: tell people, or do something about the item.

Nothing here ever decides anything, and who is kept from an item stays kept from it wherever it
goes. The process and the item are held by the caller.
"""

from dataclasses import dataclass
from datetime import datetime

from queues import items, notices, returns, sla
from queues.models import Clock, Rung, User, WorkItem
from workflows.models import ProcessInstance


@dataclass(frozen=True, slots=True)
class Scene:
    """What a step of the ladder may act upon, all of it held."""

    clock: Clock
    item: WorkItem | None
    instance: ProcessInstance
    now: datetime

    @property
    def subject(self) -> str:
        return str(self.item or self.instance)


def fire(step: sla.Step, scene: Scene) -> tuple[Rung | None, str]:
    """Do what the step says. Returns its rung, if it is one, and what was done, in a sentence."""
    kind, _, key = step.name.partition(":")
    if kind != "rung":
        return None, _announce(step, scene)
    rung = Rung.objects.select_related("target_queue").get(pk=int(key))
    return rung, _act(rung, scene)


def _announce(step: sla.Step, scene: Scene) -> str:
    """A warning or the breach: whoever is at work on it should know."""
    promise = scene.clock.get_kind_display().lower()
    if step.name == "breach":
        text = f"{scene.subject}: the promise to {promise} it was broken."
    else:
        share = float(step.name.partition(":")[2])
        text = f"{scene.subject}: {share:.0%} of the time to {promise} it is used up."
    return _tell(_holder(scene), text, scene)


def _act(rung: Rung, scene: Scene) -> str:
    match rung.action:
        case Rung.Action.NOTIFY_MANAGERS:
            return _tell(_managers(scene), _standing(scene), scene)
        case Rung.Action.NOTIFY_HOLDER:
            return _tell(_holder(scene), _standing(scene), scene)
        case Rung.Action.RAISE_PRIORITY if scene.item:
            return _raise_priority(scene.item, scene)
        case Rung.Action.RETURN_TO_QUEUE if scene.item:
            return _return(scene.item, scene)
        case Rung.Action.MOVE_TO_QUEUE if scene.item:
            return _move(scene.item, rung, scene)
    return "There was no item to act upon."


def _raise_priority(item: WorkItem, scene: Scene) -> str:
    if items.raise_priority(item=item, instance=scene.instance, now=scene.now):
        return f"Raised to priority {item.priority}."
    return "It was the most urgent already."


def _return(item: WorkItem, scene: Scene) -> str:
    why = f"time to {scene.clock.get_kind_display().lower()} it is running out."
    if returns.take_back(item=item, instance=scene.instance, why=why, now=scene.now):
        return "Returned to its queue."
    return "Nobody held it."


def _move(item: WorkItem, rung: Rung, scene: Scene) -> str:
    target = rung.target_queue
    if target is None or target.pk == item.queue_id:
        return "It was in that queue already."
    why = f"it moves on to {target}."
    returns.take_back(item=item, instance=scene.instance, why=why, now=scene.now)
    items.move(item=item, instance=scene.instance, to=target, actor="system", now=scene.now)
    return f"Moved to {target}."


def _standing(scene: Scene) -> str:
    promise = scene.clock.get_kind_display().lower()
    due_at = scene.clock.due_at
    when = f"{due_at:%d %b %H:%M} UTC" if due_at else "no time at the moment"
    return f"{scene.subject}: due to {promise} by {when}."


def _holder(scene: Scene) -> list[User]:
    return [scene.item.holder] if scene.item and scene.item.holder else []


def _managers(scene: Scene) -> list[User]:
    if scene.item:
        return notices.managers(scene.item.queue)
    return notices.managers_under(scene.clock.goal.policy_id)


def _tell(people: list[User], text: str, scene: Scene) -> str:
    told = notices.tell(people, text, item=scene.item, now=scene.now)
    return f"Told {', '.join(map(str, people))}."[:300] if told else "There was nobody to tell."
