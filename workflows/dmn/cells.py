"""What a cell asks of the tested value, when that depends on nothing else (DMN 1.5, 7.3.3)."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from workflows.dmn.cell_constants import CannotJudge, Constant, constant_of
from workflows.feel import syntax
from workflows.feel.errors import FeelError
from workflows.feel.free_names import free_names
from workflows.feel.functions import BUILTINS
from workflows.feel.parser import parse, parse_unary_tests
from workflows.feel.syntax import Tree, UnaryTests

TESTED = syntax.Name("?")
CELL_INPUT = syntax.Name("cellInput")  # what Camunda's dialect calls it, too
NOTHING_ASKED = (TESTED, CELL_INPUT)
LONGEST_REMEMBERED = 200  # characters of a text whose tree is kept
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


@dataclass(frozen=True, slots=True)
class Compare:
    """`? operator constant`."""

    operator: str
    constant: Constant


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds; without parts always."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds; without parts never."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Opposite:
    """The part does not hold."""

    part: "Condition"


Condition = Compare | AllOf | AnyOf | Opposite
ALWAYS = AllOf(())


_remembered_tests = lru_cache(maxsize=4_096)(parse_unary_tests)
_remembered_tree = lru_cache(maxsize=4_096)(parse)


def unary_of(text: str, names: tuple[str, ...] = (), *, camunda: bool = False) -> UnaryTests:
    """The tests of a cell; FeelError when it is no FEEL."""
    read = _remembered_tests if len(text) <= LONGEST_REMEMBERED else parse_unary_tests
    return read(text, names, camunda=camunda)


def tree_of(text: str, names: tuple[str, ...] = (), *, camunda: bool = False) -> Tree:
    """The tree of an expression; FeelError when it is no FEEL."""
    read = _remembered_tree if len(text) <= LONGEST_REMEMBERED else parse
    return read(text, names, camunda=camunda)


def asked_of(text: str, names: tuple[str, ...] = (), *, camunda: bool = False) -> Tree:
    """What a column asks, to recognise it in its cells; `?` when it is no FEEL."""
    try:
        if text:
            return tree_of(text, names, camunda=camunda)
    except FeelError:
        pass
    return CELL_INPUT if camunda else TESTED


def condition_of(tests: UnaryTests, asked: Tree = TESTED) -> Condition:
    """What the tests ask; CannotJudge when they depend on more than the tested value."""
    if tests.is_anything:
        return ALWAYS
    found = AnyOf(tuple(_test(test, asked) for test in tests.tests))
    return Opposite(found) if tests.negated else found


def constants_in(condition: Condition) -> Iterator[Constant]:
    """Every constant that the value is compared with."""
    match condition:
        case Compare():
            yield condition.constant
        case Opposite():
            yield from constants_in(condition.part)
        case _:
            for part in condition.parts:
                yield from constants_in(part)


def _test(tree: Tree, asked: Tree) -> Condition:
    """A positive unary test: a value, a range, a comparison or a condition with `?`."""
    match tree:
        case syntax.OneSided():
            return _compare(tree.operator, tree.bound)
        case syntax.RangeLiteral():
            return _between(tree)
        case syntax.ListLiteral():
            return AnyOf(tuple(_test(item, asked) for item in tree.items))
    if _mentions(tree, asked):
        return _truth(tree, asked)
    return _compare("=", tree)


def _mentions(tree: Tree, asked: Tree) -> bool:
    return bool(free_names(tree) & (free_names(asked) | {"?"}))


def _compare(operator: str, bound: Tree) -> Condition:
    try:
        constant = constant_of(bound)
    except CannotJudge as error:
        names = sorted(free_names(bound))
        raise CannotJudge(
            f"it depends on {', '.join(names[:3])}" if names else str(error)
        ) from None
    if operator not in {"=", "!="} and constant.kind in {"string", "boolean", "null"}:
        raise CannotJudge(f"it orders values of the type {constant.kind}")
    return Compare(operator, constant)


def _between(tree: syntax.RangeLiteral) -> Condition:
    return AllOf(
        (
            _compare(">=" if tree.includes_low else ">", tree.low),
            _compare("<=" if tree.includes_high else "<", tree.high),
        )
    )


def _truth(tree: Tree, asked: Tree) -> Condition:
    """A condition on the tested value that is written out."""
    match tree:
        case syntax.Comparison(left=left, right=right) if left in (TESTED, asked):
            return _compare(tree.operator, right)
        case syntax.Comparison(left=left, right=right) if right in (TESTED, asked):
            return _compare(_FLIPPED[tree.operator], left)
        case syntax.Between(value=value) if value in (TESTED, asked):
            return AllOf((_compare(">=", tree.low), _compare("<=", tree.high)))
        case syntax.Membership(value=value) if value in (TESTED, asked):
            return AnyOf(tuple(_test(test, asked) for test in tree.tests))
        case syntax.Conjunction():
            return AllOf(tuple(_truth(part, asked) for part in tree.operands))
        case syntax.Disjunction():
            return AnyOf(tuple(_truth(part, asked) for part in tree.operands))
        case syntax.Invocation(function=syntax.Name(name="not"), positional=(part,)):
            return Opposite(_truth(part, asked))
    raise CannotJudge(_reason(tree))


def _reason(tree: Tree) -> str:
    names = sorted(free_names(tree) - {"?"} - BUILTINS.keys())
    return f"it depends on {', '.join(names[:3])}" if names else "it calculates with the value"
