"""What a flow node says beyond its kind, in one neutral form whatever tool wrote the file.

A text that begins with `=` is FEEL; any other text is taken as it stands.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Extension:
    """One element of `<extensionElements>` in Countersign's namespace: its name and attributes."""

    name: str
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Foreign:
    """An extension of another tool that has no meaning here: kept as it is in the file."""

    namespace: str
    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    text: str = ""


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer event definition (BPMN 2.0.2, 10.5.5.14): `form` is date, duration or cycle."""

    form: str
    text: str


@dataclass(frozen=True, slots=True)
class Event:
    """An event definition other than a timer (BPMN 2.0.2, 10.5.5).

    `what` is message, signal, error, escalation, conditional, link, compensation, cancel or
    terminate. `name` is the name of the message, signal or link, the code of the error or
    escalation, or the activity to be compensated; empty where everything is meant.
    """

    what: str
    name: str = ""
    key: str = ""  # messages: FEEL that tells which instance is meant
    condition: str = ""  # conditional events: FEEL
    code_variable: str = ""  # errors and escalations: takes the code
    text_variable: str = ""  # errors: takes the message
    reach: str = ""  # terminate: "instance", "loop", or else the scope alone


@dataclass(frozen=True, slots=True)
class Loop:
    """How often an activity is performed (BPMN 2.0.2, 10.3.8): multi-instance or standard loop."""

    sequential: bool = False
    cardinality: str = ""  # FEEL: how many instances
    collection: str = ""  # FEEL: one instance for each element
    item: str = ""  # the variable that takes the element
    until: str = ""  # FEEL: completion condition, looked at after each instance
    results: str = ""  # the variable that takes the list of results
    result: str = ""  # FEEL: what one instance adds to the results
    first: int = 1  # what `loopCounter` begins with
    counter: str = ""  # another name of `loopCounter`
    standard: bool = False
    again: str = ""  # standard loop: FEEL, whether there is another round
    before: bool = False  # standard loop: asked before the first round too
    most: int | None = None  # standard loop: rounds at most


@dataclass(frozen=True, slots=True)
class Mapped:
    """A variable and where its value comes from."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Data:
    """What goes into an activity and what comes out of it."""

    inputs: tuple[Mapped, ...] = ()
    outputs: tuple[Mapped, ...] = ()
    all_in: bool = True  # the activity sees every variable
    all_out: bool = True  # everything that it brings is kept, not the outputs alone
    says_all_out: bool = False  # so the model says; it is not the default

    @property
    def says_out(self) -> bool:
        """Whether the model says what comes out: then it does on every way out."""
        return bool(self.outputs) or (self.all_out and self.says_all_out)


# Forms of work that code of another engine does: here their names are topics.
ELSEWHERE = frozenset(["class", "delegate", "expression", "connector", "built-in"])


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A failure that is a BPMN error: FEEL over what the worker said, and the error's code."""

    code: str
    condition: str


@dataclass(frozen=True, slots=True)
class Work:
    """What does the work of a task: `form` tells how `name` is meant.

    topic (external worker or handler), decision (DMN), script (FEEL); class, delegate,
    expression, connector and built-in (`ELSEWHERE`), whose `name` is the topic that stands for
    them; and code, which nothing here stands for.
    """

    form: str
    name: str
    result: str = ""  # the variable that takes the result
    retries: str = ""  # a number, a cycle such as R3/PT5M, or pauses with commas between
    binding: str = ""  # latest, deployment, version or tag
    version: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)  # for whoever does it
    maps: str = ""  # decisions: which part of the answer is kept
    errors: tuple[Foreseen, ...] = ()

    @property
    def by_worker(self) -> bool:
        """Whether a handler or an external worker does it."""
        return self.form == "topic" or self.form in ELSEWHERE


@dataclass(frozen=True, slots=True)
class Call:
    """Which process a call activity calls (BPMN 2.0.2, 10.3.6)."""

    element: str
    binding: str = "latest"  # latest, deployment or version
    version: str = ""
    business_key: str = ""
    same_key: bool = False  # the called process has the key of the one that calls it


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who is asked, and by when; texts as in the file."""

    assignee: str = ""
    users: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    due: str = ""
    follow_up: str = ""
    priority: str = ""


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a form that the model itself describes; the type is as in the file.

    `rules` may be required, readonly, min, max, minlength and maxlength. A "note" says something,
    and has nothing to be filled in.
    """

    id: str
    label: str = ""
    type: str = ""
    default: Any = ""  # a text that may be an expression; JSON in forms that are JSON
    choices: tuple[tuple[Any, str], ...] = ()  # value and words
    rules: Mapping[str, str] = field(default_factory=dict)
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """The form of a user task or start event: a key of another tool, or fields."""

    key: str = ""
    fields: tuple[FormField, ...] = ()


@dataclass(frozen=True, slots=True)
class AdHoc:
    """How an ad-hoc sub-process is performed (BPMN 2.0.2, 10.3.5)."""

    sequential: bool = False
    until: str = ""  # FEEL: completion condition
    cancel_rest: bool = True
    active: str = ""  # FEEL: list of the activities that begin at once


NO_DATA = Data()
