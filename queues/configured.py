"""Every question that administrators' pages ask about what is set up."""

from django.db.models import Count, Prefetch, Q, QuerySet

from queues import routing_tables
from queues.models import (
    Calendar,
    Person,
    PersonSkill,
    Queue,
    Requirement,
    RoutingRule,
    ServiceToken,
    Skill,
    SkipReason,
    SLAPolicy,
    User,
)
from workflows.models import DecisionDefinition, JournalEntry

CHANGES_SHOWN = 10


def queues() -> QuerySet[Queue]:
    return Queue.objects.select_related("policy__calendar").annotate(
        working=Count("memberships", filter=Q(memberships__can_work=True), distinct=True),
        managing=Count("memberships", filter=Q(memberships__can_manage=True), distinct=True),
        rules=Count("routing_rules", distinct=True),
    )


def all_queues() -> QuerySet[Queue]:
    return Queue.objects.all()


def queues_of_tables() -> set[str] | None:
    """Queues that the tables of the rules lead to; None when one of them cannot be read."""
    asked = {rule.decision for rule in rules() if rule.decision}
    named = [routing_tables.leads_to(key) for key in sorted(asked)]
    return None if None in named else {slug for slugs in named if slugs for slug in slugs}


def rules() -> QuerySet[RoutingRule]:
    return RoutingRule.objects.select_related("queue").prefetch_related("skills")


def decisions() -> list[tuple[str, str]]:
    """Key and name of each published decision, as they are in force."""
    versions = DecisionDefinition.objects.order_by("key", "-version").distinct("key")
    return [(key, f"{name} ({key})") for key, name in versions.values_list("key", "name")]


def people() -> QuerySet[User]:
    """Accounts of persons."""
    return (
        User.objects.filter(kind=User.Kind.PERSON)
        .select_related("person")
        .prefetch_related("memberships__queue", "person__accounts")
        .order_by("username")
    )


def programs() -> QuerySet[User]:
    return (
        User.objects.exclude(kind=User.Kind.PERSON).prefetch_related("tokens").order_by("username")
    )


def tokens() -> QuerySet[ServiceToken]:
    return ServiceToken.objects.select_related("user")


def identities() -> QuerySet[Person]:
    """Natural persons, with what they can do."""
    has = PersonSkill.objects.select_related("skill")
    return Person.objects.prefetch_related(Prefetch("skills", has), "accounts").order_by("name")


def skills() -> QuerySet[Skill]:
    return Skill.objects.annotate(people=Count("holders")).order_by("key")


def requirements() -> QuerySet[Requirement]:
    """What items have asked for so far, with how many people it is that can take them."""
    return Requirement.objects.exclude(key="").annotate(people=Count("eligible")).order_by("key")


def skip_reasons() -> QuerySet[SkipReason]:
    return SkipReason.objects.all()


def calendars() -> QuerySet[Calendar]:
    """The version in force of each."""
    return Calendar.objects.order_by("key", "-version").distinct("key")


def versions_of_calendar(key: str) -> QuerySet[Calendar]:
    return Calendar.objects.filter(key=key).order_by("-version")


def policies() -> QuerySet[SLAPolicy]:
    """The version in force of each."""
    return (
        SLAPolicy.objects.order_by("key", "-version")
        .distinct("key")
        .select_related("calendar")
        .prefetch_related("goals__rungs__target_queue")
    )


def versions_of_policy(key: str) -> QuerySet[SLAPolicy]:
    return (
        SLAPolicy.objects.filter(key=key)
        .order_by("-version")
        .select_related("calendar")
        .prefetch_related("goals__rungs__target_queue")
        .annotate(used=Count("queues", distinct=True))
    )


def changes(subject: str) -> QuerySet[JournalEntry]:
    """The latest entries about something outside of any process."""
    return JournalEntry.objects.filter(subject=subject).order_by("-id")[:CHANGES_SHOWN]
