"""Names, function literals and invocations (DMN 1.5, 10.3.2.13.2 and 10.3.2.13.3).

A variable is found before a built-in function of the same name. Where a function is wanted, a
variable that is none does not hide the built-in: `date(date)` works with a variable `date`.
"""

from typing import Any, Final

from workflows.feel import java, syntax
from workflows.feel.building import (
    TESTED,
    Around,
    Closure,
    Scope,
    builds,
    closure,
    folded,
)
from workflows.feel.errors import Unanswerable
from workflows.feel.free_names import free_names
from workflows.feel.operators import is_function, kind_of
from workflows.feel.run import Run
from workflows.feel.types import ANY, resolve
from workflows.feel.userfunctions import UserFunction
from workflows.feel.values import Function

# Of constants, these make constants; they are computed once.
_CONSTRUCTORS: Final = frozenset(
    {"date", "time", "date and time", "duration", "years and months duration", "number", "string"}
)


@builds(syntax.Name)
def _name(tree: syntax.Name, around: Around) -> Closure:
    name = tree.name
    if name in around.bound:
        return lambda scope, _: scope[name]

    def value(scope: Scope, run: Run) -> Any:
        try:
            return scope[name]
        except KeyError:
            return missing(name, around, scope, run)

    return value


def missing(name: str, around: Around, scope: Scope, run: Run) -> Any:
    """What a name means that no variable has: a built-in function, or null and a note."""
    if name in around.functions:
        return around.functions[name]
    if around.is_camunda and name == "cellInput":
        return scope.get(TESTED)
    run.note(f"There is no variable `{name}`.")
    return None


@builds(syntax.FunctionLiteral)
def _function(tree: syntax.FunctionLiteral, around: Around) -> Closure:
    names = tuple(parameter.name for parameter in tree.parameters)
    kinds = tuple(
        ANY if parameter.type is None else resolve(parameter.type, around.types)
        for parameter in tree.parameters
    )
    inside = around.binding(*names)
    body = _external(tree, inside) if tree.external else closure(tree.body, inside)
    seen = tuple(free_names(tree))

    def value(scope: Scope, _: Run) -> UserFunction:
        return UserFunction(
            names, kinds, body, {name: scope[name] for name in seen if name in scope}
        )

    return value


def _external(tree: syntax.FunctionLiteral, around: Around) -> Closure:
    """The body of a function whose code is named, not written."""
    mapping = closure(tree.body, around)
    names = [parameter.name for parameter in tree.parameters]

    def body(scope: Scope, run: Run) -> Any:
        return java.call(mapping({}, run), [scope[name] for name in names], run)

    return body


@builds(syntax.Invocation)
def _invocation(tree: syntax.Invocation, around: Around) -> Closure:
    if isinstance(tree.function, syntax.Name) and tree.function.name in around.functions:
        return _builtin_invocation(tree, tree.function.name, around)
    function = closure(tree.function, around)
    calling = _call(tree, around)

    def value(scope: Scope, run: Run) -> Any:
        found = function(scope, run)
        if is_function(found):
            return calling(found, scope, run)
        run.note(f"{_title(tree.function)} is {kind_of(found)}, not a function.")
        return None

    return value


def _title(tree: syntax.Tree) -> str:
    return f"`{tree.name}`" if isinstance(tree, syntax.Name | syntax.Path) else "What is called"


def _builtin_invocation(tree: syntax.Invocation, name: str, around: Around) -> Closure:
    builtin = around.functions[name]
    calling = _call(tree, around)

    def value(scope: Scope, run: Run) -> Any:
        own = scope.get(name)
        if own is not None and is_function(own):
            return calling(own, scope, run)
        return calling(builtin, scope, run)

    if name in _CONSTRUCTORS and name not in around.bound | around.declared:
        arguments = [*tree.positional, *(argument for _, argument in tree.named)]
        return folded(value, *(closure(argument, around) for argument in arguments))
    return value


def _call(tree: syntax.Invocation, around: Around) -> Any:
    """What calls a function with the arguments of an invocation."""
    if tree.named:
        return _named_call(tree, around)
    arguments = tuple(closure(argument, around) for argument in tree.positional)
    if len(arguments) == 1:
        return _single_call(arguments[0])

    def calling(function: Function, scope: Scope, run: Run) -> Any:
        run.spend()
        try:
            return function.call([argument(scope, run) for argument in arguments], run)
        except Unanswerable as reason:
            return run.note(str(reason))

    return calling


def _single_call(argument: Closure) -> Any:
    def calling(function: Function, scope: Scope, run: Run) -> Any:
        run.spend()
        try:
            return function.call([argument(scope, run)], run)
        except Unanswerable as reason:
            return run.note(str(reason))

    return calling


def _named_call(tree: syntax.Invocation, around: Around) -> Any:
    arguments = {name: closure(argument, around) for name, argument in tree.named}
    if len(arguments) < len(tree.named):
        return _repeated_argument

    def calling(function: Function, scope: Scope, run: Run) -> Any:
        run.spend()
        given = {name: argument(scope, run) for name, argument in arguments.items()}
        try:
            return function.call_named(given, run)
        except Unanswerable as reason:
            return run.note(str(reason))

    return calling


def _repeated_argument(function: Function, _: Scope, run: Run) -> None:
    run.note(f"An argument of `{function.name}` is given twice. Keep one.")
