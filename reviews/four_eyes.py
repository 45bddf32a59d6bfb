"""Who may sign, and is it settled? Pure: people and signatures in, a sentence or a verdict out.

For every executed action there are k decisions by k distinct natural persons, none of them the
requester, the last editor or the beneficiary, each over exactly the executed content, each made
while its person was active and entitled, none withdrawn. Nothing else counts, and what does not
count is left out here again, even when something let it in.
"""

import unicodedata
from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from enum import StrEnum

Person = Hashable  # whatever identifies a natural person; several accounts may share one


class Kind(StrEnum):
    """What acts under an account; only a person signs."""

    PERSON = "person"
    SERVICE = "service"
    AGENT = "agent"


class Mode(StrEnum):
    """How two people look: one after the other, or neither knowing of the other."""

    COUNTERSIGN = "countersign"  # the second sees the first's decision
    BLIND = "blind"  # nobody sees anything until all are in


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """An account that wants to sign, as it is now; `acts_for` is whom it stands in for."""

    person: Person | None
    kind: Kind = Kind.PERSON
    is_active: bool = True
    is_entitled: bool = True
    is_impersonated: bool = False
    acts_for: Person | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is signed, in its current version, and who has a part in it."""

    version: int
    content_hash: str
    requester: Person | None = None
    last_editor: Person | None = None
    beneficiary: Person | None = None

    @property
    def excluded(self) -> dict[Person, str]:
        """Why a person may not sign, by person."""
        parts = (
            (self.beneficiary, "You benefit from this"),
            (self.last_editor, "You made the last change to this"),
            (self.requester, "You asked for this"),
        )
        return {person: why for person, why in parts if person is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One person's answer. `is_entitled`: the person is active and entitled up to this moment."""

    person: Person
    outcome: str
    version: int
    content_hash: str
    is_withdrawn: bool = False
    is_entitled: bool = True
    is_arbitration: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """More signatures are needed."""

    missing: int


@dataclass(frozen=True, slots=True)
class Agreed:
    """Settled with this outcome."""

    outcome: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """People disagree; a person who has not signed yet has to arbitrate."""

    outcomes: tuple[str, ...]


Verdict = Waiting | Agreed | Conflict


def refusal(
    signer: Signer,
    subject: Subject,
    signatures: Collection[Signature] = (),
    *,
    holding: Collection[Person] = (),
) -> str | None:
    """Why this account may not claim or sign, as a sentence; None when it may.

    `holding` are the persons who hold another open item of the same review.
    """
    if sentence := _account_refusal(signer) or _part_refusal(signer, subject):
        return sentence
    signed = {signature.person for signature in _valid(signatures, subject)}
    if signer.person in signed:
        return "You have signed this already. Somebody else has to give the other signature."
    if signer.acts_for in signed:
        return "Whom you stand in for has signed this already. Somebody else has to sign."
    if signer.person in holding:
        return "You hold the other item of this review. Somebody else has to take this one."
    return None


def out_of_date(subject: Subject, *, version: int, content_hash: str) -> str | None:
    """Why a form that shows this version can no longer be signed; None when it can."""
    if (version, content_hash) == (subject.version, subject.content_hash):
        return None
    return (
        f"This has changed since it was shown to you: it is version {subject.version} now. "
        "Look at the new version, then decide."
    )


def verdict(
    signatures: Collection[Signature],
    *,
    subject: Subject,
    needed: int,
    mode: Mode = Mode.COUNTERSIGN,
) -> Verdict:
    """Is it settled? One person counts once, however often they sign.

    A disagreement shows at once when countersigning, and once all are in when blind. It is decided
    by an arbitration signature of a person who signed nothing else, for one of the outcomes that
    are in dispute.
    """
    if needed < 1:
        raise ValueError("A review needs at least one signature.")
    counted = _valid(signatures, subject)
    answers = _answers(sign for sign in counted if not sign.is_arbitration)
    outcomes = tuple(sorted(set(answers.values())))
    missing = max(0, needed - len(answers))
    if len(outcomes) > 1 and (mode is Mode.COUNTERSIGN or not missing):
        everybody = {sign.person for sign in counted if not sign.is_arbitration}
        arbiters = _answers(
            sign for sign in counted if sign.is_arbitration and sign.person not in everybody
        )
        return _arbitrated(outcomes, arbiters, persons=len(answers), needed=needed)
    return Waiting(missing) if missing else Agreed(outcomes[0])


def _arbitrated(
    outcomes: tuple[str, ...], arbiters: dict[Person, str], *, persons: int, needed: int
) -> Verdict:
    chosen = set(arbiters.values())
    is_decided = len(chosen) == 1 and chosen <= set(outcomes)
    if is_decided and persons + len(arbiters) >= needed:
        return Agreed(chosen.pop())
    return Conflict(outcomes)


def _account_refusal(signer: Signer) -> str | None:
    if signer.kind is not Kind.PERSON or signer.person is None:
        return "Only people sign. Service accounts and agents may suggest, a person has to decide."
    if signer.is_impersonated:
        return "You are signed in as somebody else. Sign under your own name."
    if not signer.is_active:
        return "Your account is not active. Ask an administrator."
    if not signer.is_entitled:
        return "You are not entitled to sign this. Ask the manager of the queue."
    return None


def _part_refusal(signer: Signer, subject: Subject) -> str | None:
    """Persons, not accounts: a second account of the requester is the requester."""
    excluded = subject.excluded
    if signer.person in excluded:
        return f"{excluded[signer.person]}. Somebody without a part in it has to sign."
    if signer.acts_for in excluded:
        return "You stand in for somebody who has a part in this. Somebody else has to sign."
    return None


def _valid(signatures: Iterable[Signature], subject: Subject) -> list[Signature]:
    """Those that count: current content, not withdrawn, by somebody entitled without a part."""
    return [
        sign
        for sign in signatures
        if (sign.version, sign.content_hash) == (subject.version, subject.content_hash)
        and sign.is_entitled
        and not sign.is_withdrawn
        and sign.person is not None
        and sign.person not in subject.excluded
    ]


def _answers(signatures: Iterable[Signature]) -> dict[Person, str]:
    """One answer a person; whoever gave two different ones has given none."""
    given: dict[Person, set[str]] = {}
    for signature in signatures:
        given.setdefault(signature.person, set()).add(signature.outcome)
    return {person: answers.pop() for person, answers in given.items() if len(answers) == 1}


def mailbox(address: str) -> str:
    """One form of an e-mail address for the question "is this the same person?".

    Letter case, compatibility forms (Unicode NFKC) and a +tag make no difference.
    """
    folded = unicodedata.normalize(
        "NFKC", unicodedata.normalize("NFKC", address.strip()).casefold()
    )
    local, at, domain = folded.rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"
