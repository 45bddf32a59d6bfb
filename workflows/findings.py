"""What is said of a model that somebody brings: which element, where, and what to do about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error keeps a model from being used; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with one element of a model, in a sentence that says what to do."""

    element: str
    line: int
    sentence: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        place = f"{self.element}, line {self.line}" if self.element else f"line {self.line}"
        return f"{self.sentence} ({place})"


class ModelRefused(Exception):
    """A model is refused; `findings` says why, element by element."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(" ".join(str(finding) for finding in findings[:5]))
        self.findings = tuple(findings)
