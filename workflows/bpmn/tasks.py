"""Tasks and call activities (BPMN 2.0.2, 10.3.3 and 10.3.6): a token rests until they are done.

Script tasks, manual tasks and tasks without a type do not wait.
"""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from workflows.bpmn import activities, answers, expressions, written
from workflows.bpmn.activities import Values
from workflows.bpmn.details import Event, Work
from workflows.bpmn.elements import Element, Reading, error, title, warning
from workflows.bpmn.expressions import Unclear
from workflows.bpmn.kinds import Kind
from workflows.bpmn.loop_reading import PARTS
from workflows.bpmn.model import Finding, Node, Process
from workflows.bpmn.source import reference
from workflows.bpmn.table import Table, Token
from workflows.bpmn.tokens import Threw
from workflows.feel import syntax

# --- playing ---


def _pass(table: Table, token: Token, _inputs: Values | None) -> None:
    """Nothing is waited for."""
    activities.finish(table, token, {}, passed=True)


def _calculate(table: Table, token: Token, inputs: Values | None) -> None:
    work = token.node.work or Work("script", "null")
    try:
        known = {**table.variables(token.scope), **(inputs or {})}
        value = expressions.evaluated(work.name, known)
    except Unclear as reason:
        table.stick(token, str(reason), entering=True)
        return
    activities.finish(table, token, {work.result: value} if work.result else {}, passed=True)


def _serve(table: Table, token: Token, inputs: Values | None) -> None:
    """An expression that is its whole work is calculated; anything else is somebody's job."""
    if token.node.work and token.node.work.form == "script" and not token.node.by_worker:
        _calculate(table, token, inputs)
    else:
        activities.rest(table, token, inputs)


def _script(table: Table, token: Token, inputs: Values | None) -> None:
    """A script is calculated here, unless a worker does it."""
    if token.node.by_worker:
        activities.rest(table, token, inputs)
    else:
        _calculate(table, token, inputs)


def _send(table: Table, token: Token, inputs: Values | None) -> None:
    """A task with a handler or topic is work; one with a message alone sends it, and goes on or
    waits until somebody has it."""
    if token.node.work or token.node.by_worker:
        _serve(table, token, inputs)
        return
    name = token.node.event.name if token.node.event else ""
    table.effects.append(Threw(token.node, "message", name, token.scope))
    if answers.are_awaited(table.process, token.node):
        activities.rest(table, token, inputs)
    else:
        _pass(table, token, inputs)


# --- reading ---


def _message(element: etree._Element, reading: Reading) -> dict[str, Any]:
    wanted = reference(element.get("messageRef", ""))
    catalog = reading.catalog
    name = written.text(catalog.messages.get(wanted, ""), element, reading.refuse)
    return {"event": Event("message", name, catalog.keys.get(wanted, ""))} if name else {}


# --- checks ---


MAPS = ("", "each", "singleEntry", "singleResult", "collectEntries", "resultList")


def _unnamed(node: Node) -> Iterator[Finding]:
    if not node.name:
        yield warning(node, "The task has no name. Name it, so that people know what it does.")


def _check_service(node: Node, _process: Process) -> Iterator[Finding]:
    yield from _unnamed(node)
    if node.work is not None and not node.work.by_worker and node.work.form != "script":
        yield error(
            node,
            f"{title(node)} calls code of another engine ({node.work.name[:200]}). "
            "Give it a handler with countersign:job, or a topic for external workers.",
        )


def _check_script(node: Node, _process: Process) -> Iterator[Finding]:
    yield from _unnamed(node)
    work = node.work
    if node.by_worker:
        return
    if work is None or (work.form == "script" and not work.name.strip()):
        yield error(node, f"{title(node)} has no script. Write one in FEEL.")
    elif work.form != "script":
        language = work.headers.get("language", "")
        yield error(
            node,
            f"{title(node)} is written in {language or 'another language'}. Write it in FEEL "
            "with scriptFormat feel, or give its work to a service task.",
        )
    elif problem := expressions.problem(work.name):
        yield error(node, f"The script is not FEEL. {problem}")
    elif not work.result and _compares(work.name):
        yield error(
            node,
            f"{title(node)} sets nothing: in FEEL = compares. Write the value alone, and name the "
            "variable that takes it as the result.",
        )


def _compares(text: str) -> bool:
    """Whether this looks like an assignment of another language."""
    tree = expressions.compiled(text).tree
    return isinstance(tree, syntax.Comparison) and tree.operator == "="


def _check_rule(node: Node, _process: Process) -> Iterator[Finding]:
    yield from _unnamed(node)
    if node.by_worker:
        return
    if node.work is None or not node.work.name.strip():
        yield error(node, f"{title(node)} names no decision. Give it the id of a DMN decision.")
    elif node.work.form == "decision":
        if node.work.maps not in MAPS:
            yield error(
                node,
                f"{title(node)} maps its result by {node.work.maps[:60]}. Known are "
                f"{', '.join(MAPS[2:])}.",
            )
    else:
        yield from _check_service(node, _process)


def _check_send(node: Node, process: Process) -> Iterator[Finding]:
    yield from _check_service(node, process)
    if node.event is None and node.work is None and not node.by_worker:
        yield error(node, f"{title(node)} sends nothing. Give it a named message, or a topic.")


def _check_receive(node: Node, _process: Process) -> Iterator[Finding]:
    yield from _unnamed(node)
    if node.event is None:
        yield error(node, f"{title(node)} names no message. Give it one with a name.")


def _check_call(node: Node, _process: Process) -> Iterator[Finding]:
    yield from _unnamed(node)
    if node.call is None or not node.call.element:
        yield error(node, f"{title(node)} calls no process. Set calledElement to its id.")


def _check_plain(node: Node, _process: Process) -> Iterator[Finding]:
    yield from _unnamed(node)


def _check_user(node: Node, _process: Process) -> Iterator[Finding]:
    yield from _unnamed(node)
    if node.form and node.form.fields and node.extension("review"):
        yield warning(
            node,
            f"The form of {title(node)} is not shown, as its review asks for a decision. Ask for "
            "the values in a task of their own, or leave the review out.",
        )


# --- the table ---


def _waiting(kind: Kind, tag: str, perform: activities.Perform = activities.rest,
             **more: Any) -> Element:  # fmt: skip
    return Element(
        kind,
        tag,
        activities.arriving(perform),
        leave=activities.finish,
        again=activities.move_on,
        waits=True,
        harmless=PARTS,
        **more,
    )


def _passing(kind: Kind, tag: str, perform: activities.Perform, **more: Any) -> Element:
    return Element(
        kind,
        tag,
        activities.arriving(perform),
        leave=activities.finish,
        again=activities.move_on,
        harmless=PARTS | {"script"},
        **more,
    )


ELEMENTS = (
    _waiting(Kind.SERVICE_TASK, "serviceTask", _serve, check=_check_service),
    _waiting(Kind.USER_TASK, "userTask", check=_check_user),
    _waiting(Kind.RULE_TASK, "businessRuleTask", _serve, check=_check_rule),
    _waiting(Kind.SEND_TASK, "sendTask", _send, read=_message, check=_check_send),
    _waiting(Kind.RECEIVE_TASK, "receiveTask", read=_message, check=_check_receive),
    _waiting(Kind.CALL_ACTIVITY, "callActivity", check=_check_call),
    _passing(Kind.SCRIPT_TASK, "scriptTask", _script, check=_check_script),
    _passing(Kind.MANUAL_TASK, "manualTask", _pass, check=_check_plain),
    _passing(Kind.TASK, "task", _pass, check=_check_plain),
)
