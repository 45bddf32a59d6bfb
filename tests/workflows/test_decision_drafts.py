"""A change to a decision: drafted by one person, signed by another."""

import pytest

from tests.workflows import decided
from tests.workflows.builders import NOW, later
from tests.workflows.decided import ADA, BOB, EVE, story
from workflows import decision_cases, decision_definitions, decision_drafts, decision_files
from workflows.authors import Author
from workflows.models import DecisionDefinition, DecisionDraft
from workflows.refusals import NotValid, OutOfDate

pytestmark = pytest.mark.django_db


def opened(xml: bytes = b"<one/>", key: str = "limits") -> DecisionDraft:
    return decision_drafts.open_new(key=key, name="Limits", xml=xml, by=ADA, now=NOW)


def test_a_draft_is_opened_and_saved():
    draft = opened()

    saved = decision_drafts.save(draft, xml=b"<two/>", revision=1, by=BOB, now=later(minutes=1))

    assert (saved.revision, bytes(saved.xml), saved.changed_by) == (2, b"<two/>", "user:bob")
    assert saved.editors == ["person-ada", "person-bob"]
    assert story() == ["decision_draft.opened", "decision_draft.saved"]


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
    assert story() == ["decision_draft.opened"]


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


# --- proposing and signing ----------------------------------------------------------------------


def test_what_one_proposes_and_another_signs_is_a_version():
    draft = decided.submitted(decided.drafted())

    signed = decided.signed(draft)

    version = DecisionDefinition.objects.get()
    assert (version.key, version.version, bytes(version.xml)) == ("limits", 1, decided.model())
    assert (version.proposed_by, version.signed_by) == ("user:ada", "user:bob")
    assert version.digest == decision_files.digest(decided.model())
    assert (signed.status, signed.published_as) == ("published", version)
    assert story() == ["decision_draft.opened", "decision_draft.submitted", "decision.published"]


@pytest.mark.parametrize(
    "signer",
    [ADA, Author("user:ada-at-home", "person-ada")],
    ids=["the same account", "another account of the same person"],
)
def test_who_proposed_it_does_not_sign_it(signer):
    draft = decided.submitted(decided.drafted())

    with pytest.raises(decision_drafts.MustNotSign, match="You proposed this"):
        decided.signed(draft, by=signer)

    assert not DecisionDefinition.objects.exists()


def test_who_changed_it_does_not_sign_it_whoever_proposes():
    draft = decided.drafted(by=BOB)
    draft = decision_drafts.save(draft, xml=decided.model()[:-1], revision=1, by=ADA, now=NOW)

    with pytest.raises(decision_drafts.MustNotSign, match="changed this draft yourself"):
        decided.signed(decided.submitted(draft, by=ADA), by=BOB)


def test_a_change_takes_the_proposal_back():
    draft = decided.submitted(decided.drafted())

    changed = decision_drafts.save(
        draft, xml=decided.model()[:-1], revision=draft.revision, by=EVE, now=NOW
    )

    assert (changed.status, changed.submitted_digest) == ("editing", "")
    with pytest.raises(decision_drafts.NotSubmitted):
        decided.signed(draft)


def test_a_signature_is_over_what_was_shown():
    first = decided.submitted(decided.drafted())
    changed = decision_drafts.save(
        first, xml=decided.model()[:-1], revision=first.revision, by=ADA, now=NOW
    )
    decided.submitted(changed)

    with pytest.raises(OutOfDate, match="has changed since it was shown"):
        decided.signed(first)

    assert not DecisionDefinition.objects.exists()


def test_a_draft_goes_back_with_a_reason_and_comes_again():
    draft = decided.submitted(decided.drafted())

    returned = decision_drafts.give_back(
        draft, digest=draft.submitted_digest, because="Too generous.", by=BOB, now=NOW
    )
    again = decided.submitted(returned)

    assert (returned.status, returned.returned_because) == ("editing", "Too generous.")
    assert again.returned_because == ""
    assert decided.signed(again).status == "published"


def test_a_draft_goes_back_only_with_a_reason():
    draft = decided.submitted(decided.drafted())

    with pytest.raises(NotValid, match="Say what has to change"):
        decision_drafts.give_back(
            draft, digest=draft.submitted_digest, because="  ", by=BOB, now=NOW
        )


def test_a_model_that_cannot_be_read_is_not_proposed():
    draft = decided.drafted(decided.model().replace(b"Income</text>", b"Income +</text>"))

    with pytest.raises(NotValid) as refused:
        decided.submitted(draft)

    assert refused.value.findings
    assert DecisionDraft.objects.get().status == "editing"


def test_a_case_that_does_not_pass_stops_the_proposal():
    decided.case(expected=9_999)

    with pytest.raises(NotValid, match="One saved case does not pass: Rich"):
        decided.submitted(decided.drafted())


def test_a_case_that_fails_by_now_stops_the_signature():
    draft = decided.submitted(decided.drafted())
    decided.case(expected=9_999)

    with pytest.raises(NotValid, match="does not pass"):
        decided.signed(draft)

    assert DecisionDraft.objects.get().status == "submitted"


def test_a_case_that_is_not_run_stops_nothing():
    case = decided.case(expected=9_999)
    decision_cases.change(case, is_active=False, by=ADA, now=NOW)

    assert decided.submitted(decided.drafted()).status == "submitted"


def test_a_copy_without_a_change_is_not_proposed():
    decided.published()

    draft = decision_drafts.open_next(key="limits", by=ADA, now=NOW)

    with pytest.raises(NotValid, match="Nothing differs from version 1"):
        decided.submitted(draft)


def test_opening_a_copy_makes_nobody_an_editor():
    decided.published()
    draft = decision_drafts.open_next(key="limits", by=BOB, now=NOW)
    draft = decision_drafts.save(draft, xml=decided.model()[:-1], revision=1, by=ADA, now=NOW)

    signed = decided.signed(decided.submitted(draft), by=BOB)

    assert (signed.published_as.version, signed.published_as.editors) == (2, ["person-ada"])


def test_a_draft_of_an_older_version_is_not_signed_over_a_newer_one():
    draft = decided.submitted(decided.drafted())
    decided.published(decided.model()[:-1])

    with pytest.raises(OutOfDate, match="Version 1 was published since"):
        decided.signed(draft)


def test_versions_are_numbered_one_after_the_other():
    decided.published()
    again = decided.published()
    other = decided.published(decided.model()[:-1])

    assert (again.version, other.version) == (1, 2)
    assert decision_definitions.latest("limits") == other


def test_one_person_alone_deploys_nothing():
    with pytest.raises(decision_definitions.OnePerson):
        decided.published(signed=Author("user:ada-at-home", "person-ada"))


def test_nobody_without_a_person_is_an_author():
    with pytest.raises(ValueError, match="account of a person"):
        Author("api:webshop", "")
