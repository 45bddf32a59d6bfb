"""Closures of literals: plain values, lists, contexts and ranges (DMN 1.5, 10.3.2)."""

from typing import Any

from workflows.feel import syntax, temporal
from workflows.feel.building import Around, Closure, Constant, Scope, builds, closure, folded
from workflows.feel.errors import FeelError, Unanswerable
from workflows.feel.free_names import free_names
from workflows.feel.operators import compared, kind_of
from workflows.feel.run import Run
from workflows.feel.userfunctions import UserFunction
from workflows.feel.values import Range


@builds(syntax.Literal)
def _literal(tree: syntax.Literal, _: Around) -> Closure:
    return Constant(tree.value)


@builds(syntax.AtLiteral)
def _at_literal(tree: syntax.AtLiteral, _: Around) -> Closure:
    try:
        return Constant(temporal.parse_at(tree.text))
    except Unanswerable as reason:
        sentence = str(reason)

    def nothing(_: Scope, run: Run) -> None:
        run.note(sentence)

    return nothing


@builds(syntax.ListLiteral)
def _list(tree: syntax.ListLiteral, around: Around) -> Closure:
    items = tuple(closure(item, around) for item in tree.items)
    count = len(items)

    def value(scope: Scope, run: Run) -> list[Any]:
        run.spend(count)
        return [item(scope, run) for item in items]

    return folded(value, *items)


@builds(syntax.ContextLiteral)
def _context(tree: syntax.ContextLiteral, around: Around) -> Closure:
    names = [name for name, _ in tree.entries]
    if len(set(names)) < len(names):
        return _repeated(names)
    if not _looks_back(tree):
        return _plain_context(tree, around)
    entries = []
    for name, entry in tree.entries:
        sees_itself = isinstance(entry, syntax.FunctionLiteral)
        inside = around.binding(name) if sees_itself else around
        entries.append((name, closure(entry, inside), sees_itself))
        around = around.binding(name)

    def value(scope: Scope, run: Run) -> dict[str, Any]:
        run.spend(len(entries))
        inner, made = dict(scope), {}
        for name, entry, sees_itself in entries:
            found = made[name] = inner[name] = entry(inner, run)
            if sees_itself and type(found) is UserFunction:
                found.knows(name, found)  # so that a function may call itself
        return made

    return value


def _looks_back(tree: syntax.ContextLiteral) -> bool:
    names = {name for name, _ in tree.entries}
    return any(names & free_names(entry) for _, entry in tree.entries)


def _plain_context(tree: syntax.ContextLiteral, around: Around) -> Closure:
    entries = tuple((name, closure(entry, around)) for name, entry in tree.entries)

    def value(scope: Scope, run: Run) -> dict[str, Any]:
        run.spend(len(entries))
        return {name: entry(scope, run) for name, entry in entries}

    return folded(value, *(entry for _, entry in entries))


def _repeated(names: list[str]) -> Closure:
    twice = next(name for name in names if names.count(name) > 1)

    def nothing(_: Scope, run: Run) -> None:
        run.note(f"The context has two entries called `{twice}`. Keep one.")

    return nothing


@builds(syntax.RangeLiteral)
def _range(tree: syntax.RangeLiteral, around: Around) -> Closure:
    low, high = closure(tree.low, around), closure(tree.high, around)

    def value(scope: Scope, run: Run) -> Range | None:
        ends = low(scope, run), high(scope, run)
        if compared("<=", *ends) is True:
            return Range(*ends, tree.includes_low, tree.includes_high)
        run.note(
            f"There is no range from {kind_of(ends[0])} to {kind_of(ends[1])}: "
            "its start must be at or before its end."
        )
        return None

    return folded(value, low, high)


@builds(syntax.OneSided)
def _one_sided(tree: syntax.OneSided, around: Around) -> Closure:
    bound, operator = closure(tree.bound, around), tree.operator

    def value(scope: Scope, run: Run) -> Range | None:
        end = bound(scope, run)
        if end is None:
            run.note(f"There is no range `{operator} null`.")
            return None
        return one_sided(operator, end)

    return folded(value, bound)


def one_sided(operator: str, end: Any) -> Range:
    """The range value of `(< end)`, `(>= end)`, `(= end)` and so on."""
    match operator:
        case "<" | "<=":
            return Range(None, end, includes_low=False, includes_high=operator == "<=")
        case ">" | ">=":
            return Range(end, None, includes_low=operator == ">=", includes_high=False)
        case "=" | "!=":
            kept: Any = operator  # so that it differs from [end..end]; see operators.holds
            return Range(end, end, kept, kept)
    raise FeelError(f"There is no unary test `{operator}`.")
