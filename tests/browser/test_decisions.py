"""Decision models in a real browser: readable by everybody, usable without scripts."""

import pytest
from django.urls import reverse

SCREENS = [
    {"color_scheme": "light", "viewport": {"width": 1280, "height": 900}},
    {"color_scheme": "dark", "viewport": {"width": 400, "height": 800}},
]
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def limits(transactional_db):
    """Two versions, two cases of which one fails, and a draft that waits for a signature."""
    from tests.workflows import decided

    decided.published()
    decided.published(decided.model([("> 90000", '"low"', "10000"), *decided.RULES[1:]]))
    decided.case("Middle", expected=2_000, Income=30_000, Risk="low")
    return decided.submitted(decided.drafted(decided.model([("> 5", "-", "2000"), *decided.RULES])))


def address(name: str, *args: object) -> str:
    return reverse(f"workflows:{name}", args=args)


@pytest.mark.parametrize("screen", SCREENS, ids=["light and wide", "dark and narrow"])
def test_every_page_can_be_read_by_everybody(screen, sit, ada, limits):
    seat = sit(ada, **screen)

    for place in [
        address("decisions"),
        address("decision-new"),
        address("decision-import"),
        address("decision", "limits"),
        *(address(f"decision-{page}", "limits", 2)
          for page in ("version", "test", "analysis", "changes")),
        *(address(f"decision-draft{page}", limits.pk)
          for page in ("", "-tables", "-test", "-analysis", "-changes")),
        address("decision-review", limits.pk),
    ]:  # fmt: skip
        page = seat.open(place)
        assert seat.accessibility() == "", place
        assert not page.evaluate(TOO_WIDE), place
    assert seat.violations() == []


def test_an_input_is_tried_and_saved_without_javascript(sit, ada, limits):
    page = sit(ada, java_script_enabled=False).open(address("decision-draft-test", limits.pk))

    page.get_by_label("Income").fill("60000")
    page.get_by_label("Risk").select_option("low")
    page.get_by_role("button", name="Try it").click()
    page.get_by_text("2000", exact=True).first.wait_for()
    page.get_by_label("Name of the case").fill("Rich")
    page.get_by_role("button", name="Save the case").click()

    page.get_by_role("link", name="Rich", exact=True).wait_for()


def test_the_second_administrator_signs_without_javascript(sit, ada, limits):
    page = sit(ada, java_script_enabled=False).open(address("decision-review", limits.pk))

    page.get_by_role("button", name="Sign and publish").click()

    page.get_by_role("heading", name="Loan limits, version 3").wait_for()
