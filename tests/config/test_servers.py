import os

import psycopg
import pytest
import redis

from config.broker_link import link


def test_the_private_server_is_real_postgresql():
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        [version] = connection.execute("SHOW server_version_num").fetchone()

    assert int(version) >= 150000


def test_the_broker_refuses_who_does_not_know_the_password():
    place = os.environ["REDIS_URL"].rpartition("@")[2]

    with link(f"redis://{place}") as stranger, pytest.raises(redis.AuthenticationError):
        stranger.ping()


def test_the_database_refuses_who_does_not_know_the_password():
    url = os.environ["DATABASE_URL"]

    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, password="guessed")
