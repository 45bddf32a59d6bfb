"""Changing what is set up: checked, saved and written down with before and after."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.db.models import Model, ProtectedError, Q

from queues import requirements
from queues.models import Membership, Person, PersonSkill, Queue, Skill, User, WorkItem
from workflows import journal
from workflows.refusals import NotValid, Refusal

M = TypeVar("M", bound=Model)


class InUse(Refusal):
    """What something else refers to stays."""

    slug = "in-use"


class Invalid(NotValid):
    """A row that cannot be saved; `fields` says which field has which sentences."""

    def __init__(self, fields: dict[str, list[str]]) -> None:
        super().__init__(" ".join(sentence for said in fields.values() for sentence in said))
        self.fields = fields


@transaction.atomic
def add(model: type[M], *, by: str, now: datetime, **fields: Any) -> M:
    row = model()
    after = _save(row, fields)
    _record("added", row, by=by, now=now, after=after)
    return row


@transaction.atomic
def change(row: M, *, by: str, now: datetime, **fields: Any) -> M:
    """Nothing is written down when nothing differs."""
    held = type(row)._default_manager.select_for_update(no_key=True).get(pk=row.pk)
    before = {name: written(getattr(held, name)) for name in fields}
    after = _save(held, fields)
    changed = [name for name in fields if before[name] != after[name]]
    if changed:
        said = {name: before[name] for name in changed}, {name: after[name] for name in changed}
        _record("changed", held, by=by, now=now, before=said[0], after=said[1])
    return held


@transaction.atomic
def remove(row: Model, *, by: str, now: datetime) -> None:
    held = type(row)._default_manager.select_for_update().get(pk=row.pk)
    names = [field.name for field in held._meta.concrete_fields if not field.primary_key]
    before = {name: written(getattr(held, name)) for name in names}
    subject = subject_of(held)
    try:
        with transaction.atomic():
            held.delete()
    except ProtectedError as error:
        raise InUse(f"“{row}” is in use, so it stays. Change it instead.") from error
    kind = f"{noun_of(row)}.removed"
    journal.record_outside(kind, subject=subject, actor=by, now=now, before=before)


@transaction.atomic
def set_members(
    queue: Queue, wanted: Mapping[int, tuple[bool, bool]], *, by: str, now: datetime
) -> list[str]:
    """(works, manages) by account; who is not named stays as they are. Returns what changed."""
    Queue.objects.select_for_update(no_key=True).get(pk=queue.pk)
    before = {each.user_id: each for each in queue.memberships.select_related("user")}
    users = User.objects.in_bulk(wanted)
    said = {}
    for user_id, (works, manages) in wanted.items():
        user, membership = users[user_id], before.get(user_id)
        was = (membership.can_work, membership.can_manage) if membership else (False, False)
        if was != (works, manages):
            _set_member(queue, user, works=works, manages=manages)
            said[user.username] = {"before": _may(*was), "after": _may(works, manages)}
    if said:
        subject = subject_of(queue)
        journal.record_outside("queue.members", subject=subject, actor=by, now=now, people=said)
    return list(said)


@transaction.atomic
def set_skills(
    person: Person, wanted: Collection[Skill], *, by: str, now: datetime
) -> tuple[list[str], list[str]]:
    """Exactly these skills from now on; what the person is eligible for follows."""
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    before = {has.skill.key: has for has in person.skills.select_related("skill")}
    after = {skill.key: skill for skill in wanted}
    gained, lost = sorted(after.keys() - before.keys()), sorted(before.keys() - after.keys())
    if not gained and not lost:
        return [], []
    PersonSkill.objects.bulk_create(PersonSkill(person=person, skill=after[key]) for key in gained)
    PersonSkill.objects.filter(pk__in=[before[key].pk for key in lost]).delete()
    requirements.recompute(person)
    journal.record_outside(
        "person.skills",
        subject=f"person:{person.pk}",
        actor=by,
        now=now,
        before=sorted(before),
        after=sorted(after),
    )
    return gained, lost


@transaction.atomic
def remove_skill(skill: Skill, *, by: str, now: datetime) -> None:
    """A rule that asks for it keeps asking: without the skill it would lead to anybody."""
    held = Skill.objects.select_for_update().get(pk=skill.pk)
    if rule := held.routingrule_set.first():
        raise InUse(f"Routing rule {rule.order} asks for {held}. Change the rule first.")
    if waiting := open_items_needing(held):
        raise InUse(f"Open items that need {held}: {waiting}. Finish them first.")
    remove(held, by=by, now=now)


def open_items_needing(skill: Skill) -> int:
    needing = Q(requirement__skills__contains=[skill.key])
    if skill.key.startswith(requirements.REGION):
        needing = Q(requirement__region=skill.key.removeprefix(requirements.REGION))
    return WorkItem.objects.filter(needing, ended_at=None).count()


# --- how rows are written down ------------------------------------------------------------------


def subject_of(row: Model) -> str:
    """How the journal names a row: "queue:loans"."""
    name = next(
        (getattr(row, each) for each in ("slug", "key", "code") if getattr(row, each, "")), row.pk
    )
    return f"{noun_of(row)}:{name}"


def noun_of(row: Model) -> str:
    return str(row._meta.verbose_name).replace(" ", "_")


def written(value: Any) -> Any:
    """A value as the journal keeps it."""
    if isinstance(value, timedelta):
        return round(value.total_seconds())
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Model):
        return str(value)
    if hasattr(value, "all"):
        return sorted(str(each) for each in value.all())
    return value


def _save(row: Model, fields: Mapping[str, Any]) -> dict[str, Any]:
    many = {field.name for field in row._meta.many_to_many} & fields.keys()
    for name in fields.keys() - many:
        setattr(row, name, fields[name])
    try:
        row.full_clean()
    except ValidationError as error:
        raise Invalid(_sentences(error)) from error
    row.save()
    for name in many:
        getattr(row, name).set(fields[name])
    return {name: written(getattr(row, name)) for name in fields}


def _sentences(error: ValidationError) -> dict[str, list[str]]:
    found = (
        error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    )
    return {("" if name == NON_FIELD_ERRORS else name): said for name, said in found.items()}


def _record(what: str, row: Model, *, by: str, now: datetime, **detail: Any) -> None:
    kind = f"{noun_of(row)}.{what}"
    journal.record_outside(kind, subject=subject_of(row), actor=by, now=now, **detail)


def _set_member(queue: Queue, user: User, *, works: bool, manages: bool) -> None:
    if not works and not manages:
        queue.memberships.filter(user=user).delete()
        return
    if works and not user.is_person:
        raise NotValid(f"{user} is no person. Programs and agents do not work on items.")
    Membership.objects.update_or_create(
        queue=queue, user=user, defaults={"can_work": works, "can_manage": manages}
    )


def _may(works: bool, manages: bool) -> list[str]:  # noqa: FBT001 - a pair of switches
    return [*(["works"] if works else []), *(["manages"] if manages else [])]
