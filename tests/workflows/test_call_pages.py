"""Which process called which, on the page of an instance."""

import pytest
from django.urls import reverse

from tests.reviews.builders import person
from tests.workflows.called import call, called_by, caller, deploy, other, settle
from workflows import call_queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client):
    client.force_login(person("ada", is_admin=True))
    return lambda instance: client.get(reverse("workflows:instance", args=[instance.pk]))


def test_the_page_leads_to_the_caller_to_where_it_began_and_to_what_is_called(page):
    other()
    deploy(b"middle", "start -> m -> end", m=call("other"))
    outer = caller(c=call("middle"))
    settle()
    [middle] = called_by(outer)
    [inner] = called_by(middle)

    top, between, bottom = (page(each).content.decode() for each in (outer, middle, inner))

    assert "Called processes" in top
    assert f"/processes/{middle.pk}/" in top
    assert "Called by" not in top
    assert f"/processes/{outer.pk}/" in between
    assert f"/processes/{inner.pk}/" in between
    assert "where it all began" not in between
    assert f"/processes/{middle.pk}/" in bottom
    assert f"/processes/{outer.pk}/" in bottom
    assert "where it all began" in bottom


def test_a_called_process_that_somebody_may_not_see_is_not_told_of(client):
    other()
    outer = caller()
    settle()

    family = call_queries.family_of(called_by(outer)[0], person("maria"))

    assert family.caller is None
    assert list(family.called) == []
