"""Customers who cannot pay: people choose what comes next, and a newer version waits to take over.

Three cases began on the first version. One of them was let go on in the second, to see that it
works; the others are left for a visitor.
"""

from datetime import datetime, timedelta
from pathlib import Path

from config.demo import people
from queues.models import User
from workflows import choosing, definitions, migration, migration_batches, runtime
from workflows.models import Activity, ProcessDefinition, ProcessInstance

MODEL = Path(__file__).resolve().parents[2] / "examples" / "payment_help.bpmn"
KEY, WAY = "payment_help", "find_a_way"
# How the first version called one of its steps.
SINCE_RENAMED = ("offer smaller or fewer instalments", "offer smaller instalments")
# Key, customer, instalment, minutes ago, and the step that somebody chose.
ON_THE_FIRST = (
    ("H-301", "Rosa Brandt", 240, 190, "call"),
    ("H-302", "Emre Aydin", 410, 150, "smaller"),
    ("H-303", "Lena Hoff", 180, 95, "accounts"),
)
ON_THE_SECOND = (
    ("H-304", "Tomasz Nowak", 325, 40, ""),
    ("H-305", "Ines Carvalho", 290, 25, "call"),
    ("H-306", "Jonas Weber", 515, 10, "accounts"),
)
RENEWED, TRIED = timedelta(minutes=60), timedelta(minutes=45)  # ago
WHY = "Terms are offered as well as amounts. One case first, to see that it works."


def settle(now: datetime) -> None:
    """Cases of both versions; once."""
    if ProcessDefinition.objects.filter(key=KEY).exists():
        return
    newest = MODEL.read_bytes()
    renamed, formerly = (words.encode() for words in SINCE_RENAMED)
    first = _deployed(newest.replace(renamed, formerly), now - timedelta(days=9))
    cases = [_opened(first, *case, now=now) for case in ON_THE_FIRST]
    second = _deployed(newest, now - RENEWED)
    _try_one(first, second, cases[0], now - TRIED)
    for case in ON_THE_SECOND:
        _opened(second, *case, now=now)


def _deployed(source: bytes, now: datetime) -> ProcessDefinition:
    [definition] = definitions.deploy(source=source, by=_actor(people.ADMIN), now=now)
    return definition


def _opened(
    definition: ProcessDefinition,
    key: str,
    customer: str,
    instalment: int,
    minutes_ago: int,
    step: str,
    *,
    now: datetime,
) -> ProcessInstance:
    at, manager = now - timedelta(minutes=minutes_ago), _actor(people.SIMULATED_MANAGER)
    instance = runtime.start(
        definition=definition,
        variables={"customer": customer, "instalment": instalment},
        business_key=key,
        by=manager,
        now=at,
    )
    if step:
        way = Activity.objects.get(instance=instance, node_id=WAY)
        choosing.begin(activity_id=way.pk, node_id=step, by=manager, now=at)
    return instance


def _try_one(
    first: ProcessDefinition, second: ProcessDefinition, case: ProcessInstance, now: datetime
) -> None:
    migration_batches.begin(
        wish=migration.wanted(first, second),
        reason=WHY,
        by=_actor(people.ADMIN),
        now=now,
        instances=[case.pk],
    )
    migration_batches.run_due(now)


def _actor(username: str) -> str:
    return User.objects.get(username=username).actor
