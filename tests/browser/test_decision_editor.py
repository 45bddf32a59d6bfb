"""The table editor with real keys: typing, moving, pasting, undoing, saving."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

SCREENS = [
    {"color_scheme": "light", "viewport": {"width": 1280, "height": 900}},
    {"color_scheme": "dark", "viewport": {"width": 400, "height": 800}},
]
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
PASTE = """(text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  document.activeElement.dispatchEvent(
    new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""
COPIED = """(kind) => {
  const data = new DataTransfer();
  document.activeElement.dispatchEvent(
    new ClipboardEvent(kind, { clipboardData: data, bubbles: true, cancelable: true }));
  return data.getData("text/plain");
}"""


@pytest.fixture
def draft(transactional_db):
    """A table of three rules, two conditions and one answer."""
    from tests.workflows import decided

    return decided.drafted()


@pytest.fixture
def editing(sit, ada, draft):
    """Ada in front of the table, with the first cell active."""
    return opened(sit(ada), draft)


def opened(seat, draft):
    seat.open(reverse("workflows:decision-edit", args=[draft.pk]))
    seat.page.locator("#editor[data-ready]").wait_for()
    seat.page.locator(".sheet-grid tbody td").first.click()
    return seat


def cells(seat) -> list[list[str]]:
    return seat.page.locator(".sheet-grid tbody tr").evaluate_all(
        "lines => lines.map((line) => [...line.querySelectorAll('td')].map((cell) =>"
        " [...cell.childNodes].filter((node) => !node.matches?.('.sheet-problem'))"
        ".map((node) => node.textContent).join('')))"
    )


def active(seat) -> str:
    return seat.page.locator(".sheet-active").inner_text().strip()


def stored(draft):
    from workflows.dmn import sheet
    from workflows.models import DecisionDraft

    return sheet.sheet_of(bytes(DecisionDraft.objects.get(pk=draft.pk).xml), "limits")


def type_in(seat, text: str) -> None:
    seat.page.keyboard.type(text)


# --- moving and typing --------------------------------------------------------------------------


def test_typing_replaces_a_cell_and_enter_goes_down(editing):
    type_in(editing, "> 70000")
    editing.press("Enter")

    assert cells(editing)[0][0] == "> 70000"
    assert active(editing) == "> 20000"


def test_f2_edits_what_is_there_and_escape_restores_it(editing):
    editing.press("F2")
    type_in(editing, "0")
    editing.press("Enter", "ArrowUp", "F2")
    type_in(editing, " or so")
    editing.press("Escape")

    assert cells(editing)[0][0] == "> 500000"
    assert active(editing) == "> 500000"


def test_tab_goes_right_and_on_to_the_next_rule(editing):
    editing.press("Tab", "Tab")
    type_in(editing, "7")
    editing.press("Tab")

    assert cells(editing)[0][2] == "7"
    assert active(editing) == "> 20000"


def test_shift_enter_and_shift_tab_go_back(editing):
    editing.press("ArrowDown", "ArrowRight")
    type_in(editing, '"high"')
    editing.press("Shift+Enter", "Shift+Tab")

    assert cells(editing)[1][1] == '"high"'
    assert active(editing) == "> 50000"


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        (["End"], "10000"),
        (["End", "Home"], "> 50000"),
        (["Control+End"], "0"),
        (["Control+End", "Control+Home"], "> 50000"),
        (["Control+ArrowDown", "Control+ArrowRight"], "0"),
        (["ArrowDown", "ArrowRight", "ArrowRight", "ArrowUp", "ArrowLeft"], '"low"'),
        (["ArrowUp"], "Condition"),
    ],
)
def test_keys_lead_through_the_table(keys, text, editing):
    editing.press(*keys)

    assert active(editing).startswith(text)


def test_escape_then_tab_leaves_the_table(editing):
    editing.press("Escape", "Tab")

    assert editing.page.evaluate("document.activeElement.closest('.sheet-grid')") is None


def test_delete_empties_what_is_selected(editing):
    editing.press("Shift+ArrowDown", "Shift+ArrowRight", "Delete")

    assert [row[:2] for row in cells(editing)] == [["–", "–"], ["–", "–"], ["–", "–"]]


def test_alt_enter_breaks_the_line(editing):
    editing.press("End", "F2", "Alt+Enter")
    type_in(editing, "+ 1")
    editing.press("Enter")

    assert cells(editing)[0][2] == "10000\n+ 1"


def test_letters_in_the_table_press_no_button_of_the_page(editing):
    type_in(editing, "?")
    editing.press("Enter")

    assert cells(editing)[0][0] == "?"
    assert not editing.page.locator("#key-help").is_visible()


def test_the_keys_are_listed(editing):
    editing.press("Control+/")

    expect(editing.page.get_by_role("heading", name="In the table")).to_be_visible()


# --- clipboard ----------------------------------------------------------------------------------


def test_cells_of_a_spreadsheet_are_pasted_and_rules_added(editing):
    editing.press("ArrowDown", "ArrowDown")
    editing.page.evaluate(PASTE, '> 9\t"low"\t"1 +\n2"\r\n> 8\t-\t2\r\n')

    assert cells(editing)[2:] == [["> 9", '"low"', "1 +\n2"], ["> 8", "–", "2"]]


def test_a_copied_range_is_pasted_elsewhere(editing):
    editing.press("Shift+ArrowRight")
    copied = editing.page.evaluate(COPIED, "copy")
    editing.press("Control+Home", "ArrowDown", "ArrowDown")
    editing.page.evaluate(PASTE, copied)

    assert copied == '> 50000\t"""low"""'
    assert cells(editing)[2][:2] == ["> 50000", '"low"']


def test_cut_cells_are_gone_and_come_back_by_undo(editing):
    editing.press("Shift+ArrowDown")
    cut = editing.page.evaluate(COPIED, "cut")
    gone = cells(editing)
    editing.press("Control+z")

    assert cut == "> 50000\n> 20000"
    assert [row[0] for row in gone] == ["–", "–", "–"]
    assert [row[0] for row in cells(editing)] == ["> 50000", "> 20000", "–"]


def test_one_copied_cell_fills_the_selection(editing):
    editing.press("End", "Shift+ArrowDown", "Shift+ArrowDown")
    editing.page.evaluate(PASTE, "5")

    assert [row[2] for row in cells(editing)] == ["5", "5", "5"]


def test_the_browsers_own_copy_and_paste_work(sit, ada, draft):
    seat = opened(sit(ada, permissions=["clipboard-read", "clipboard-write"]), draft)

    seat.press("End", "Control+c", "ArrowDown", "Control+v")

    assert cells(seat)[1][2] == "10000"


# --- undo, rules, columns -----------------------------------------------------------------------


def test_each_step_is_undone_and_done_again(editing):
    before = cells(editing)
    type_in(editing, "1")
    editing.press("Enter", "Control+d", "Alt+ArrowUp", "Control+Delete")
    after = cells(editing)
    editing.press("Control+z", "Control+z", "Control+z", "Control+z")
    undone = cells(editing)
    editing.press("Control+y", "Control+y", "Control+y", "Control+Shift+z")

    assert undone == before
    assert cells(editing) == after != before


def test_rules_are_added_copied_moved_and_removed(editing):
    editing.press("Control+d", "Alt+ArrowDown", "Control+Enter")
    type_in(editing, "< 0")
    editing.press("Enter", "Control+Home", "Control+Delete")

    assert [row[0] for row in cells(editing)] == ["> 20000", "> 50000", "< 0", "–"]


def test_the_buttons_do_the_same(editing):
    page = editing.page

    page.get_by_role("group", name="Rules").get_by_role("button", name="Copy").click()
    page.get_by_role("button", name="Move the rule down").click()
    page.get_by_role("button", name="Move the rule down").click()
    page.get_by_role("button", name="Undo").click()

    assert [row[0] for row in cells(editing)] == ["> 50000", "> 20000", "> 50000", "–"]


def test_a_column_is_added_and_described(editing, draft):
    page = editing.page
    page.get_by_role("group", name="Columns").get_by_text("Add").click()
    page.get_by_role("button", name="Note").click()
    page.get_by_label("Name", exact=True).fill("Reason")
    page.get_by_role("button", name="Take over").click()

    editing.press("ArrowDown")
    type_in(editing, "Rich enough")
    editing.press("Enter", "Control+s")

    page.get_by_text("Saved as revision 2.").first.wait_for()
    assert stored(draft).annotations == ("Reason",)
    assert stored(draft).rules[0].annotations == ("Rich enough",)


def test_a_column_is_changed_from_its_head(editing):
    editing.press("ArrowUp", "Enter")
    editing.page.get_by_label("Title").fill("Income")
    editing.press("Enter")

    expect(editing.page.locator(".sheet-title").first).to_have_text("Income")
    editing.press("Control+z")
    expect(editing.page.locator(".sheet-title").first).to_have_text("Yearly income")


# --- checking and saving ------------------------------------------------------------------------


def test_a_cell_is_checked_as_it_is_left(editing):
    type_in(editing, "> >")
    editing.press("Enter")

    wrong = editing.page.locator("td[aria-invalid=true]")
    expect(wrong).to_have_count(1)
    said = editing.page.locator(f'[id="{wrong.get_attribute("aria-describedby")}"]')
    expect(said).to_contain_text(".")
    expect(editing.page.locator("[data-problem-count]")).to_have_text("1")


def test_allowed_values_are_offered(sit, ada):
    from tests.workflows import decided

    xml = decided.model().replace(b'id="e2" typeRef="string"', b'id="e2" typeRef="tRisk"')
    seat = opened(sit(ada), decided.drafted(xml))

    seat.press("ArrowRight")
    type_in(seat, "hi")
    seat.press("ArrowDown", "Enter")

    assert cells(seat)[0][1] == '"high"'
    assert active(seat).startswith("–")


def test_changes_are_counted_saved_and_survive_a_reload(editing, draft):
    type_in(editing, "> 70000")
    editing.press("Enter", "Control+d")
    button = editing.page.locator("#editor-save")
    expect(button).to_contain_text("Save 2 changes")

    editing.press("Control+s")

    expect(button).to_have_text("Save")
    expect(editing.page.locator("[data-revision]")).to_have_text("2")
    editing.press("Control+d", "Control+s")
    expect(editing.page.locator("[data-revision]")).to_have_text("3")
    assert [row.inputs[0] for row in stored(draft).rules] == [
        "> 70000", "> 20000", "> 20000", "> 20000", "-",
    ]  # fmt: skip
    assert len({row.id for row in stored(draft).rules}) == 5


def test_somebody_elses_revision_is_not_overwritten_by_accident(editing, draft):
    from django.utils import timezone

    from tests.workflows import decided
    from workflows import decision_drafts

    newer = decided.model([("> 1", "-", "7"), *decided.RULES[1:]])
    decision_drafts.save(draft, xml=newer, revision=1, by=decided.BOB, now=timezone.now())
    editing.press("End")
    type_in(editing, "4711")
    editing.press("Enter", "Control+s")

    notice = editing.page.get_by_role("alert")
    expect(notice).to_contain_text("user:bob saved this draft")
    assert stored(draft).rules[0].outputs == ("7",)
    assert cells(editing)[0][2] == "4711"

    notice.get_by_role("button", name="Save mine over revision 2").click()
    expect(editing.page.locator("[data-revision]")).to_have_text("3")
    assert stored(draft).rules[0].outputs == ("4711",)


def test_leaving_with_unsaved_changes_is_warned_about(editing):
    type_in(editing, "1")
    editing.press("Enter")
    asked = []
    editing.page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))

    editing.page.get_by_role("link", name="Test bench").click()
    editing.page.get_by_role("heading", name="Inputs").wait_for()

    assert asked == ["beforeunload"]


def test_a_finding_marks_its_rules_and_a_gap_becomes_a_rule(sit, ada):
    from tests.workflows import decided

    rules = [("> 50000", "-", "1"), ("> 20000", "-", "2")]
    seat = opened(sit(ada), decided.drafted(decided.model(rules, policy="UNIQUE")))

    seat.page.get_by_role("button", name="Look").click()
    seat.page.get_by_role("button", name="Not allowed").click()
    expect(seat.page.locator(".sheet-marked")).to_have_count(2)
    seat.page.get_by_role("button", name="Add a rule for it").click()

    assert cells(seat)[2] == ["<= 20000", "–", ""]
    assert seat.page.locator(".sheet-active").evaluate("cell => cell.cellIndex") == 3


def test_an_input_is_tried_on_what_is_typed(editing):
    page = editing.page
    editing.press("End")
    type_in(editing, "4711")
    editing.press("Enter")

    page.get_by_role("textbox", name="Income").fill("60000")
    page.get_by_role("combobox", name="Risk").select_option("low")
    page.get_by_role("button", name="Which rule matches?").click()

    expect(page.locator("#editor-trial")).to_contain_text("The answer is 4711")
    expect(page.locator(".sheet-matched th")).to_have_text("1")


# --- for everybody ------------------------------------------------------------------------------


@pytest.mark.parametrize("screen", SCREENS, ids=["light and wide", "dark and narrow"])
def test_it_can_be_used_by_everybody(screen, sit, ada, draft):
    seat = opened(sit(ada, **screen), draft)
    type_in(seat, "> >")
    seat.press("Enter")
    seat.page.locator("td[aria-invalid=true]").wait_for()
    seat.page.get_by_role("button", name="Look").click()
    seat.page.locator("#editor-findings[data-analysed]").wait_for()

    assert seat.accessibility() == ""
    assert not seat.page.evaluate(TOO_WIDE)
    seat.page.locator(".sheet-grid tbody td").first.click()
    seat.press("F2")
    assert seat.accessibility() == ""
    seat.press("Escape", "ArrowUp", "Enter")
    seat.page.get_by_label("Title").wait_for()
    assert seat.accessibility() == ""
    assert seat.violations() == []


def test_without_javascript_every_button_is_there(sit, ada, draft):
    seat = sit(ada, java_script_enabled=False)
    page = seat.open(reverse("workflows:decision-edit", args=[draft.pk]))

    page.get_by_label("Yearly income").first.fill("> 70000")
    page.get_by_role("button", name="Copy rule 1").click()
    page.get_by_role("button", name="Save", exact=True).click()

    page.get_by_text("Saved as revision 2.").wait_for()
    assert [row.inputs[0] for row in stored(draft).rules] == ["> 70000", "> 70000", "> 20000", "-"]


def test_the_plain_page_can_be_used_by_everybody(sit, ada, draft):
    seat = sit(ada)
    seat.page.route("**/decision-editor.js", lambda route: route.abort())
    page = seat.open(reverse("workflows:decision-edit", args=[draft.pk]))

    assert page.locator(".sheet-plain textarea").count() == 9
    assert seat.accessibility() == ""
