"""Is the broker set up so that wake-ups arrive? Asked at every start and by `check --deploy`."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register  # noqa: A004  Django's name for it

from config import broker

UNKNOWN = "unknown"


def broker_troubles() -> list[str]:
    """One sentence for each thing that would lose wake-ups; empty when it cannot be reached."""
    import redis  # half a second that no other command should wait

    try:
        policy = eviction_policy()
    except redis.RedisError:
        return []  # /health/ready says so; nothing is lost meanwhile
    troubles = []
    if policy not in {"noeviction", UNKNOWN}:
        troubles.append(
            f"The broker may throw away wake-ups: its maxmemory-policy is {policy}. "
            "Set it to noeviction."
        )
    if not broker.broker_transport_options.get("global_keyprefix"):
        troubles.append(
            "The broker's keys have no prefix, so other programs may take our wake-ups. "
            "Set global_keyprefix in config/broker.py."
        )
    return troubles


def eviction_policy() -> str:
    import redis

    from config.broker_link import link

    with link(settings.REDIS_URL) as client:
        try:
            answer: Any = client.config_get("maxmemory-policy")
        except redis.ResponseError:  # some hosted brokers do not answer such questions
            return UNKNOWN
    return str(answer.get("maxmemory-policy", UNKNOWN))


@register(deploy=True)
def check_broker(**_asked: Any) -> list[CheckMessage]:
    return [Warning(trouble, id="countersign.W001") for trouble in broker_troubles()]
