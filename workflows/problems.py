"""Every refusal as a machine reads it: problem details for HTTP APIs (RFC 9457).

The sentence is the one that pages show. `type` is a name that stays, `urn:countersign:problem:…`;
`errors` lists each place when several things are wrong.
"""

import http
import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

from workflows.refusals import Refusal
from workflows.strict_json import NotJSON

MEDIA_TYPE = "application/problem+json"
PREFIX = "urn:countersign:problem:"
DEEPEST = 20

logger = logging.getLogger(__name__)


def answer(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Django REST Framework's exception handler; None leaves what is unexpected to Django."""
    request = context.get("request")
    instance = request.path if request is not None else ""
    match error:
        case Refusal():
            return _refusal(error, instance=instance)
        case NotJSON():
            return problem(400, "not-json", str(error), instance=instance)
        case OperationalError():
            return _busy(error, instance=instance)
        case Http404():
            error = exceptions.NotFound()
        case PermissionDenied():
            error = exceptions.PermissionDenied()
    if not isinstance(error, exceptions.APIException):
        return None
    return _api_error(error, instance=instance)


def problem(
    status: int,
    slug: str,
    detail: str,
    *,
    instance: str = "",
    errors: list[dict[str, Any]] | None = None,
) -> Response:
    """An answer in RFC 9457's members, with `errors` as an extension of ours."""
    said: dict[str, Any] = {
        "type": PREFIX + slug,
        "title": slug.replace("-", " ").capitalize(),
        "status": status,
        "detail": detail,
    }
    if instance:
        said["instance"] = instance
    if errors:
        said["errors"] = errors
    return Response(said, status=status, content_type=MEDIA_TYPE)


def _busy(error: OperationalError, *, instance: str) -> Response:
    """A row that others hold for too long, or no database: worth another try, not a fault of it."""
    logger.warning("%s could not be answered: %s", instance, error)
    sentence = "The database is busy or out of reach. Send this again in a moment."
    response = problem(503, "busy", sentence, instance=instance)
    response["Retry-After"] = "2"
    return response


def _refusal(refusal: Refusal, *, instance: str) -> Response:
    errors = list(getattr(refusal, "findings", []))
    return problem(refusal.status, refusal.slug, refusal.sentence, instance=instance, errors=errors)


def _api_error(error: exceptions.APIException, *, instance: str) -> Response:
    slug = re.sub(r"[^a-z0-9]+", "-", http.HTTPStatus(error.status_code).phrase.lower())
    errors: list[dict[str, Any]] = []
    if isinstance(error, exceptions.ValidationError):
        slug, errors = "not-valid", list(_places(error.detail))
        detail = errors[0]["detail"] if len(errors) == 1 else f"{len(errors)} things are wrong."
    else:
        detail = str(error.detail)
    response = problem(error.status_code, slug, detail, instance=instance, errors=errors)
    for header, value in _headers(error):
        response[header] = value
    return response


def _headers(error: exceptions.APIException) -> Iterator[tuple[str, str]]:
    if scheme := getattr(error, "auth_header", None):
        yield "WWW-Authenticate", str(scheme)
    if (wait := getattr(error, "wait", None)) is not None:
        yield "Retry-After", str(int(wait))


def _places(detail: Any, pointer: str = "", depth: int = 0) -> Iterator[dict[str, Any]]:
    """Each error with a JSON pointer (RFC 6901) to what it is about."""
    if depth > DEEPEST:
        return
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            place = pointer if name == "non_field_errors" else f"{pointer}/{_escaped(str(name))}"
            yield from _places(inner, place, depth + 1)
    elif isinstance(detail, list | tuple):
        for position, inner in enumerate(detail):
            nested = isinstance(inner, Mapping | list | tuple)
            place = f"{pointer}/{position}" if nested else pointer
            yield from _places(inner, place, depth + 1)
    else:
        yield {"pointer": pointer, "detail": str(detail)}


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
