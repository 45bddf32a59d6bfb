"""Who changes or signs something: the account, and the natural person behind it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Author:
    """Two accounts of one person are two actors and one person: four eyes count persons."""

    actor: str  # "user:alice", as the journal names the account
    person: str  # what identifies the natural person, whichever account is used

    def __post_init__(self) -> None:
        if not self.actor or not self.person:
            raise ValueError("An author is an account of a person. Programs propose nothing.")
