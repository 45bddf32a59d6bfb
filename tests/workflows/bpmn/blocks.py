"""Random models as nested blocks. `block_drawing` draws them, `meaning` performs them without BPMN.

An empty text in a block is a name to be given; events say of which kind they are.
"""

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

Block = tuple[Any, ...]

KINDS = ("timer", "message", "signal", "conditional")


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
NAME = st.just("")
EVENT = st.sampled_from(KINDS)

LEAVES: st.SearchStrategy[Block] = st.one_of(
    st.just(("task", "")),
    st.just(("task", "")),
    st.tuples(st.just("catch"), EVENT, NAME),
    st.just(("calls", "", ("task", ""))),
    st.just(("recalled", "")),
    st.just(("asks", "", ("task", ""))),
    st.just(("gate", "")),
    st.just(("adhoc", "", "")),
    st.just(("undone", "", "", "", "")),
    st.tuples(st.just("undone_times"), st.integers(0, 3), st.booleans(), NAME, NAME),
    st.just(("cancels", "", "", ("task", ""))),
    st.tuples(st.just("cancels_times"), st.integers(0, 3), st.booleans(), NAME, NAME,
              st.just(("task", ""))),
)  # fmt: skip


def _flowing(inner: st.SearchStrategy[Block]) -> list[st.SearchStrategy[Block]]:
    """Blocks of one level."""
    return [
        st.tuples(st.just("row"), st.lists(inner, **FEW)),
        st.tuples(st.just("choice"), st.lists(inner, **FEW)),
        st.tuples(st.just("both"), st.lists(inner, **FEW)),
        st.tuples(st.just("some"), st.lists(inner, **FEW)),
        st.tuples(st.just("first"), st.lists(st.tuples(EVENT, NAME, inner), **FEW)),
        st.tuples(st.just("again"), inner.map(waiting)),
        st.tuples(st.just("linked"), inner),
    ]


def _scoping(inner: st.SearchStrategy[Block]) -> list[st.SearchStrategy[Block]]:
    """Blocks with an inside."""
    return [
        st.tuples(st.just("inside"), inner),
        st.tuples(st.just("split"), NAME, st.lists(inner, **FEW)),
        st.tuples(st.just("merged"), NAME, st.lists(inner, **FEW), NAME),
        st.tuples(st.just("times"), st.integers(0, 3), st.booleans(), inner),
        st.tuples(st.just("enough"), inner.map(later)),
        st.tuples(st.just("until"), st.sampled_from([None, 1, 2]), inner.map(waiting)),
        st.tuples(st.just("unless"), EVENT, NAME, inner, inner),
        st.tuples(st.just("besides"), EVENT, NAME, inner, inner.map(apart)),
        st.tuples(st.just("rescued"), EVENT, NAME, inner, inner),
        st.tuples(st.just("aside"), EVENT, NAME, inner, inner),
        st.tuples(st.just("fails"), inner, inner),
        st.tuples(st.just("caught"), inner, inner),
        st.tuples(st.just("tells"), inner, inner.map(apart)),
        st.tuples(st.just("whichever"), inner.map(later), inner.map(later)),
    ]


BLOCKS: st.SearchStrategy[Block] = st.recursive(
    LEAVES, lambda inner: st.one_of(*_flowing(inner), *_scoping(inner)), max_leaves=7
)


def named(block: Any, names: Iterator[int]) -> Any:
    """The block with a name of its own for each task and event."""
    if isinstance(block, list):
        return [named(each, names) for each in block]
    if not isinstance(block, tuple):
        return block
    return tuple(f"t{next(names)}" if each == "" else named(each, names) for each in block)
