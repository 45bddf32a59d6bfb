"""A model that somebody else made, run to its end in the database by all who have a part in it.

Workers outside take its jobs by topic, people complete their steps, messages and signals arrive,
the clock moves on to the next timer, incidents are corrected and tried again, and the processes
that it calls run, too. Who does what next, and what they answer, is a matter of chance.
"""

import random
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction

from tests.workflows import drawn
from tests.workflows.bpmn.test_real_models import known
from tests.workflows.builders import NOW
from tests.workflows.mirrored import OPEN
from workflows import (
    answering,
    calls,
    correlation,
    definitions,
    external,
    external_results,
    feel,
    incidents,
    intake,
    runtime,
    signals,
    start_timers,
    timers,
)
from workflows.bpmn.kinds import STARTS, Kind
from workflows.bpmn.model import Node, Process
from workflows.bpmn.parser import parse
from workflows.external import Wish
from workflows.external_results import Worker
from workflows.job_handlers import BusinessError
from workflows.models import (
    Activity,
    Incident,
    Job,
    Listener,
    ProcessDefinition,
    ProcessInstance,
    Scope,
    StartTimer,
    Timer,
)

MOST = 400  # things that happen
SHOP = "api:shop"
ERRORS = 0.15  # how often a worker gives an error that the model catches
SOMETIMES = 0.1


def stub(key: str) -> bytes:
    """A process of this key in which nothing happens."""
    return drawn.xml("start -> end").replace(b'id="drawn"', f'id="{key}"'.encode())


class Lived:
    """One run of a model; `library` has the files of other processes by their key.

    `said` are answers that are no matter of chance.
    """

    def __init__(
        self, source: bytes, library: Mapping[str, bytes], seed: int, said: Mapping[str, Any]
    ) -> None:
        self.said = said
        self.chance, self.now = random.Random(seed), NOW
        self.library = library
        self.deployed: set[str] = set()
        self.counts: dict[str, int] = {}  # what happened
        self.process = next(each for each in parse(source) if each.executable)
        self._deploy(source)

    # --- deploying ---

    def _deploy(self, source: bytes) -> None:
        """The file, after whatever it calls that is not there yet."""
        found = [each for each in parse(source) if each.executable]
        self.deployed |= {each.id for each in found}
        for process in found:
            for node in process.nodes.values():
                self._deploy_called(node)
        definitions.deploy(source=source, by="user:ada", now=NOW)

    def _deploy_called(self, node: Node) -> None:
        key = node.call.element if node.call else ""
        if key and not key.startswith("=") and key not in self.deployed:
            self._deploy(self.library.get(key) or stub(key))

    # --- what is answered ---

    def _answers(self, process: Process) -> dict[str, Any]:
        """Values for what keys and timers of a model read, its loops and its conditions."""
        found: dict[str, Any] = {}
        for node in process.nodes.values():
            if node.event:
                found |= dict.fromkeys(_names(node.event.key), f"K-{self.chance.randrange(100)}")
            if node.timer and node.timer.text.startswith("="):
                said = "2026-03-02T12:00:00Z" if node.timer.form == "date" else "PT1H"
                found |= dict.fromkeys(_names(node.timer.text[1:]), said)
        return {**found, **known(process, self.chance), **self.said}

    # --- beginning ---

    def begin(self) -> None:
        """By one of its start events."""
        starts = [node for node in self.process.inside("") if node.kind in STARTS]
        start = self.chance.choice(starts)
        ways = {
            Kind.MESSAGE_START: self._by_message,
            Kind.SIGNAL_START: self._by_signal,
            Kind.TIMER_START: self._by_timer,
        }
        ways.get(start.kind, self._by_hand)(start)

    def _by_hand(self, start: Node) -> None:
        definition = ProcessDefinition.objects.get(key=self.process.id)
        runtime.start(
            definition=definition, variables=self._answers(self.process), business_key="K-1",
            by=SHOP, now=NOW, start_node=start.id,
        )  # fmt: skip

    def _by_message(self, start: Node) -> None:
        taken = intake.take(
            message=start.message or "", variables=self._answers(self.process),
            business_key="K-1", idempotency_key="1", sender=SHOP, now=NOW,
        )  # fmt: skip
        assert taken.instance is not None

    def _by_signal(self, start: Node) -> None:
        assert start.event is not None
        given = self._answers(self.process)
        signals.broadcast(name=start.event.name, variables=given, sender=SHOP, now=NOW)
        correlation.deliver_due(NOW)

    def _by_timer(self, start: Node) -> None:
        timer = StartTimer.objects.get(node_id=start.id)
        self.now = timer.due_at
        assert start_timers.fire(timer.pk, now=self.now) is not None
        self._correct(ProcessInstance.objects.get())

    # --- going on ---

    def run(self) -> None:
        """Until nothing is left to do."""
        self.begin()
        for _ in range(MOST):
            self._settle()
            offers = list(self._offers())
            if not offers:
                return
            what, row = self.chance.choice(offers)
            self.counts[what] = self.counts.get(what, 0) + 1
            getattr(self, f"_{what}")(row)
        raise AssertionError(f"It goes on and on: {self.counts}")

    def _settle(self) -> None:
        sweeps = (calls.settle_due, correlation.deliver_due, answering.tell_due)
        while any(sweep(self.now) for sweep in sweeps):
            pass

    def _offers(self) -> Iterable[tuple[str, Any]]:
        """What may happen next; a timer where nothing else does, or now and then."""
        found: list[tuple[str, Any]] = [
            *(("work", job) for job in Job.objects.filter(status="ready")),
            *(("person", each) for each in self._people()),
            *(("hear", each) for each in self._listeners()),
            *(("mend", each) for each in Incident.objects.filter(status="open")),
        ]
        if not found or self.chance.random() < SOMETIMES:
            next_one = Timer.objects.filter(status="pending").order_by("due_at").first()
            found += [("fire", next_one)] if next_one else []
        return found

    def _listeners(self) -> Iterable[Listener]:
        """Those that take nothing away hear something now and then, or there would be no end."""
        for each in Listener.objects.filter(status="open").select_related("instance"):
            node = definitions.process_of(each.instance).nodes[each.node_id]
            if node.interrupting or self.chance.random() < SOMETIMES:
                yield each

    def _people(self) -> Iterable[Activity]:
        """Steps that somebody has to do; not the token of a loop, whose rounds are done."""
        waiting = Activity.objects.filter(status="active", kind=Kind.USER_TASK, stuck="")
        loops = Scope.objects.filter(status="open").exclude(activity=None)
        return waiting.filter(incidents__isnull=True).exclude(pk__in=loops.values("activity"))

    def _work(self, job: Job) -> None:
        wish = Wish((job.handler,), f"{SHOP}/w1", 1, timedelta(minutes=5))
        [taken] = external.fetch(wish, now=self.now).jobs
        worker = Worker(SHOP, (taken.handler,), taken.epoch)
        process = definitions.process_of(taken.instance)
        codes = [*_codes(process, process.nodes[taken.activity.node_id])]
        if codes and self.chance.random() < ERRORS:
            error = BusinessError(self.chance.choice(codes), "No.", self._answers(process))
            external_results.throw(taken.pk, worker=worker, error=error, now=self.now)
        else:
            given = self._answers(process)
            external_results.complete(taken.pk, worker=worker, given=given, now=self.now)

    def _person(self, activity: Activity) -> None:
        with transaction.atomic():
            held = runtime.hold(activity.instance_id)
            given = self._answers(definitions.process_of(held))
            said: dict[str, Any] = {"instance": held, "actor": "user:ada", "now": self.now}
            runtime.complete(activity=activity, variables=given, **said)

    def _hear(self, listener: Listener) -> None:
        instance = ProcessInstance.objects.get(pk=listener.instance_id)
        given = self._answers(definitions.process_of(instance))
        match listener.kind:
            case Listener.Kind.MESSAGE:
                key = listener.key or instance.business_key
                said: dict[str, Any] = {"name": listener.name, "key": key, "variables": given}
                assert correlation.correlate(**said, sender=SHOP, now=self.now) is not None
            case Listener.Kind.SIGNAL:
                signals.broadcast(name=listener.name, variables=given, sender=SHOP, now=self.now)
            case _:
                self._correct(instance)

    def _fire(self, timer: Timer) -> None:
        self.now = max(self.now, timer.due_at)
        assert timers.fire(timer.pk, timer.instance_id, now=self.now)

    def _mend(self, incident: Incident) -> None:
        self._correct(incident.instance)
        incidents.retry(incident_id=incident.pk, by="user:ada", now=self.now)

    def _correct(self, instance: ProcessInstance) -> None:
        """Somebody gives the variables other values, and conditions are looked at."""
        with transaction.atomic():
            held = runtime.hold(instance.pk)
            held.variables |= self._answers(definitions.process_of(held))
            held.save(update_fields=["variables"])
            runtime.look_at_conditions(held, now=self.now)


def left_open() -> list[Any]:
    """Rows of any instance that still wait for something."""
    return [row for model, states in OPEN for row in model.objects.filter(status__in=states)]


def _codes(process: Process, node: Node) -> Iterable[str]:
    """Errors that the model catches right at this step."""
    for name in node.boundary:
        event = process.nodes[name]
        if event.kind is Kind.BOUNDARY_ERROR and event.event and event.event.name:
            yield event.event.name


def _names(text: str) -> Iterable[str]:
    """The variables that FEEL reads."""
    return feel.compile(text.strip().removeprefix("=")).names if text.strip() else ()
