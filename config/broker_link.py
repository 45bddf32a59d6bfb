"""A connection to the broker for asking how it is: quick to answer and quick to give up."""

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

SECONDS = 2


def link(url: str) -> redis.Redis:
    return redis.Redis.from_url(
        url,
        socket_timeout=SECONDS,
        socket_connect_timeout=SECONDS,
        retry=Retry(NoBackoff(), 0),
        decode_responses=True,
    )
