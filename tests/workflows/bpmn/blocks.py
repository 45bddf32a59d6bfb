"""Random models as nested blocks, drawn as BPMN. `meaning` performs the same blocks without it."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from tests.workflows.bpmn import sketch
from tests.workflows.bpmn.sketch import Make
from workflows.bpmn.model import Process

Block = tuple[Any, ...]


def apart(block: Block) -> Block:
    """In a scope of its own: what is begun several times must not meet at the same joins."""
    return ("inside", block)


def waiting(block: Block) -> Block:
    """With a wait in it: what is repeated at once would be repeated for ever."""
    return ("row", [block, ("task", "")])


def later(block: Block) -> Block:
    """Not done at once: of two that are done together, neither would be the first."""
    return ("row", [("task", ""), block])


FEW = {"min_size": 2, "max_size": 3}

BLOCKS: st.SearchStrategy[Block] = st.recursive(
    st.just(("task", "")),
    lambda inner: st.one_of(
        st.tuples(st.just("row"), st.lists(inner, **FEW)),
        st.tuples(st.just("choice"), st.lists(inner, **FEW)),
        st.tuples(st.just("both"), st.lists(inner, **FEW)),
        st.tuples(st.just("some"), st.lists(inner, **FEW)),
        st.tuples(st.just("first"), st.lists(st.tuples(st.just(""), inner), **FEW)),
        st.tuples(st.just("inside"), inner),
        st.tuples(st.just("times"), st.integers(0, 3), st.booleans(), inner),
        st.tuples(st.just("until"), inner.map(waiting)),
        st.tuples(st.just("unless"), st.just(""), inner, inner),
        st.tuples(st.just("besides"), st.just(""), inner, inner.map(apart)),
        st.tuples(st.just("rescued"), st.just(""), inner, inner),
        st.tuples(st.just("fails"), inner, inner),
        st.tuples(st.just("tells"), inner, inner.map(apart)),
        st.tuples(st.just("whichever"), inner.map(later), inner.map(later)),
        st.just(("undone", "", "", "", "")),
    ),
    max_leaves=7,
)


def named(block: Any, names: Iterator[int]) -> Any:
    """The block with a name of its own for each task and event."""
    if isinstance(block, list):
        return [named(each, names) for each in block]
    if not isinstance(block, tuple):
        return block
    return tuple(f"t{next(names)}" if each == "" else named(each, names) for each in block)


# --- as BPMN ---


@dataclass
class Drawing:
    """One level of a model while it is being drawn."""

    names: Iterator[int]
    arrows: list[str] = field(default_factory=list)
    made: dict[str, Make] = field(default_factory=dict)

    def name(self, letter: str) -> str:
        return f"{letter}{next(self.names)}"

    def arrow(self, source: str, target: str, said: str = "") -> None:
        self.arrows.append(f"{source} -{said}> {target}")

    def level(self, block: Block) -> "Drawing":
        """The inside of a sub-process."""
        inner = Drawing(self.names)
        begin, end = inner.name("start"), inner.name("end")
        inner.arrow(inner.draw(block, begin, ""), end)
        return inner

    def draw(self, block: Block, source: str, said: str) -> str:
        """Draw a block behind `source`; the node with which it ends."""
        return getattr(self, f"_{block[0]}")(source, said, *block[1:])

    def _task(self, source: str, said: str, name: str) -> str:
        self.arrow(source, name, said)
        return name

    def _row(self, source: str, said: str, blocks: list[Block]) -> str:
        for block in blocks:
            source, said = self.draw(block, source, said), ""
        return source

    def _choice(self, source: str, said: str, blocks: list[Block]) -> str:
        split, merge = f"{self.name('x')}?", f"{self.name('m')}?"
        self.arrow(source, split, said)
        return self._branches(split, merge, blocks, lambda i: f"[n = {i}]-", default=True)

    def _both(self, source: str, said: str, blocks: list[Block]) -> str:
        split, merge = f"{self.name('p')}_split", f"{self.name('p')}_join"
        self.arrow(source, split, said)
        return self._branches(split, merge, blocks, lambda _: "", default=False)

    def _some(self, source: str, said: str, blocks: list[Block]) -> str:
        split, merge = f"{self.name('o')}_or", f"{self.name('o')}_or"
        self.arrow(source, split, said)
        return self._branches(split, merge, blocks, lambda i: f"[n > {i}]-", default=True)

    def _first(self, source: str, said: str, branches: list[tuple[str, Block]]) -> str:
        race, merge = f"{self.name('r')}_race", f"{self.name('m')}?"
        self.arrow(source, race, said)
        for event, block in branches:
            self.made[event] = sketch.catch("message", event)
            self.arrow(race, event)
            self.arrow(self.draw(block, event, ""), merge)
        return merge

    def _branches(
        self,
        split: str,
        merge: str,
        blocks: list[Block],
        condition: Callable[[int], str],
        *,
        default: bool,
    ) -> str:
        for index, block in enumerate(blocks):
            last = default and index == len(blocks) - 1
            end = self.draw(block, split, "[else]-" if last else condition(index))
            self.arrow(end, merge)
        return merge

    def _inside(self, source: str, said: str, block: Block, loop: str = "") -> str:
        name, inner = self.name("s"), self.level(block)
        self.made[name] = sketch.sub(*inner.arrows, loop=loop, **inner.made)
        self.arrow(source, name, said)
        return name

    def _times(self, source: str, said: str, count: int, sequential: bool, block: Block) -> str:
        return self._inside(source, said, block, sketch.times(count, sequential=sequential))

    def _until(self, source: str, said: str, block: Block) -> str:
        return self._inside(source, said, block, sketch.again("n = 0"))

    def _unless(self, source: str, said: str, event: str, block: Block, other: Block) -> str:
        """A timer takes the block's place."""
        name, merge = self._inside(source, said, block), f"{self.name('m')}?"
        self.made[event] = sketch.on(name, "timer")
        self.arrow(name, merge)
        self.arrow(self.draw(other, event, ""), merge)
        return merge

    def _besides(self, source: str, said: str, event: str, block: Block, beside: Block) -> str:
        """A message begins something beside the block, and its way ends there."""
        name = self._inside(source, said, block)
        self.made[event] = sketch.on(name, "message", event, stays=True)
        self.arrow(self.draw(beside, event, ""), self.name("end"))
        return name

    def _fails(self, source: str, said: str, block: Block, other: Block) -> str:
        """The block ends with an error, and another one stands in for it."""
        name, event, inner = self.name("s"), self.name("v"), Drawing(self.names)
        begin, end = inner.name("start"), inner.name("f")
        inner.arrow(inner.draw(block, begin, ""), end)
        inner.made[end] = sketch.end("error", "E1")
        self.made[name] = sketch.sub(*inner.arrows, **inner.made)
        self.made[event] = sketch.on(name, "error", "E1")
        self.arrow(source, name, said)
        return self.draw(other, event, "")

    def _tells(self, source: str, said: str, block: Block, beside: Block) -> str:
        """After the block an escalation begins something beside, and its way ends there."""
        name, event, inner = self.name("s"), self.name("v"), Drawing(self.names)
        begin, told = inner.name("start"), inner.name("u")
        inner.arrow(inner.draw(block, begin, ""), told)
        inner.arrow(told, inner.name("end"))
        inner.made[told] = sketch.throw("escalation", "U")
        self.made[name] = sketch.sub(*inner.arrows, **inner.made)
        self.made[event] = sketch.on(name, "escalation", "U", stays=True)
        self.arrow(source, name, said)
        self.arrow(self.draw(beside, event, ""), self.name("end"))
        return name

    def _whichever(self, source: str, said: str, one: Block, other: Block) -> str:
        """Both begin; whichever is done first ends the other one."""
        name, inner = self.name("s"), Drawing(self.names)
        begin, split = inner.name("start"), f"{inner.name('p')}_split"
        inner.arrow(begin, split)
        for block in (one, other):
            inner.arrow(inner.draw(block, split, ""), inner.name("stop"))
        self.made[name] = sketch.sub(*inner.arrows, **inner.made)
        self.arrow(source, name, said)
        return name

    def _undone(self, source: str, said: str, a: str, b: str, not_b: str, not_a: str) -> str:
        """Two tasks are done and compensated."""
        name, inner = self.name("s"), Drawing(self.names)
        back = inner.name("c")
        inner.arrows.append(f"{inner.name('start')} -> {a} -> {b} -> {back} -> {inner.name('end')}")
        inner.made[back] = sketch.throw("compensation")
        for task, handler in ((a, not_a), (b, not_b)):
            inner.made[inner.name("h")] = sketch.undone(task, handler)
            inner.made[handler] = sketch.undoing()
        self.made[name] = sketch.sub(*inner.arrows, **inner.made)
        self.arrow(source, name, said)
        return name

    def _rescued(self, source: str, said: str, event: str, block: Block, rescue: Block) -> str:
        """An event sub-process inside takes over when its message comes."""
        name, inner, other = self.name("s"), self.level(block), Drawing(self.names)
        other.arrow(other.draw(rescue, event, ""), other.name("end"))
        other.made[event] = sketch.start("message", event)
        inner.made[self.name("r")] = sketch.sub(
            *other.arrows, extra=' triggeredByEvent="true"', **other.made
        )
        self.made[name] = sketch.sub(*inner.arrows, **inner.made)
        self.arrow(source, name, said)
        return name


def drawn(block: Block) -> Process:
    """The model that a block is."""
    drawing = Drawing(itertools.count(1))
    end = drawing.draw(block, "start", "")
    return sketch.draw(*drawing.arrows, f"{end} -> end", **drawing.made)
