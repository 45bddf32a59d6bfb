"""The page that describes the API."""

import pytest
from drf_spectacular.generators import SchemaGenerator
from playwright.sync_api import expect

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.mark.parametrize("width", [400, 1280])
def test_every_operation_is_described_for_everybody(sit, ada, width):
    seat = sit(ada, viewport={"width": width, "height": 900})
    page = seat.open("/api/v1/docs")

    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"].values()
    operations = sum(len(METHODS & path.keys()) for path in paths)
    assert operations > 19
    expect(page.locator("tbody tr")).to_have_count(operations)
    expect(page.get_by_text("POST /api/v1/items/{id}/decide")).to_be_visible()
    assert not seat.accessibility()
    assert not seat.violations()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
