"""The way of a change: uploaded, drafted, proposed, signed; and who may see it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.queues import builders
from tests.workflows import decided
from tests.workflows.decision_pages.visiting import (
    EVIL,
    OF_DRAFTS,
    OF_VERSIONS,
    PAGES,
    at,
    decide,
    draft,
    signed_in,
    submit,
    text,
    upload,
)
from workflows import decision_drafts
from workflows.models import DecisionDefinition

pytestmark = pytest.mark.django_db


# --- the way of a change ------------------------------------------------------------------------


def test_a_file_becomes_a_draft_is_proposed_and_signed(dana, emil):
    upload(dana, decided.model())
    submit(dana)
    review = emil.get(at("decision-review", draft().pk))
    answer = decide(emil)

    assert "Sign and publish" in text(review)
    assert "Proposed by dana Last changed by dana" in text(review)
    version = DecisionDefinition.objects.get()
    assert answer.url == at("decision-version", "limits", 1)
    assert (version.proposed_by, version.signed_by) == ("user:dana", "user:emil")
    assert (version.key, version.name, bytes(version.xml)) == (
        "limits", "Loan limit", decided.model()
    )  # fmt: skip


def test_who_proposed_it_is_told_who_has_to_sign(dana):
    upload(dana, decided.model())
    submit(dana)

    page = dana.get(at("decision-review", draft().pk))
    answer = decide(dana)

    assert "You proposed this. Another administrator has to sign it." in text(page)
    assert b'value="sign"' not in page.content
    assert answer.status_code == 422
    assert not DecisionDefinition.objects.exists()


def test_another_account_of_the_same_person_does_not_sign(dana):
    from queues.models import User

    upload(dana, decided.model())
    submit(dana)
    again = signed_in("dana-at-home", identity=User.objects.get(username="dana").person)

    answer = decide(again)

    assert answer.status_code == 422
    assert "You proposed this" in text(answer)


def test_a_proposal_goes_back_with_a_reason(dana, emil):
    upload(dana, decided.model())
    submit(dana)

    without = decide(emil, do="return")
    with_reason = decide(emil, do="return", because="Too generous.")

    assert without.status_code == 422
    assert "Say what has to change" in text(without)
    assert with_reason.url == at("decision-draft", draft().pk)
    assert "Too generous." in text(dana.get(at("decision-draft", draft().pk)))


def test_a_new_table_begins_as_a_draft(dana):
    answer = dana.post(at("decision-new"), {"key": "prices", "name": "Prices"})

    assert answer.url == at("decision-draft", draft().pk)
    assert dana.get(at("decision-draft-tables", draft().pk)).status_code == 200
    assert not DecisionDefinition.objects.exists()


def test_a_version_in_force_is_changed_in_a_draft_of_its_own(dana):
    decided.published()

    first = dana.post(at("decision-change", "limits"))
    again = dana.post(at("decision-change", "limits"))

    assert first.url == again.url == at("decision-draft", draft().pk)
    assert bytes(draft().xml) == decided.model()


def test_another_file_of_a_decision_is_drafted_as_its_next_version(dana):
    version = decided.published()

    form = dana.get(at("decision-import"), {"key": "limits"})
    upload(dana, decided.model()[:-1], key="limits")

    assert 'value="limits"' in form.content.decode()
    assert draft().based_on == version


def test_a_stale_form_is_refused_with_who_was_faster(dana, emil):
    upload(dana, decided.model())
    emil.post(at("decision-rename", draft().pk), {"revision": 1, "name": "Limits"})

    answer = dana.post(at("decision-rename", draft().pk), {"revision": 1, "name": "Mine"})

    assert answer.status_code == 422
    assert "user:emil saved this draft" in text(answer)
    assert 'value="Mine"' in answer.content.decode()
    assert draft().name == "Limits"


def test_a_file_is_replaced_and_a_draft_withdrawn(dana):
    upload(dana, decided.model())
    other = SimpleUploadedFile("other.dmn", decided.model([("-", "-", "1")]))

    dana.post(at("decision-replace", draft().pk), {"revision": 1, "file": other})
    replaced = bytes(draft().xml)
    dana.post(at("decision-withdraw", draft().pk))

    assert replaced == decided.model([("-", "-", "1")])
    assert draft().status == "withdrawn"
    assert "Withdrawn" in text(dana.get(at("decision-draft", draft().pk)))


def test_a_draft_with_a_failing_case_cannot_be_submitted(dana):
    upload(dana, decided.model())
    decided.case(expected=1)

    page = dana.get(at("decision-draft", draft().pk))
    answer = submit(dana)

    assert "Cases that do not pass" in text(page)
    assert b"Submit for signature</button>" not in page.content
    assert answer.status_code == 422


# --- who ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES + OF_VERSIONS + OF_DRAFTS)
def test_only_administrators_learn_of_these_pages(name, dana):
    decided.published()
    decided.published(decided.model()[:-1])
    opened = decided.drafted()
    args = ["limits", 2] if name in OF_VERSIONS else [opened.pk] if name in OF_DRAFTS else []
    manager = builders.person("mina")
    builders.queue_of(manager=manager)
    client = Client()
    client.force_login(manager)

    assert dana.get(at(name, *args)).status_code == 200
    assert client.get(at(name, *args)).status_code == 404
    assert client.post(at(name, *args)).status_code == 404


def test_names_in_a_model_are_never_markup(dana):
    evil = decided.model([(f'"{EVIL}"', f'"{EVIL}"', "1")]).replace(
        b'label="Yearly income"', b'label="&lt;script&gt;alert(1)&lt;/script&gt;"'
    )
    opened = decision_drafts.open_new(
        key="limits", name=EVIL, xml=evil, by=decided.ADA, now=builders.NOW
    )

    for name in OF_DRAFTS[:4]:
        page = dana.get(at(name, opened.pk))
        assert b"<script>alert" not in page.content
