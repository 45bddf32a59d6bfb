from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.utils import timezone
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.views import APIView

from queues import tokens
from queues.authentication import TokenAuthentication
from queues.models import ServiceToken
from tests.queues import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def webshop(db):
    return builders.program("webshop")


@pytest.fixture
def issued(webshop):
    return tokens.issue(user=webshop, name="Orders", by="user:ada", now=timezone.now())


def sign_in(secret: str, *, scheme: str = "Bearer", path: str = "/"):
    asked = RequestFactory().get(path, headers={"Authorization": f"{scheme} {secret}"})
    return TokenAuthentication().authenticate(Request(asked))


def test_a_program_signs_in_with_its_token(webshop, issued):
    row, secret = issued

    assert sign_in(secret) == (webshop, row)
    assert ServiceToken.objects.get().last_used_at is not None


def test_only_the_digest_of_a_token_is_kept(issued):
    row, secret = issued

    stored = ServiceToken.objects.filter(pk=row.pk).values().get()

    assert secret.startswith("cs_")
    assert secret not in str(stored)
    assert stored["digest"] == tokens.digest_of(secret)


def test_b42_a_revoked_token_opens_nothing(issued):
    row, secret = issued
    tokens.revoke(row, by="user:ada", now=timezone.now())

    with pytest.raises(AuthenticationFailed, match="not valid"):
        sign_in(secret)


def test_b42_an_expired_token_opens_nothing(webshop):
    now = timezone.now()
    _, secret = tokens.issue(
        user=webshop,
        name="Orders",
        by="user:ada",
        now=now - timedelta(days=2),
        expires_at=now - timedelta(days=1),
    )

    with pytest.raises(AuthenticationFailed):
        sign_in(secret)


def test_b42_the_token_of_an_account_that_is_switched_off_opens_nothing(webshop, issued):
    webshop.is_active = False
    webshop.save()

    with pytest.raises(AuthenticationFailed):
        sign_in(issued[1])


@pytest.mark.parametrize("secret", ["", "cs_", "cs_no", "Cs_x", "x" * 10_000, "cs_\u00fc", "a b"])
def test_b42_what_is_no_token_opens_nothing(issued, secret):
    with pytest.raises(AuthenticationFailed):
        sign_in(secret)


def test_b42_a_token_in_the_address_is_not_looked_at(issued):
    asked = RequestFactory().get("/", {"token": issued[1], "access_token": issued[1]})

    assert TokenAuthentication().authenticate(Request(asked)) is None


def test_another_scheme_is_left_to_others(issued):
    assert sign_in(issued[1], scheme="Basic") is None


def test_b42_the_api_answers_401_and_says_how_to_sign_in(issued):
    answer = APIView.as_view()(
        RequestFactory().get("/", headers={"Authorization": "Bearer cs_wrong"})
    )

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
