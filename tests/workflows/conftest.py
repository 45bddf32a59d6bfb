"""People and machines as these tests need them: they note what they are asked to do."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

# Nothing of Django at the top: this file is read before settings are there.


@dataclass
class Machine:
    """The handler of every job, unless a test says otherwise."""

    works: list[Any] = field(default_factory=list)
    answer: Callable[[Any], Any] = lambda _work: {"done": True}

    def __call__(self, work: Any) -> Any:
        self.works.append(work)
        return self.answer(work)


@dataclass
class People:
    """Those who look after steps for people."""

    opened: list[str] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    open: Callable[..., None] = lambda *_what: None

    def was_opened(self, instance, activity, node, now) -> None:
        self.opened.append(node.id)
        self.open(instance, activity, node, now)

    def was_cancelled(self, _instance, activity, _now) -> None:
        self.cancelled.append(activity.node_id)


@pytest.fixture(autouse=True)
def machine() -> Iterator[Machine]:
    from tests.workflows import builders

    machine = Machine()
    with builders.handling("any", machine):
        yield machine


@pytest.fixture(autouse=True)
def people(monkeypatch: pytest.MonkeyPatch) -> People:
    from workflows import handlers
    from workflows.bpmn.model import Kind

    people = People()
    monkeypatch.setattr(handlers, "_opened", {Kind.USER_TASK: people.was_opened})
    monkeypatch.setattr(handlers, "_cancelled", {Kind.USER_TASK: people.was_cancelled})
    return people


@pytest.fixture(autouse=True)
def woken(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Wake-ups that went out; nothing here needs a broker."""
    from workflows import wakeups

    sent: list[tuple[str, ...]] = []

    def send_task(task: str, args: tuple[str, ...]) -> None:
        sent.append((task, *args))

    monkeypatch.setattr(wakeups, "current_app", SimpleNamespace(send_task=send_task))
    monkeypatch.setattr(wakeups, "_sent_at", {})
    monkeypatch.setattr(wakeups, "_quiet_until", 0.0)
    return sent
