"""A change to a decision: drafted by one person, signed by another."""

import pytest

from tests.workflows.builders import NOW, later
from workflows import decision_drafts, decision_files
from workflows.authors import Author
from workflows.models import DecisionDraft, JournalEntry
from workflows.refusals import NotValid

pytestmark = pytest.mark.django_db

ADA = Author("user:ada", "person-ada")
BOB = Author("user:bob", "person-bob")


def opened(xml: bytes = b"<one/>", key: str = "limits") -> DecisionDraft:
    return decision_drafts.open_new(key=key, name="Limits", xml=xml, by=ADA, now=NOW)


def kinds(key: str = "limits") -> list[str]:
    entries = JournalEntry.objects.filter(subject=f"decision:{key}").order_by("sequence")
    return list(entries.values_list("kind", flat=True))


def test_a_draft_is_opened_and_saved():
    draft = opened()

    saved = decision_drafts.save(draft, xml=b"<two/>", revision=1, by=BOB, now=later(minutes=1))

    assert (saved.revision, bytes(saved.xml), saved.changed_by) == (2, b"<two/>", "user:bob")
    assert saved.editors == ["person-ada", "person-bob"]
    assert kinds() == ["decision_draft.opened", "decision_draft.saved"]


def test_who_saves_over_somebody_else_learns_who_and_when():
    draft = opened()
    decision_drafts.save(draft, xml=b"<two/>", revision=1, by=BOB, now=later(minutes=1))

    with pytest.raises(decision_drafts.Overtaken, match=r"user:bob saved this draft at 09:01:00"):
        decision_drafts.save(draft, xml=b"<three/>", revision=1, by=ADA, now=later(minutes=2))

    assert bytes(DecisionDraft.objects.get().xml) == b"<two/>"


def test_saving_what_is_there_changes_nothing():
    draft = opened()

    saved = decision_drafts.save(draft, xml=b"<one/>", revision=1, by=BOB, now=NOW)

    assert (saved.revision, saved.editors) == (1, ["person-ada"])
    assert kinds() == ["decision_draft.opened"]


def test_a_decision_is_changed_by_one_draft_at_a_time():
    opened()

    with pytest.raises(decision_drafts.DraftIsOpen, match="user:ada"):
        opened(b"<other/>")


def test_a_withdrawn_draft_is_over_and_makes_room():
    draft = opened()
    decision_drafts.withdraw(draft, by=BOB, now=NOW)

    with pytest.raises(decision_drafts.DraftIsOver, match="withdrawn"):
        decision_drafts.save(draft, xml=b"<two/>", revision=1, by=ADA, now=NOW)

    assert opened(b"<other/>").pk != draft.pk


@pytest.mark.parametrize("key", ["", "1st", "a b", "import", "New", "a/b", "x" * 101, "é"])
def test_a_key_fits_into_addresses(key):
    with pytest.raises(NotValid):
        opened(key=key)


def test_a_file_that_is_too_large_is_refused():
    with pytest.raises(NotValid, match="At most 2,097,152"):
        opened(b"x" * (decision_files.LARGEST + 1))
