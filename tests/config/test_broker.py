"""What Celery and its broker are known to get wrong, and what is set against it."""

import pytest
from django.conf import settings

from config import broker
from config.broker_checks import broker_troubles, check_broker
from config.broker_link import link


@pytest.fixture
def broker_that_evicts():
    with link(settings.REDIS_URL) as client:
        client.config_set("maxmemory-policy", "allkeys-lru")
        yield
        client.config_set("maxmemory-policy", "noeviction")


def test_the_private_broker_gives_no_cause_for_warning():
    assert broker_troubles() == []


def test_c9_a_broker_that_evicts_is_named(broker_that_evicts):
    [warning] = check_broker()

    assert "maxmemory-policy is allkeys-lru. Set it to noeviction." in warning.msg


def test_c4_keys_carry_our_name_and_nothing_waits_for_a_result():
    assert broker.broker_transport_options["global_keyprefix"] == "countersign:"
    assert broker.result_backend is None


def test_c4_a_broker_without_our_prefix_is_named(monkeypatch):
    monkeypatch.delitem(broker.broker_transport_options, "global_keyprefix")

    assert "no prefix" in broker_troubles()[0]


def test_b62_only_json_is_read_from_the_broker():
    assert (broker.accept_content, broker.task_serializer) == (["json"], "json")


def test_a_broker_that_is_away_is_no_reason_not_to_start(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    assert broker_troubles() == []
