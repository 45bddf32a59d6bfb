"""Refusals as machines read them: problem details (RFC 9457), never a traceback."""

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions, serializers
from rest_framework.authentication import BasicAuthentication
from rest_framework.renderers import JSONRenderer
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from workflows.refusals import NotAllowed, NotValid, OutOfDate, Refusal
from workflows.strict_json import NotJSON


class NotAMember(NotAllowed):
    slug = "not-a-member"


def answered(error: Exception):
    """What a view that raises this answers with."""

    class View(APIView):
        authentication_classes = (BasicAuthentication,)
        permission_classes = ()
        renderer_classes = (JSONRenderer,)

        def get(self, _request):
            raise error

    response = View.as_view()(APIRequestFactory().get("/api/v1/things/7/")).render()
    assert response.headers["Content-Type"] == "application/problem+json"
    return response, json.loads(response.content)


@pytest.mark.parametrize(
    ("error", "status", "slug"),
    [
        (Refusal("No."), 409, "refused"),
        (OutOfDate("Bob has it now."), 409, "out-of-date"),
        (NotAMember("You are not a member."), 403, "not-a-member"),
        (NotValid("Two things are wrong."), 422, "not-valid"),
        (NotJSON("NaN is not JSON."), 400, "not-json"),
        (Http404("Loan 7 of Bob"), 404, "not-found"),
        (PermissionDenied("inner details"), 403, "forbidden"),
        (exceptions.NotAuthenticated(), 401, "unauthorized"),
        (exceptions.MethodNotAllowed("GET"), 405, "method-not-allowed"),
        (exceptions.UnsupportedMediaType("text/xml"), 415, "unsupported-media-type"),
        (exceptions.ParseError("Broken."), 400, "bad-request"),
    ],
)
def test_each_refusal_has_its_status_and_type(error, status, slug):
    response, body = answered(error)

    assert response.status_code == body["status"] == status
    assert body["type"] == f"urn:countersign:problem:{slug}"
    assert body["instance"] == "/api/v1/things/7/"
    assert body["title"]
    assert body["detail"]


def test_the_sentence_is_the_one_of_the_page():
    _, body = answered(OutOfDate("Bob has it now. Take another item."))

    assert body["detail"] == "Bob has it now. Take another item."


def test_what_is_not_found_says_nothing_about_itself():
    _, body = answered(Http404("Loan 7 of Bob"))

    assert "Bob" not in body["detail"]


def test_findings_are_listed():
    findings = [{"element": "a", "line": 3, "sentence": "No flow leaves a."}]

    _, body = answered(NotValid("The model cannot run.", findings))

    assert body["errors"] == findings


def test_each_field_that_is_wrong_is_pointed_at():
    class Line(serializers.Serializer):
        amount = serializers.IntegerField()

    class Order(serializers.Serializer):
        name = serializers.CharField()
        lines = Line(many=True)

    order = Order(data={"lines": [{"amount": 1}, {"amount": "x"}]})
    with pytest.raises(exceptions.ValidationError) as refusal:
        order.is_valid(raise_exception=True)

    response, body = answered(refusal.value)

    assert response.status_code == 400
    assert [error["pointer"] for error in body["errors"]] == ["/name", "/lines/1/amount"]
    assert body["detail"] == "2 things are wrong."


def test_a_client_that_may_come_back_later_is_told_when():
    response, _ = answered(exceptions.Throttled(wait=7.2))

    assert response.status_code == 429
    assert response.headers["Retry-After"] == "8"


def test_a_stranger_is_told_how_to_sign_in():
    response, _ = answered(exceptions.NotAuthenticated())

    assert response.headers["WWW-Authenticate"].startswith("Basic")


def test_what_nobody_expected_is_left_to_django():
    with pytest.raises(ZeroDivisionError):
        answered(ZeroDivisionError())
