"""Context functions (DMN 1.5, 10.3.4.10). A context is never changed; a new one is made."""

from typing import Any, Final

from workflows.feel.errors import Unanswerable
from workflows.feel.functions.costs import making_list
from workflows.feel.functions.kinds import ANY, CONTEXT, LIST, STRING, kind_title
from workflows.feel.functions.signature import Parameter, builtin
from workflows.feel.run import Run

Entries = dict[str, Any]
_DEEPEST_PATH: Final = 200
_CONTEXT: Final = Parameter("context", CONTEXT)
_VALUE: Final = Parameter("value", ANY, nullable=True)


@builtin("get value", [Parameter("m", CONTEXT), Parameter("key", STRING)])
def get_value(_run: Run, context: Entries, key: str) -> Any:
    """The entry with this name."""
    if key not in context:
        raise Unanswerable(f"there is no entry `{key[:100]}`")
    return context[key]


@builtin("get entries", [Parameter("m", CONTEXT)])
def get_entries(run: Run, context: Entries) -> list[Entries]:
    """All entries as contexts with `key` and `value`."""
    making_list(run, len(context))
    return [{"key": key, "value": value} for key, value in context.items()]


@builtin("context", [Parameter("entries", LIST)])
def context_of(run: Run, entries: list[Any]) -> Entries:
    """A context from contexts with `key` and `value`; each key may occur once."""
    answer: Entries = {}
    for key, value in key_value_pairs(run, entries):
        if key in answer:
            raise Unanswerable(f"the key `{key[:100]}` occurs more than once")
        answer[key] = value
    return answer


def key_value_pairs(run: Run, entries: list[Any]) -> list[tuple[str, Any]]:
    """Key and value of every entry; raises Unanswerable when one of them is missing."""
    making_list(run, len(entries))
    pairs = []
    for place, entry in enumerate(entries, start=1):
        if type(entry) is not dict or "key" not in entry or "value" not in entry:
            raise Unanswerable(f"entry {place} must be a context with `key` and `value`")
        if type(entry["key"]) is not str:
            raise Unanswerable(
                f"the key of entry {place} must be a string, not {kind_title(entry['key'])}"
            )
        pairs.append((entry["key"], entry["value"]))
    return pairs


@builtin("context put", [_CONTEXT, Parameter("key", STRING), _VALUE])
def context_put(run: Run, context: Entries, key: str, value: Any) -> Entries:
    """The context with one entry added or replaced; its place stays."""
    making_list(run, len(context) + 1)
    return {**context, key: value}


@builtin("context put", [_CONTEXT, Parameter("keys", LIST), _VALUE])
def context_put_deep(run: Run, context: Entries, keys: list[Any], value: Any) -> Entries:
    """The context with an entry of an inner context added or replaced."""
    if not keys or len(keys) > _DEEPEST_PATH:
        raise Unanswerable(f"`keys` must have from 1 to {_DEEPEST_PATH} elements")
    levels = [context]
    for key in keys[:-1]:
        inner = levels[-1].get(_as_key(key))
        if type(inner) is not dict:
            raise Unanswerable(f"`{key[:100]}` is not a context but {kind_title(inner)}")
        levels.append(inner)
    for level, key in zip(reversed(levels), reversed(keys), strict=True):
        value = context_put(run, level, _as_key(key), value)
    return dict(value)


def _as_key(key: Any) -> str:
    if type(key) is not str:
        raise Unanswerable(f"`keys` must hold strings only, not {kind_title(key)}")
    return key


@builtin("context merge", [Parameter("contexts", LIST)])
def context_merge(run: Run, contexts: list[Any]) -> Entries:
    """All entries of the contexts; later ones replace earlier ones."""
    answer: Entries = {}
    for each in contexts:
        if type(each) is not dict:
            raise Unanswerable(f"`contexts` must hold contexts only, not {kind_title(each)}")
        making_list(run, len(each))
        answer.update(each)
    return answer
