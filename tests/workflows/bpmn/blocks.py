"""Random models as nested blocks: drawn as BPMN, and played by an interpreter that knows no BPMN.

The interpreter is the second opinion: it knows what "one of these", "all of these" or "twice" mean,
and nothing of tokens, gateways or scopes. Choices read the variable `n` when they are made.
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from tests.workflows.bpmn import sketch
from tests.workflows.bpmn.sketch import Make
from workflows.bpmn.model import Process

Block = tuple[Any, ...]

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
        st.tuples(st.just("until"), inner),
        st.tuples(st.just("unless"), st.just(""), inner, inner),
        st.tuples(st.just("besides"), st.just(""), inner, inner),
        st.tuples(st.just("rescued"), st.just(""), inner, inner),
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


# --- as it is meant ---


# --- as it is meant ---


class Part:
    """A block that is being performed, inside another one."""

    def __init__(self, play: "Play", around: "Part | None") -> None:
        self.play, self.around = play, around

    def begin(self, block: Block) -> None:
        """Perform a block inside of this one."""
        PARTS[block[0]](self.play, self, *block[1:])

    def child_done(self) -> None:
        """A block inside is done; most blocks are done with it."""
        self.done()

    def done(self) -> None:
        """This block is done."""
        if self.around:
            self.around.child_done()

    @property
    def level(self) -> "Level":
        """The innermost sub-process around, which lasts as long as anything in it does."""
        around = self.around
        while around and not isinstance(around, Level):
            around = around.around
        assert isinstance(around, Level)
        return around

    def is_within(self, other: "Part") -> bool:
        """Whether this is performed inside of that one."""
        return self is other or bool(self.around and self.around.is_within(other))


class Level(Part):
    """What is inside of a sub-process: the block, and whatever was begun beside."""

    def __init__(self, play: "Play", around: Part | None, block: Block) -> None:
        super().__init__(play, around)
        self.under_way = 1
        self.begin(block)

    def child_done(self) -> None:
        self.under_way -= 1
        if not self.under_way:
            self.done()


class Whole(Level):
    """The whole process."""

    def done(self) -> None:
        self.play.over = True


class Task(Part):
    def __init__(self, play: "Play", around: Part, name: str) -> None:
        super().__init__(play, around)
        play.wait(self, name, self.done)


class Row(Part):
    def __init__(self, play: "Play", around: Part, blocks: list[Block]) -> None:
        super().__init__(play, around)
        self.left = list(blocks)
        self.child_done()

    def child_done(self) -> None:
        if self.left:
            self.begin(self.left.pop(0))
        else:
            self.done()


class Choice(Part):
    def __init__(self, play: "Play", around: Part, blocks: list[Block]) -> None:
        super().__init__(play, around)
        self.begin(blocks[min(play.n, len(blocks) - 1)])


class Both(Part):
    def __init__(self, play: "Play", around: Part, blocks: list[Block]) -> None:
        super().__init__(play, around)
        self.under_way = len(blocks)
        for block in blocks:
            self.begin(block)

    def child_done(self) -> None:
        self.under_way -= 1
        if not self.under_way:
            self.done()


class Some(Both):
    def __init__(self, play: "Play", around: Part, blocks: list[Block]) -> None:
        chosen = [block for index, block in enumerate(blocks[:-1]) if play.n > index]
        super().__init__(play, around, chosen or blocks[-1:])


class First(Part):
    def __init__(self, play: "Play", around: Part, branches: list[tuple[str, Block]]) -> None:
        super().__init__(play, around)
        for event, block in branches:
            play.wait(self, event, lambda block=block: self.choose(block))

    def choose(self, block: Block) -> None:
        self.play.forget(self)
        self.begin(block)


class Inside(Part):
    def __init__(self, play: "Play", around: Part, block: Block) -> None:
        super().__init__(play, around)
        Level(play, self, block)


class Times(Part):
    def __init__(
        self, play: "Play", around: Part, count: int, sequential: bool, block: Block
    ) -> None:
        super().__init__(play, around)
        self.left, self.under_way, self.block = count, 0, block
        if not count:
            self.done()
        for _ in range(1 if sequential and count else count):
            self.one()

    def one(self) -> None:
        self.left -= 1
        self.under_way += 1
        Level(self.play, self, self.block)

    def child_done(self) -> None:
        self.under_way -= 1
        if self.left:
            self.one()
        elif not self.under_way:
            self.done()


class Until(Part):
    def __init__(self, play: "Play", around: Part, block: Block) -> None:
        super().__init__(play, around)
        self.block = block
        Level(play, self, block)

    def child_done(self) -> None:
        if self.play.n == 0:
            Level(self.play, self, self.block)
        else:
            self.done()


class Unless(Part):
    def __init__(self, play: "Play", around: Part, event: str, block: Block, other: Block) -> None:
        super().__init__(play, around)
        self.other = other
        play.wait(self, event, self.instead)
        Level(play, self, block)

    def instead(self) -> None:
        self.play.forget(self)
        self.begin(self.other)

    def done(self) -> None:
        self.play.forget(self)
        super().done()


class Besides(Part):
    def __init__(self, play: "Play", around: Part, event: str, block: Block, beside: Block) -> None:
        super().__init__(play, around)
        self.event, self.beside = event, beside
        self.listen()
        Level(play, self, block)

    def listen(self) -> None:
        self.play.wait(self, self.event, self.once_more, again=True)

    def once_more(self) -> None:
        self.level.under_way += 1
        self.level.begin(self.beside)

    def done(self) -> None:
        self.play.forget(self)
        super().done()


class Rescued(Part):
    def __init__(self, play: "Play", around: Part, event: str, block: Block, rescue: Block) -> None:
        super().__init__(play, around)
        self.rescue = rescue
        play.wait(self, event, self.take_over)
        Level(play, self, block)

    def take_over(self) -> None:
        self.play.forget(self)
        Level(self.play, self, self.rescue)

    def done(self) -> None:
        self.play.forget(self)
        super().done()


PARTS: dict[str, Callable[..., Part]] = {
    "task": Task,
    "row": Row,
    "choice": Choice,
    "both": Both,
    "some": Some,
    "first": First,
    "inside": Inside,
    "times": Times,
    "until": Until,
    "unless": Unless,
    "besides": Besides,
    "rescued": Rescued,
}


@dataclass
class Open:
    """Something that may happen to a part, and what follows."""

    part: Part
    name: str
    happen: Callable[[], None]
    again: bool


class Play:
    """A block being performed from its beginning."""

    def __init__(self, block: Block, n: int) -> None:
        self.n, self.over = n, False
        self.open: list[Open] = []
        Whole(self, None, block)

    def wait(
        self, part: Part, name: str, happen: Callable[[], None], *, again: bool = False
    ) -> None:
        """This may happen from now on."""
        self.open.append(Open(part, name, happen, again))

    def forget(self, part: Part) -> None:
        """Whatever goes on inside of this part goes on no longer."""
        self.open = [each for each in self.open if not each.part.is_within(part)]

    def do(self, index: int, n: int) -> None:
        """One of the things that are open happens."""
        self.n = n
        chosen = self.open[index]
        if not chosen.again:
            self.open.pop(index)
        chosen.happen()
