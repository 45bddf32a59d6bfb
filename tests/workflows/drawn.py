"""Processes drawn in text, for tests of the token game and of the checks.

    draw("start -> a", "a -> end")

The kind of a node follows from its name: start…, end…, stop… (terminate), …_split and …_join
(parallel), …? (exclusive), wait… (timer), late_X / remind_X (a boundary timer on X, interrupting
or not), auto… (service task); everything else is a user task. A condition stands in brackets:
`x? -[amount > 5]-> a`, the default flow is `x? -[else]-> b`.
"""

import re

from workflows.bpmn.model import Process
from workflows.bpmn.parser import parse

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:c="urn:countersign:bpmn:1" targetNamespace="t">\n'
)
ARROW = re.compile(r"(\S+) -(?:\[(.+)\]-)?> (\S+)")


def draw(*arrows: str) -> Process:
    """The process that these arrows show."""
    (process,) = parse(xml(*arrows))
    return process


def xml(*arrows: str) -> bytes:
    """The model as a file."""
    parts = [ARROW.fullmatch(arrow) for arrow in arrows]
    assert all(parts), arrows
    flows = [(part[1], part[2], part[3]) for part in parts]
    names = dict.fromkeys(name for source, _, target in flows for name in (source, target))
    defaults = {
        _id(source): f"f{index}" for index, (source, said, _) in enumerate(flows) if said == "else"
    }
    nodes = [_node(name, defaults.get(_id(name))) for name in names]
    lines = [_flow(index, *flow) for index, flow in enumerate(flows)]
    return model("\n".join([*nodes, *lines]))


def model(inside: str, process: str = 'id="drawn" isExecutable="true"') -> bytes:
    """A model around these elements, which begin on line 3."""
    return f"{HEAD}<process {process}>\n{inside}\n</process></definitions>".encode()


def _id(name: str) -> str:
    return name.rstrip("?")


def _flow(index: int, source: str, said: str | None, target: str) -> str:
    ends = f'id="f{index}" sourceRef="{_id(source)}" targetRef="{_id(target)}"'
    if said in (None, "else"):
        return f"<sequenceFlow {ends}/>"
    text = said.replace("&", "&amp;").replace("<", "&lt;")
    condition = f"<conditionExpression>{text}</conditionExpression>"
    return f"<sequenceFlow {ends}>{condition}</sequenceFlow>"


def _node(name: str, default: str | None) -> str:
    tag, extra, inside = _kind(name)
    if default:
        extra += f' default="{default}"'
    return f'<{tag} id="{_id(name)}" name="{_id(name)}"{extra}>{inside}</{tag}>'


TIMER = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"


def _kind(name: str) -> tuple[str, str, str]:
    """Tag, attributes and content."""
    if name.startswith(("late_", "remind_")):
        stays = ' cancelActivity="false"' if name.startswith("remind_") else ""
        return "boundaryEvent", f' attachedToRef="{name.partition("_")[2]}"{stays}', TIMER
    if name.endswith("?"):
        return "exclusiveGateway", "", ""
    if name.endswith(("_split", "_join")):
        return "parallelGateway", "", ""
    for start, what in STARTS.items():
        if name.startswith(start):
            return what
    return "userTask", "", '<extensionElements><c:review kind="any"/></extensionElements>'


STARTS = {
    "start": ("startEvent", "", ""),
    "end": ("endEvent", "", ""),
    "stop": ("endEvent", "", "<terminateEventDefinition/>"),
    "wait": ("intermediateCatchEvent", "", TIMER),
    "auto": ("serviceTask", "", '<extensionElements><c:job handler="any"/></extensionElements>'),
}
