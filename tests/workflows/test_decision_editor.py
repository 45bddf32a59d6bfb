"""The table editor without its script: a form whose every button answers with a page."""

import html
import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.queues import builders
from tests.workflows import decided
from tests.workflows.builders import NOW
from workflows import decision_drafts
from workflows.dmn import sheet
from workflows.models import DecisionDraft

pytestmark = pytest.mark.django_db

UNKNOWN = "01930000-0000-7000-8000-000000000000"
WIDE = (
    ("> 50000", '"low"', "10000"),
    *((f"[{number}..{number + 1}]", "-", str(number)) for number in range(59)),
)


def signed_in(name: str, **said) -> Client:
    client = Client()
    client.force_login(builders.person(name, **{"is_admin": True, **said}))
    return client


@pytest.fixture
def dana():
    return signed_in("dana")


@pytest.fixture
def draft():
    return decided.drafted()


def at(draft, name: str = "decision-edit") -> str:
    return reverse(f"workflows:{name}", args=[draft.pk])


def stored(draft) -> sheet.Sheet:
    return sheet.sheet_of(bytes(DecisionDraft.objects.get(pk=draft.pk).xml), "limits")


def page(answer) -> str:
    return answer.content.decode()


def text(answer) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page(answer))).split())


def working(answer) -> sheet.Sheet:
    """The table as the page holds it for the next button."""
    held = re.search(r'<textarea name="sheet" hidden>(.*?)</textarea>', page(answer), re.DOTALL)
    return sheet.from_json(json.loads(html.unescape(held[1])))


def press(client: Client, draft, do: str, **said):
    """A button of the page as it is first shown."""
    sent = {"decision": "limits", "revision": draft.revision, "do": do}
    return client.post(at(draft), {**sent, **said})


def inputs(found: sheet.Sheet) -> list[tuple[str, ...]]:
    return [row.inputs for row in found.rules]


# --- who and what -------------------------------------------------------------------------------


def test_the_page_has_a_field_for_each_cell_and_a_button_for_each_step(dana, draft):
    answer = dana.get(at(draft))

    assert answer.status_code == 200
    for number in (1, 2, 3):
        assert f'name="c{number}.3"' in page(answer)
        for step in ("add", "copy", "up", "down", "remove"):
            assert f'value="rule-{step}:{number}"' in page(answer)


def test_only_administrators_find_it(draft):
    bob = signed_in("bob", is_admin=False)

    for name in ("decision-edit", "decision-edit-check", "decision-edit-save"):
        assert bob.post(at(draft, name), {"do": "save"}).status_code == 404


def test_a_draft_that_does_not_exist_is_not_edited(dana):
    nowhere = reverse("workflows:decision-edit", args=[UNKNOWN])

    assert dana.get(nowhere).status_code == 404
    assert dana.post(nowhere, {"do": "save"}).status_code == 404


def test_a_table_of_another_file_is_not_edited(dana, draft):
    assert dana.get(at(draft), {"decision": "elsewhere"}).status_code == 404
    assert press(dana, draft, "save", decision="elsewhere").status_code == 404


def test_what_is_no_table_is_not_edited(dana, draft):
    assert dana.get(at(draft), {"decision": "offer"}).status_code == 404


def test_a_draft_that_is_over_leads_to_its_page(dana, draft):
    decision_drafts.withdraw(draft, by=decided.ADA, now=NOW)

    answer = dana.get(at(draft))

    assert answer.url == reverse("workflows:decision-draft", args=[draft.pk])


def test_a_draft_that_ended_meanwhile_keeps_what_was_typed(dana, draft):
    decision_drafts.withdraw(draft, by=decided.ADA, now=NOW)

    answer = press(dana, draft, "save", **{"c1.3": "4711"})

    assert answer.status_code == 409
    assert "4711" in page(answer)


def test_the_page_of_the_draft_leads_to_the_editor(dana, draft):
    answer = dana.get(reverse("workflows:decision-draft", args=[draft.pk]))

    assert f'href="{at(draft)}"' in page(answer)


# --- saving -------------------------------------------------------------------------------------


def test_cells_are_saved_in_the_next_revision(dana, draft):
    answer = press(dana, draft, "save", **{"c1.1": "> 60000", "c3.3": "5"})

    assert answer.status_code == 302
    assert stored(draft).rules[0].inputs == ("> 60000", '"low"')
    assert stored(draft).rules[2].outputs == ("5",)
    assert DecisionDraft.objects.get().revision == draft.revision + 1


def test_line_breaks_in_a_cell_survive(dana, draft):
    press(dana, draft, "save", **{"c1.3": "10000\r\n+ 1"})

    assert stored(draft).rules[0].outputs == ("10000\n+ 1",)


def test_columns_and_the_hit_policy_are_saved(dana, draft):
    said = {"h1.label": "Income", "h3.default": "0", "policy": "C+"}

    press(dana, draft, "save", **said)

    found = stored(draft)
    assert (found.inputs[0].label, found.outputs[0].default) == ("Income", "0")
    assert (found.hit_policy, found.aggregation) == ("COLLECT", "SUM")


def test_cells_with_problems_are_saved_and_counted(dana, draft):
    answer = press(dana, draft, "save", **{"c1.1": "> >"})
    after = dana.get(answer.url)

    assert "1 place has to be corrected" in text(after)
    assert 'aria-describedby="p1.1"' in page(after)
    assert 'id="p1.1"' in page(after)


def test_a_stale_revision_is_refused_and_keeps_what_was_typed(dana, draft):
    newer = decided.model([("> 1", "-", "7"), *decided.RULES[1:]])
    decision_drafts.save(draft, xml=newer, revision=draft.revision, by=decided.BOB, now=NOW)

    answer = press(dana, draft, "save", **{"c2.3": "4711"})

    assert answer.status_code == 409
    assert "user:bob saved this draft" in text(answer)
    assert 'target="_blank"' in page(answer)
    assert working(answer).rules[1].outputs == ("4711",)
    assert stored(draft).rules[1].outputs == ("2000",)


def test_who_has_seen_the_newer_revision_may_save_over_it(dana, draft):
    newer = decided.model([("> 1", "-", "7"), *decided.RULES[1:]])
    decision_drafts.save(draft, xml=newer, revision=draft.revision, by=decided.BOB, now=NOW)
    refused = press(dana, draft, "save", **{"c2.3": "4711"})

    sheet_field = json.dumps(sheet.as_json(working(refused)))
    press(dana, draft, f"save:{draft.revision + 1}", sheet=sheet_field)

    assert stored(draft).rules[1].outputs == ("4711",)
    assert stored(draft).rules[0].outputs == ("7",)


def test_a_table_that_somebody_took_away_keeps_what_was_typed(dana, draft):
    held = working(press(dana, draft, "check", **{"c1.3": "4711"}))
    other = decided.model().replace(b'id="limits"', b'id="other"')
    decision_drafts.save(draft, xml=other, revision=draft.revision, by=decided.BOB, now=NOW)

    field = json.dumps(sheet.as_json(held))
    stale = press(dana, draft, "save", sheet=field)
    again = press(dana, draft, f"save:{draft.revision + 1}", sheet=field)

    assert (stale.status_code, again.status_code) == (409, 422)
    assert working(again).rules[0].outputs == ("4711",)


def test_saving_a_submitted_draft_takes_the_proposal_back(dana):
    draft = decided.submitted(decided.drafted())
    shown = dana.get(at(draft))

    press(dana, draft, "save", **{"c1.3": "1"})

    assert "takes the proposal back" in text(shown)
    assert DecisionDraft.objects.get().status == "editing"


def test_a_cell_that_cannot_be_stored_is_refused_where_it_stands(dana, draft):
    answer = press(dana, draft, "save", **{"c1.3": "1\x07", "c2.3": "4711"})

    assert answer.status_code == 422
    assert "U+0007" in text(answer)
    assert 'aria-describedby="p1.3"' in page(answer)
    assert working(answer).rules[1].outputs == ("4711",)
    assert stored(draft).rules[1].outputs == ("2000",)


@pytest.mark.parametrize("name", ["c99.1", "c1.99", "c0.1", "c1.0", "h9.label", "h1.default"])
def test_a_field_of_no_cell_is_refused(name, dana, draft):
    answer = press(dana, draft, "save", **{name: "1"})

    assert answer.status_code == 422
    assert stored(draft) == stored(draft)
    assert DecisionDraft.objects.get().revision == draft.revision


@pytest.mark.parametrize(
    "said", [{"sheet": "{"}, {"sheet": "[]"}, {"revision": "x"}, {"policy": "Q"}]
)
def test_a_form_that_is_not_ours_is_refused(said, dana, draft):
    answer = press(dana, draft, "save", **{"c1.3": "1", **said})

    assert answer.status_code == 422
    assert stored(draft).rules[0].outputs == ("10000",)


# --- rules --------------------------------------------------------------------------------------


def test_a_rule_is_added_above_another(dana, draft):
    answer = press(dana, draft, "rule-add:2", **{"c1.3": "4711"})

    assert inputs(working(answer))[1] == ("-", "-")
    assert working(answer).rules[0].outputs == ("4711",)
    assert "not saved yet" in text(answer)
    assert stored(draft).rules[0].outputs == ("10000",)


def test_a_rule_is_copied(dana, draft):
    rules = working(press(dana, draft, "rule-copy:1")).rules

    assert rules[0].cells == rules[1].cells
    assert rules[1].id == ""


@pytest.mark.parametrize(("do", "order"), [("rule-up:2", "213"), ("rule-down:2", "132")])
def test_a_rule_is_moved(do, order, dana, draft):
    rules = working(press(dana, draft, do)).rules

    assert [row.id for row in rules] == [f"rule{number}" for number in order]


def test_a_rule_is_removed(dana, draft):
    rules = working(press(dana, draft, "rule-remove:1")).rules

    assert [row.id for row in rules] == ["rule2", "rule3"]


@pytest.mark.parametrize("do", ["rule-copy:9", "rule-up:0", "rule-remove:x", "rule-add:99", "fly"])
def test_a_button_for_no_rule_is_refused(do, dana, draft):
    answer = press(dana, draft, do, **{"c1.3": "4711"})

    assert answer.status_code == 422
    assert working(answer).rules[0].outputs == ("4711",)


def test_what_a_button_made_is_saved_by_the_next_one(dana, draft):
    held = working(press(dana, draft, "rule-copy:1"))

    press(dana, draft, "save", sheet=json.dumps(sheet.as_json(held)), **{"c2.3": "4711"})

    assert [row.outputs for row in stored(draft).rules] == [
        ("10000",), ("4711",), ("2000",), ("0",),
    ]  # fmt: skip


# --- columns ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("do", "titles"),
    [
        ("column-add:input", ("Yearly income", "Risk", "", "limit")),
        ("column-add:output", ("Yearly income", "Risk", "limit", "result_2")),
        ("column-add:annotation", ("Yearly income", "Risk", "limit", "")),
        ("column-copy:3", ("Yearly income", "Risk", "limit", "limit_2")),
        ("column-right:1", ("Risk", "Yearly income", "limit")),
        ("column-left:2", ("Risk", "Yearly income", "limit")),
        ("column-left:3", ("Yearly income", "Risk", "limit")),
        ("column-remove:1", ("Risk", "limit")),
    ],
)
def test_columns_are_changed(do, titles, dana, draft):
    found = working(press(dana, draft, do))

    assert found.titles == titles
    sheet.check(found)


def test_the_only_answer_is_not_removed(dana, draft):
    answer = press(dana, draft, "column-remove:3")

    assert answer.status_code == 422
    assert "at least one output" in text(answer)


# --- large tables, paste ------------------------------------------------------------------------


def test_a_large_table_is_shown_page_by_page_and_kept_whole(dana):
    draft = decided.drafted(decided.model(WIDE))

    first = dana.get(at(draft))
    turned = press(dana, draft, "page:51", **{"c1.3": "4711"})
    held = json.dumps(sheet.as_json(working(turned)))
    press(dana, draft, "save", sheet=held, first="51", **{"c60.3": "5"})

    assert 'name="c25.1"' in page(first)
    assert 'name="c26.1"' not in page(first)
    assert 'name="c60.1"' in page(turned)
    assert (stored(draft).rules[0].outputs, stored(draft).rules[59].outputs) == (("4711",), ("5",))


def test_cells_are_pasted_and_rules_added(dana, draft):
    said = {"paste-rule": "3", "paste-column": "1", "paste": '> 9\t"low"\t1\r\n> 8\t-\t2\r\n'}

    found = working(press(dana, draft, "paste", **said))

    assert [row.cells for row in found.rules[2:]] == [("> 9", '"low"', "1"), ("> 8", "-", "2")]


def test_too_many_pasted_columns_are_refused(dana, draft):
    said = {"paste-rule": "1", "paste-column": "3", "paste": "1\t2"}

    answer = press(dana, draft, "paste", **said)

    assert answer.status_code == 422
    assert "Add columns first" in text(answer)


# --- beside the table ---------------------------------------------------------------------------


def test_overlaps_and_gaps_are_found_in_what_is_not_saved(dana, draft):
    answer = press(dana, draft, "analyse", policy="U", **{"c3.1": "< 0"})

    assert "Not allowed" in text(answer)
    assert "Add a rule for it" in text(answer)
    assert 'value="show:1,2"' in page(answer)


def test_a_gap_becomes_a_rule(dana, draft):
    cells = json.dumps(["[0..20000]", '"high"'])

    found = working(press(dana, draft, f"fill:{cells}"))

    assert found.rules[3].inputs == ("[0..20000]", '"high"')


def test_rules_of_a_finding_are_marked(dana, draft):
    answer = press(dana, draft, "show:1,2")

    assert re.findall(r'id="rule-(\d)" class="sheet-marked"', page(answer)) == ["1", "2"]


def test_an_input_is_tried_on_what_is_not_saved(dana, draft):
    said = {"c1.3": "4711", "input-0": "60000", "input-1": "low"}

    answer = press(dana, draft, "try", **said)

    assert "The answer is 4711" in text(answer)
    assert "Rule 1 of Loan limit matched" in text(answer)


def test_a_number_that_is_none_is_refused_beside_its_field(dana, draft):
    answer = press(dana, draft, "try", **{"c1.3": "4711", "input-0": "much"})

    assert answer.status_code == 422
    assert "is no number" in text(answer)
    assert working(answer).rules[0].outputs == ("4711",)


@pytest.mark.parametrize(("do", "panel"), [("analyse", "editor-findings"), ("try", "editor-trial")])
def test_htmx_gets_the_panel_alone(do, panel, dana, draft):
    sent = {"decision": "limits", "revision": draft.revision, "do": do}

    answer = dana.post(at(draft), sent, headers={"HX-Request": "true"})

    assert page(answer).strip().startswith("<section")
    assert f'id="{panel}"' in page(answer)


# --- for the script -----------------------------------------------------------------------------


def ask(client: Client, draft, name: str, table: sheet.Sheet | str, **said):
    held = table if isinstance(table, str) else json.dumps(sheet.as_json(table))
    return client.post(at(draft, f"decision-edit-{name}"), {"sheet": held, **said})


def test_some_rules_are_checked(dana, draft):
    table = sheet.sheet_of(decided.model([("> >", "-", "1")]), "limits")

    found = ask(dana, draft, "check", table).json()["problems"]

    assert [(each["row"], each["column"], each["grade"]) for each in found] == [(1, 1, "error")]


def test_a_saved_table_comes_back_with_its_ids(dana, draft):
    table = sheet.sheet_of(decided.model([*decided.RULES, ("< 0", "-", "1")]), "limits")

    answer = ask(dana, draft, "save", table, revision=draft.revision).json()

    assert answer["revision"] == draft.revision + 1
    assert answer["ids"]["rules"] == [row.id for row in stored(draft).rules]
    assert answer["ids"]["outputs"] == ["o1"]


def test_a_stale_script_is_told_who_saved_when(dana, draft):
    newer = decided.model([("> 1", "-", "7"), *decided.RULES[1:]])
    decision_drafts.save(draft, xml=newer, revision=draft.revision, by=decided.BOB, now=NOW)

    answer = ask(dana, draft, "save", stored(draft), revision=draft.revision)

    assert answer.status_code == 409
    assert "user:bob saved this draft" in answer.json()["detail"]
    assert (answer.json()["revision"], answer.json()["can_overwrite"]) == (2, True)


@pytest.mark.parametrize("name", ["check", "save"])
@pytest.mark.parametrize("held", ["", "{", "[]", '{"decision": 1}'])
def test_what_is_no_table_is_refused(held, name, dana, draft):
    answer = ask(dana, draft, name, held, revision=draft.revision)

    assert answer.status_code == 422
    assert answer.json()["detail"].endswith(".")


def test_get_changes_nothing(dana, draft):
    for name in ("check", "save"):
        assert dana.get(at(draft, f"decision-edit-{name}")).status_code == 405
