"""The whole house in one process: workers and sweeps are played, time is an argument.

Stories of examples are played in it, by their tests and by `manage.py example`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.utils.module_loading import import_string

from config.demo import people
from config.sweeping import SWEEPS
from queues import claims
from queues.models import Queue, User, WorkItem
from reviews import decisions, plain_work
from reviews.models import Review
from workflows import answering, calls, correlation, intake, jobs, whereabouts
from workflows.models import Job, JournalEntry, ProcessInstance
from workflows.refusals import Refusal

MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
A_STEP = timedelta(seconds=2)  # what a job takes where a story is told
# Sweeps that only wake workers, of which there are none here.
WAKING = (
    "workflows.jobs.dispatch_due",
    "workflows.publishing.wake_deliverers",
    "workflows.workers.send_beat",
    "queues.claims.wake_due",
)


class WorkerLost(BaseException):
    """A worker is gone between its effect and its answer. No Exception: nobody may catch it."""


class NotAsTold(Exception):
    """A story did not go on as it is told."""


@dataclass(frozen=True, slots=True)
class Aside:
    """What happened outside, and after which entry of the journal."""

    after: int
    at: datetime
    sentence: str


def last_entry() -> int:
    """The place of the journal's newest entry."""
    return JournalEntry.objects.aggregate(last=Max("pk"))["last"] or 0


@dataclass
class House:
    """What time it is, and everything that happens without a person."""

    now: datetime = MONDAY
    a_job_takes: timedelta = timedelta(0)
    asides: list[Aside] = field(default_factory=list)
    began_after: int = field(default_factory=last_entry)
    doomed: list[str] = field(default_factory=list)  # handlers whose next worker is lost
    drowsy: list[str] = field(default_factory=list)  # handlers whose next worker falls asleep
    asleep: list[Job] = field(default_factory=list)  # what those have taken

    # --- from outside ---

    def receive(
        self,
        message: str,
        variables: Mapping[str, Any] | None = None,
        *,
        key: str,
        once: str = "",
        sender: str = "api:webshop",
        keep_for: timedelta | None = None,
    ) -> ProcessInstance | None:
        """A message comes in, then everybody works; the instance that has it, None if it is kept.

        `once` is its idempotency key; by default each call sends another message.
        """
        self.tell(f"{sender.partition(':')[2]} sends {message} for {key}")
        taken = intake.take(
            message=message,
            variables=dict(variables or {}),
            business_key=key,
            idempotency_key=once or f"{message} {key} {len(self.asides)} {self.began_after}",
            sender=sender,
            now=self.now,
            keep_for=keep_for,
        )
        self.work()
        return taken.instance

    def complete(self, *, by: str, key: str, **filled: Any) -> None:
        """Somebody takes the open work item of this business key, fills its form in and is done."""
        self.decide(by=by, key=key, outcome=plain_work.DONE, **filled)

    def decide(self, *, by: str, key: str, outcome: str, **filled: Any) -> None:
        """Somebody takes the open work item of this business key and decides it."""
        person = User.objects.get(username=by)
        open_items = WorkItem.objects.filter(
            instance__business_key=key, status=WorkItem.Status.READY, seat__isnull=False,
            queue__memberships__user=person,
        )  # fmt: skip
        item = open_items.order_by("id").first()
        if item is None:
            raise NotAsTold(f"Nothing waits for {by} at {key}.")
        lease = claims.claim(item_id=item.pk, by=person, now=self.now)
        review = Review.objects.get(seats__item=item)
        decisions.decide(
            item_id=item.pk, by=person, epoch=lease.epoch, version=review.version,
            content_hash=review.content_hash, outcome=outcome, reasons=[], answers=filled,
            now=self.now,
        )  # fmt: skip
        self.pass_time(seconds=person.undo_for)

    def employ(self, username: str, name: str, queues: Iterable[str]) -> None:
        """An account of somebody who works on these queues."""
        person = people.account(username, name, is_simulated=True)
        people.belongs(person, Queue.objects.filter(slug__in=list(queues)))

    def ask(self, who: str, key: str) -> None:
        """Somebody asks how the process of this business key stands."""
        instance = ProcessInstance.objects.filter(business_key=key).latest("started_at")
        standing = whereabouts.of([instance])[instance.pk]
        self.tell(f"{who} asks about {key}: {standing.word}. {standing.sentence[:-1]}")

    def tell(self, sentence: str) -> None:
        """Note what happens outside: it stands in the story, between entries of the journal."""
        self.asides.append(Aside(last_entry(), self.now, sentence))

    # --- by itself ---

    def lose_worker(self, handler: str) -> None:
        """The next worker that does this is lost after its effect, before its answer."""
        self.doomed.append(handler)

    def stall_worker(self, handler: str) -> None:
        """The next worker that takes this falls asleep before it does anything."""
        self.drowsy.append(handler)

    def wake_workers(self) -> None:
        """Whoever fell asleep does now what it had taken on; whether anybody still wants it."""
        asleep, self.asleep = self.asleep, []
        for job in asleep:
            self.tell(f"The worker that was to do {job.handler} wakes and goes on")
            jobs.attempt(job, lambda: self.now)
        self.work()

    def work(self) -> None:
        """Workers do what is ready until nothing more can be done now.

        A job that nobody may take, or that failed, is left for later.
        """
        tried: set[tuple[UUID, int]] = set()
        while self._ready(tried) or self._messages():
            pass

    def sweep(self) -> None:
        """What looks for due work, once each."""
        for name in SWEEPS:
            if name not in WAKING:
                look: Callable[..., int] = import_string(name)
                look(now=self.now)
        self.work()

    def pass_time(self, **said: float) -> None:
        """So much time passes; then everything that has become due happens."""
        self.now += timedelta(**said)
        self.sweep()

    # --- workers ---

    def _ready(self, tried: set[tuple[UUID, int]]) -> bool:
        """Try every ready job once under each of its leases; whether there was one to try."""
        ready = Job.objects.filter(status=Job.Status.READY, ready_at__lte=self.now)
        known = list(ready.values_list("pk", "epoch", "handler").order_by("id"))
        new = [(pk, epoch, handler) for pk, epoch, handler in known if (pk, epoch) not in tried]
        for pk, epoch, handler in new:
            tried.add((pk, epoch))
            self._run(pk, handler)
        return bool(new)

    def _run(self, job_id: UUID, handler: str) -> None:
        if handler in self.drowsy:
            self._fall_asleep(job_id, handler)
            return
        if handler not in self.doomed:
            jobs.run(job_id, worker="played", clock=lambda: self.now)
            self.now += self.a_job_takes
            return
        self.doomed.remove(handler)
        try:
            jobs.run(job_id, worker="lost", clock=self._clock_of_a_lost_worker())
        except WorkerLost:
            self.tell(f"The worker that did {handler} is lost before it could answer")

    def _fall_asleep(self, job_id: UUID, handler: str) -> None:
        job = jobs.lease(job_id, by="asleep", now=self.now)
        if job is None:
            return
        self.drowsy.remove(handler)
        self.asleep.append(job)
        self.tell(f"The worker that took {handler} falls asleep before it does anything")

    def _clock_of_a_lost_worker(self) -> Callable[[], datetime]:
        """It is asked as the lease begins, and again as the answer is recorded."""
        looks = iter([self.now])

        def clock() -> datetime:
            for moment in looks:
                return moment
            raise WorkerLost

        return clock

    def _messages(self) -> bool:
        now = self.now
        done = calls.settle_due(now) + correlation.deliver_due(now) + answering.tell_due(now)
        return bool(done)


def refused(act: Callable[[], object]) -> str:
    """The sentence with which the house refuses something; `NotAsTold` when it does not."""
    try:
        act()
    except Refusal as refusal:
        return str(refusal)
    raise NotAsTold("The house took what it had to refuse.")
