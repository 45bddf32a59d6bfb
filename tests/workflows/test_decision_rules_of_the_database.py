"""What the database itself refuses about decisions, whoever asks."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tests.workflows.builders import NOW
from workflows.models import DecisionCase, DecisionDefinition, DecisionDraft

pytestmark = pytest.mark.django_db


def version(**said) -> DecisionDefinition:
    usual = {
        "key": "limits", "version": 1, "name": "Limits", "xml": b"<a/>", "digest": "0" * 64,
        "dialect": "standard", "published_at": NOW, "proposed_by": "user:ada", "proposer": "ada",
        "signed_by": "user:bob", "signer": "bob", "editors": ["ada"],
    }  # fmt: skip
    return DecisionDefinition.objects.create(**{**usual, **said})


def draft(**said) -> DecisionDraft:
    usual = {
        "key": "limits", "name": "Limits", "xml": b"<a/>", "opened_at": NOW, "changed_at": NOW,
        "opened_by": "user:ada", "changed_by": "user:ada",
    }  # fmt: skip
    return DecisionDraft.objects.create(**{**usual, **said})


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE workflows_decisiondefinition SET name = 'other'",
        "DELETE FROM workflows_decisiondefinition",
        "TRUNCATE workflows_decisiondefinition CASCADE",
    ],
)
def test_a_version_is_never_changed(statement):
    version()

    refused = pytest.raises(DatabaseError, match="append-only")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert DecisionDefinition.objects.get().name == "Limits"


@pytest.mark.parametrize(
    "said",
    [
        {"signer": "ada"},
        {"signer": ""},
        {"proposer": ""},
        {"editors": ["ada", "bob"]},
        {"editors": "bob"},
        {"version": 0},
    ],
    ids=str,
)
def test_a_version_has_two_persons_of_whom_the_signer_changed_nothing(said):
    with pytest.raises(IntegrityError), transaction.atomic():
        version(**said)

    assert not DecisionDefinition.objects.exists()


def test_a_version_number_is_given_once():
    version()

    with pytest.raises(IntegrityError, match="decision_version_once"), transaction.atomic():
        version()


def test_a_decision_has_one_open_draft():
    draft()

    with pytest.raises(IntegrityError, match="draft_open_once"), transaction.atomic():
        draft()


@pytest.mark.parametrize(
    "said",
    [
        {"status": "submitted"},
        {"status": "submitted", "submitted_at": NOW, "submitted_digest": "0" * 64},
        {"submitted_digest": "0" * 64},
        {"status": "published", "submitted_at": NOW, "ended_at": NOW},
        {"status": "withdrawn"},
        {"ended_at": NOW},
    ],
    ids=str,
)
def test_a_draft_is_what_its_status_says(said):
    with pytest.raises(IntegrityError), transaction.atomic():
        draft(**said)


def test_cases_of_one_decision_have_names_of_their_own():
    DecisionCase.objects.create(key="limits", name="Low", saved_at=NOW)

    with pytest.raises(IntegrityError, match="case_name_once"), transaction.atomic():
        DecisionCase.objects.create(key="limits", name="Low", saved_at=NOW)
