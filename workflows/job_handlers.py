"""Who does automated steps: one function per handler name, registered by modules in settings.

A name without a function here may be a topic: then workers outside do it (`workflows.external`).
"""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from workflows.models import JobKind
from workflows.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Work:
    """What a handler is given. The key stays the same over all attempts of one job."""

    input: Mapping[str, Any]
    idempotency_key: str
    attempt: int  # 1 for the first
    deadline: datetime | None = None  # when the lease ends; what comes later is not recorded
    headers: Mapping[str, str] = field(default_factory=dict)  # what the model tells the worker


@dataclass(frozen=True, slots=True)
class Terms:
    """How a kind of work is done. What is None stays as the model says."""

    timeout: timedelta | None = None  # how long one attempt may take
    attempts: int | None = None
    backoff: timedelta | None = None  # the first pause, at most
    longest_pause: timedelta = timedelta(minutes=5)
    at_once: int | None = None  # over all workers; None: as many as there are workers
    trips_after: int = 10  # failures in a row, of whichever jobs
    rests_for: timedelta = timedelta(seconds=30)

    def __post_init__(self) -> None:
        for name in ("attempts", "at_once", "trips_after"):
            value = getattr(self, name)
            if value is not None and not 1 <= value <= 10_000:
                raise ValueError(f"{name} has to be from 1 to 10,000, not {value}.")
        for name in ("timeout", "backoff", "longest_pause", "rests_for"):
            value = getattr(self, name)
            if value is not None and value <= timedelta(0):
                raise ValueError(f"{name} has to be longer than nothing.")


Handler = Callable[[Work], Mapping[str, Any]]
USUAL = Terms()

_handlers: dict[str, Handler] = {}
_terms: dict[str, Terms] = {}


class AlreadyRegistered(Exception):
    """Two functions want the same handler name."""


class BusinessError(Exception):
    """What a handler raises when its work ended with a BPMN error: the model says what follows.

    `code` is the error's code in the model; `variables` are kept where the error is caught.
    """

    def __init__(
        self, code: str, message: str = "", variables: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(f"{code}: {message}" if message else code)
        self.code, self.message, self.variables = code, message, dict(variables or {})


class NoSuchHandler(Refusal):
    """A process names a handler that this installation does not have."""

    slug = "no-such-handler"


def handler(name: str, terms: Terms = USUAL) -> Callable[[Handler], Handler]:
    """Register a function as the handler of this name.

    It may run more than once for a job: whatever it calls must be given the idempotency key.
    """

    def registered(function: Handler) -> Handler:
        if name in _handlers:
            raise AlreadyRegistered(f"A handler named {name} is already registered.")
        _handlers[name], _terms[name] = function, terms
        return function

    return registered


def forget(name: str) -> None:
    """Take a handler out again."""
    _handlers.pop(name, None)
    _terms.pop(name, None)


def named(name: str) -> Handler:
    """The handler with this name."""
    if name not in _handlers:
        raise NoSuchHandler(
            f"No handler named {name} is installed. Add the module that registers it to "
            "COUNTERSIGN_JOB_HANDLERS and restart the workers, or give a worker outside a token "
            "with this topic."
        )
    return _handlers[name]


def terms_of(name: str) -> Terms:
    """How the work of this name is done; the usual way when nothing else was said."""
    return _terms.get(name, USUAL)


def installed() -> frozenset[str]:
    """Names of the functions that are registered here."""
    return frozenset(_handlers)


def names() -> frozenset[str]:
    """Every handler and topic that a process may use."""
    topics = JobKind.objects.filter(external=True).values_list("name", flat=True)
    return installed() | frozenset(topics)


def load(modules: list[str]) -> None:
    """Import the modules that register handlers."""
    for module in modules:
        importlib.import_module(module)
