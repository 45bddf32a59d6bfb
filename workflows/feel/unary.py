"""Unary tests: the cells of decision tables and allowed values (DMN 1.5, 10.3.2.8 and 8.3.3)."""

from workflows.feel import syntax
from workflows.feel.building import TESTED, Around, Scope
from workflows.feel.errors import BudgetExceeded, Unanswerable
from workflows.feel.expressions import TOO_DEEP, TOO_LARGE
from workflows.feel.free_names import free_names
from workflows.feel.membership import Test, constants, test_of_any
from workflows.feel.operators import opposite
from workflows.feel.run import Run


class Tests:
    """A compiled cell. `test(value, scope, run)` is the bare function behind it, for loops that
    look at many cells: its scope must have the value as `?`, too, when `asks` is true.
    """

    __slots__ = ("asks", "constants", "is_anything", "names", "negated", "test", "text", "tree")
    __test__ = False  # for pytest

    def __init__(self, text: str, tree: syntax.UnaryTests, around: Around) -> None:
        self.text, self.tree = text, tree
        self.names = free_names(tree) - {TESTED} - around.functions.keys()
        self.asks = TESTED in free_names(tree)
        self.is_anything = tree.is_anything
        self.negated = tree.negated
        # The values when the cell is a list of plain numbers, strings or booleans; else None.
        self.constants = constants(tree.tests, around) if tree.tests and not tree.negated else None
        self.test = _test(tree, around)

    def within(self, scope: Scope, run: Run) -> bool | None:
        """Whether `scope["?"]` passes; null when it cannot be told."""
        try:
            return self.test(scope.get(TESTED), scope, run)
        except Unanswerable as reason:
            run.note(str(reason))
            return None
        except RecursionError:
            raise BudgetExceeded(TOO_DEEP) from None
        except MemoryError:
            raise BudgetExceeded(TOO_LARGE) from None

    def __repr__(self) -> str:
        return f"<FEEL tests {self.text[:60]!r}>"


def _test(tree: syntax.UnaryTests, around: Around) -> Test:
    if tree.is_anything:
        return lambda _, __, ___: True
    test = test_of_any(tree.tests, around)
    if not tree.negated:
        return test
    return lambda value, scope, run: opposite(test(value, scope, run))
