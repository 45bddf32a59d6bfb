"""Who does automated steps: one function per handler name, registered by modules in settings."""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from workflows.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Work:
    """What a handler is given. The key stays the same over all attempts of one job."""

    input: Mapping[str, Any]
    idempotency_key: str
    attempt: int  # 1 for the first


Handler = Callable[[Work], Mapping[str, Any]]

_handlers: dict[str, Handler] = {}


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


def handler(name: str) -> Callable[[Handler], Handler]:
    """Register a function as the handler of this name.

    It may run more than once for a job: whatever it calls must be given the idempotency key.
    """

    def registered(function: Handler) -> Handler:
        if name in _handlers:
            raise AlreadyRegistered(f"A handler named {name} is already registered.")
        _handlers[name] = function
        return function

    return registered


def forget(name: str) -> None:
    """Take a handler out again."""
    _handlers.pop(name, None)


def named(name: str) -> Handler:
    """The handler with this name."""
    if name not in _handlers:
        raise NoSuchHandler(
            f"No handler named {name} is installed. Add the module that registers it to "
            "COUNTERSIGN_JOB_HANDLERS and restart the workers."
        )
    return _handlers[name]


def names() -> frozenset[str]:
    """Every handler name that a process may use."""
    return frozenset(_handlers)


def load(modules: list[str]) -> None:
    """Import the modules that register handlers."""
    for module in modules:
        importlib.import_module(module)
