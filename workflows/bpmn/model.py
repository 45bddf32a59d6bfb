"""What a BPMN 2.0 process is to the engine: frozen nodes and flows.

The parser builds these from XML, the checks judge them, the engine plays tokens over them and the
drawing puts them on screen. Names follow BPMN 2.0.2.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from workflows.feel_small import Expression


class Severity(StrEnum):
    """An error keeps a process from running; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with one element of a model, in a sentence that says what to do."""

    element: str
    line: int
    sentence: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        place = f"{self.element}, line {self.line}" if self.element else f"line {self.line}"
        return f"{self.sentence} ({place})"


class BpmnError(Exception):
    """A model is refused; `findings` says why, element by element."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(" ".join(str(finding) for finding in findings[:5]))
        self.findings = tuple(findings)


class Kind(StrEnum):
    """The kinds of flow node that the engine runs."""

    START = "startEvent"
    MESSAGE_START = "messageStartEvent"
    END = "endEvent"
    TERMINATE_END = "terminateEndEvent"
    SERVICE_TASK = "serviceTask"
    USER_TASK = "userTask"
    EXCLUSIVE_GATEWAY = "exclusiveGateway"
    PARALLEL_GATEWAY = "parallelGateway"
    BOUNDARY_TIMER = "boundaryTimerEvent"
    TIMER_CATCH = "intermediateTimerCatchEvent"


@dataclass(frozen=True, slots=True)
class Extension:
    """One element of `<extensionElements>` in Countersign's namespace: its name and attributes."""

    name: str
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer event definition (BPMN 2.0.2, 10.5.5.14): `form` is date, duration or cycle."""

    form: str
    text: str


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow; `condition` is FEEL text, compiled by the model once."""

    id: str
    source: str
    target: str
    name: str = ""
    condition: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Node:
    """A flow node. Fields that do not apply to its kind keep their defaults."""

    id: str
    kind: Kind
    name: str = ""
    line: int = 0
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()
    default_flow: str | None = None
    message: str | None = None  # name of the message that starts the process
    timer: Timer | None = None
    attached_to: str | None = None  # boundary events: the activity they sit on
    interrupting: bool = True
    boundary: tuple[str, ...] = ()  # activities: the boundary events that sit on them
    extensions: tuple[Extension, ...] = ()
    documentation: str = ""

    def extension(self, name: str) -> Mapping[str, str]:
        """Attributes of the first extension with this name, empty when there is none."""
        for extension in self.extensions:
            if extension.name == name:
                return extension.attributes
        return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Bounds:
    """A rectangle of the diagram, in diagram units."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Diagram:
    """Diagram interchange (BPMN 2.0.2, chapter 12): where each element is drawn."""

    shapes: Mapping[str, Bounds] = field(default_factory=dict)
    edges: Mapping[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)
    labels: Mapping[str, Bounds] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Annotation:
    """A text annotation and the elements that it is tied to."""

    id: str
    text: str
    ties: tuple[str, ...] = ()  # ids of associations


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane or pool: drawn, without meaning to the engine."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Process:
    """One process of a model."""

    id: str
    name: str
    nodes: Mapping[str, Node]
    flows: Mapping[str, Flow]
    diagram: Diagram = field(default_factory=Diagram)
    # Compiled conditions by flow id: variables in, FEEL value out.
    conditions: Mapping[str, Expression] = field(default_factory=dict)
    executable: bool = True
    line: int = 0
    documentation: str = ""
    annotations: tuple[Annotation, ...] = ()
    lanes: tuple[Lane, ...] = ()
    findings: tuple[Finding, ...] = ()  # what the parser noticed; `check` reports them too

    def targets(self, node: Node) -> tuple[str, ...]:
        """Ids of the nodes that follow directly, leaving out flows that lead nowhere."""
        found = (self.flows[flow].target for flow in node.outgoing)
        return tuple(target for target in found if target in self.nodes)
