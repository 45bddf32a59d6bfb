import pytest
from django.db import connection
from django.test import Client

pytestmark = pytest.mark.django_db

NOBODY_LISTENS = "redis://127.0.0.1:1/0"


def test_alive_needs_neither_sign_in_nor_database():
    answer = Client().get("/health/live")

    assert (answer.status_code, answer.json()["status"]) == (200, "ok")


def test_ready_when_database_and_broker_answer():
    answer = Client().get("/health/ready")

    assert (answer.status_code, answer.json()["status"]) == (200, "ok")


def test_without_the_broker_work_goes_on_more_slowly(settings):
    settings.REDIS_URL = NOBODY_LISTENS

    answer = Client().get("/health/ready")

    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert "Nothing is lost" in answer.json()["message"]


def test_without_the_database_nothing_is_ready(monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")

    answer = Client().get("/health/ready")

    assert (answer.status_code, answer.json()["status"]) == (503, "unavailable")


@pytest.mark.parametrize("address", ["/health/live", "/health/ready"])
def test_health_is_only_read(address):
    assert Client().post(address).status_code == 405
