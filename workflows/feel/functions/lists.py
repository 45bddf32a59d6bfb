"""List functions (DMN 1.5, 10.3.4.4) and `sort` (10.3.4.9). A list is never changed."""

from decimal import Decimal
from itertools import chain
from typing import Any, Final

from workflows.feel.errors import Unanswerable
from workflows.feel.functions.costs import making_list, reading
from workflows.feel.functions.equality import Seen, is_same
from workflows.feel.functions.kinds import ANY, FUNCTION, LIST, NUMBER, kind_title
from workflows.feel.functions.positions import end_after, index_at
from workflows.feel.functions.signature import Parameter, builtin
from workflows.feel.run import Run
from workflows.feel.values import Function

Items = list[Any]
LIST_PARAMETER: Final = Parameter("list", LIST)
_LISTS: Final = Parameter("list", LIST, variadic=True)
_POSITION: Final = Parameter("position", NUMBER)
_NEW_ITEM: Final = Parameter("newItem", ANY, nullable=True)


@builtin("list contains", [LIST_PARAMETER, Parameter("element", ANY, nullable=True)])
def list_contains(run: Run, items: Items, element: Any) -> bool:
    """Whether an element is equal to this one."""
    reading(run, len(items))
    return any(is_same(item, element, run) for item in items)


@builtin("count", [LIST_PARAMETER])
def count(_run: Run, items: Items) -> Decimal:
    """How many elements."""
    return Decimal(len(items))


@builtin(
    "sublist",
    [
        LIST_PARAMETER,
        Parameter("start position", NUMBER),
        Parameter("length", NUMBER, optional=True),
    ],
)
def sublist(run: Run, items: Items, start: Decimal, length: Decimal | None = None) -> Items:
    """So many (or all) elements from a position."""
    first = index_at(start, len(items))
    end = end_after(first, length, len(items))
    making_list(run, end - first)
    return items[first:end]


@builtin(
    "append",
    [LIST_PARAMETER, Parameter("item", ANY, optional=True, nullable=True, variadic=True)],
)
def append(run: Run, items: Items, new: Items) -> Items:
    """With elements at the end."""
    making_list(run, len(items) + len(new))
    return items + new


@builtin("concatenate", [_LISTS])
def concatenate(run: Run, lists: list[Items]) -> Items:
    """All lists, one after another."""
    making_list(run, sum(map(len, lists)))
    return list(chain.from_iterable(lists))


@builtin("insert before", [LIST_PARAMETER, _POSITION, _NEW_ITEM])
def insert_before(run: Run, items: Items, position: Decimal, item: Any) -> Items:
    """With an element before a position."""
    index = index_at(position, len(items))
    making_list(run, len(items) + 1)
    return [*items[:index], item, *items[index:]]


@builtin("remove", [LIST_PARAMETER, _POSITION])
def remove(run: Run, items: Items, position: Decimal) -> Items:
    """Without the element at a position."""
    index = index_at(position, len(items))
    making_list(run, len(items))
    return items[:index] + items[index + 1 :]


@builtin("list replace", [LIST_PARAMETER, _POSITION, _NEW_ITEM])
def list_replace_at(run: Run, items: Items, position: Decimal, item: Any) -> Items:
    """With another element at a position."""
    index = index_at(position, len(items))
    making_list(run, len(items))
    return [*items[:index], item, *items[index + 1 :]]


@builtin("list replace", [LIST_PARAMETER, Parameter("match", FUNCTION), _NEW_ITEM])
def list_replace_matching(run: Run, items: Items, match: Function, new: Any) -> Items:
    """With another element in place of each one for which `match(element, newItem)` is true."""
    making_list(run, len(items))
    return [new if _decided(match, "match", [item, new], run) else item for item in items]


@builtin("reverse", [LIST_PARAMETER])
def reverse(run: Run, items: Items) -> Items:
    """The last first."""
    making_list(run, len(items))
    return items[::-1]


@builtin("index of", [LIST_PARAMETER, Parameter("match", ANY, nullable=True)])
def index_of(run: Run, items: Items, match: Any) -> list[Decimal]:
    """The positions of all equal elements, ascending."""
    reading(run, len(items))
    places = [place for place, item in enumerate(items, start=1) if is_same(item, match, run)]
    making_list(run, len(places))
    return [Decimal(place) for place in places]


@builtin("union", [_LISTS])
def union(run: Run, lists: list[Items]) -> Items:
    """All lists, one after another, each value once."""
    return distinct_values(run, concatenate(run, lists))


@builtin("distinct values", [LIST_PARAMETER])
def distinct_values(run: Run, items: Items) -> Items:
    """Each value once, where it occurs first."""
    making_list(run, len(items))
    seen = Seen(run)
    return [item for item in items if seen.adds(item)]


@builtin("flatten", [LIST_PARAMETER])
def flatten(run: Run, items: Items) -> Items:
    """The elements of all inner lists, however deep."""
    flat: Items = []
    waiting = [iter(items)]
    while waiting:
        for item in waiting[-1]:
            run.spend()
            if type(item) is list:
                waiting.append(iter(item))
                break
            flat.append(item)
        else:
            waiting.pop()
    return flat


class _Ranked:
    """An element that sorts before another when the function says so."""

    __slots__ = ("item", "precedes", "run")

    def __init__(self, item: Any, precedes: Function, run: Run) -> None:
        self.item, self.precedes, self.run = item, precedes, run

    def __lt__(self, other: "_Ranked") -> bool:
        self.run.spend()
        return _decided(self.precedes, "precedes", [self.item, other.item], self.run)


@builtin("sort", [LIST_PARAMETER, Parameter("precedes", FUNCTION)])
def sort(run: Run, items: Items, precedes: Function) -> Items:
    """In the order of a function of two elements that says whether the first comes before."""
    making_list(run, len(items))
    return sorted(items, key=lambda item: _Ranked(item, precedes, run))


def _decided(function: Function, parameter: str, arguments: list[Any], run: Run) -> bool:
    """What the function says about two elements; raises Unanswerable unless true or false."""
    answer = function.call(arguments, run)
    if type(answer) is not bool:
        raise Unanswerable(
            f"`{parameter}` must answer true or false for every pair, not {kind_title(answer)}"
        )
    return answer
