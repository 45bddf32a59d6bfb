"""Who works at the demo's lender, and who a visitor can be."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from config.servers.places import write_note
from examples.lender.colleagues import TEAM
from queues import requirements, tokens
from queues.models import Membership, Person, PersonSkill, Queue, Skill, User

WEBSITE = "lender-website"  # the service account that applications come from
SKILLS = {
    "loans": "Consumer loans",
    "large-loans": "Large loans",
    "documents": "Checking documents",
    "region:north": "Region north",
    "region:south": "Region south",
}
REVIEWER, MANAGER, ADMIN = "robin", "morgan", "ada"
SECOND_ADMIN = "grace"  # signs what Ada proposes, and the other way round
SIMULATED_MANAGER = "ingrid"


def settle_skills() -> None:
    for key, name in SKILLS.items():
        Skill.objects.get_or_create(key=key, defaults={"name": name})


def settle() -> None:
    """Visitors, colleagues and the website's account, with what they may do."""
    queues = list(Queue.objects.exclude(slug="permits"))
    robin = account(REVIEWER, "Robin Reyes", skills=tuple(SKILLS))
    belongs(robin, queues)
    morgan = account(MANAGER, "Morgan Hale")
    belongs(morgan, queues, works=False, manages=True)
    account(ADMIN, "Ada Lindqvist", is_admin=True)
    account(SECOND_ADMIN, "Grace Okafor", is_admin=True)
    ingrid = account(SIMULATED_MANAGER, "Ingrid Sommer", is_simulated=True)
    belongs(ingrid, queues, works=False, manages=True)
    for who in TEAM:
        colleague = account(who.username, who.name, skills=who.skills, is_simulated=True)
        belongs(colleague, [queue for queue in queues if queue.slug in who.queues])
    User.objects.get_or_create(
        username=WEBSITE,
        defaults={"kind": User.Kind.SERVICE, "first_name": "The lender's website"},
    )


def settle_token(place: Path, now: datetime) -> bool:
    """The website's key to the API, in a file that its owner alone may read; made once."""
    website = User.objects.get(username=WEBSITE)
    if place.exists() and website.tokens.filter(revoked_at=None).exists():
        return False
    for lost in website.tokens.filter(revoked_at=None):
        tokens.revoke(lost, by="system", now=now)
    _, secret = tokens.issue(user=website, name="Website", by="system", now=now)
    place.parent.mkdir(parents=True, exist_ok=True)
    write_note(place, f"{secret}\n")
    return True


def account(
    username: str,
    name: str,
    *,
    skills: Sequence[str] = (),
    is_admin: bool = False,
    is_simulated: bool = False,
) -> User:
    """The account of a person, made when it is missing. Nobody signs in to it by password.

    A simulated colleague never takes anything back, so nothing waits for an undo window.
    """
    found = User.objects.filter(username=username).first()
    if found:
        return found
    first, _, last = name.partition(" ")
    user = User(
        username=username,
        first_name=first,
        last_name=last,
        person=Person.objects.create(name=name),
        is_admin=is_admin,
        is_simulated=is_simulated,
        undo_for=0 if is_simulated else 10,
    )
    user.set_unusable_password()
    user.save()
    learns(user, skills)
    return user


def learns(user: User, skills: Iterable[str]) -> None:
    if user.person is None:
        return
    PersonSkill.objects.bulk_create(
        PersonSkill(person=user.person, skill=skill)
        for skill in Skill.objects.filter(key__in=list(skills))
    )
    requirements.recompute(user.person)


def belongs(
    user: User, queues: Iterable[Queue], *, works: bool = True, manages: bool = False
) -> None:
    for queue in queues:
        Membership.objects.get_or_create(
            queue=queue, user=user, defaults={"can_work": works, "can_manage": manages}
        )
