"""The page that describes the API, drawn under the strict content policy."""

from playwright.sync_api import expect


def test_operations_are_drawn_and_can_be_tried_out(sit, ada):
    seat = sit(ada)
    page = seat.open("/api/v1/docs#/Processes/list_instances")

    operation = page.locator("#operations-Processes-list_instances")
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()

    expect(operation.locator(".live-responses-table")).to_contain_text("results")
    expect(page.locator(".opblock")).to_have_count(19)
