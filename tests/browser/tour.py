"""Every page there is, as each role sees it, at the example lender after some minutes of work."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.demo import decisions, payment_help, people
from queues import claims
from queues.models import (
    Calendar,
    Queue,
    RoutingRule,
    SkipReason,
    SLAPolicy,
    User,
    WorkItem,
)
from reviews.models import Grid, ReasonCode
from tests.test_house_rules import all_urls
from workflows.models import (
    DecisionCase,
    DecisionDraft,
    Message,
    ProcessDefinition,
    ProcessInstance,
    ProcessMigration,
    Subscription,
)

ROLES = {"reviewer": people.REVIEWER, "manager": people.MANAGER, "admin": people.ADMIN}
OPEN = ("sign-in",)
# The page of the API has a test of its own: test_api_docs.
NOT_FOR_EYES = ("api:", "docs", "health-", "sign-out")
METHOD_NOT_ALLOWED, OK = 405, 200


@dataclass(frozen=True)
class Stop:
    name: str
    path: str


def stops(role: str) -> list[Stop]:
    """Pages that this role is shown, under the name of their address."""
    visitor = Client()
    visitor.force_login(User.objects.get(username=ROLES[role]))
    found = []
    addresses = [
        (name, path_of(name, unlike, visitor))
        for name, unlike in all_urls()
        if not name.startswith(NOT_FOR_EYES) and name not in OPEN
    ]
    for name, path in [*addresses, *also()]:
        answer = visitor.get(path)
        is_page = answer.get("Content-Type", "").startswith("text/html")
        if answer.status_code == OK and is_page:
            found.append(Stop(name.replace(":", "-"), path))
    return found


def also() -> list[tuple[str, str]]:
    """Pages that look quite different with something else in their address."""
    choosing = ProcessInstance.objects.get(business_key=payment_help.ON_THE_SECOND[0][0])
    return [("choosing", reverse("workflows:instance", args=[choosing.pk]))]


def path_of(name: str, unlike: dict[str, Any], visitor: Client) -> str:
    """An address with something real in it, unless it only takes what is sent."""
    path = reverse(name, kwargs=unlike)
    if name not in SAMPLES or visitor.get(path).status_code == METHOD_NOT_ALLOWED:
        return path
    found = SAMPLES[name]()
    if found is None:
        return path
    return reverse(name, kwargs=found if isinstance(found, dict) else dict.fromkeys(unlike, found))


# Something real for the one part of an address that varies.
SAMPLES: dict[str, Callable[[], Any]] = {
    "reviews:item": lambda: item_on_the_desk().pk,
    "reviews:history": lambda: WorkItem.objects.filter(seat__isnull=False).latest("ready_at").pk,
    "workflows:instance": lambda: ProcessInstance.objects.filter(status="running").latest("id").pk,
    "workflows:definition": lambda: ProcessDefinition.objects.latest("id").pk,
    "workflows:definition-file": lambda: ProcessDefinition.objects.latest("id").pk,
    "workflows:definition-migrate": lambda: ProcessDefinition.objects.latest("id").pk,
    "workflows:instance-migrate": lambda: (
        ProcessInstance.objects.filter(status="running").latest("id").pk
    ),
    "workflows:migration": lambda: first_of(ProcessMigration, "pk"),
    "workflows:sent-message": lambda: first_of(Message, "pk"),
    "workflows:subscription": lambda: first_of(Subscription, "pk"),
    "queues:queue-edit": lambda: first_of(Queue, "slug"),
    "queues:queue-members": lambda: first_of(Queue, "slug"),
    "queues:person-edit": lambda: User.objects.get(username=people.REVIEWER).pk,
    "queues:rule-edit": lambda: first_of(RoutingRule, "pk"),
    "queues:calendar-edit": lambda: first_of(Calendar, "key"),
    "queues:policy-edit": lambda: first_of(SLAPolicy, "key"),
    "queues:skip-reason-edit": lambda: first_of(SkipReason, "pk"),
    "queues:program": lambda: User.objects.filter(kind="service").latest("pk").pk,
    "reviews:grid-edit": lambda: first_of(Grid, "review_kind"),
    "reviews:reason-edit": lambda: first_of(ReasonCode, "pk"),
    **{
        f"workflows:decision-{page}": lambda: DecisionDraft.objects.latest("opened_at").pk
        for page in ("draft", "draft-tables", "draft-test", "draft-analysis", "draft-changes")
    },
    "workflows:decision-edit": lambda: DecisionDraft.objects.latest("opened_at").pk,
    "workflows:decision-review": lambda: DecisionDraft.objects.latest("opened_at").pk,
    "workflows:decision": lambda: decisions.KEY,
    **{
        f"workflows:decision-{page}": lambda: {"key": decisions.KEY, "number": 1}
        for page in ("version", "test", "analysis", "changes")
    },
    "workflows:decision-case": lambda: {
        "key": decisions.KEY,
        "pk": DecisionCase.objects.filter(key=decisions.KEY).latest("pk").pk,
    },
}


def first_of(model: Any, field: str) -> Any:
    return model.objects.order_by("pk").values_list(field, flat=True).first()


def item_on_the_desk() -> WorkItem:
    """What the reviewer has in hand, taken when nothing is."""
    robin = User.objects.get(username=people.REVIEWER)
    held = WorkItem.objects.filter(holder=robin, status="reserved").first()
    if held is None:
        lease = claims.claim_next(by=robin, now=timezone.now())
        assert lease is not None, "Nothing waits for the reviewer."
        held = lease.item
    return held
