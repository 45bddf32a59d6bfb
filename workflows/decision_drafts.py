"""A change to a decision: drafted, proposed by one person, signed and so published by another.

Whoever changed a draft does not sign it. The signature is over exactly the file that was proposed:
any change takes the proposal back. The draft's row is locked first, then the key of its decision.
"""

from datetime import datetime

from django.db import transaction

from workflows import decision_checks, decision_definitions, decision_files, journal
from workflows.authors import Author
from workflows.decision_files import Misfit
from workflows.models import DecisionDraft
from workflows.refusals import NotAllowed, NotValid, OutOfDate, Refusal

Status = DecisionDraft.Status
LONGEST_REASON = 2_000


class DraftIsOpen(Refusal):
    """One change of a decision at a time."""

    slug = "draft-is-open"

    def __init__(self, draft: DecisionDraft) -> None:
        super().__init__(
            f"{draft.name} is being changed already, by {draft.changed_by}. Go on with that draft, "
            "or withdraw it first."
        )
        self.draft = draft


class Overtaken(OutOfDate):
    """Somebody saved since this was shown; nothing of what was sent is kept here."""

    def __init__(self, draft: DecisionDraft) -> None:
        super().__init__(
            f"{draft.changed_by} saved this draft at {draft.changed_at:%H:%M:%S} UTC on "
            f"{draft.changed_at:%Y-%m-%d}, after you had opened it. Look at what is there now, "
            "then make your change again."
        )
        self.draft = draft


class DraftIsOver(OutOfDate):
    """It was published or withdrawn meanwhile."""


class NotSubmitted(OutOfDate):
    """There is no proposal to sign or to return."""


class MustNotSign(NotAllowed):
    """Four eyes: who made it does not sign it."""


@transaction.atomic
def open_new(*, key: str, name: str, xml: bytes, by: Author, now: datetime) -> DecisionDraft:
    """The first draft of a decision, or another file for one that exists."""
    key, name = decision_files.check_key(key), decision_files.check_name(name)
    decision_files.check_size(xml)
    decision_files.one_at_a_time(key)
    return _open(key=key, name=name, xml=xml, by=by, now=now)


@transaction.atomic
def open_next(*, key: str, by: Author, now: datetime) -> DecisionDraft:
    """A draft that begins as a copy of the version in force."""
    decision_files.one_at_a_time(key)
    newest = decision_definitions.latest(key)
    return _open(key=key, name=newest.name, xml=bytes(newest.xml), by=by, now=now, is_copy=True)


@transaction.atomic
def save(
    draft: DecisionDraft,
    *,
    xml: bytes,
    revision: int,
    by: Author,
    now: datetime,
    name: str | None = None,
) -> DecisionDraft:
    """Its content from now on; `revision` is the one that the author saw.

    A submission is void afterwards. Raises Overtaken when somebody saved meanwhile, DraftIsOver,
    NotValid. Nothing is written down when nothing differs.
    """
    decision_files.check_size(xml)
    held = _open_draft(draft)
    _check_revision(held, revision)
    wanted = held.name if name is None else decision_files.check_name(name)
    if xml == bytes(held.xml) and wanted == held.name:
        return held
    was_submitted = held.status == Status.SUBMITTED
    held.change(by=by.actor, person=by.person, now=now)
    held.xml, held.name = xml, wanted
    held.save()
    said = {"revision": held.revision, "digest": decision_files.digest(xml)}
    _record("saved", held, by=by, now=now, name=wanted, submission_void=was_submitted, **said)
    return held


@transaction.atomic
def submit(
    draft: DecisionDraft, *, revision: int, note: str, by: Author, now: datetime
) -> DecisionDraft:
    """Propose exactly this content to whoever signs.

    Raises NotValid unless the model loads, no cell has a problem and every saved case passes.
    """
    held = _open_draft(draft)
    _check_revision(held, revision)
    if held.status != Status.EDITING:
        raise OutOfDate("This draft is submitted already. It waits for a signature.")
    decision_files.one_at_a_time(held.key)
    _check_base(held)
    xml = bytes(held.xml)
    _check_differs(held, xml)
    decision_checks.check_ready(held.key, xml, now=now)
    digest = decision_files.digest(xml)
    held.submit(by=by.actor, person=by.person, digest=digest, note=_checked(note), now=now)
    held.save()
    _record("submitted", held, by=by, now=now, digest=digest, note=held.note)
    return held


@transaction.atomic
def sign(draft: DecisionDraft, *, digest: str, by: Author, now: datetime) -> DecisionDraft:
    """Sign what was submitted, which publishes it; `digest` is what the signer was shown.

    Raises MustNotSign for the proposer and everybody who changed the draft.
    """
    held = _submitted_draft(draft)
    _check_may_sign(held, by)
    xml = bytes(held.xml)
    if not digest == held.submitted_digest == decision_files.digest(xml):
        raise OutOfDate("The draft has changed since it was shown to you. Look at it again.")
    decision_files.one_at_a_time(held.key)
    _check_base(held)
    imports = decision_checks.check_ready(held.key, xml, now=now)
    definition = decision_definitions.add_version(
        key=held.key,
        name=held.name,
        xml=xml,
        imports=imports,
        note=held.note,
        proposed=Author(held.submitted_by, held.submitter),
        signed=by,
        editors=held.editors,
        now=now,
    )
    held.publish(definition=definition, now=now)
    held.save()
    return held


@transaction.atomic
def give_back(
    draft: DecisionDraft, *, digest: str, because: str, by: Author, now: datetime
) -> DecisionDraft:
    """Not to be published as it is: whoever proposed it reads why."""
    reason = _checked(because)
    if not reason:
        raise Misfit("because", "Say what has to change: it is shown to whoever proposed this.")
    held = _submitted_draft(draft)
    if digest != held.submitted_digest:
        raise OutOfDate("The draft has changed since it was shown to you. Look at it again.")
    held.give_back(because=reason)
    held.save()
    _record("returned", held, by=by, now=now, digest=digest, because=reason)
    return held


@transaction.atomic
def withdraw(draft: DecisionDraft, *, by: Author, now: datetime) -> DecisionDraft:
    """Give the change up. What was published stays as it is."""
    held = _open_draft(draft)
    held.withdraw(now=now)
    held.save()
    _record("withdrawn", held, by=by, now=now, revision=held.revision)
    return held


def refusal_to_sign(draft: DecisionDraft, by: Author) -> str:
    """Why this person may not sign it, as a sentence; empty when they may."""
    if by.person == draft.submitter:
        return "You proposed this. Another administrator has to sign it."
    if by.person in draft.editors:
        return "You changed this draft yourself. Somebody who did not has to sign it."
    return ""


def _open(
    *, key: str, name: str, xml: bytes, by: Author, now: datetime, is_copy: bool = False
) -> DecisionDraft:
    """Under the key's lock. A copy has no editor yet: nothing in it is anybody's change."""
    if being_changed := DecisionDraft.objects.filter(
        key=key, status__in=DecisionDraft.OPEN
    ).first():
        raise DraftIsOpen(being_changed)
    newest = decision_definitions.newest(key)
    draft = DecisionDraft.objects.create(
        key=key,
        name=name,
        xml=xml,
        based_on=newest,
        editors=[] if is_copy else [by.person],
        opened_at=now,
        opened_by=by.actor,
        changed_at=now,
        changed_by=by.actor,
    )
    based_on = newest.version if newest else None
    digest = decision_files.digest(xml)
    _record("opened", draft, by=by, now=now, based_on=based_on, digest=digest, name=name)
    return draft


def _held(draft: DecisionDraft) -> DecisionDraft:
    """The row as it is now, locked; whatever was read before may be out of date."""
    return DecisionDraft.objects.select_for_update(no_key=True).get(pk=draft.pk)


def _open_draft(draft: DecisionDraft) -> DecisionDraft:
    held = _held(draft)
    if held.status not in DecisionDraft.OPEN:
        said = held.get_status_display().lower()
        raise DraftIsOver(
            f"This draft was {said} meanwhile. Open a new one to change the decision."
        )
    return held


def _submitted_draft(draft: DecisionDraft) -> DecisionDraft:
    held = _open_draft(draft)
    if held.status != Status.SUBMITTED:
        raise NotSubmitted("This draft is being edited again. It has to be submitted once more.")
    return held


def _check_revision(held: DecisionDraft, revision: int) -> None:
    if revision != held.revision:
        raise Overtaken(held)


def _check_base(held: DecisionDraft) -> None:
    """Under the key's lock: nothing was published since the draft was opened."""
    newest = decision_definitions.newest(held.key)
    if newest and newest.pk != held.based_on_id:
        raise OutOfDate(
            f"Version {newest.version} was published since this draft was opened. Withdraw it, "
            "and make the change again on top of that version."
        )


def _check_differs(held: DecisionDraft, xml: bytes) -> None:
    base = held.based_on
    if base and bytes(base.xml) == xml and base.name == held.name:
        raise NotValid(f"Nothing differs from version {base.version}. Change something first.")


def _check_may_sign(held: DecisionDraft, by: Author) -> None:
    if sentence := refusal_to_sign(held, by):
        raise MustNotSign(sentence)


def _checked(text: str) -> str:
    text = text.strip()
    if len(text) > LONGEST_REASON or "\x00" in text:
        raise NotValid(f"Say it in at most {LONGEST_REASON:,} characters.")
    return text


def _record(
    what: str, draft: DecisionDraft, *, by: Author, now: datetime, **detail: object
) -> None:
    journal.record_outside(
        f"decision_draft.{what}",
        subject=f"decision:{draft.key}",
        actor=by.actor,
        now=now,
        draft=str(draft.pk),
        **detail,
    )
