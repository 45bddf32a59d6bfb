"""Changing one variable of a running instance, by hand and with a reason."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from workflows import journal, runtime
from workflows import variables as known
from workflows.journal import Fact
from workflows.models import ProcessInstance
from workflows.refusals import NotValid, OutOfDate

LONGEST_REASON = 500
NOT_THERE = "none"


class ChangedMeanwhile(OutOfDate):
    """Somebody or something has changed the variable since it was shown."""


def mark(variables: Mapping[str, Any], name: str) -> str:
    """What tells one value of a variable from another: sent along with a form, checked later."""
    if name not in variables:
        return NOT_THERE
    text = json.dumps(variables[name], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@transaction.atomic
def change(
    *,
    instance_id: UUID,
    name: str,
    value: Any,
    was: str,
    reason: str,
    by: str,
    now: datetime,
) -> ProcessInstance:
    """Give a variable another value, or add it. `was` is the `mark` of the value that was seen.

    Raises Over when the instance is over, ChangedMeanwhile when the variable has another value
    than the one that was seen. The journal keeps the marks, not the values.
    """
    _check(name, reason)
    instance = runtime.hold(instance_id)
    runtime.refuse_when_over(instance)
    before = mark(instance.variables, name)
    if before != was:
        raise ChangedMeanwhile(
            f"{name} was changed meanwhile. Nothing was changed now: look at its value and "
            "decide again."
        )
    instance.variables = known.merged(instance.variables, {name: value})
    after = mark(instance.variables, name)
    if after == before:
        raise NotValid(f"{name} has this value already. Nothing was changed.")
    fact = Fact(
        kind="variable.changed",
        actor=by,
        subject=f"process:{instance.pk}",
        detail={"name": name, "reason": reason, "before": before, "after": after},
    )
    journal.record_all([fact], instance=instance, now=now, also_save=["variables"])
    runtime.look_at_conditions(instance, now=now)
    return instance


def _check(name: str, reason: str) -> None:
    if not name.strip() or len(name) > known.LONGEST_NAME or not name.isprintable():
        raise NotValid(f"A variable has a name of 1 to {known.LONGEST_NAME} printable characters.")
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise NotValid(f"Say why, in at most {LONGEST_REASON} characters.")
