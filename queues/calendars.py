"""Publishing hours: a new version each time, the ones before stay as they are."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from queues import working_time
from queues.models import Calendar, SLAPolicy
from workflows import canonical, journal
from workflows.refusals import NotValid

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


@transaction.atomic
def publish(*, key: str, name: str, spec: Mapping[str, Any], by: str, now: datetime) -> Calendar:
    """The next version of a calendar. Raises InvalidCalendar, with the sentence, for hours that
    cannot be used; publishing what is in force already changes nothing."""
    check_key(key)
    written = working_time.from_spec(spec).to_spec()
    one_at_a_time(f"calendar:{key}")
    before = latest(key)
    if before and (before.spec, before.name) == (written, name):
        return before
    calendar = Calendar.objects.create(
        key=key,
        version=next_version(Calendar, key),
        name=checked_name(name),
        spec=written,
        published_at=now,
        published_by=by,
    )
    journal.record_outside(
        "calendar.published",
        subject=f"calendar:{key}",
        actor=by,
        now=now,
        version=calendar.version,
        spec_sha256=canonical.digest(written),
    )
    return calendar


def latest(key: str) -> Calendar | None:
    return Calendar.objects.filter(key=key).order_by("-version").first()


def check_key(key: str) -> None:
    if not SLUG.fullmatch(key):
        raise NotValid("A key is made of small letters, digits and dashes, 60 at most.")


def checked_name(name: str) -> str:
    said = name.strip()
    if not said or len(said) > 100 or "\x00" in said:
        raise NotValid("Give it a name of at most 100 characters.")
    return said


def next_version(model: type[Calendar] | type[SLAPolicy], key: str) -> int:
    highest = model._default_manager.filter(key=key).aggregate(Max("version"))["version__max"]
    return (highest or 0) + 1


def one_at_a_time(subject: str) -> None:
    """Two people who publish the same thing get two versions, one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [subject])
