"""Decision models as files and as pages to read."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.workflows import decided
from tests.workflows.decision_pages.visiting import OF_DRAFTS, at, draft, text, upload
from workflows.models import DecisionDraft

pytestmark = pytest.mark.django_db


# --- files --------------------------------------------------------------------------------------


def test_the_file_comes_back_byte_for_byte_and_is_never_shown(dana):
    decided.published()

    answer = dana.get(at("decision-file", "limits", 1))

    assert answer.content == decided.model()
    assert answer["Content-Disposition"] == 'attachment; filename="limits.v1.dmn"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "application/octet-stream"


def test_a_table_travels_to_excel_and_back(dana):
    decided.published()
    book = dana.get(at("decision-workbook", "limits", 1)).content
    dana.post(at("decision-change", "limits"))

    back = SimpleUploadedFile("limits.xlsx", book)
    answer = dana.post(at("decision-replace", draft().pk), {"revision": 1, "file": back})

    assert book.startswith(b"PK")
    assert answer.url == at("decision-draft", draft().pk)
    assert bytes(draft().xml) == decided.model()


def test_a_workbook_becomes_a_draft(dana):
    decided.published()
    book = dana.get(at("decision-workbook", "limits", 1)).content

    answer = upload(dana, book, name="Loan limits 2026.xlsx")

    assert answer.status_code == 302
    assert draft().key == "loan-limits-2026"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"<html/>",
        b"PK\x03\x04 not a workbook",
        decided.model()[:-20],
        decided.model().replace(b"Income</text>", b"Income +</text>"),
        b'<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]><d>&e;</d>',
        b'<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="n" id="i"/>',
        b"x" * (2 * 1024 * 1024 + 1),
    ],
    ids=lambda content: str(content[:24]),
)
def test_a_file_that_cannot_be_used_is_refused_beside_its_field(content, dana):
    answer = upload(dana, content)

    assert answer.status_code == 422
    assert answer.context["form"]["file"].errors
    assert b"root:" not in answer.content
    assert not DecisionDraft.objects.exists()


# --- reading ------------------------------------------------------------------------------------


def test_a_version_is_shown_as_a_table_with_its_hit_policy_in_words(dana):
    decided.published()

    page = text(dana.get(at("decision-version", "limits", 1)))

    assert "First (F) : the first rule that matches. 3 rules." in page
    assert "Yearly income" in page
    assert "&gt; 50000" in page


def test_logic_that_is_no_table_is_shown_as_text(dana):
    decided.published()

    page = dana.get(at("decision-version", "limits", 1) + "?decision=offer")

    assert "if Loan limit &gt; 0" in page.content.decode()
    assert dana.get(at("decision-version", "limits", 1) + "?decision=no").status_code == 404


def test_two_versions_are_compared_rule_by_rule_and_case_by_case(dana):
    decided.published()
    decided.published(decided.model([("> 90000", '"low"', "10000"), *decided.RULES[1:]]))
    decided.case("Rich")
    decided.case("Poor", Income=1, Risk="low")

    page = text(dana.get(at("decision-changes", "limits", 2)))

    assert "&gt; 50000" in page
    assert "&gt; 90000" in page
    assert "1 of 2 saved cases answers differently." in page
    assert "Rich 10000 2000" in page


def test_the_list_is_searched(dana):
    decided.published()
    decided.published(key="prices", name="Prices")

    found = text(dana.get(at("decisions"), {"q": "PRIC"}))

    assert "Prices" in found
    assert "Loan limits" not in found
    assert "has “zzz” in it" in text(dana.get(at("decisions"), {"q": "zzz"}))
    assert dana.get(at("decisions"), {"sort": "x"}).status_code == 400


def test_overlaps_and_gaps_are_shown(dana):
    decided.published(decided.model([("> 10", "-", "1"), ("> 5", "-", "2")], policy="UNIQUE"))

    page = dana.get(at("decision-analysis", "limits", 1))

    assert page.status_code == 200
    assert "1 and 2" in text(page)


@pytest.mark.parametrize("xml", [b"<one/>", b"", b"\xff\xfe", decided.model()[:-30]], ids=repr)
@pytest.mark.parametrize("name", [*OF_DRAFTS[:4], "decision-review"])
def test_a_draft_that_cannot_be_read_is_still_a_page(name, xml, dana):
    broken = decided.drafted(xml)

    answer = dana.get(at(name, broken.pk), follow=True)

    assert answer.status_code == 200


def test_a_decision_that_is_not_there_is_no_page(dana):
    assert dana.get(at("decision", "nothing")).status_code == 404
    assert dana.post(at("decision-change", "nothing")).status_code == 404
