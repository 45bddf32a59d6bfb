"""Whole models in a few lines, for tests of the token game.

    draw("start -> p -> end", p=sub("start_p -> a -> end_p"), late=on("p", "timer"))

Nodes are what their names say, as in `tests.workflows.drawn`, and …_or (inclusive gateway), …_race
(event-based gateway). Everything else is made by the functions below: each gives a function from
the node's id to its XML.
"""

import re
from collections.abc import Callable

from tests.workflows import drawn
from workflows.bpmn.model import Process
from workflows.bpmn.parser import parse

Make = Callable[[str], str]

ARROW = re.compile(r"\s*-(?:\[([^\]]*)\]-)?>\s*")
DECLARED = re.compile(r"(message|signal|error|escalation)Ref=\"(\w+?)_([\w.]+)\"")
TIME = "<timeDuration>PT1H</timeDuration>"


def draw(*arrows: str, **made: Make) -> Process:
    """The process that these arrows and makings show."""
    (process,) = parse(xml(*arrows, **made))
    return process


def xml(*arrows: str, **made: Make) -> bytes:
    """The model as a file."""
    inside = level(*arrows, **made)
    found = dict.fromkeys(DECLARED.findall(inside))
    entries = "".join(
        f'<{tag} id="{prefix}_{name}" name="{name}" '
        f"{'' if tag in ('message', 'signal') else f'{tag}Code=' + chr(34) + name + chr(34)}/>"
        for tag, prefix, name in found
    )
    return drawn.model(inside).replace(b"<process ", entries.encode() + b"<process ", 1)


def level(*arrows: str, **made: Make) -> str:
    """The nodes and flows of one level."""
    flows = [flow for arrow in arrows for flow in _flows(arrow)]
    names = dict.fromkeys(
        [*(name for source, _, target in flows for name in (source, target)), *made]
    )
    ids = {(source, target): f"{_id(source)}_to_{_id(target)}" for source, _, target in flows}
    defaults = {
        _id(source): ids[source, target] for source, said, target in flows if said == "else"
    }
    nodes = [
        made[name](name) if name in made else _node(_id(name), name, defaults.get(_id(name)))
        for name in names
    ]
    return "\n".join([*nodes, *(_flow(ids[a, b], a, said, b) for a, said, b in flows)])


def _flows(arrow: str) -> list[tuple[str, str | None, str]]:
    """`a -> b -[n > 1]-> c` as its two flows."""
    parts = ARROW.split(arrow.strip())
    return [
        (parts[index], parts[index + 1], parts[index + 2]) for index in range(0, len(parts) - 2, 2)
    ]


def _id(name: str) -> str:
    return name.rstrip("?")


def _flow(name: str, source: str, said: str | None, target: str) -> str:
    ends = f'id="{name}" sourceRef="{_id(source)}" targetRef="{_id(target)}"'
    if said in (None, "else"):
        return f"<sequenceFlow {ends}/>"
    return (
        f"<sequenceFlow {ends}><conditionExpression>{_escaped(said or '')}</conditionExpression>"
        "</sequenceFlow>"
    )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def _node(name: str, shape: str, default: str | None) -> str:
    extra = f' default="{default}"' if default else ""
    if shape.endswith("_or"):
        return f'<inclusiveGateway id="{name}" name="{name}"{extra}/>'
    if shape.endswith("_race"):
        return f'<eventBasedGateway id="{name}" name="{name}"/>'
    return drawn._node(shape, default)


# --- activities ---


def task(inside: str = "", *, tag: str = "userTask", extra: str = "") -> Make:
    """A task with something inside, such as a loop."""
    review = '<c:review kind="any"/>' if tag == "userTask" else ""
    return lambda name: (
        f'<{tag} id="{name}" name="{name}"{extra}><extensionElements>{review}</extensionElements>'
        f"{inside}</{tag}>"
    )


def sub(
    *arrows: str, tag: str = "subProcess", extra: str = "", loop: str = "", **made: Make
) -> Make:
    """A sub-process, transaction or ad-hoc sub-process."""
    inside = level(*arrows, **made)
    return lambda name: f'<{tag} id="{name}" name="{name}"{extra}>{loop}\n{inside}\n</{tag}>'


def on_event(start: Make, *arrows: str, **made: Make) -> Make:
    """An event sub-process; its start event is `begin_…`."""
    return lambda name: sub(
        *(arrow.replace("begin", f"begin_{name}") for arrow in arrows),
        extra=' triggeredByEvent="true"',
        **{f"begin_{name}": start},
        **made,
    )(name)


def times(count: int | str, *, sequential: bool = False, until: str = "") -> str:
    """Multi-instance by number."""
    how = ' isSequential="true"' if sequential else ""
    done = f"<completionCondition>{_escaped(until)}</completionCondition>" if until else ""
    return (
        f"<multiInstanceLoopCharacteristics{how}><loopCardinality>= {count}</loopCardinality>{done}"
        "</multiInstanceLoopCharacteristics>"
    )


def each(items: str, item: str, *, sequential: bool = False, result: str = "") -> str:
    """Multi-instance over a collection, as Camunda 8 writes it; results go to `results`."""
    how = ' isSequential="true"' if sequential else ""
    out = f' outputCollection="results" outputElement="= {result}"' if result else ""
    return (
        f"<multiInstanceLoopCharacteristics{how}><extensionElements><z:loopCharacteristics "
        'xmlns:z="http://camunda.org/schema/zeebe/1.0" '
        f'inputCollection="= {items}" inputElement="{item}"{out}/></extensionElements>'
        "</multiInstanceLoopCharacteristics>"
    )


def again(condition: str, *, before: bool = False, most: int | None = None) -> str:
    """A standard loop."""
    extra = ' testBefore="true"' if before else ""
    extra += f' loopMaximum="{most}"' if most is not None else ""
    said = f"<loopCondition>{_escaped(condition)}</loopCondition>" if condition else ""
    return f"<standardLoopCharacteristics{extra}>{said}</standardLoopCharacteristics>"


def undoing(tag: str = "userTask") -> Make:
    """An activity that compensates another one."""
    return task(tag=tag, extra=' isForCompensation="true"')


def call(process: str = "other", *, loop: str = "") -> Make:
    """A call activity."""
    return lambda name: (
        f'<callActivity id="{name}" name="{name}" calledElement="{process}">{loop}</callActivity>'
    )


def script(text: str, result: str) -> Make:
    """A script task in FEEL."""
    return lambda name: (
        f'<scriptTask id="{name}" name="{name}"><extensionElements><z:script '
        f'xmlns:z="http://camunda.org/schema/zeebe/1.0" expression="= {_escaped(text)}" '
        f'resultVariable="{result}"/></extensionElements></scriptTask>'
    )


# --- events ---


def definition(what: str, said: str = "") -> str:
    """An event definition; `said` is a name, code, condition, cycle or what to compensate."""
    if what == "timer":
        time = f"<timeCycle>{said}</timeCycle>" if said else TIME
        return f"<timerEventDefinition>{time}</timerEventDefinition>"
    if what == "conditional":
        return (
            f"<conditionalEventDefinition><condition>{_escaped(said)}</condition>"
            "</conditionalEventDefinition>"
        )
    if what == "link":
        return f'<linkEventDefinition name="{said}"/>'
    if what == "compensation":
        meant = f' activityRef="{said}"' if said else ""
        return f"<compensateEventDefinition{meant}/>"
    meant = f' {what}Ref="{what}_{said}"' if said else ""
    return f"<{what}EventDefinition{meant}/>"


def catch(what: str, said: str = "") -> Make:
    return _event("intermediateCatchEvent", definition(what, said))


def throw(what: str = "", said: str = "") -> Make:
    return _event("intermediateThrowEvent", definition(what, said) if what else "")


def end(what: str, said: str = "") -> Make:
    return _event("endEvent", definition(what, said))


def start(what: str, said: str = "", *, stays: bool = False) -> Make:
    extra = ' isInterrupting="false"' if stays else ""
    return _event("startEvent", definition(what, said), extra)


def on(activity: str, what: str, said: str = "", *, stays: bool = False) -> Make:
    """An event on the boundary of an activity; `stays`: it does not interrupt."""
    extra = f' attachedToRef="{activity}"' + (' cancelActivity="false"' if stays else "")
    return _event("boundaryEvent", definition(what, said), extra)


def undone(activity: str, handler: str) -> Make:
    """A compensation event on an activity, tied to its handler."""
    return lambda name: (
        on(activity, "compensation")(name)
        + f'<association id="{name}_tie" sourceRef="{name}" targetRef="{handler}"/>'
    )


def _event(tag: str, inside: str, extra: str = "") -> Make:
    return lambda name: f'<{tag} id="{name}" name="{name}"{extra}>{inside}</{tag}>'
