"""An observer of chains: it reads what was published and begun, and says what did not follow.

It writes expectations and anomalies and nothing else: no row of a process changes because somebody
watches. What went well leaves no row, so watching costs what goes wrong, and one indexed look at
each link whose time may have come.
"""

import logging
from datetime import datetime, timedelta
from itertools import takewhile
from uuid import UUID

from django.db import OperationalError, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from workflows import chains, journal
from workflows.chains import Answer, Said
from workflows.links import Link, links_of
from workflows.literals import literal
from workflows.models import Anomaly, Call, Event, Expectation, Timer

BATCH = 200
LONGEST_LOOK = timedelta(minutes=1)  # between two looks for events that nobody has reacted to
CALLS_EVERY = timedelta(seconds=15)  # between two looks at calls
UNDER_WAY = timedelta(minutes=1)  # longer than a step takes
GIVEN_UP_SINCE = timedelta(days=1)  # calls that were given up before are not looked for
SOONEST, LATEST = timedelta(seconds=30), timedelta(hours=1)  # between two looks at an anomaly
# Spelt out in statements, for the indexes over calls that wait or were given up.
LIVE = [literal(each.value) for each in Call.UNANSWERED]
GONE = [literal(each.value) for each in Call.GIVEN_UP]

logger = logging.getLogger(__name__)


def look(now: datetime) -> int:
    """Look at every link whose time has come; how many anomalies were noticed or settled."""
    due = Expectation.objects.filter(is_active=True, look_at__lte=now).order_by("look_at")
    found = sum(_safely(each, now) for each in list(due.values_list("pk", flat=True)[:BATCH]))
    return found + look_again(now)


@transaction.atomic
def look_at(expectation_id: UUID, *, now: datetime) -> int:
    """Look at one link; 0 when another sweep is just at it."""
    free = Expectation.objects.select_for_update(no_key=True, skip_locked=True)
    held = free.filter(pk=expectation_id, is_active=True, look_at__lte=now).first()
    if held is None:
        return 0
    look_for = _calls if held.kind == Expectation.Kind.ANSWER else _events
    noticed = look_for(held, now)
    held.save(update_fields=["seen_position", "look_at"])
    return noticed


@transaction.atomic
def look_again(now: datetime, *, at_most: int = BATCH) -> int:
    """Settle anomalies whose link has come about since."""
    free = Anomaly.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
    due = free.filter(settled_at=None, look_at__lte=now).order_by("look_at", "id")
    found = list(due.select_related("expectation", "event__instance", "call")[:at_most])
    return sum(_reconsider(anomaly, now) for anomaly in found)


# --- what a process did after an event ---


def _events(expectation: Expectation, now: datetime) -> int:
    """Each event is looked at once, when its time is over, in the order of the feed."""
    newer = Event.objects.filter(
        type=expectation.after, position__gt=expectation.seen_position
    ).select_related("instance")
    waiting = list(newer.order_by("position")[:BATCH])
    over = list(takewhile(lambda each: each.at + expectation.within <= now, waiting))
    later = [each.at + expectation.within for each in waiting[len(over) :][:1]]
    if over:
        expectation.seen_position = over[-1].position or 0
    # With a full batch there may be more that is over: look again at once.
    soon = now if len(over) == BATCH else now + min(LONGEST_LOOK, expectation.within)
    expectation.look_at = min([soon, *later])
    links = links_of(expectation, over, now=now)
    return sum(_notice(expectation, link, now) for link in links)


def _notice(expectation: Expectation, link: Link, now: datetime) -> int:
    if link.said in (Said.IN_TIME, Said.WAITED_FOR):
        return 0
    return _write(
        Anomaly(
            expectation=expectation,
            kind=Anomaly.Kind(link.said),
            key=link.key,
            event=link.event,
            source=link.source,
            reaction=link.reaction,
            since=link.event.at,
            due_at=link.event.at + expectation.within,
        ),
        outcome=SETTLED_AT_ONCE.get(link.said, ""),
        now=now,
    )


# --- what a call got for an answer ---


def _calls(expectation: Expectation, now: datetime) -> int:
    """Calls that wait too long, and those that were late when they came back or were given up.

    What ended between two looks is judged by when it ended, not by what is there now.
    """
    # A step that was under way at the last look may have an earlier moment.
    since = expectation.look_at - _pause(expectation) - UNDER_WAY
    groups = [_waiting(expectation, now), _answered_late(expectation, since),
              _given_up(expectation, since, now)]  # fmt: skip
    found = [list(each[:BATCH]) for each in groups]
    if all(len(each) < BATCH for each in found):  # else the next sweep goes on from here
        expectation.look_at = now + _pause(expectation)
    return sum(_notice_call(expectation, call, now) for each in found for call in each)


def _pause(expectation: Expectation) -> timedelta:
    return min(CALLS_EVERY, expectation.within)


def _waiting(expectation: Expectation, now: datetime) -> QuerySet[Call]:
    late = _unnoticed(expectation).filter(status__in=LIVE, created_at__lte=now - expectation.within)
    return late.order_by("created_at")


def _answered_late(expectation: Expectation, since: datetime) -> QuerySet[Call]:
    late = _unnoticed(expectation).filter(
        status=literal("returned"),
        ended_at__gt=F("created_at") + expectation.within,
        created_at__gt=expectation.created_at - expectation.within,
    )
    return late.filter(ended_at__gt=since).order_by("ended_at")


def _given_up(expectation: Expectation, since: datetime, now: datetime) -> QuerySet[Call]:
    # The timer that ended the call activity, not one that only reminded.
    ran_out = Timer.objects.filter(
        activity=OuterRef("activity"),
        status=literal("fired"),
        ended_at=OuterRef("activity__ended_at"),
    )
    begun_after = max(expectation.created_at, now - GIVEN_UP_SINCE) - expectation.within
    gone = _unnoticed(expectation).filter(
        status__in=GONE, created_at__gt=begun_after, activity__ended_at__gt=since
    )
    is_late = Q(activity__ended_at__gte=F("created_at") + expectation.within)
    found = gone.annotate(ran_out=Exists(ran_out)).filter(Q(ran_out=True) | is_late)
    return found.order_by("created_at")


def _unnoticed(expectation: Expectation) -> QuerySet[Call]:
    known = Anomaly.objects.filter(expectation=expectation, call=OuterRef("pk"))
    made = Call.objects.filter(
        process=expectation.process, instance__definition__key=expectation.after
    )
    return made.exclude(Exists(known)).select_related("instance", "activity")


def _notice_call(expectation: Expectation, call: Call, now: datetime) -> int:
    due_at = call.created_at + expectation.within
    came = call.ended_at if call.status == Call.Status.RETURNED else None
    gone = call.activity.ended_at if call.status in Call.GIVEN_UP else None
    by_its_own_limit = getattr(call, "ran_out", False)  # only asked of those that were given up
    said = chains.of_answer(Answer(came, gone, by_its_own_limit), due_at=due_at, now=now)
    return _write(
        Anomaly(
            expectation=expectation,
            kind=Anomaly.Kind(said),
            key=call.business_key or call.instance.business_key,
            call=call,
            source=call.instance,
            reaction_id=call.called_id,
            since=call.created_at,
            due_at=due_at,
        ),
        outcome=SETTLED_AT_ONCE.get(said, ""),
        now=now,
    )


# --- anomalies ---

SETTLED_AT_ONCE = {
    Said.LATE: Anomaly.Outcome.CAME_LATE,
    Said.OTHERWISE: Anomaly.Outcome.ENDED_OTHERWISE,
    Said.TIMED_OUT: Anomaly.Outcome.GIVEN_UP,
}


def _write(anomaly: Anomaly, *, outcome: str, now: datetime) -> int:
    anomaly.noticed_at, anomaly.outcome = now, outcome
    anomaly.settled_at = now if outcome else None
    anomaly.look_at = None if outcome else now + SOONEST
    Anomaly.objects.bulk_create([anomaly], ignore_conflicts=True)
    if not Anomaly.objects.filter(pk=anomaly.pk).exists():
        return 0
    _say("anomaly.noticed", anomaly, now)
    return 1


def _reconsider(anomaly: Anomaly, now: datetime) -> int:
    """Whether it is settled now; what has begun meanwhile is remembered."""
    outcome = _answered(anomaly, now) if anomaly.call else _followed(anomaly, now)
    if outcome:
        settle(anomaly, outcome=outcome, by="system", now=now)
        return 1
    pause = min(max((now - anomaly.noticed_at) / 4, SOONEST), LATEST)
    anomaly.look_at = now + pause
    anomaly.save(update_fields=["look_at", "reaction"])
    return 0


def _followed(anomaly: Anomaly, now: datetime) -> str:
    if anomaly.event is None:
        return ""
    [link] = links_of(anomaly.expectation, [anomaly.event], now=now)
    anomaly.reaction = link.reaction or anomaly.reaction
    if link.said is Said.IN_TIME:  # it was published in time and seen late
        return Anomaly.Outcome.CAME_LATE
    return SETTLED_AT_ONCE.get(link.said, "")


def _answered(anomaly: Anomaly, now: datetime) -> str:
    call = anomaly.call
    if call is None:
        return ""
    anomaly.reaction_id = call.called_id
    ended = call.ended_at if call.status == Call.Status.RETURNED else None
    gone = now if call.status in Call.GIVEN_UP else None
    said = chains.of_answer(Answer(ended, gone), due_at=anomaly.due_at, now=now)
    if said is Said.NO_ANSWER:
        return ""
    return Anomaly.Outcome.GIVEN_UP if gone else Anomaly.Outcome.CAME_LATE


def settle(anomaly: Anomaly, *, outcome: str, by: str, now: datetime) -> None:
    """Nothing is expected of this link any more. The row is locked."""
    anomaly.outcome, anomaly.settled_at, anomaly.look_at = outcome, now, None
    anomaly.settled_by = by
    anomaly.save(update_fields=["outcome", "settled_at", "look_at", "settled_by", "reaction"])
    _say("anomaly.settled", anomaly, now, by=by)


def _say(kind: str, anomaly: Anomaly, now: datetime, *, by: str = "system") -> None:
    """In the journal of the chain, never in that of a process."""
    expectation = anomaly.expectation
    journal.record_outside(
        kind,
        subject=f"expectation:{expectation.pk}",
        actor=by,
        now=now,
        anomaly=str(anomaly.pk),
        what=anomaly.kind,
        process=expectation.process,
        after=expectation.after,
        key=anomaly.key,
        outcome=anomaly.outcome,
    )


def _safely(expectation_id: UUID, now: datetime) -> int:
    """One link that cannot be looked at holds up no other."""
    try:
        return look_at(expectation_id, now=now)
    except OperationalError as busy:
        logger.info("Expectation %s is left for the next sweep: %s", expectation_id, busy)
    except Exception:
        logger.exception("Expectation %s cannot be looked at", expectation_id)
        Expectation.objects.filter(pk=expectation_id).update(look_at=now + LONGEST_LOOK)
    return 0
