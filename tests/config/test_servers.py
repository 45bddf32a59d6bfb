import os

import psycopg
import pytest
import redis


def test_the_private_server_is_real_postgresql():
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        [version] = connection.execute("SHOW server_version_num").fetchone()

    assert int(version) >= 150000


def test_the_broker_refuses_who_does_not_know_the_password():
    url = redis.connection.parse_url(os.environ["REDIS_URL"])
    stranger = redis.Redis(host=url["host"], port=url["port"])

    with pytest.raises(redis.AuthenticationError):
        stranger.ping()


def test_the_database_refuses_who_does_not_know_the_password():
    url = os.environ["DATABASE_URL"]

    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, password="guessed")
