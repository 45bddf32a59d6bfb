"""How operations are described in OpenAPI: their answers, and each problem that can come back."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers

from workflows.problems import MEDIA_TYPE, PREFIX
from workflows.reading import LARGEST_PAGE, USUAL_PAGE

Operation = TypeVar("Operation", bound=Callable[..., Any])

ALWAYS = {
    401: ("unauthorized", "Nobody is signed in, or the token is not valid."),
}
SOMETIMES = {
    400: ("not-valid", "The request cannot be read, or has fields or parameters not known here."),
    403: ("not-allowed", "This account may not do this; the sentence says why."),
    404: ("not-found", "There is no such thing, or this account may not know of it."),
    409: ("out-of-date", "Something changed since it was shown, or stands in the way now."),
    413: ("content-too-large", "The body is larger than what is taken at once."),
    415: ("unsupported-media-type", "The body is of another type than the one described."),
    422: ("not-valid", "It was understood, but cannot be used as it is."),
    503: ("too-much", "The answer would take too long. Narrow the question down."),
}
WITH_BODY = (400, 413, 415)


class PlaceOut(serializers.Serializer[Any]):
    """One of several faults."""

    pointer = serializers.CharField(
        required=False, help_text="Where in the body, as a JSON pointer (RFC 6901)."
    )
    detail = serializers.CharField(required=False, help_text="What is wrong there.")
    element = serializers.CharField(required=False, help_text="The element of a BPMN model.")
    instance = serializers.CharField(required=False, help_text="A process that is meant.")
    line = serializers.IntegerField(required=False, help_text="Its line in the file.")
    sentence = serializers.CharField(required=False, help_text="What is wrong in the model.")


class ProblemOut(serializers.Serializer[Any]):
    """Problem details (RFC 9457)."""

    type = serializers.CharField(help_text="A name that stays: urn:countersign:problem:…")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="One sentence: what is wrong and what to do.")
    instance = serializers.CharField(required=False)
    errors = PlaceOut(many=True, required=False)  # type: ignore[assignment]  # a field; DRF takes it off the class


def described(
    *,
    answers: Mapping[int, Any],
    sends: Any = None,
    problems: tuple[int, ...] = (),
    **said: Any,
) -> Callable[[Operation], Operation]:
    """`extend_schema` with the problems that this operation can answer with."""
    responses: dict[Any, Any] = dict(answers)
    known = dict.fromkeys((*(WITH_BODY if sends is not None else ()), *problems))
    for status, (slug, why) in {**ALWAYS, **{each: SOMETIMES[each] for each in known}}.items():
        responses[(status, MEDIA_TYPE)] = OpenApiResponse(
            ProblemOut, description=why, examples=[_example(status, slug, why)]
        )
    decorate: Callable[[Operation], Operation] = extend_schema(
        request=sends, responses=responses, **said
    )
    return decorate


def _example(status: int, slug: str, why: str) -> OpenApiExample:
    value = {
        "type": PREFIX + slug,
        "title": slug.replace("-", " ").capitalize(),
        "status": status,
        "detail": why,
        "instance": "/api/v1/…",
    }
    return OpenApiExample(slug, value=value, media_type=MEDIA_TYPE, response_only=True)


def parameter(name: str, description: str, *, kind: Any = OpenApiTypes.STR) -> OpenApiParameter:
    return OpenApiParameter(name, kind, OpenApiParameter.QUERY, description=description)


AFTER = parameter("after", "Where to go on: `next` of the answer before.")
PAGE_SIZE = parameter(
    "page_size",
    f"How many at once: {USUAL_PAGE} unless said otherwise, {LARGEST_PAGE} at most.",
    kind=OpenApiTypes.INT,
)
