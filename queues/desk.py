"""What a person may take on right now, read while their row is held."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from queues.models import Queue, User
from queues.refusals import AccountInactive, NotAMember, NotAPerson, QueueClosed, WorkLimitReached

NO_LIMIT = 32_767

# Two claims of one person, of any of their accounts, cannot pass a limit together.
HOLD_PERSON = "SELECT FROM queues_person WHERE id = %s FOR NO KEY UPDATE"

# Everything a claim has to know about a person, in one answer. `queues_requirement.key = ''` is
# the requirement of nothing, which everybody meets.
READ = """
    SELECT account.is_active, account.wip_limit,
           ARRAY(SELECT id FROM queues_requirement WHERE key = ''
                 UNION ALL
                 SELECT requirement_id FROM queues_eligibility
                  WHERE person_id = account.person_id),
           ARRAY(SELECT member.queue_id
                   FROM queues_membership member
                   JOIN queues_queue queue ON queue.id = member.queue_id
                  WHERE member.user_id = account.id AND member.can_work AND queue.is_active
                  ORDER BY member.queue_id),
           ARRAY(SELECT queue.wip_limit
                   FROM queues_membership member
                   JOIN queues_queue queue ON queue.id = member.queue_id
                  WHERE member.user_id = account.id AND member.can_work AND queue.is_active
                  ORDER BY member.queue_id),
           ARRAY(SELECT item.queue_id
                   FROM queues_workitem item JOIN queues_user own ON own.id = item.holder_id
                  WHERE own.person_id = account.person_id AND item.status = 'reserved'
                  ORDER BY item.id),
           ARRAY(SELECT item.weight
                   FROM queues_workitem item JOIN queues_user own ON own.id = item.holder_id
                  WHERE own.person_id = account.person_id AND item.status = 'reserved'
                  ORDER BY item.id),
           ARRAY(SELECT item.activity_id
                   FROM queues_workitem item JOIN queues_user own ON own.id = item.holder_id
                  WHERE own.person_id = account.person_id AND item.status = 'reserved'
                  ORDER BY item.id)
      FROM queues_user account
     WHERE account.id = %s AND account.person_id = %s
"""


@dataclass(frozen=True, slots=True)
class Desk:
    """A person, the queues they work in, and what they have in hand."""

    user: User
    wip_limit: int
    eligible: Sequence[int]  # requirements
    queues: Mapping[UUID, int | None]  # open ones, each with its limit per person
    held: Mapping[UUID, int]  # weight in hand by queue
    activities: Sequence[UUID]  # what the items in hand are about

    @property
    def load(self) -> int:
        return sum(self.held.values())

    def room(self, queue_id: UUID) -> int:
        """The heaviest item that still fits; with nothing in hand, any."""
        own = _room(self.wip_limit, self.load)
        return min(own, _room(self.queues[queue_id], self.held.get(queue_id, 0)))

    def limit_reached(self, queue: Queue | None) -> WorkLimitReached:
        limit = self.queues.get(queue.pk) if queue else None
        if queue and limit is not None and self.held.get(queue.pk, 0) >= limit:
            return WorkLimitReached(
                f"You hold as much of {queue} as one person may: {limit}. Finish or give back one."
            )
        return WorkLimitReached(
            f"You hold {self.load} of {self.wip_limit} at a time. Finish or give back one first."
        )


def sit_down(by: User) -> Desk:
    """Holds the person until the transaction ends; what is read here stays true until then."""
    if not by.is_person:
        raise NotAPerson("Only people take work. Programs and agents start processes and listen.")
    with connection.cursor() as cursor:
        cursor.execute(HOLD_PERSON, [by.person_id])
        cursor.execute(READ, [by.pk, by.person_id])
        row = cursor.fetchone()
    if row is None or not row[0]:
        raise AccountInactive("This account is switched off. An administrator can switch it on.")
    _, wip_limit, eligible, queues, limits, held_in, weights, activities = row
    held: dict[UUID, int] = {}
    for queue_id, weight in zip(held_in, weights, strict=True):
        held[queue_id] = held.get(queue_id, 0) + weight
    open_queues = dict(zip(queues, limits, strict=True))
    return Desk(by, wip_limit, eligible, open_queues, held, activities)


def refuse_unless_working_in(desk: Desk, queue: Queue) -> None:
    if queue.pk in desk.queues:
        return
    if desk.user.memberships.filter(queue=queue, can_work=True).exists():
        raise QueueClosed(f"{queue} is closed for work at the moment.")
    raise NotAMember(f"{desk.user} does not work on {queue}. Ask its manager to be added.")


def _room(limit: int | None, held: int) -> int:
    if limit is None or (limit and not held):
        return NO_LIMIT
    return limit - held
