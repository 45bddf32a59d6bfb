"""Decision models, as administrators meet them in pages."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.queues import builders
from tests.workflows import decided
from workflows import decision_drafts
from workflows.models import DecisionCase, DecisionDefinition, DecisionDraft

pytestmark = pytest.mark.django_db

PAGES = ["decisions", "decision-new", "decision-import"]
OF_VERSIONS = [
    f"decision-{page}" for page in ("version", "test", "analysis", "file", "workbook", "changes")
]
OF_DRAFTS = [
    f"decision-draft{page}" for page in ("", "-tables", "-test", "-analysis", "-file", "-workbook")
]
EVIL = "<script>alert(1)</script>"


def signed_in(name: str, **said) -> Client:
    client = Client()
    client.force_login(builders.person(name, is_admin=True, **said))
    return client


@pytest.fixture
def dana():
    return signed_in("dana")


@pytest.fixture
def emil():
    return signed_in("emil")


def at(name: str, *args: object) -> str:
    return reverse(f"workflows:{name}", args=args)


def text(answer) -> str:
    """What a page says, tags left out."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def upload(client: Client, content: bytes, name: str = "model.dmn", **said: str):
    return client.post(at("decision-import"), {"file": SimpleUploadedFile(name, content), **said})


def draft() -> DecisionDraft:
    return DecisionDraft.objects.get()


def submit(client: Client, **said):
    return client.post(
        at("decision-submit", draft().pk),
        {"revision": draft().revision, "note": "Fairer.", **said},
    )


def decide(client: Client, do: str = "sign", **said):
    sent = {"digest": draft().submitted_digest, "do": do, **said}
    return client.post(at("decision-sign", draft().pk), sent)


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


# --- the test bench -----------------------------------------------------------------------------


def test_an_input_is_tried_and_the_matching_rule_marked(dana):
    decided.published()
    address = at("decision-test", "limits", 1)

    form = dana.get(address)
    answer = dana.post(address, {"do": "try", "input-0": "60000", "input-1": "low"})

    assert "Income" in text(form)
    assert '<option value="low"' in form.content.decode()
    assert answer.status_code == 200
    assert answer.context["answer"] == "10000"
    assert re.search(r'<tr class="selected" id="rule-limits-1"', answer.content.decode())


def test_everything_can_be_given_as_json(dana):
    decided.published()
    raw = json.dumps({"Income": 30_000, "Risk": "high"})

    answer = dana.post(at("decision-test", "limits", 1), {"do": "try", "raw": raw})

    assert answer.context["answer"] == "2000"


@pytest.mark.parametrize("sent", [{"input-0": "much"}, {"raw": "{"}, {"raw": "[1]"}], ids=str)
def test_an_input_that_is_none_is_refused_beside_its_field(sent, dana):
    decided.published()

    answer = dana.post(at("decision-test", "limits", 1), {"do": "try", **sent})

    assert answer.status_code == 422
    assert b"field-error" in answer.content


def test_what_was_tried_is_kept_as_a_case_and_run(dana):
    decided.published()
    address = at("decision-test", "limits", 1)
    tried = dana.post(address, {"do": "try", "input-0": "60000", "input-1": "low"})
    save = tried.context["save_form"].initial

    dana.post(address, {"do": "save", "name": "Rich", **save})
    run = dana.post(address, {"do": "all"})

    case = DecisionCase.objects.get()
    assert (case.inputs, case.expected) == ({"Income": 60_000, "Risk": "low"}, 10_000)
    assert "All 1 pass." in text(run)


def test_an_input_for_each_rule_is_suggested_and_kept(dana):
    decided.published()
    address = at("decision-test", "limits", 1)

    page = dana.post(address, {"do": "suggest"})
    dana.post(address, {"do": "keep"})
    again = dana.post(address, {"do": "keep"}, follow=True)
    run = dana.post(address, {"do": "all"})

    assert [each.rule for each in page.context["suggested"]] == [1, 2, 3]
    assert [case.expected for case in DecisionCase.objects.order_by("name")] == [10_000, 2_000, 0]
    assert "0 cases saved." in text(again)
    assert "All 3 pass." in text(run)


def test_a_draft_says_which_cases_answer_differently(dana):
    decided.published()
    decided.case()
    dana.post(at("decision-change", "limits"))
    found = draft()
    decision_drafts.save(
        found, xml=decided.model([("-", "-", "7")]), revision=1, by=decided.ADA,
        now=builders.NOW,
    )  # fmt: skip

    run = text(dana.post(at("decision-draft-test", found.pk), {"do": "all"}))

    assert "1 of 1 do not pass. 1 of 1 answer differently from version 1" in run


def test_a_case_is_changed_and_removed(dana):
    decided.published()
    case = decided.case()
    address = at("decision-case", "limits", case.pk)

    wrong = dana.post(address, {"name": "Rich", "decision": "limits", "inputs": "[]"})
    dana.post(address, {"name": "Richer", "decision": "limits", "inputs": "{}", "expected": ""})
    changed = DecisionCase.objects.get()
    dana.post(at("decision-case-remove", "limits", case.pk))

    assert wrong.status_code == 422
    assert (changed.name, changed.has_expected, changed.is_active) == ("Richer", False, False)
    assert not DecisionCase.objects.exists()


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
