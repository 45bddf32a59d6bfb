"""Which step of one version of a process is which step of another, and what fits. Pure.

The standard says nothing of this; the rules are those of Camunda 7's process instance migration.
A step goes on as the one with the same id, or as somebody maps it, when that has the same kind and
lies in the counterparts of the sub-processes around, in their order. Others may have come between
them, and begin as the step enters them; some may be gone, and are left. Whatever waits beside it, a
boundary event or the start of an event sub-process, is kept where it has a counterpart, withdrawn
where it has none, and opened where it is new.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from workflows.bpmn import answers, migrated_flows, migrated_places, migrating_words, waits
from workflows.bpmn.kinds import BOUNDARIES, ENDS, STARTS, TASKS, Kind
from workflows.bpmn.migrating_words import called
from workflows.bpmn.model import Node, Process
from workflows.bpmn.tokens import Entered

JOINS = frozenset([Kind.PARALLEL_GATEWAY, Kind.INCLUSIVE_GATEWAY])
ASIDE = BOUNDARIES | STARTS  # no token rests at these: they are waited for beside something
WORK = frozenset(["job", "person", "decision", "call"])


class Fit(StrEnum):
    """Whether what stands at a step can go on in the other version."""

    FITS = "fits"
    CHANGES = "changes"
    NOT = "not"


@dataclass(frozen=True, slots=True)
class Pair:
    """One node of the old version and what it becomes; `new` is None where it has no place."""

    old: Node
    new: Node | None
    problem: str = ""  # why whatever stands here cannot go on
    changes: tuple[str, ...] = ()  # what is different for it from then on
    chosen: bool = False  # somebody has said so; otherwise it follows from the id
    # Sub-processes that are new around it, the outermost first: inside of the innermost that stays.
    entered: tuple[Node, ...] = ()
    dissolved: bool = False  # a sub-process that is gone, and leaves what runs in it to others

    @property
    def fit(self) -> Fit:
        """Fits, fits with a change, or does not fit."""
        if self.problem:
            return Fit.NOT
        return Fit.CHANGES if self.changes else Fit.FITS


@dataclass(frozen=True, slots=True)
class Plan:
    """How instances of one version go on in another one."""

    old: Process
    new: Process
    pairs: Mapping[str, Pair]
    flows: Mapping[str, str]  # ways into joins: old id, new id

    def place(self, node_id: str) -> Node | None:
        """The node of the new version as which this one goes on."""
        pair = self.pairs.get(node_id)
        return pair.new if pair else None

    def entered(self, node_id: str) -> tuple[Node, ...]:
        """Sub-processes that begin for what goes on here, the outermost first."""
        pair = self.pairs.get(node_id)
        return pair.entered if pair else ()

    def dissolves(self, node_id: str) -> bool:
        """Whether this is a sub-process that is gone, and what runs in it goes on around it."""
        pair = self.pairs.get(node_id)
        return pair is not None and pair.dissolved

    def unplaced(self, node_id: str) -> str:
        """Why a token here has no place in the new version."""
        pair = self.pairs.get(node_id)
        if pair is None:
            return migrating_words.nowhere(node_id)
        return pair.problem or migrating_words.nowhere(called(pair.old))


def plan(old: Process, new: Process, mapping: Mapping[str, str]) -> Plan:
    """Every node of the old version with its counterpart.

    `mapping` says what does not follow from ids: old id, new id; "" for none. `ValueError` with a
    sentence when it names what is in neither version.
    """
    for name, target in mapping.items():
        if name not in old.nodes:
            raise ValueError(f"{name} is no step of the version that instances run on.")
        if target and target not in new.nodes:
            raise ValueError(f"{target} is no step of the version that they are to run on.")
    planner = _Planner(old, new, mapping)
    # Who keeps the id comes first, who is mapped takes what is left.
    for node in sorted(old.nodes.values(), key=lambda node: node.id in mapping):
        planner.pair(node)
    pairs = {name: planner.described(node) for name, node in old.nodes.items()}
    return Plan(old, new, pairs, planner.flows)


def candidates(node: Node, new: Process) -> list[Node]:
    """Nodes as which this one might go on: those of its kind."""
    return [other for other in new.nodes.values() if other.kind is node.kind]


def can_hold(process: Process, node: Node) -> bool:
    """Whether something may stay here for a while: a token, or an event that is waited for."""
    if node.kind in JOINS:
        return len(node.incoming) > 1
    if node.kind in (Kind.EVENT_SUB_PROCESS, *waits.EVENTS) or node.loop is not None:
        return bool(node.within) or node.kind not in STARTS
    if node.kind in (Kind.EVENT_GATEWAY, Kind.SUB_PROCESS, Kind.TRANSACTION, Kind.AD_HOC):
        return True
    if answers.sends(node):
        return answers.are_awaited(process, node)
    return any(waits.of(process, Entered(node, None, boundary=False)))


class _Planner:
    """Finds counterparts: the sub-process around before what lies in it."""

    def __init__(self, old: Process, new: Process, mapping: Mapping[str, str]) -> None:
        self.old, self.new, self._mapping = old, new, mapping
        self._pairs: dict[str, Pair] = {}
        self._taken: dict[tuple[str, str], Node] = {}  # what may be the counterpart of one alone
        self.flows: dict[str, str] = {}

    def pair(self, node: Node) -> Pair:
        """A node with its counterpart, found once."""
        if node.id not in self._pairs:
            self._pairs[node.id] = self._paired(node)
        return self._pairs[node.id]

    def place(self, node_id: str) -> str | None:
        """The id of a counterpart; the process itself, "", is its own."""
        if not node_id:
            return ""
        found = self.pair(self.old.nodes[node_id]).new
        return found.id if found else None

    def _paired(self, node: Node) -> Pair:
        chosen = node.id in self._mapping
        target = self.new.nodes.get(self._mapping.get(node.id, node.id))
        problem = self._problem(node, target)
        if target is None or problem:
            return self._lost(node, target, problem, chosen=chosen)
        self._taken.setdefault(_slot(node, target), node)
        kept = {self.place(each.id) for each in migrated_places.around(self.old, node)}
        return Pair(node, target, "", (), chosen, migrated_places.added(self.new, target, kept))

    def _lost(self, node: Node, target: Node | None, problem: str, *, chosen: bool) -> Pair:
        """A node without a counterpart; what can do without one is no problem."""
        if node.kind in ASIDE:
            anew = target is not None and target.kind is node.kind
            words = migrating_words.anew if anew else migrating_words.withdrawn
            return Pair(node, None, "", (words(node),), chosen)
        if target is None and migrated_places.may_dissolve(self.old, node):
            said = (migrating_words.dissolved(node),)
            return Pair(node, None, "", said, chosen, dissolved=True)
        return Pair(node, None, problem, (), chosen)

    def described(self, node: Node) -> Pair:
        """A pair with what changes: told once all counterparts are known."""
        pair = self.pair(node)
        if pair.new is None:
            return pair
        kept = {self.place(name) for name in node.boundary}
        fresh = [self.new.nodes[name] for name in pair.new.boundary if name not in kept]
        said = [*migrating_words.changes(node, pair.new, fresh), *self._moves(pair)]
        return replace(pair, changes=tuple(said))

    def _moves(self, pair: Pair) -> Iterator[str]:
        """What it leaves and enters."""
        if pair.old.kind in ASIDE | ENDS:
            return
        for each in migrated_places.around(self.old, pair.old):
            if self.pair(each).dissolved:
                yield migrating_words.leaves(each)
        for each in pair.entered:
            yield migrating_words.enters(each, migrated_places.beside(self.new, each))

    def _problem(self, node: Node, target: Node | None) -> str:
        """The first reason why these are no counterparts; "" when they are."""
        if target is None:
            return migrating_words.nowhere(called(node))
        for reason in REASONS:
            for sentence in reason(self, node, target):
                return sentence
        return ""

    # --- reasons ---

    def other_kind(self, node: Node, target: Node) -> Iterator[str]:
        if node.kind is not target.kind:
            yield migrating_words.other_kind(node, target)

    def other_place(self, node: Node, target: Node) -> Iterator[str]:
        around = migrated_places.around(self.old, node)
        stays = [each for each in around if not self.pair(each).dissolved]
        kept = [self.place(each.id) for each in stays]
        if None in kept:
            yield migrating_words.lost_with(node, stays[kept.index(None)])
            return
        there = migrated_places.around(self.new, target)
        if [each.id for each in there if each.id in kept] != kept:
            yield migrating_words.elsewhere(node, self.new.nodes.get(target.within))
        elif node.kind is Kind.EVENT_SUB_PROCESS and self.place(node.within) != target.within:
            yield migrating_words.runs_elsewhere(node)
        elif node.attached_to and self.place(node.attached_to) != target.attached_to:
            yield migrating_words.elsewhere(node, None)
        for each in there:
            if each.id not in kept and not migrated_places.may_begin(self.new, each):
                yield migrating_words.cannot_enter(node, each)

    def other_way(self, node: Node, target: Node) -> Iterator[str]:
        """Performed in another way: more than once, by somebody else, or to undo something."""
        if _loop(node) != _loop(target):
            yield migrating_words.other_loop(node, target)
        elif self._work(self.old, node) != self._work(self.new, target):
            yield migrating_words.other_work(node)
        elif node.undoes != target.undoes:
            yield migrating_words.other_purpose(node, target)

    def lost_ways(self, node: Node, target: Node) -> Iterator[str]:
        """A token waits at a join over a way that has to be there in the new version too."""
        if node.kind not in JOINS or len(node.incoming) < 2:
            return
        found = migrated_flows.matched(self.old, self.new, node, target, self._name_of_source)
        for flow in node.incoming:
            if flow not in found:
                yield migrating_words.lost_way(node, self.old.flows[flow], self.old)
        self.flows |= found

    def taken(self, node: Node, target: Node) -> Iterator[str]:
        other = self._taken.get(_slot(node, target))
        if other is not None and not self._may_share(node):
            yield migrating_words.taken(node, target, other)

    def _may_share(self, node: Node) -> bool:
        """Whether several steps may go on as one: work that is done and left."""
        if node.kind not in TASKS | {Kind.CALL_ACTIVITY}:
            return False
        before = (self.old.flows[flow].source for flow in node.incoming)
        return not any(self.old.nodes[name].kind is Kind.EVENT_GATEWAY for name in before)

    def _name_of_source(self, node_id: str) -> str | None:
        """What the source of a flow would be called, as far as its id or the mapping tells."""
        return self._mapping.get(node_id, node_id) or None

    def _work(self, process: Process, node: Node) -> set[str]:
        entered = Entered(node, None, boundary=False)
        found = {wait.what for wait in waits.of(process, entered) if wait.what in WORK}
        return found | ({"review"} if node.extension("review") else set())


REASONS: tuple[Callable[[_Planner, Node, Node], Iterator[str]], ...] = (
    _Planner.other_kind,
    _Planner.other_place,
    _Planner.other_way,
    _Planner.taken,
    _Planner.lost_ways,
)


def _slot(node: Node, target: Node) -> tuple[str, str]:
    """What no two may share: a node, or the same event beside one activity."""
    return target.id, node.attached_to or ""


def _loop(node: Node) -> str:
    if node.loop is None:
        return "once"
    if node.loop.standard:
        return "as long as a condition holds"
    return "several times in a row" if node.loop.sequential else "several times at once"
