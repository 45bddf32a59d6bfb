"""Four eyes held by the database itself: raw SQL past every check in Python."""

import pytest
from django.db import Error, IntegrityError, connection, transaction

from queues.models import Exclusion, Membership, WorkItem
from reviews.models import Decision, Review
from tests.reviews import builders
from tests.reviews.builders import DUAL, NOW, SINGLE
from workflows.ids import uuid7

pytestmark = pytest.mark.django_db

INSERT = """
INSERT INTO reviews_decision (id, review_id, item_id, epoch, version, content_hash, person_id,
    account_id, outcome, edits, reasons, rationale, decided_at, withdrawn_at)
VALUES (%(id)s, %(review)s, %(item)s, %(epoch)s, %(version)s, %(content_hash)s, %(person)s,
    %(account)s, %(outcome)s, '{}', '[]', '', %(now)s, NULL)
"""


@pytest.fixture(autouse=True)
def loans(alice, bob):
    builders.grid()
    return builders.queue_of(alice, bob, builders.person("carol"))


def insert(shown, review, **other):
    """A signature written past the operations."""
    row = {
        "id": uuid7(),
        "review": review.pk,
        "item": shown.item.pk,
        "epoch": shown.lease.epoch,
        "version": review.version,
        "content_hash": review.content_hash,
        "person": shown.by.person_id,
        "account": shown.by.pk,
        "outcome": "approve",
        "now": NOW,
        **other,
    }
    run(INSERT, row)


def run(statement, values=None):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def refused(constraint, statement, values=None):
    with pytest.raises(IntegrityError) as error:
        run(statement, values)
    assert constraint in str(error.value.__cause__.diag.constraint_name)


def test_a_sound_signature_is_taken(alice):
    review = builders.question(SINGLE)

    insert(builders.show(alice, review), review)

    assert Decision.objects.count() == 1


def barred(review, shown, constraint, **other):
    with pytest.raises(IntegrityError) as error:
        insert(shown, review, **other)
    assert error.value.__cause__.diag.constraint_name == constraint
    assert not Decision.objects.exists()


def test_a1_the_requester_cannot_be_written_as_a_signer(alice):
    review = builders.question(SINGLE, requested_by="alice")
    [item] = builders.open_items(review)
    Exclusion.objects.all().delete()

    barred(review, builders.show(alice, review, item=item), "signature_not_own")


def test_a7_the_requesters_second_account_cannot_sign(alice, loans):
    again = builders.person("alice2", identity=alice.person)
    Membership.objects.create(queue=loans, user=again)
    review = builders.question(SINGLE, requested_by="alice")
    Exclusion.objects.all().delete()

    barred(review, builders.show(again, review), "signature_not_own")


def test_a15_an_excluded_person_cannot_be_written_as_a_signer(alice):
    review = builders.question(SINGLE)
    shown = builders.show(alice, review)
    Exclusion.objects.create(item=shown.item, person=alice.person, reason="Because.")

    barred(review, shown, "signature_not_own")


def test_a30_a_program_cannot_be_written_as_a_signer(alice):
    review = builders.question(SINGLE)
    robot = builders.program("robot")

    barred(review, builders.show(alice, review), "signature_of_a_person", account=robot.pk)


def test_another_persons_name_cannot_be_signed(alice, bob):
    review = builders.question(SINGLE)

    barred(review, builders.show(alice, review), "signature_of_a_person", person=bob.person_id)


def test_a27_a_closed_account_cannot_sign(alice):
    review = builders.question(SINGLE)
    shown = builders.show(alice, review)
    alice.is_active = False
    alice.save()

    barred(review, shown, "signature_of_a_person")


@pytest.mark.parametrize("other", [{"version": 2}, {"content_hash": "0" * 64}])
def test_a18_another_content_cannot_be_signed(alice, other):
    review = builders.question(SINGLE)

    barred(review, builders.show(alice, review), "signature_over_content", **other)


def test_b54_without_the_lease_nobody_signs(alice, bob):
    review = builders.question(SINGLE)
    shown = builders.show(alice, review)

    barred(review, shown, "signature_under_lease", epoch=shown.lease.epoch + 1)
    barred(review, shown, "signature_under_lease", person=bob.person_id, account=bob.pk)


def test_a22_a_signature_is_not_moved_to_another_review(alice):
    one, other = builders.question(SINGLE), builders.question(SINGLE)
    shown = builders.show(alice, one)

    barred(other, shown, "signature_under_lease")


def test_a12_one_person_signs_a_version_once(alice):
    review = builders.question(DUAL)
    builders.sign(alice, review)
    second = WorkItem.objects.get(seat__review=review, seat__seat="second")
    Exclusion.objects.all().delete()
    shown = builders.show(alice, review, item=second)

    with pytest.raises(IntegrityError) as error:
        insert(shown, review)

    assert error.value.__cause__.diag.constraint_name == "decision_one_per_person"


def test_a_decision_is_never_changed_and_never_deleted(alice):
    review = builders.question(SINGLE)
    builders.sign(alice, review)

    for statement in (
        "UPDATE reviews_decision SET outcome = 'reject'",
        "UPDATE reviews_decision SET content_hash = repeat('0', 64)",
        "DELETE FROM reviews_decision",
    ):
        with pytest.raises(Error):
            run(statement)


def test_a33_a_withdrawn_decision_does_not_come_back(alice):
    alice.undo_for = 10
    alice.save()
    review = builders.question(SINGLE)
    builders.sign(alice, review)
    run("UPDATE reviews_decision SET withdrawn_at = now()")

    with pytest.raises(Error):
        run("UPDATE reviews_decision SET withdrawn_at = NULL")


@pytest.mark.parametrize("status", ["settled", "executed"])
def test_a32_a_review_is_not_settled_by_hand(status, alice):
    review = builders.question(DUAL)
    builders.sign(alice, review)

    refused(
        "review_signed_enough",
        "UPDATE reviews_review SET status = %s, outcome = 'approve', settled_at = now(),"
        " executed_at = CASE WHEN %s = 'executed' THEN now() END WHERE id = %s",
        [status, status, review.pk],
    )


def test_a36_a_signature_that_can_still_be_undone_settles_nothing(alice):
    alice.undo_for = 10
    alice.save()
    review = builders.question(SINGLE)
    builders.sign(alice, review)

    refused(
        "review_signed_enough",
        "UPDATE reviews_review SET status = 'settled', outcome = 'approve', settled_at = now()"
        " WHERE id = %s",
        [review.pk],
    )


@pytest.mark.parametrize(
    "change",
    [
        "signatures_needed = 1",
        "disposition = 'auto', signatures_needed = 0",
        "requester = 'nobody'",
        "requester_person_id = NULL",
    ],
)
def test_a15_what_a_review_needs_never_becomes_less(change, alice):
    review = builders.question(DUAL, requested_by="carol")

    refused(
        "review_needs_stay",
        f"UPDATE reviews_review SET {change} WHERE id = %s",  # noqa: S608 - fixed texts above
        [review.pk],
    )


def test_a16_a_changed_payload_is_a_new_version():
    review = builders.question(SINGLE)

    for change in ("payload = '{}'", "content_hash = repeat('0', 64)"):
        refused(
            "review_edit_is_a_version",
            f"UPDATE reviews_review SET {change} WHERE id = %s",  # noqa: S608 - fixed texts above
            [review.pk],
        )


def test_a_review_that_is_over_stays_over(alice):
    review = builders.question(SINGLE)
    builders.sign(alice, review)

    refused(
        "review_over_stays_over",
        "UPDATE reviews_review SET status = 'open', executed_at = NULL WHERE id = %s",
        [review.pk],
    )


def test_a_review_for_people_does_not_start_settled():
    review = builders.question(SINGLE)
    copy = Review.objects.get(pk=review.pk)

    with pytest.raises(IntegrityError):
        run(
            "INSERT INTO reviews_review SELECT (jsonb_populate_record(NULL::reviews_review,"
            " to_jsonb(review) || jsonb_build_object('id', %s::text, 'status', 'settled',"
            " 'outcome', 'approve', 'settled_at', now()))).* FROM reviews_review AS review"
            " WHERE id = %s",
            [str(uuid7()), copy.pk],
        )


def test_a17_evidence_is_sealed():
    review = builders.question(SINGLE)

    for statement in (
        "UPDATE reviews_evidence SET content = '{}' WHERE review_id = %s",
        "DELETE FROM reviews_evidence WHERE review_id = %s",
    ):
        with pytest.raises(Error):
            run(statement, [review.pk])
