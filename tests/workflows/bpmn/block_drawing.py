"""Blocks drawn as BPMN: what lies on one level, and what has an inside."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Self

from tests.workflows.bpmn import sketch
from tests.workflows.bpmn.blocks import Block, named
from tests.workflows.bpmn.sketch import Make
from workflows.bpmn.answers import REFUSED
from workflows.bpmn.model import Process
from workflows.bpmn.parser import parse

AGAIN = "R/PT1H"  # a timer that does not interrupt fires again and again


def said(kind: str, event: str, *, stays: bool = False) -> str:
    """What an event of this kind says: its name, its condition or its time."""
    if kind == "conditional":
        return f"{event} = true"
    if kind == "timer":
        return AGAIN if stays else ""
    return event


@dataclass
class Level:
    """One level of a model while it is being drawn."""

    names: Iterator[int]
    arrows: list[str] = field(default_factory=list)
    made: dict[str, Make] = field(default_factory=dict)

    def name(self, letter: str) -> str:
        return f"{letter}{next(self.names)}"

    def arrow(self, source: str, target: str, said: str = "") -> None:
        self.arrows.append(f"{source} -{said}> {target}")

    def level(self, block: Block | None = None) -> Self:
        """The inside of a sub-process; with a block, from its start to its end."""
        inner = type(self)(self.names)
        if block is not None:
            begin, end = inner.name("start"), inner.name("end")
            inner.arrow(inner.draw(block, begin, ""), end)
        return inner

    def draw(self, block: Block, source: str, said: str) -> str:
        """Draw a block behind `source`; the node with which it ends."""
        return getattr(self, f"_{block[0]}")(source, said, *block[1:])

    def _task(self, source: str, said: str, name: str) -> str:
        self.arrow(source, name, said)
        return name

    def _catch(self, source: str, way: str, kind: str, event: str) -> str:
        self.made[event] = sketch.catch(kind, said(kind, event))
        return self._task(source, way, event)

    def _gate(self, source: str, said: str, name: str) -> str:
        """Nothing goes on here while n is 0, and a person has to look."""
        self.arrow(source, f"{name}?", said)
        after = self.name("m")
        self.made[after] = sketch.throw()
        self.arrow(f"{name}?", after, "[n > 0]-")
        return after

    def _linked(self, source: str, said: str, block: Block) -> str:
        way, there = self.name("l"), self.name("l")
        self.arrow(self.draw(block, source, said), way)
        self.made[way] = sketch.throw("link", way)
        self.made[there] = sketch.catch("link", way)
        return there

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

    def _first(self, source: str, way: str, branches: list[tuple[str, str, Block]]) -> str:
        race, merge = f"{self.name('r')}_race", f"{self.name('m')}?"
        self.arrow(source, race, way)
        for kind, event, block in branches:
            self.made[event] = sketch.catch(kind, said(kind, event))
            self.arrow(race, event)
            self.arrow(self.draw(block, event, ""), merge)
        return merge

    def _again(self, source: str, said: str, block: Block) -> str:
        """A loop of flows: back to the merge while n is 0."""
        merge, choice = f"{self.name('m')}?", f"{self.name('x')}?"
        self.arrow(source, merge, said)
        self.arrow(self.draw(block, merge, ""), choice)
        self.arrow(choice, merge, "[n = 0]-")
        after = self.name("m")
        self.made[after] = sketch.throw()
        self.arrow(choice, after, "[else]-")
        return after

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


class Drawing(Level):
    """A level whose blocks may have an inside."""

    def _within(self, source: str, said: str, inner: "Drawing", **how: str) -> str:
        """A sub-process with this inside."""
        name = self.name("s")
        self.made[name] = sketch.sub(*inner.arrows, **how, **inner.made)
        self.arrow(source, name, said)
        return name

    def _inside(self, source: str, said: str, block: Block) -> str:
        return self._within(source, said, self.level(block))

    def _split(self, source: str, said: str, name: str, blocks: list[Block]) -> str:
        """A task splits the way, and the ways meet at an end, without gateways."""
        inner = self.level()
        inner.arrow(inner.name("start"), name)
        end = inner.name("end")
        for block in blocks:
            inner.arrow(inner.draw(block, name, ""), end)
        return self._within(source, said, inner)

    def _merged(self, source: str, said: str, name: str, blocks: list[Block], after: str) -> str:
        """Each way passes through the same task behind them."""
        inner = self.level()
        inner.arrow(inner.name("start"), name)
        for block in blocks:
            inner.arrow(inner.draw(block, name, ""), after)
        inner.arrow(after, inner.name("end"))
        return self._within(source, said, inner)

    def _times(self, source: str, said: str, count: int, sequential: bool, block: Block) -> str:
        loop = sketch.times(count, sequential=sequential)
        return self._within(source, said, self.level(block), loop=loop)

    def _enough(self, source: str, said: str, block: Block) -> str:
        loop = sketch.times(3, until="numberOfCompletedInstances >= 2")
        return self._within(source, said, self.level(block), loop=loop)

    def _until(self, source: str, said: str, most: int | None, block: Block) -> str:
        loop = sketch.again("n = 0", most=most)
        return self._within(source, said, self.level(block), loop=loop)

    def _unless(
        self, source: str, way: str, kind: str, event: str, block: Block, other: Block
    ) -> str:
        """An event takes the block's place."""
        name, merge = self._inside(source, way, block), f"{self.name('m')}?"
        self.made[event] = sketch.on(name, kind, said(kind, event))
        self.arrow(name, merge)
        self.arrow(self.draw(other, event, ""), merge)
        return merge

    def _besides(
        self, source: str, way: str, kind: str, event: str, block: Block, beside: Block
    ) -> str:
        """An event begins something beside the block, and its way ends there."""
        name = self._inside(source, way, block)
        self.made[event] = sketch.on(name, kind, said(kind, event, stays=True), stays=True)
        self.arrow(self.draw(beside, event, ""), self.name("end"))
        return name

    def _rescued(
        self, source: str, way: str, kind: str, event: str, block: Block, rescue: Block
    ) -> str:
        """An event sub-process inside takes over when its event occurs."""
        inner = self.level(block)
        start = sketch.start(kind, said(kind, event))
        inner.made[self.name("r")] = self._on_event(event, start, rescue)
        return self._within(source, way, inner)

    def _aside(
        self, source: str, way: str, kind: str, event: str, block: Block, beside: Block
    ) -> str:
        """An event sub-process inside begins something beside, as often as its event occurs."""
        inner = self.level(block)
        start = sketch.start(kind, said(kind, event, stays=True), stays=True)
        inner.made[self.name("r")] = self._on_event(event, start, beside)
        return self._within(source, way, inner)

    def _on_event(self, event: str, start: Make, block: Block) -> Make:
        inside = self.level()
        inside.arrow(inside.draw(block, event, ""), inside.name("end"))
        inside.made[event] = start
        return sketch.sub(*inside.arrows, extra=' triggeredByEvent="true"', **inside.made)

    def _failing(self, block: Block) -> "Drawing":
        inner = self.level()
        begin, end = inner.name("start"), inner.name("f")
        inner.arrow(inner.draw(block, begin, ""), end)
        inner.made[end] = sketch.end("error", "E1")
        return inner

    def _fails(self, source: str, said: str, block: Block, other: Block) -> str:
        """The block ends with an error, and another one stands in for it."""
        name, event = self._within(source, said, self._failing(block)), self.name("v")
        self.made[event] = sketch.on(name, "error", "E1")
        return self.draw(other, event, "")

    def _caught(self, source: str, said: str, block: Block, other: Block) -> str:
        """The same, by an event sub-process."""
        inner = self._failing(block)
        start = sketch.start("error", "E1")
        inner.made[self.name("r")] = self._on_event(self.name("v"), start, other)
        return self._within(source, said, inner)

    def _tells(self, source: str, said: str, block: Block, beside: Block) -> str:
        """After the block an escalation begins something beside, and its way ends there."""
        inner, event = self.level(), self.name("v")
        begin, told = inner.name("start"), inner.name("u")
        inner.arrow(inner.draw(block, begin, ""), told)
        inner.arrow(told, inner.name("end"))
        inner.made[told] = sketch.throw("escalation", "U")
        name = self._within(source, said, inner)
        self.made[event] = sketch.on(name, "escalation", "U", stays=True)
        self.arrow(self.draw(beside, event, ""), self.name("end"))
        return name

    def _whichever(self, source: str, said: str, one: Block, other: Block) -> str:
        """Both begin; whichever is done first ends the other one."""
        inner = self.level()
        begin, split = inner.name("start"), f"{inner.name('p')}_split"
        inner.arrow(begin, split)
        for block in (one, other):
            inner.arrow(inner.draw(block, split, ""), inner.name("stop"))
        return self._within(source, said, inner)

    def _undone(self, source: str, said: str, a: str, b: str, not_b: str, not_a: str) -> str:
        """Two tasks are done and compensated."""
        inner = self.level()
        back = inner.name("c")
        inner.arrows.append(f"{inner.name('start')} -> {a} -> {b} -> {back} -> {inner.name('end')}")
        inner.made[back] = sketch.throw("compensation")
        for task, handler in ((a, not_a), (b, not_b)):
            inner.made[inner.name("h")] = sketch.undone(task, handler)
            inner.made[handler] = sketch.undoing()
        return self._within(source, said, inner)

    def _undone_times(
        self, source: str, said: str, count: int, sequential: bool, a: str, not_a: str
    ) -> str:
        """A process is called several times, and each of its rounds is undone."""
        inner = self.level()
        back = inner.name("c")
        inner.arrows.append(f"{inner.name('start')} -> {a} -> {back} -> {inner.name('end')}")
        inner.made[a] = sketch.call(loop=sketch.times(count, sequential=sequential))
        inner.made[back] = sketch.throw("compensation")
        inner.made[inner.name("h")] = sketch.undone(a, not_a)
        inner.made[not_a] = sketch.undoing()
        return self._within(source, said, inner)

    def _cancels_times(
        self, source: str, said: str, count: int, sequential: bool, a: str, not_a: str,
        other: Block,
    ) -> str:  # fmt: skip
        """The same several times: one round cancels all of them."""
        loop = sketch.times(count, sequential=sequential)
        return self._cancels(source, said, a, not_a, other, loop)

    def _cancels(
        self, source: str, said: str, a: str, not_a: str, other: Block, loop: str = ""
    ) -> str:
        """A transaction that is cancelled while n is 0: what was done is undone."""
        inner, event, merge = self.level(), self.name("v"), f"{self.name('m')}?"
        choice, gone = f"{inner.name('x')}?", inner.name("k")
        inner.arrows.append(f"{inner.name('start')} -> {a} -> {choice} -[n = 0]-> {gone}")
        inner.arrow(choice, inner.name("end"), "[else]-")
        inner.made[gone] = sketch.end("cancel")
        inner.made[inner.name("h")] = sketch.undone(a, not_a)
        inner.made[not_a] = sketch.undoing()
        name = self._within(source, said, inner, tag="transaction", loop=loop)
        self.made[event] = sketch.on(name, "cancel")
        self.arrow(name, merge)
        self.arrow(self.draw(other, event, ""), merge)
        return merge

    def _adhoc(self, source: str, said: str, a: str, b: str) -> str:
        """People begin one task or the other, until n is large enough."""
        inner = self.level()
        inner.made[a] = inner.made[b] = sketch.task()
        return self._within(
            source, said, inner, tag="adHocSubProcess",
            loop="<completionCondition>n &gt; 0</completionCondition>",
        )  # fmt: skip

    def _recalled(self, source: str, said: str, name: str) -> str:
        """Another process is called, and what it has done is undone by itself."""
        inner = self.level()
        back = inner.name("c")
        inner.arrows.append(f"{inner.name('start')} -> {name} -> {back} -> {inner.name('end')}")
        inner.made[name] = sketch.call()
        inner.made[back] = sketch.throw("compensation")
        return self._within(source, said, inner)

    def _asks(self, source: str, said: str, name: str, other: Block) -> str:
        """A message is sent and waited for to be taken; when it is not, something stands in."""
        event, merge = self.name("v"), f"{self.name('m')}?"
        self.made[name] = lambda name: (
            f'<sendTask id="{name}" name="{name}" messageRef="message_{name}"/>'
        )
        self.made[event] = sketch.on(name, "error", REFUSED)
        self.arrow(source, name, said)
        self.arrow(name, merge)
        self.arrow(self.draw(other, event, ""), merge)
        return merge

    def _calls(self, source: str, said: str, name: str, other: Block) -> str:
        """Another process is called; when it fails, something stands in for it."""
        event, merge = self.name("v"), f"{self.name('m')}?"
        self.made[name] = sketch.call()
        self.made[event] = sketch.on(name, "error", "E9")
        self.arrow(source, name, said)
        self.arrow(name, merge)
        self.arrow(self.draw(other, event, ""), merge)
        return merge


def source(block: Block) -> bytes:
    """The model that a block is, as a file."""
    drawing = Drawing(itertools.count(1))
    end = drawing.draw(block, "start", "")
    return sketch.xml(*drawing.arrows, f"{end} -> end", **drawing.made)


def drawn(block: Block) -> Process:
    """The model that a block is."""
    (process,) = parse(source(block))
    return process


def with_names(block: Block) -> Block:
    """The block with its names."""
    given: Block = named(block, itertools.count(1))
    return given
