"""The REST API: one address for each operation, its description, and a page to read it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.http import require_safe
from drf_spectacular.views import SpectacularJSONAPIView

from workflows.api.operation import NotThere


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The description as a page, on which operations can be tried out."""
    return render(request, "api_docs.html")


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
