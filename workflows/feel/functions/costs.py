"""What the work of a built-in function costs, and how large its answer may become."""

from typing import Final

from workflows.feel.errors import BudgetExceeded
from workflows.feel.run import Run

MOST_ELEMENTS: Final = 1_000_000  # of one list
MOST_CHARACTERS: Final = 1_000_000  # of one string
_ELEMENTS_READ_PER_STEP: Final = 8
_CHARACTERS_READ_PER_STEP: Final = 500
_CHARACTERS_MADE_PER_STEP: Final = 20  # so that a whole run stays within memory


def reading(run: Run, elements: int) -> None:
    """Pay for looking at this many elements."""
    run.spend(elements // _ELEMENTS_READ_PER_STEP)


def making_list(run: Run, elements: int) -> None:
    """Pay for a new list of this many elements, before it is made."""
    if elements > MOST_ELEMENTS:
        raise BudgetExceeded(
            f"A list would have {elements} elements; at most {MOST_ELEMENTS} are allowed. "
            "Make the lists smaller."
        )
    run.spend(elements)


def making_text(run: Run, characters: int) -> None:
    """Pay for a new string of this many characters, before it is made."""
    if characters > MOST_CHARACTERS:
        raise BudgetExceeded(
            f"A string would have {characters} characters; at most {MOST_CHARACTERS} are "
            "allowed. Make the strings shorter."
        )
    run.spend(characters // _CHARACTERS_MADE_PER_STEP)


def reading_text(run: Run, characters: int) -> None:
    """Pay for looking through this many characters."""
    run.spend(characters // _CHARACTERS_READ_PER_STEP)
