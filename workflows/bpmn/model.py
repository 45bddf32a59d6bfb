"""What a BPMN 2.0 process is to the engine: frozen nodes and flows.

The parser builds these from XML, the checks judge them, the engine plays tokens over them and the
drawing puts them on screen. Names follow BPMN 2.0.2.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from workflows.bpmn.details import (
    NO_DATA,
    AdHoc,
    Assignment,
    Call,
    Data,
    Event,
    Extension,
    Foreign,
    Form,
    Loop,
    Timer,
    Work,
)
from workflows.bpmn.kinds import Kind
from workflows.feel import Expression
from workflows.findings import Finding, ModelRefused, Severity

__all__ = [
    "Annotation",
    "Bounds",
    "BpmnError",
    "DataItem",
    "Diagram",
    "Entry",
    "Extension",
    "Finding",
    "Flow",
    "Kind",
    "Lane",
    "MessageFlow",
    "Model",
    "Node",
    "Process",
    "Severity",
    "Timer",
]


class BpmnError(ModelRefused):
    """A BPMN file is refused."""


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
    tag: str = ""  # the element's name in the file
    within: str = ""  # the sub-process that it lies in; empty on the level of the process
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()
    default_flow: str | None = None
    message: str | None = None  # name of the message that starts the process
    timer: Timer | None = None
    event: Event | None = None
    attached_to: str | None = None  # boundary events: the activity they sit on
    interrupting: bool = True
    boundary: tuple[str, ...] = ()  # activities: the boundary events that sit on them
    loop: Loop | None = None
    data: Data = NO_DATA
    work: Work | None = None
    call: Call | None = None
    adhoc: AdHoc | None = None
    skip: str = ""  # FEEL: activities are gone through while it holds
    assignment: Assignment | None = None
    form: Form | None = None
    undone_by: str = ""  # activities: the activity that compensates them
    undoes: bool = False  # whether it is such an activity
    lane: str = ""
    extensions: tuple[Extension, ...] = ()
    foreign: tuple[Foreign, ...] = ()
    documentation: str = ""

    def extension(self, name: str) -> Mapping[str, str]:
        """Attributes of the first extension with this name, empty when there is none."""
        for extension in self.extensions:
            if extension.name == name:
                return extension.attributes
        return MappingProxyType({})

    @property
    def by_worker(self) -> bool:
        """Whether a handler or an external worker does its work."""
        said = self.work is not None and self.work.by_worker
        return said or any(extension.name == "job" for extension in self.extensions)


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
    """A lane or pool: who is asked, unless a step says otherwise."""

    id: str
    name: str
    nodes: tuple[str, ...] = ()  # ids of what lies in the lane itself
    process: str = ""  # pools: the process that is shown in it


@dataclass(frozen=True, slots=True)
class DataItem:
    """A data object, a reference to one, or a data store: kept and shown."""

    id: str
    name: str
    tag: str
    refers_to: str = ""


@dataclass(frozen=True, slots=True)
class MessageFlow:
    """A message between participants: kept and shown."""

    id: str
    name: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that events and tasks refer to: a message, signal, error or escalation."""

    id: str
    tag: str
    name: str
    code: str = ""


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
    contents: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # nodes by `within`
    data: tuple[DataItem, ...] = ()
    associations: tuple[tuple[str, str, str], ...] = ()  # id, from, to
    kinds: frozenset[Kind] = field(init=False, compare=False)  # of its nodes: asked at each step

    def __post_init__(self) -> None:
        kinds = frozenset(node.kind for node in self.nodes.values())
        object.__setattr__(self, "kinds", kinds)

    def targets(self, node: Node) -> tuple[str, ...]:
        """Ids of the nodes that follow directly, leaving out flows that lead nowhere."""
        found = (self.flows[flow].target for flow in node.outgoing)
        return tuple(target for target in found if target in self.nodes)

    def inside(self, container: str) -> tuple[Node, ...]:
        """The nodes that lie directly in this sub-process, or in the process itself for ""."""
        return tuple(self.nodes[name] for name in self.contents.get(container, ()))


@dataclass(frozen=True, slots=True)
class Model:
    """A whole file: its processes, and what stands around them."""

    id: str
    processes: tuple[Process, ...]
    participants: tuple[Lane, ...] = ()
    message_flows: tuple[MessageFlow, ...] = ()
    catalog: tuple[Entry, ...] = ()
    kept: tuple[Entry, ...] = ()  # everything else that has an id, in the order of the file
    diagram: Diagram = field(default_factory=Diagram)

    def ids(self) -> set[str]:
        """Every id that the model keeps."""
        found = {self.id, *(each.id for each in self.participants)}
        found |= {each.id for each in self.message_flows}
        found |= {each.id for each in (*self.catalog, *self.kept)}
        for process in self.processes:
            found |= {process.id, *process.nodes, *process.flows}
            found |= {lane.id for lane in process.lanes}
            found |= {item.id for item in process.data}
            found |= {note.id for note in process.annotations}
            found |= {each for each, _, _ in process.associations}
        return found - {""}
