"""What the house says when it does not do what was asked: one sentence, one kind of answer.

Every operation refuses by raising a subclass. The page shows the sentence, the API answers with
RFC 9457 problem+json, the command line prints it: the same words everywhere.
"""

from typing import ClassVar


class Refusal(Exception):
    """Not done, nothing changed; the message says what is wrong and what to do."""

    status: ClassVar[int] = 409  # how HTTP says it
    slug: ClassVar[str] = "refused"  # the last part of the problem type

    @property
    def sentence(self) -> str:
        return str(self)


class NotAllowed(Refusal):
    """The person may not do this, now or ever."""

    status = 403
    slug = "not-allowed"


class NotValid(Refusal):
    """What was sent cannot be used; `findings` names each place."""

    status = 422
    slug = "not-valid"

    def __init__(self, sentence: str, findings: list[dict[str, object]] | None = None) -> None:
        super().__init__(sentence)
        self.findings = findings or []


class OutOfDate(Refusal):
    """Somebody or something was faster: the thing has changed since it was shown."""

    slug = "out-of-date"
