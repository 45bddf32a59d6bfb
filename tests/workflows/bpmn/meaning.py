"""Blocks performed as they are meant, by an interpreter that knows no BPMN: the second opinion.

It knows what "one of these", "all of these" or "twice" mean, and nothing of tokens, gateways or
scopes. Choices read the variable `n` when they are made.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tests.workflows.bpmn.blocks import Block


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


class Main(Part):
    """What a sub-process is for; the rest was begun beside."""

    def __init__(self, play: "Play", around: "Level", block: Block) -> None:
        super().__init__(play, around)
        self.whole = around
        self.begin(block)

    def done(self) -> None:
        self.whole.main_done()


class Level(Part):
    """What is inside of a sub-process: the block, and whatever was begun beside."""

    def __init__(self, play: "Play", around: Part | None, *blocks: Block) -> None:
        super().__init__(play, around)
        self.under_way = len(blocks)
        for block in blocks:
            Main(play, self, block)

    def main_done(self) -> None:
        self.child_done()

    def child_done(self) -> None:
        self.under_way -= 1
        if not self.under_way:
            self.done()


class CutShort(Level):
    """A sub-process that is over as soon as one way through it is."""

    def main_done(self) -> None:
        self.play.forget(self)
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
    def __init__(self, play: "Play", around: Part, branches: list[tuple[str, str, Block]]) -> None:
        super().__init__(play, around)
        for _, event, block in branches:
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
        self.block = block
        self.under_way = min(count, 1) if sequential else count
        self.left = count - self.under_way
        if not count:
            self.done()
        for _ in range(self.under_way):
            Level(play, self, block)

    def child_done(self) -> None:
        if self.left:
            self.left -= 1
            Level(self.play, self, self.block)
            return
        self.under_way -= 1
        if not self.under_way:
            self.done()


class Enough(Part):
    """Three times at once; two are enough."""

    def __init__(self, play: "Play", around: Part, block: Block) -> None:
        super().__init__(play, around)
        self.missing = 2
        for _ in range(3):
            Level(play, self, block)

    def child_done(self) -> None:
        self.missing -= 1
        if not self.missing:
            self.play.forget(self)
            self.done()


class Until(Part):
    def __init__(self, play: "Play", around: Part, most: int | None, block: Block) -> None:
        super().__init__(play, around)
        self.left, self.block = most, block
        self.once()

    def once(self) -> None:
        if self.left is not None:
            self.left -= 1
        Level(self.play, self, self.block)

    def child_done(self) -> None:
        if self.play.n == 0 and self.left != 0:
            self.once()
        else:
            self.done()


class Again(Part):
    def __init__(self, play: "Play", around: Part, block: Block) -> None:
        super().__init__(play, around)
        self.block = block
        self.begin(block)

    def child_done(self) -> None:
        if self.play.n == 0:
            self.begin(self.block)
        else:
            self.done()


class Gate(Part):
    """Nothing goes on while n is 0."""

    def __init__(self, play: "Play", around: Part, name: str) -> None:
        super().__init__(play, around)
        self.name = name
        self.try_it()

    def try_it(self) -> None:
        if self.play.n > 0:
            self.done()
        else:
            self.play.wait(self, self.name, self.try_it)


class Unless(Part):
    def __init__(
        self, play: "Play", around: Part, _kind: str, event: str, block: Block, other: Block
    ) -> None:
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
    def __init__(
        self, play: "Play", around: Part, _kind: str, event: str, block: Block, beside: Block
    ) -> None:
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


class Aside(Part):
    """What is begun lies inside, beside the block, and may be begun as long as either lasts."""

    def __init__(
        self, play: "Play", around: Part, _kind: str, event: str, block: Block, beside: Block
    ) -> None:
        super().__init__(play, around)
        self.beside = beside
        play.wait(self, event, self.once_more, again=True)
        self.whole = Level(play, self)
        self.whole.under_way = 1
        Main(play, self.whole, block)

    def once_more(self) -> None:
        self.whole.under_way += 1
        self.whole.begin(self.beside)

    def done(self) -> None:
        self.play.forget(self)
        super().done()


class Rescued(Part):
    def __init__(
        self, play: "Play", around: Part, _kind: str, event: str, block: Block, rescue: Block
    ) -> None:
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


class Fails(Part):
    """What is under way beside goes with the error."""

    def __init__(self, play: "Play", around: Part, block: Block, other: Block) -> None:
        super().__init__(play, around)
        self.other, self.failed = other, False
        CutShort(play, self, block)

    def child_done(self) -> None:
        if self.failed:
            self.done()
            return
        self.failed = True
        self.play.forget(self)
        self.stand_in()

    def stand_in(self) -> None:
        """The other block lies outside of what has failed."""
        self.begin(self.other)


class Caught(Fails):
    """The other block has an inside: what it begins beside itself has to be done, too."""

    def stand_in(self) -> None:
        Level(self.play, self, self.other)


class Tells(Part):
    def __init__(self, play: "Play", around: Part, block: Block, beside: Block) -> None:
        super().__init__(play, around)
        self.beside = beside
        Level(play, self, ("row", [block, ("tell",)]))

    def tell(self) -> None:
        self.level.under_way += 1
        self.level.begin(self.beside)


class Tell(Part):
    def __init__(self, play: "Play", around: Part) -> None:
        super().__init__(play, around)
        outside = self.level.around
        assert isinstance(outside, Tells)
        outside.tell()
        self.done()


class Whichever(Part):
    def __init__(self, play: "Play", around: Part, one: Block, other: Block) -> None:
        super().__init__(play, around)
        CutShort(play, self, one, other)


class Undone(Row):
    def __init__(self, play: "Play", around: Part, *names: str) -> None:
        super().__init__(play, around, [("task", name) for name in names])


class UndoneTimes(Row):
    def __init__(
        self, play: "Play", around: Part, count: int, sequential: bool, a: str, not_a: str
    ) -> None:
        tasks: list[Block] = [("task", a)] * count
        first = tasks if sequential or not tasks else [("both", tasks)]
        super().__init__(play, around, [*first, *[("task", not_a)] * count])


class Cancels(Part):
    def __init__(self, play: "Play", around: Part, a: str, not_a: str, other: Block) -> None:
        super().__init__(play, around)
        self.left: list[Block] = [("task", not_a), other]
        self.begin(("task", a))

    def child_done(self) -> None:
        if len(self.left) == 2 and self.play.n != 0:
            self.left = []
        if self.left:
            self.begin(self.left.pop(0))
        else:
            self.done()


class CancelsTimes(Part):
    """What one round gives up is given up by all: what any of them has done is undone."""

    def __init__(
        self, play: "Play", around: Part, count: int, sequential: bool, a: str, not_a: str,
        other: Block,
    ) -> None:  # fmt: skip
        super().__init__(play, around)
        self.a, self.not_a, self.other = a, not_a, other
        self.count, self.completed = count, 0
        if not count:
            self.done()
        for _ in range(min(count, 1) if sequential else count):
            self.begin(("task", a))
        self.sequential = sequential

    def child_done(self) -> None:
        if self.completed == self.count:
            self.done()  # what follows after it was given up
            return
        self.completed += 1
        if self.play.n == 0:
            self.give_up()
        elif self.completed == self.count:
            self.done()
        elif self.sequential:
            self.begin(("task", self.a))

    def give_up(self) -> None:
        self.play.forget(self)
        undoing: list[Block] = [("task", self.not_a)] * self.completed
        self.count = self.completed
        self.begin(("row", [*undoing, self.other]))


class Calls(Part):
    def __init__(self, play: "Play", around: Part, name: str, other: Block) -> None:
        super().__init__(play, around)
        play.wait(self, name, self.returned)
        play.wait(self, name, lambda: self.failed(other))

    def returned(self) -> None:
        self.play.forget(self)
        self.done()

    def failed(self, other: Block) -> None:
        self.play.forget(self)
        self.begin(other)


class Recalled(Row):
    def __init__(self, play: "Play", around: Part, name: str) -> None:
        super().__init__(play, around, [("task", name), ("task", name)])


class AdHoc(Part):
    """One task at a time, whichever somebody begins."""

    def __init__(self, play: "Play", around: Part, *names: str) -> None:
        super().__init__(play, around)
        self.busy = False
        for name in names:
            play.offer(self, f"begin {name}", lambda name=name: self.take(name))

    def take(self, name: str) -> None:
        self.busy = True
        self.begin(("task", name))

    def child_done(self) -> None:
        self.busy = False
        if self.play.n > 0:
            self.play.forget(self)
            self.done()


def caught_event(play: "Play", around: Part, _kind: str, event: str) -> Part:
    return Task(play, around, event)


def linked(play: "Play", around: Part, block: Block) -> Part:
    return Row(play, around, [block])


def split(play: "Play", around: Part, name: str, blocks: list[Block]) -> Part:
    return Inside(play, around, ("row", [("task", name), ("both", blocks)]))


def merged(play: "Play", around: Part, name: str, blocks: list[Block], after: str) -> Part:
    ways: list[Block] = [("row", [block, ("task", after)]) for block in blocks]
    return Inside(play, around, ("row", [("task", name), ("both", ways)]))


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
    "fails": Fails,
    "tells": Tells,
    "tell": Tell,
    "whichever": Whichever,
    "undone": Undone,
    "undone_times": UndoneTimes,
    "cancels": Cancels,
    "cancels_times": CancelsTimes,
    "calls": Calls,
    "asks": Calls,
    "recalled": Recalled,
    "adhoc": AdHoc,
    "catch": caught_event,
    "linked": linked,
    "split": split,
    "merged": merged,
    "enough": Enough,
    "again": Again,
    "gate": Gate,
    "aside": Aside,
    "caught": Caught,
}


@dataclass(eq=False)
class Open:
    """Something that may happen to a part, and what follows."""

    part: Part
    name: str
    happen: Callable[[], None]
    again: bool = False  # it begins more and more
    stays: bool = False  # it may happen again, once the part is not busy

    @property
    def is_possible(self) -> bool:
        return not self.stays or not getattr(self.part, "busy", False)


class Play:
    """A block being performed from its beginning."""

    def __init__(self, block: Block, n: int) -> None:
        self.n, self.over = n, False
        self._all: list[Open] = []
        Whole(self, None, block)

    @property
    def open(self) -> list[Open]:
        """What may happen now, the oldest first."""
        return [each for each in self._all if each.is_possible]

    def wait(
        self, part: Part, name: str, happen: Callable[[], None], *, again: bool = False
    ) -> None:
        """This may happen from now on."""
        self._all.append(Open(part, name, happen, again))

    def offer(self, part: Part, name: str, happen: Callable[[], None]) -> None:
        """This may happen whenever the part is not busy."""
        self._all.append(Open(part, name, happen, stays=True))

    def forget(self, part: Part) -> None:
        """Whatever goes on inside of this part goes on no longer."""
        self._all = [each for each in self._all if not each.part.is_within(part)]

    def do(self, index: int, n: int) -> None:
        """One of the things that are open happens."""
        self.n = n
        chosen = self.open[index]
        if not (chosen.again or chosen.stays):
            self._all.remove(chosen)
        chosen.happen()
