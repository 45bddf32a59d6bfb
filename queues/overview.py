"""What can be set up, page by page, in the order in which somebody sets a house up."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from queues.configured import calendars, policies
from queues.models import Queue, RoutingRule, Skill, SkipReason, User
from workflows import decision_queries

Counted = Callable[[], int]
Entry = tuple[str, str, str, str, Counted | None]


def _people() -> int:
    return User.objects.filter(kind=User.Kind.PERSON).count()


def _programs() -> int:
    return User.objects.exclude(kind=User.Kind.PERSON).count()


WORKERS: list[Entry] = [
    (
        "Queues",
        "queues:queues",
        "inbox",
        "Where items wait, in which order, and who works there.",
        Queue.objects.count,
    ),
    ("People", "queues:people", "people", "Accounts, work limits and administrators.", _people),
    (
        "Skills",
        "queues:skills",
        "check",
        "Who can do what, and who is eligible for which items.",
        Skill.objects.count,
    ),
    (
        "Routing rules",
        "queues:rules",
        "filter",
        "The first rule that is true says where an item goes.",
        RoutingRule.objects.count,
    ),
]
PROMISES: list[Entry] = [
    (
        "Calendars",
        "queues:calendars",
        "calendar",
        "The hours in which clocks run.",
        lambda: calendars().count(),
    ),
    (
        "SLA policies",
        "queues:policies",
        "clock",
        "What is promised, and what happens as time runs out.",
        lambda: policies().count(),
    ),
]
AGREEMENT: list[Entry] = [
    (
        "Grids",
        "reviews:grids",
        "board",
        "Confidence × impact: automatic, one person, two, or stop.",
        None,
    ),
    (
        "Reason codes",
        "reviews:reasons",
        "list",
        "Chips that say why, offered with a decision.",
        None,
    ),
    (
        "Reasons for skipping",
        "queues:skip-reasons",
        "skip",
        "Chips offered when an item is passed on.",
        SkipReason.objects.count,
    ),
]
MACHINES: list[Entry] = [
    (
        "Process definitions",
        "workflows:definitions",
        "process",
        "BPMN files, checked before they run.",
        None,
    ),
    (
        "Messages and signals",
        "workflows:messages",
        "inbox",
        "What was sent, who has it, what nobody took, and who waits for what.",
        None,
    ),
    (
        "Start timers",
        "workflows:start-timers",
        "clock",
        "Processes that start by themselves: when next, and switched on or off.",
        None,
    ),
    (
        "Decision models",
        "workflows:decisions",
        "document",
        "Rules in DMN tables, drafted by one and signed by another.",
        decision_queries.how_many,
    ),
    (
        "Programs",
        "queues:programs",
        "key",
        "Service accounts, software agents and their tokens.",
        _programs,
    ),
    (
        "Automated work",
        "workflows:job-kinds",
        "retry",
        "Handlers and topics: who does what, and what rests after failures.",
        None,
    ),
    (
        "Expected chains",
        "workflows:expectations",
        "clock",
        "What has to follow an event or a call, and how soon.",
        None,
    ),
    (
        "Webhooks",
        "workflows:subscriptions",
        "external",
        "Who is told of events, and what did not arrive.",
        None,
    ),
]
SECTIONS: list[tuple[str, list[Entry]]] = [
    ("Who does the work", WORKERS),
    ("By when", PROMISES),
    ("How many must agree", AGREEMENT),
    ("What runs, and who hears of it", MACHINES),
]


@dataclass(frozen=True, slots=True)
class Section:
    """A page of what can be set up, with how much there is."""

    name: str
    address: str
    icon: str
    count: str
    says: str


def sections() -> list[tuple[str, list[Section]]]:
    return [(heading, [_section(*each) for each in entries]) for heading, entries in SECTIONS]


def _section(name: str, url: str, icon: str, says: str, counted: Counted | None) -> Section:
    return Section(name, reverse(url), icon, str(counted()) if counted else "", says)
