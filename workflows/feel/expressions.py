"""A compiled expression."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from workflows.feel import syntax
from workflows.feel.building import Around, Scope, closure
from workflows.feel.errors import BudgetExceeded, Unanswerable
from workflows.feel.free_names import free_names
from workflows.feel.mapping import admitted
from workflows.feel.run import Run

TOO_DEEP: Final = "The evaluation is nested too deeply. Make the expression or its values flatter."
TOO_LARGE: Final = "The evaluation needs too much memory. Make its lists or strings smaller."


class Expression:
    """A compiled FEEL text: call it with variables, or evaluate it within a scope."""

    __slots__ = ("_reads", "_value", "names", "text", "tree")

    def __init__(self, text: str, tree: syntax.Tree, around: Around) -> None:
        self.text, self.tree = text, tree
        self._reads = free_names(tree)
        # The variables that it reads; a built-in function is none.
        self.names = self._reads - around.functions.keys()
        self._value = closure(tree, around)

    def __call__(self, variables: Mapping[str, Any], now: datetime | None = None) -> Any:
        """The FEEL value over variables as callers have them (see `mapping`).

        `now` is the moment that now() and today() give. Raises FeelError when the evaluation or
        its variables exceed what they may take.
        """
        return self.evaluated(variables, new_run(now))

    def evaluated(self, variables: Mapping[str, Any], run: Run) -> Any:
        """The same within a run, whose notes say afterwards why something is null."""
        scope = {name: admitted(variables[name], run) for name in self._reads if name in variables}
        return self.within(scope, run)

    def within(self, scope: Scope, run: Run) -> Any:
        """The FEEL value over a scope that holds FEEL values already; the scope is not changed."""
        try:
            return self._value(scope, run)
        except Unanswerable as reason:
            run.note(str(reason))
            return None
        except RecursionError:
            raise BudgetExceeded(TOO_DEEP) from None
        except MemoryError:
            raise BudgetExceeded(TOO_LARGE) from None

    def __repr__(self) -> str:
        return f"<FEEL {self.text[:60]!r}>"


def new_run(now: datetime | None = None) -> Run:
    """A run that begins now; a moment without a zone is UTC."""
    now = now or datetime.now(UTC)
    return Run(now=now if now.tzinfo else now.replace(tzinfo=UTC))
