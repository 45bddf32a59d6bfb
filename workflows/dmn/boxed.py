"""Boxed expressions to closures (DMN 1.5, 10.2.1 and 10.5)."""

from collections.abc import Callable
from typing import Any

from workflows.dmn import iterations, model
from workflows.dmn.functions import Foreign, Knowledge, Signature
from workflows.dmn.tables import compiled_table
from workflows.dmn.visible import Closure, Visible, leniently_typed
from workflows.feel.run import Run
from workflows.feel.values import Function

Scope = dict[str, Any]


def compiled(node: model.Boxed | None, visible: Visible, where: str = "") -> Closure:
    """The expression as a closure whose value conforms to its declared type, else is null."""
    if node is None:
        sentence = f"{visible.owner} has no logic{f' ({where})' if where else ''}."
        return lambda _scope, run: run.note(sentence)
    if isinstance(node, model.LiteralExpression) and not node.text:
        return lambda _scope, run: run.note(f"{visible.owner} has an empty expression.")
    closure = _COMPILERS[type(node)](node, visible)
    return leniently_typed(closure, visible, node.type_ref, node)


def _literal(node: model.LiteralExpression, visible: Visible) -> Closure:
    return visible.closure(node)


def _context(node: model.BoxedContext, visible: Visible) -> Closure:
    entries = []
    result = None
    for entry in node.entries:
        if entry.variable is None:
            result = compiled(entry.value, visible, "result cell")
            continue
        name = entry.variable.name
        # A function in a context may call itself by the name of its entry.
        inside = visible.seeing(name) if _is_function(entry.value) else visible
        closure = compiled(entry.value, inside, name)
        entries.append((name, leniently_typed(closure, visible, entry.variable.type_ref, node)))
        visible = visible.seeing(name)
    if len(dict(entries)) < len(entries):
        return lambda _scope, run: run.note("Two entries of a context have one name. Keep one.")

    def evaluate(scope: Scope, run: Run) -> Any:
        inner, made = dict(scope), {}
        for name, closure in entries:
            inner[name] = made[name] = closure(inner, run)
        return made if result is None else result(inner, run)

    return evaluate


def _is_function(node: model.Boxed | None) -> bool:
    return isinstance(node, model.FunctionDefinition)


def _relation(node: model.Relation, visible: Visible) -> Closure:
    names = [column.name for column in node.columns]
    rows = [
        [
            leniently_typed(compiled(cell, visible, column.name), visible, column.type_ref, node)
            for column, cell in zip(node.columns, row, strict=True)
        ]
        for row in node.rows
    ]

    def evaluate(scope: Scope, run: Run) -> Any:
        run.spend(len(rows))
        return [
            {name: cell(scope, run) for name, cell in zip(names, row, strict=True)} for row in rows
        ]

    return evaluate


def _list(node: model.BoxedList, visible: Visible) -> Closure:
    items = [compiled(item, visible) for item in node.items]

    def evaluate(scope: Scope, run: Run) -> Any:
        run.spend(len(items))
        return [item(scope, run) for item in items]

    return evaluate


def _invocation(node: model.BoxedInvocation, visible: Visible) -> Closure:
    function = compiled(node.function, visible, "the function")
    bindings = [
        (
            variable.name,
            leniently_typed(
                compiled(value, visible, variable.name), visible, variable.type_ref, node
            ),
        )
        for variable, value in node.bindings
    ]
    called = node.function.text if isinstance(node.function, model.LiteralExpression) else ""

    def evaluate(scope: Scope, run: Run) -> Any:
        found = function(scope, run)
        if not isinstance(found, Function):
            return run.note(f"{called or 'What is invoked'} is no function.")
        arguments = {name: value(scope, run) for name, value in bindings}
        # Parameters that are not bound are null, also when none is.
        return found.call_named(arguments, run) if found.parameters else found.call((), run)

    return evaluate


def _function(node: model.FunctionDefinition, visible: Visible) -> Closure:
    signature = Signature.of(node, visible.types)
    if node.kind != "FEEL":
        mapping = compiled(node.body, visible) if node.kind == "JAVA" else None
        foreign = Foreign("", signature, node.kind, mapping)
        return lambda _scope, _run: foreign
    body = compiled(node.body, visible.seeing(*signature.names), "the function's body")
    return lambda scope, _run: Knowledge("", signature, body, scope)


def _conditional(node: model.Conditional, visible: Visible) -> Closure:
    condition = compiled(node.condition, visible, "if")
    then = compiled(node.then, visible, "then")
    otherwise = compiled(node.otherwise, visible, "else")

    def evaluate(scope: Scope, run: Run) -> Any:
        return then(scope, run) if condition(scope, run) is True else otherwise(scope, run)

    return evaluate


def _iterator(node: model.Iterator, visible: Visible) -> Closure:
    source = leniently_typed(compiled(node.source, visible, "in"), visible, node.source_type, node)
    body = compiled(node.body, visible.seeing(node.variable, "partial"), "return")
    combine = iterations.COMBINED[node.iteration]
    name = node.variable

    def evaluate(scope: Scope, run: Run) -> Any:
        items = iterations.items_of(source(scope, run), run)
        return None if items is None else combine(items, name, body, scope, run)

    return evaluate


def _filter(node: model.BoxedFilter, visible: Visible) -> Closure:
    source = compiled(node.source, visible, "in")
    match = compiled(node.match, visible.seeing("item"), "match")
    return lambda scope, run: iterations.filtered(source(scope, run), match, scope, run)


_COMPILERS: dict[type[model.Boxed], Callable[[Any, Visible], Closure]] = {
    model.LiteralExpression: _literal,
    model.DecisionTable: compiled_table,
    model.BoxedContext: _context,
    model.Relation: _relation,
    model.BoxedList: _list,
    model.BoxedInvocation: _invocation,
    model.FunctionDefinition: _function,
    model.Conditional: _conditional,
    model.Iterator: _iterator,
    model.BoxedFilter: _filter,
}
