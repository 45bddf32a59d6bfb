"""Skill sets as partitions of a queue, and who is eligible for which.

A region is required like a skill: a person works for the north by having the skill `region:north`.
The requirement of nothing at all is met by everybody and has no rows of eligibility.
"""

from collections.abc import Collection

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from queues.models import Eligibility, Person, Requirement, Skill
from workflows import postponing
from workflows.fetching import fetch_all
from workflows.refusals import NotValid

REGION = "region:"
ANYBODY = ""  # the key of the requirement that everybody meets
LONGEST_KEY = 500
TURNSTILE = 7_301_114  # advisory: a new requirement and a changed skill must see each other

# Everybody who has every skill that a requirement names.
MATCH = """
    INSERT INTO queues_eligibility (person_id, requirement_id)
    SELECT held.person_id, needed.id
      FROM queues_requirement needed
      JOIN LATERAL (
            SELECT has.person_id
              FROM queues_personskill has JOIN queues_skill skill ON skill.id = has.skill_id
             WHERE skill.key = ANY(string_to_array(needed.key, '|'))
               AND has.person_id = coalesce(%(person)s::uuid, has.person_id)
             GROUP BY has.person_id
            HAVING count(*) = cardinality(string_to_array(needed.key, '|'))
           ) held ON true
     WHERE needed.key <> '' AND needed.id = coalesce(%(requirement)s::bigint, needed.id)
        ON CONFLICT DO NOTHING
"""


class NoSuchSkill(NotValid):
    """A skill that nobody has set up."""


def key_of(skills: Collection[str], region: str = "") -> str:
    """The same text for the same needs, whatever the order they are named in."""
    needed = {*skills, *([f"{REGION}{region}"] if region else [])}
    return "|".join(sorted(needed))


def requirement_for(skills: Collection[str], region: str = "") -> Requirement:
    """The one row for these needs; made, with who is eligible for it, when it is new."""
    key = key_of(skills, region)
    if len(key) > LONGEST_KEY:
        raise NotValid(f"These skills are too many: their keys exceed {LONGEST_KEY} characters.")
    return postponing.remembered(
        ("requirement", key), lambda: _known(key) or _new(key, skills, region)
    )


def _known(key: str) -> Requirement | None:
    return next(iter(fetch_all(Requirement, "self.key = %s", [key])), None)


@transaction.atomic
def _new(key: str, skills: Collection[str], region: str) -> Requirement:
    _check_skills(skills)
    _one_at_a_time()
    named = sorted(set(skills))
    requirement, is_new = Requirement.objects.get_or_create(
        key=key, defaults={"skills": named, "region": region}
    )
    if is_new:
        _match(requirement=requirement)
    return requirement


@transaction.atomic
def recompute(person: Person) -> None:
    """After a person's skills have changed. The person's row is held, so that nobody claims on
    the strength of what is being taken away."""
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    _one_at_a_time()
    Eligibility.objects.filter(person=person).delete()
    _match(person=person)


def eligible_for(person: Person) -> QuerySet[Requirement]:
    return Requirement.objects.filter(Q(key=ANYBODY) | Q(eligible__person=person))


def is_eligible(person: Person, requirement: Requirement) -> bool:
    if requirement.key == ANYBODY:
        return True
    return Eligibility.objects.filter(person=person, requirement=requirement).exists()


def missing(person: Person, requirement: Requirement) -> list[str]:
    """The names of what the requirement needs and the person does not have."""
    has = set(person.skills.values_list("skill__key", flat=True))
    lacking = [key for key in requirement.key.split("|") if key and key not in has]
    names = dict(Skill.objects.filter(key__in=lacking).values_list("key", "name"))
    return [names.get(key, key) for key in lacking]


def _check_skills(skills: Collection[str]) -> None:
    known = set(Skill.objects.filter(key__in=skills).values_list("key", flat=True))
    if unknown := sorted(set(skills) - known):
        raise NoSuchSkill(f"There is no skill {unknown[0]!r}. Set it up first, or correct its key.")


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TURNSTILE])


def _match(*, person: Person | None = None, requirement: Requirement | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            MATCH,
            {
                "person": person.pk if person else None,
                "requirement": requirement.pk if requirement else None,
            },
        )
