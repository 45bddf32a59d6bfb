"""The OpenAPI description: complete, valid, and a page that draws it under the strict policy."""

import warnings

import pytest
from django.core.management import call_command
from drf_spectacular.generators import SchemaGenerator

from reviews.api import urls as reviews
from tests.api.programs import signed_in
from workflows.api import urls as workflows

METHODS = {"get", "post", "put", "patch", "delete"}


def test_the_description_is_valid_and_without_warnings(tmp_path):
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "api.yml"))


def operations():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        paths = SchemaGenerator().get_schema(public=True)["paths"]
    return [
        (f"{method} {path}", operation)
        for path, methods in paths.items()
        for method, operation in methods.items()
        if method in METHODS
    ]


def test_every_operation_is_described():
    found = dict(operations())

    assert len(found) == len(workflows.urlpatterns) + len(reviews.urlpatterns)
    for name, operation in found.items():
        assert operation["summary"], name
        assert operation["tags"] != ["api"], name


def test_every_operation_says_which_problems_it_answers_with():
    for name, operation in operations():
        problems = [
            status
            for status, answer in operation["responses"].items()
            if "application/problem+json" in answer.get("content", {})
        ]
        assert "401" in problems, name
        if name.startswith("post"):
            assert {"400", "415"} <= set(problems), name


@pytest.mark.django_db
def test_the_description_is_for_those_who_are_signed_in(client, alice):
    assert client.get("/api/v1/schema").status_code == 401
    assert client.get("/api/v1/docs").status_code == 302

    answer = signed_in(alice).get("schema")
    assert answer.json()["openapi"].startswith("3.")


@pytest.mark.django_db
def test_the_page_keeps_the_strict_policy(alice):
    page = signed_in(alice).get("docs")

    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert b"<style" not in page.content
    assert page.content.count(b"<script") == page.content.count(b"<script ")
