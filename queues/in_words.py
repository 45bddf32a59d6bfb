"""What settings mean, in sentences."""

from collections.abc import Iterator
from datetime import timedelta

from queues.forms.fields import exact
from queues.models import Queue, Rung, SLAGoal, SLAPolicy

PROMISES = {
    SLAGoal.Kind.CLAIM: "Somebody takes an item within {} of becoming ready",
    SLAGoal.Kind.DECIDE: "An item is decided within {} of becoming ready",
    SLAGoal.Kind.RESOLVE: "A whole process ends within {} of its start",
}


def of_queue(queue: Queue) -> list[str]:
    """What somebody who works there will notice."""
    first = {
        Queue.Order.PRIORITY: "The most urgent class comes first, and in a class the oldest item.",
        Queue.Order.DEADLINE: "The item with the earliest deadline comes first.",
    }
    said = [first[Queue.Order(queue.order)]]
    if not queue.is_active:
        said.insert(0, "The queue is closed: items wait there and nobody can claim one.")
    said.append(
        f"An item is reserved for {exact(queue.lease_for)} at a time, as long as the page is open. "
        f"After {queue.max_returns} returns it escalates."
    )
    if queue.wip_limit:
        said.append(f"Nobody holds more than {queue.wip_limit} units of work from this queue.")
    said.append(f"Whoever skips an item is not offered it again for {exact(queue.skip_rest)}.")
    if queue.hides_suggestion:
        said.append("What the machine suggests stays hidden until the person has judged.")
    return [*said, *(of_policy(queue.policy) if queue.policy else ["Nothing is promised."])]


def leads_to(*, rules: int, table: bool, model: bool) -> str:
    """What brings work to a queue: "2 rules, a decision table"."""
    ways = [f"{rules} rule{'' if rules == 1 else 's'}"] * bool(rules)
    ways += ["a decision table"] * table + ["a model"] * model
    return ", ".join(ways) or "nothing"


def of_policy(policy: SLAPolicy) -> Iterator[str]:
    """One goal a line, with its ladder."""
    for goal in sorted(policy.goals.all(), key=lambda goal: goal.budget):
        steps = [f"{when(rung.offset)}: {action(rung)}." for rung in goal.rungs.all()]
        promised = f"{promise(goal.kind, goal.budget)}, counted in {policy.calendar.name}."
        yield " ".join([promised, *steps])


def promise(kind: str, budget: timedelta) -> str:
    return PROMISES[SLAGoal.Kind(kind)].format(exact(budget))


def when(offset: timedelta) -> str:
    if not offset:
        return "At the moment it is due"
    return (
        f"{exact(abs(offset))} {'before it is due' if offset < timedelta() else 'after it was due'}"
    )


def action(rung: Rung) -> str:
    said = rung.get_action_display()
    said = said[0].lower() + said[1:]
    return f"move the item to {rung.target_queue}" if rung.target_queue else said
