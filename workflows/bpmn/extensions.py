"""Countersign's own attributes in a model (`urn:countersign:bpmn:1`), and what they say.

    <countersign:job handler="loan.score" result="score" attempts="5" lease="PT30S" backoff="PT2S"/>
    <countersign:input name="application" value="application"/>
    <countersign:review kind="loan_approval" subject="application" result="decision" …/>
    <countersign:event type="loan.approved" data="decision"/>
    <countersign:start key="booking.id" once="event"/>

Names and attributes are a fixed list: anything else is refused, so that a misspelt one is noticed.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from lxml import etree

from workflows import feel
from workflows.bpmn import expressions, retries, timing
from workflows.bpmn.kinds import ACTIVITIES, WORKED
from workflows.bpmn.model import Extension, Finding, Kind, Node, Process
from workflows.bpmn.source import BPMN

NAMESPACE = "urn:countersign:bpmn:1"
MOST: Mapping[str, int] = MappingProxyType({"attempts": 100, "version": 100_000})

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,99}")
_VARIABLE = re.compile(r"[^\W\d]\w{0,99}")


@dataclass(frozen=True, slots=True)
class Grammar:
    """What an extension element may say, and where it may stand."""

    kinds: frozenset[Kind]
    words: frozenset[str] = frozenset()  # handler, kind, type: dotted words
    variables: frozenset[str] = frozenset()  # names of variables
    durations: frozenset[str] = frozenset()  # ISO 8601
    counts: frozenset[str] = frozenset()
    expressions: frozenset[str] = frozenset()  # FEEL
    required: frozenset[str] = frozenset()

    @property
    def attributes(self) -> frozenset[str]:
        """Every attribute that is known."""
        plain = self.words | self.variables | self.durations | self.counts
        return plain | self.expressions


_REVIEW = frozenset(
    [
        "title",
        "subject",
        "payload",
        "confidence",
        "impact",
        "suggestion",
        "reasons",
        "requester",
        "region",
        "beneficiary",
        "outcomes",
        "editable",
        "deadline",
        "scored",
    ]
)
CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "mode": ("countersign", "blind"),
        "binding": ("latest", "deployment", "version"),
        "once": ("process", "event"),
    }
)

# What these send carries their inputs.
SENDING = frozenset([Kind.MESSAGE_THROW, Kind.MESSAGE_END, Kind.SIGNAL_THROW, Kind.SIGNAL_END])
GRAMMARS: Mapping[str, Grammar] = MappingProxyType(
    {
        "job": Grammar(
            kinds=WORKED - {Kind.SCRIPT_TASK},
            words=frozenset(["handler"]),
            variables=frozenset(["result"]),
            durations=frozenset(["lease", "backoff"]),
            counts=frozenset(["attempts"]),
            required=frozenset(["handler"]),
        ),
        "input": Grammar(
            kinds=ACTIVITIES | SENDING,
            variables=frozenset(["name"]),
            expressions=frozenset(["value"]),
            required=frozenset(["name", "value"]),
        ),
        "output": Grammar(
            kinds=ACTIVITIES,
            variables=frozenset(["name"]),
            expressions=frozenset(["value"]),
            required=frozenset(["name", "value"]),
        ),
        "script": Grammar(
            kinds=frozenset([Kind.SCRIPT_TASK]),
            variables=frozenset(["result"]),
            required=frozenset(["result"]),
        ),
        "decision": Grammar(
            kinds=frozenset([Kind.RULE_TASK]),
            words=frozenset(["id", "binding"]),
            counts=frozenset(["version"]),
            variables=frozenset(["result"]),
            required=frozenset(["id"]),
        ),
        "call": Grammar(
            kinds=frozenset([Kind.CALL_ACTIVITY]),
            words=frozenset(["process", "binding"]),
            counts=frozenset(["version"]),
            expressions=frozenset(["business_key"]),
        ),
        "message": Grammar(
            kinds=frozenset(
                [
                    Kind.MESSAGE_CATCH,
                    Kind.BOUNDARY_MESSAGE,
                    Kind.MESSAGE_START,
                    Kind.RECEIVE_TASK,
                    Kind.MESSAGE_THROW,
                    Kind.MESSAGE_END,
                    Kind.SEND_TASK,
                ]
            ),
            expressions=frozenset(["key"]),
            required=frozenset(["key"]),
        ),
        "review": Grammar(
            kinds=frozenset([Kind.USER_TASK]),
            words=frozenset(["kind", "mode"]),
            variables=frozenset(["result"]),
            expressions=_REVIEW,
            required=frozenset(["kind"]),
        ),
        "event": Grammar(
            kinds=frozenset([Kind.END, Kind.TERMINATE_END, Kind.MESSAGE_END, Kind.SIGNAL_END]),
            words=frozenset(["type"]),
            expressions=frozenset(["data"]),
        ),
        "start": Grammar(
            kinds=frozenset([Kind.MESSAGE_START, Kind.SIGNAL_START]),
            words=frozenset(["once"]),
            expressions=frozenset(["key"]),
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Job:
    """How a service task is run: by which handler, how often, and how long an attempt may take."""

    handler: str
    result: str  # the variable that takes the result; empty when it is not kept
    attempts: int
    lease: timedelta
    backoff: timedelta


def read(element: etree._Element) -> tuple[Extension, ...]:
    """The extension elements of Countersign's namespace."""
    parts = element.iterfind(f"{{{BPMN}}}extensionElements/{{{NAMESPACE}}}*")
    return tuple(
        Extension(
            etree.QName(part).localname,
            MappingProxyType({str(name): str(value) for name, value in part.attrib.items()}),
        )
        for part in parts
    )


def job(node: Node) -> Job:
    """The job of a step; durations and attempts as in `check`, or their defaults.

    The topic of another tool's model is a handler that is done outside. One that begins with `=`
    is FEEL.
    """
    said = node.extension("job") or _topic(node)
    return Job(
        handler=said["handler"],
        result=said.get("result", ""),
        attempts=int(said.get("attempts", "5")),
        lease=timing.duration(said.get("lease", "PT30S")),
        backoff=timing.duration(said.get("backoff", "PT2S")),
    )


def _topic(node: Node) -> dict[str, str]:
    if node.work is None:
        return {}
    said = {"handler": node.work.name, "result": node.work.result}
    attempts = retries.read(node.work.retries).attempts
    return said | ({"attempts": str(attempts)} if attempts else {})


def inputs(node: Node, variables: Mapping[str, Any]) -> dict[str, Any]:
    """What a job is given: its inputs evaluated, or all variables when it names none."""
    said = [extension.attributes for extension in node.extensions if extension.name == "input"]
    if not said:
        return dict(variables)
    return {each["name"]: _evaluated(each["value"], variables) for each in said}


def review(node: Node, variables: Mapping[str, Any]) -> dict[str, Any]:
    """What a user task asks: kind and result as written, everything else evaluated to JSON."""
    said = node.extension("review")
    plain = GRAMMARS["review"].words | GRAMMARS["review"].variables
    return {
        name: text if name in plain else _evaluated(text, variables) for name, text in said.items()
    }


def event(process: Process, node: Node, variables: Mapping[str, Any]) -> tuple[str, Any]:
    """The CloudEvents type and the data that an end event publishes.

    Without `countersign:event` the type is `<process id>.<end id>`, without data all variables.
    """
    said = node.extension("event")
    kind = said.get("type", f"{process.id}.{node.id}")
    return kind, _evaluated(said["data"], variables) if "data" in said else dict(variables)


def _evaluated(text: str, variables: Mapping[str, Any]) -> Any:
    return feel.as_json(expressions.answer(text, variables))


# --- checks ---


def check(node: Node) -> Iterator[Finding]:
    """What is wrong with the extension elements of a node."""
    for extension in node.extensions:
        grammar = GRAMMARS.get(extension.name)
        if grammar is None or node.kind not in grammar.kinds:
            sentence = f"countersign:{extension.name} has no meaning at {node.kind}. Remove it."
            yield Finding(node.id, node.line, sentence)
        else:
            for problem in _problems(extension, grammar):
                yield Finding(node.id, node.line, f"countersign:{extension.name}: {problem}")
    yield from _repeated(node)


REPEATED = ("input", "output")


def _repeated(node: Node) -> Iterator[Finding]:
    names = [extension.name for extension in node.extensions if extension.name not in REPEATED]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Finding(node.id, node.line, f"countersign:{name} stands twice. Keep one.")


def _problems(extension: Extension, grammar: Grammar) -> Iterator[str]:
    said = extension.attributes
    for name in sorted(grammar.required - said.keys()):
        yield f"{name} is missing."
    for name in sorted(said.keys() - grammar.attributes):
        yield f"{name} is not known. Known are {', '.join(sorted(grammar.attributes))}."
    for name in sorted(said.keys() & grammar.attributes):
        problem = _problem(name, said[name], grammar)
        if problem:
            yield problem


def _problem(name: str, text: str, grammar: Grammar) -> str | None:
    if name in CHOICES and text not in CHOICES[name]:
        return f"{name} has to be one of {', '.join(CHOICES[name])}."
    if name in grammar.words and not _WORD.fullmatch(text):
        return f"{name} has to be a word of letters, digits, dots, dashes and underscores."
    if name in grammar.variables and not _VARIABLE.fullmatch(text):
        return f"{name} has to be the name of a variable, such as score."
    most = MOST.get(name, 0)
    if name in grammar.counts and not (text.isdecimal() and 1 <= int(text[:9]) <= most):
        return f"{name} has to be a number from 1 to {most}."
    try:
        if name in grammar.durations:
            timing.duration(text)
        elif name in grammar.expressions:
            expressions.compiled(text)
    except (timing.TimingError, feel.FeelError) as error:
        return f"{name}: {error}"
    return None
