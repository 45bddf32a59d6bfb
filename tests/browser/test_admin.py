"""An administrator at work in a real browser."""

from pathlib import Path

import pytest
from django.urls import reverse

MODEL = Path(__file__).resolve().parents[2] / "examples/loan_approval.bpmn"
PAGES = [
    "queues:configure", "queues:queues", "queues:people", "queues:skills", "queues:rules",
    "queues:calendar-add", "queues:policy-add", "reviews:grid-add", "reviews:reasons",
    "queues:skip-reasons", "queues:programs", "workflows:definitions", "workflows:subscriptions",
]  # fmt: skip
SCREENS = [
    {"color_scheme": "light", "viewport": {"width": 1440, "height": 900}},
    {"color_scheme": "dark", "viewport": {"width": 400, "height": 800}},
]
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def hours(transactional_db):
    from queues import calendars
    from tests.queues import builders

    return calendars.publish(
        key="office", name="Office", spec=builders.OFFICE, by="user:ada", now=builders.NOW
    )


@pytest.mark.parametrize("screen", SCREENS, ids=["light and wide", "dark and narrow"])
def test_every_page_can_be_read_by_everybody(screen, sit, ada, loans, hours):
    from queues.models import Skill

    Skill.objects.create(key="fraud", name="Fraud checks")
    seat = sit(ada, **screen)

    for address in [
        *map(reverse, PAGES),
        reverse("queues:queue-edit", args=[loans.slug]),
        reverse("queues:queue-members", args=[loans.slug]),
        reverse("queues:calendar-edit", args=["office"]),
        reverse("reviews:grid-edit", args=["loan"]),
    ]:
        page = seat.open(address)
        assert seat.accessibility() == "", address
        assert not page.evaluate(TOO_WIDE), address
    assert seat.violations() == []


def test_a_house_is_set_up_without_javascript(sit, ada, hours):
    from queues.models import Queue, SLAPolicy

    page = sit(ada, java_script_enabled=False).open(reverse("queues:policy-add"))
    page.get_by_label("Key", exact=True).fill("standard")
    page.get_by_label("Name", exact=True).fill("Standard")
    page.get_by_label("Calendar").select_option(label="Office v1")
    page.get_by_label("Within").first.fill("30 min")
    page.get_by_role("button", name="Preview").click()
    page.get_by_text("what begins now is due").wait_for()
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("heading", name="SLA policies").wait_for()
    page.goto(page.url.replace("policies/", "queues/new/"))
    page.get_by_label("Name", exact=True).fill("Refunds")
    page.get_by_label("Key", exact=True).fill("refunds")
    page.get_by_label("SLA policy").select_option(label="Standard v1")
    page.get_by_role("button", name="Create the queue").click()
    page.get_by_role("link", name="Refunds", exact=True).wait_for()

    assert Queue.objects.get(slug="refunds").policy == SLAPolicy.objects.get()


def test_a_form_that_is_refused_keeps_what_was_typed(sit, ada):
    page = sit(ada).open(reverse("queues:rule-add"))

    page.get_by_label("Condition").fill("impact > (")
    page.get_by_label("Name of the rule").fill("Large ones")
    page.get_by_role("button", name="Add the rule").click()

    page.get_by_role("alert").get_by_text("column").wait_for()
    assert page.get_by_label("Condition").input_value() == "impact > ("
    assert page.get_by_label("Name of the rule").input_value() == "Large ones"


def test_a_model_that_cannot_run_is_drawn_with_what_is_wrong(sit, ada, tmp_path):
    from workflows.models import ProcessDefinition

    broken = tmp_path / "broken.bpmn"
    broken.write_bytes(MODEL.read_bytes().replace(b'handler="', b'handler="no-such-'))
    page = sit(ada).open(reverse("workflows:definitions"))

    page.get_by_label("BPMN file").set_input_files(broken)
    page.get_by_role("button", name="Check and deploy").click()

    page.get_by_text("Nothing was deployed.").wait_for()
    assert page.locator(".bpmn-node.is-incident").count() == 3
    assert not ProcessDefinition.objects.exists()


def test_a_file_is_downloaded_and_not_opened(sit, ada):
    from tests.reviews.builders import NOW
    from workflows import definitions

    [definition] = definitions.deploy(source=MODEL.read_bytes(), by="user:ada", now=NOW)
    page = sit(ada).open(reverse("workflows:definition", args=[definition.pk]))

    with page.expect_download() as download:
        page.get_by_role("link", name="Download the file").click()

    assert Path(download.value.path()).read_bytes() == MODEL.read_bytes()
