"""Who a visitor of the demo can be with one click. Production has none of this."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet

from queues.models import User
from queues.navigation import ADMIN, MANAGER, REVIEWER, Menu

SEES = {
    REVIEWER: "Is handed one case after the other, reads the evidence, decides by keyboard.",
    MANAGER: "Watches the clocks on every queue, follows a case to its end, clears incidents.",
    ADMIN: "Sets up queues, people, promises and decisions; one proposes, another signs.",
}
ORDER = [REVIEWER, MANAGER, ADMIN]
NAMED_AT_MOST = 4  # queues on a card


@dataclass(frozen=True)
class DemoPerson:
    username: str
    name: str
    role: str
    sees: str


def accounts() -> QuerySet[User]:
    """People, not programs and not the simulated colleagues; nobody at all outside the demo."""
    if not settings.DEMO:
        return User.objects.none()
    return User.objects.filter(kind=User.Kind.PERSON, is_simulated=False, is_active=True)


def offered() -> list[DemoPerson]:
    people = [described(user) for user in accounts().order_by("pk")[:12]]
    return sorted(people, key=lambda person: ORDER.index(person.role))


def described(user: User) -> DemoPerson:
    menu = Menu(user, path="")
    queues = [membership.queue.name for membership in menu.memberships if membership.can_work]
    where = f" Works on {_some(queues)}." if menu.role == REVIEWER and queues else ""
    return DemoPerson(user.username, str(user), menu.role, SEES[menu.role] + where)


def _some(queues: list[str]) -> str:
    """The first of them, and how many more there are: a card is no list."""
    more = len(queues) - NAMED_AT_MOST
    if more <= 1:
        return ", ".join(queues)
    return f"{', '.join(queues[:NAMED_AT_MOST])} and {more} more"
