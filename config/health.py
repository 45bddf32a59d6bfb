"""Is this process alive, and can it do its work? For load balancers and container runtimes."""

import psycopg
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

SECONDS = 2
PROBE = "countersign:health"

READY = "Ready."
DATABASE_LOST = "The database does not answer. Nothing can be shown or changed until it does."
BROKER_LOST = (
    "The broker does not answer, or takes nothing more. Nothing is lost: the sweep finds due work "
    "by itself, a few seconds later than usual."
)


@never_cache
@login_not_required
@require_safe
def live(_request: HttpRequest) -> JsonResponse:
    """The process answers. A load balancer restarts it when it does not."""
    return JsonResponse({"status": "ok", "message": "Alive."})


@never_cache
@login_not_required
@require_safe
def ready(_request: HttpRequest) -> JsonResponse:
    """503 without the database; 200 and `degraded` without the broker."""
    if not database_answers():
        return JsonResponse({"status": "unavailable", "message": DATABASE_LOST}, status=503)
    if not broker_answers():
        return JsonResponse({"status": "degraded", "message": BROKER_LOST})
    return JsonResponse({"status": "ok", "message": READY})


def database_answers() -> bool:
    """Over a connection of its own: the pool waits longer than a health check may."""
    try:
        with psycopg.connect(
            **{**connection.get_connection_params(), "connect_timeout": SECONDS}
        ) as link:
            link.execute(f"SET statement_timeout = {SECONDS * 1000}")
            link.execute("SELECT 1")
    except psycopg.Error:
        return False
    return True


def broker_answers() -> bool:
    import redis  # half a second that the first page should not wait

    from config.broker_link import link

    try:
        with link(settings.REDIS_URL) as client:
            client.set(PROBE, "", px=1_000)  # a broker that is full answers, but takes nothing
    except redis.RedisError:
        return False
    return True
