import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.four_eyes import (
    Agreed,
    Conflict,
    Kind,
    Mode,
    Signature,
    Signer,
    Subject,
    Waiting,
    mailbox,
    out_of_date,
    refusal,
    verdict,
)

SUBJECT = Subject(
    version=2, content_hash="now", requester="rita", last_editor="eddie", beneficiary="ben"
)


def signed(person: str, outcome: str = "approve", **changes: object) -> Signature:
    fields = {"person": person, "outcome": outcome, "version": 2, "content_hash": "now"} | changes
    return Signature(**fields)


def settled(*signatures: Signature, needed: int = 2, mode: Mode = Mode.COUNTERSIGN):
    return verdict(signatures, subject=SUBJECT, needed=needed, mode=mode)


# --- who may sign -------------------------------------------------------------------------------


def test_somebody_without_a_part_may_sign():
    assert refusal(Signer(person="alice"), SUBJECT) is None


@pytest.mark.parametrize(
    ("attack", "signer", "sentence"),
    [
        ("A1", Signer(person="rita"), "You asked for this"),
        ("A7 second account", Signer(person="rita", kind=Kind.PERSON), "You asked for this"),
        ("last editor", Signer(person="eddie"), "You made the last change"),
        ("beneficiary", Signer(person="ben"), "You benefit from this"),
        ("A10", Signer(person="alice", acts_for="rita"), "stand in for somebody who has a part"),
        ("A12", Signer(person="alice", acts_for="bob"), "Whom you stand in for has signed"),
        ("A12", Signer(person="bob"), "You have signed this already"),
        ("A27", Signer(person="alice", is_active=False), "not active"),
        ("A28", Signer(person="rita", is_entitled=True), "You asked for this"),
        ("A27", Signer(person="alice", is_entitled=False), "not entitled"),
        ("A29", Signer(person="alice", is_impersonated=True), "signed in as somebody else"),
        ("A30", Signer(person="alice", kind=Kind.SERVICE), "Only people sign"),
        ("A30", Signer(person="alice", kind=Kind.AGENT), "Only people sign"),
        ("A30", Signer(person=None), "Only people sign"),
        ("A41", Signer(person="carol"), "You hold the other item"),
    ],
)
def test_who_has_a_part_is_refused_with_a_sentence(attack, signer, sentence):
    assert sentence in (refusal(signer, SUBJECT, [signed("bob")], holding=["carol"]) or "")


def test_a16_a_signature_of_an_older_version_does_not_keep_one_from_signing_the_new_one():
    assert refusal(Signer(person="bob"), SUBJECT, [signed("bob", version=1)]) is None


def test_whoever_withdrew_may_sign_again():
    assert refusal(Signer(person="bob"), SUBJECT, [signed("bob", is_withdrawn=True)]) is None


@pytest.mark.parametrize(("version", "content_hash"), [(1, "now"), (2, "before"), (3, "now")])
def test_a18_a_form_of_another_version_is_out_of_date(version, content_hash):
    assert out_of_date(SUBJECT, version=2, content_hash="now") is None
    assert "version 2 now" in out_of_date(SUBJECT, version=version, content_hash=content_hash)


@pytest.mark.parametrize(
    "same",
    ["ALICE@Example.org", "alice+work@example.org", " alice@example.org ", "ａlice@example.org"],
)
def test_a8_spellings_of_one_mailbox_are_one(same):
    assert mailbox(same) == mailbox("alice@example.org")


def test_a8_composed_and_decomposed_letters_are_one_mailbox():
    assert mailbox("rené@example.org") == mailbox("rene\u0301@example.org")
    assert mailbox("rene@example.org") != mailbox("rené@example.org")


# --- is it settled ------------------------------------------------------------------------------


def test_two_persons_agree():
    assert settled(signed("alice")) == Waiting(1)
    assert settled(signed("alice"), signed("bob")) == Agreed("approve")


def test_one_signature_is_enough_where_one_is_needed():
    assert settled(signed("alice", "reject"), needed=1) == Agreed("reject")


@pytest.mark.parametrize(
    "second",
    [
        signed("alice"),
        signed("rita"),
        signed("eddie"),
        signed("ben"),
        signed("bob", version=1),
        signed("bob", version=3),
        signed("bob", content_hash="before"),
        signed("bob", is_withdrawn=True),
        signed("bob", is_entitled=False),
        signed("bob", is_arbitration=True),
    ],
    ids=lambda sign: f"{sign.person}-{sign.version}-{sign.content_hash}",
)
def test_a_second_signature_that_does_not_count_leaves_it_waiting(second):
    assert settled(signed("alice"), second) == Waiting(1)


def test_a_disagreement_shows_at_once_when_countersigning():
    assert settled(signed("alice"), signed("bob", "reject"), needed=3) == Conflict(
        ("approve", "reject")
    )


def test_a_disagreement_shows_when_all_are_in_when_blind():
    two = (signed("alice"), signed("bob", "reject"))

    assert settled(*two, needed=3, mode=Mode.BLIND) == Waiting(1)
    assert settled(*two, mode=Mode.BLIND) == Conflict(("approve", "reject"))


def test_a_third_person_decides_a_conflict():
    two = (signed("alice"), signed("bob", "reject"))

    assert settled(*two, signed("carol", "reject", is_arbitration=True)) == Agreed("reject")


@pytest.mark.parametrize(
    "arbiter",
    [
        signed("alice", is_arbitration=True),
        signed("rita", is_arbitration=True),
        signed("carol", "something else", is_arbitration=True),
        signed("carol", is_arbitration=True, is_withdrawn=True),
        signed("carol", is_arbitration=True, version=1),
    ],
)
def test_an_arbitration_that_does_not_count_leaves_the_conflict(arbiter):
    two = (signed("alice"), signed("bob", "reject"))

    assert settled(*two, arbiter) == Conflict(("approve", "reject"))


def test_arbiters_who_disagree_leave_the_conflict():
    two = (signed("alice"), signed("bob", "reject"))
    arbiters = (
        signed("carol", is_arbitration=True),
        signed("dave", "reject", is_arbitration=True),
    )

    assert settled(*two, *arbiters) == Conflict(("approve", "reject"))


def test_a_person_who_says_both_has_said_nothing():
    assert settled(signed("alice"), signed("alice", "reject")) == Waiting(2)


def test_a_review_needs_a_signature():
    with pytest.raises(ValueError, match="at least one"):
        settled(needed=0)


anybody = st.sampled_from(["alice", "bob", "carol", "dave", "rita", "eddie", "ben"])
anything = st.builds(
    Signature,
    person=anybody,
    outcome=st.sampled_from(["approve", "reject"]),
    version=st.sampled_from([2, 2, 2, 1]),
    content_hash=st.sampled_from(["now", "now", "now", "before"]),
    is_withdrawn=st.sampled_from([False, False, True]),
    is_entitled=st.sampled_from([True, True, False]),
    is_arbitration=st.booleans(),
)


@given(st.lists(anything, max_size=9), st.integers(1, 4), st.sampled_from(Mode))
def test_it_is_never_agreed_with_fewer_distinct_persons_than_needed(signatures, needed, mode):
    answer = settled(*signatures, needed=needed, mode=mode)

    if isinstance(answer, Agreed):
        persons = {
            sign.person
            for sign in signatures
            if (sign.version, sign.content_hash) == (2, "now")
            and sign.is_entitled
            and not sign.is_withdrawn
            and sign.person not in {"rita", "eddie", "ben"}
        }
        assert len(persons) >= needed
        assert any(sign.outcome == answer.outcome for sign in signatures)


@given(st.lists(anything, max_size=7), st.integers(1, 4), st.sampled_from(Mode), st.randoms())
def test_the_order_of_signatures_and_repeated_ones_do_not_matter(signatures, needed, mode, random):
    shuffled = signatures * 2
    random.shuffle(shuffled)

    assert settled(*signatures, needed=needed, mode=mode) == settled(
        *shuffled, needed=needed, mode=mode
    )


@given(st.lists(anything, max_size=7), anything, st.integers(1, 4), st.sampled_from(Mode))
def test_a_signature_that_does_not_count_changes_nothing(signatures, extra, needed, mode):
    void = Signature(person=extra.person, outcome=extra.outcome, version=1, content_hash="now")

    assert settled(*signatures, void, needed=needed, mode=mode) == settled(
        *signatures, needed=needed, mode=mode
    )
