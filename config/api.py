"""The REST API: one address for each operation, its description, and a page to read it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularJSONAPIView

from workflows.api.operation import NotThere

VERBS = ("get", "post", "put", "patch", "delete")


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The description as a page: what there is, by subject."""
    return render(request, "api_docs.html", {"subjects": subjects()})


def subjects() -> dict[str, list[dict[str, Any]]]:
    """The operations of the description by their tag, in the order of their addresses."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]  # drf-spectacular ships few types
    description = generator.get_schema(public=True)  # type: ignore[no-untyped-call]  # as above
    found: dict[str, list[dict[str, Any]]] = {}
    for address, said in description["paths"].items():
        for verb in VERBS:
            if verb in said:
                operation = {"verb": verb.upper(), "address": address, **said[verb]}
                found.setdefault(operation["tags"][0], []).append(operation)
    return found


operations: list[URLPattern | URLResolver] = [
    path("", include("workflows.api.urls")),
    path("", include("reviews.api.urls")),
    path("schema", SpectacularJSONAPIView.as_view(), name="schema"),
    path("<path:rest>", NotThere.as_view(), name="not-there"),
]
urlpatterns = [
    path("docs", docs, name="docs"),
    path("", include((operations, "api"))),
]
