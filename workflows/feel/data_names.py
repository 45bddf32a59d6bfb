"""Names that data brings along: which keys of a context an expression may use without more ado.

An expression means the same whatever its data: a key may only be read as a name where nothing
else could be meant. "Applicant Age" and "Person's age" are declared, for `Applicant Age` is no
other expression. "Pre-Bureau Risk" and "approved and signed" are not: data with such a key would
turn a subtraction or a condition into a look-up. Who wants those declares them with `names`, as
models do; `get value` reads them, too.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any, Final

from workflows.feel.errors import FeelError
from workflows.feel.lexer import NAME, NUMBER, OTHER, words
from workflows.feel.names import MOST_WORDS

DEEPEST: Final = 5  # levels of contexts whose keys are looked at
MOST_VISITED: Final = 10_000  # keys and elements
_LONGEST: Final = 500  # characters of a key
_HARMLESS: Final = frozenset([NAME, NUMBER, OTHER])


def names_in(context: Mapping[str, Any]) -> Iterator[str]:
    """Keys of several words, also of contexts inside, that can be read in no other way."""
    for name in _keys(context):
        if not name.isidentifier() and len(name) <= _LONGEST and is_unambiguous(name):
            yield name


def is_unambiguous(name: str) -> bool:
    """Whether a text with this name in it could mean nothing but the name."""
    try:
        kinds = words(name).kinds[:-1]
    except FeelError:
        return False
    if not 0 < len(kinds) <= MOST_WORDS:
        return False
    return kinds[0] in (NAME, OTHER) and _HARMLESS.issuperset(kinds)


def _keys(context: Mapping[str, Any]) -> Iterator[str]:
    left = MOST_VISITED
    waiting: deque[tuple[Any, int]] = deque([(context, 1)])
    while waiting:
        value, depth = waiting.popleft()
        is_context = isinstance(value, Mapping)
        for key in value:
            left -= 1
            if left < 0:
                return
            if is_context and isinstance(key, str):
                yield key
            inside = value[key] if is_context else key
            if depth < DEEPEST and isinstance(inside, Mapping | list | tuple):
                waiting.append((inside, depth + 1))
