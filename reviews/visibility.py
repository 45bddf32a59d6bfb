"""What somebody may see of a review before they have answered it themselves. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Standpoint:
    """How a person stands to a review that they look at."""

    is_blind: bool
    is_open: bool  # still asked, so anybody's answer could be swayed
    has_answered: bool  # this version, and not taken back
    arbitrates: bool = False
    hides_suggestion: bool = False  # the queue's wish, until the first judgement


def sees_other_answers(standpoint: Standpoint) -> bool:
    """In a blind review nobody reads another's answer before all are in.

    Whoever arbitrates comes after both, and decides between them.
    """
    return not standpoint.is_blind or not standpoint.is_open or standpoint.arbitrates


def sees_suggestion(standpoint: Standpoint) -> bool:
    """Where the queue hides it, one's own judgement comes first."""
    return not standpoint.hides_suggestion or standpoint.has_answered or not standpoint.is_open
