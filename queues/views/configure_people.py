"""People, programs, what people can do, and the keys of programs."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from queues import accounts, configuration, configured, tokens
from queues.forms.people import (
    AccountForm,
    NewPersonForm,
    ProgramForm,
    SkillForm,
    TokenForm,
    initial_of_account,
)
from queues.models import Person, Skill
from workflows.refusals import Refusal
from workflows.views.admins import actor_of, answer, for_admins, page, refuse, sent, told


@for_admins
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    return render(request, "queues/configure/people.html", {"people": configured.people()})


@for_admins
def person_add(request: HttpRequest) -> HttpResponse:
    form = NewPersonForm(sent(request))

    def act(said: dict[str, Any]) -> str:
        user = accounts.add_person(by=actor_of(request), now=timezone.now(), **said)
        return f"{user} has an account. Next: a link to choose a password."

    return answer(
        request, form, act, then="queues:people", title="New account",
        back=("queues:people", "People"), do="Create the account",
    )  # fmt: skip


@for_admins
def person_edit(request: HttpRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(configured.people(), pk=pk)
    form = AccountForm(sent(request), initial=initial_of_account(user))

    def act(said: dict[str, Any]) -> str:
        fields = {**said, "last_name": ""}
        accounts.change(user, by=actor_of(request), now=timezone.now(), **fields)
        return f"{said['first_name']} is changed."

    return answer(
        request, form, act, then="queues:people", template="queues/configure/person.html",
        account=user, changes=configured.changes(f"account:{user.username}"),
    )  # fmt: skip


@for_admins
@require_POST
def person_invite(request: HttpRequest, pk: int) -> HttpResponse:
    """A link to choose a password, shown this once."""
    user = get_object_or_404(configured.people(), pk=pk)
    try:
        account, token = accounts.invitation(user, by=actor_of(request), now=timezone.now())
    except Refusal as refusal:
        messages.warning(request, refusal.sentence)
        return redirect("queues:person-edit", user.pk)
    address = request.build_absolute_uri(reverse("queues:choose-password", args=[account, token]))
    return render(
        request,
        "configure/shown_once.html",
        {
            "title": f"A link for {user}",
            "secret": address,
            "what": "Hand it to this person alone. Whoever opens it first chooses the password and "
            "uses it up; it also ends after three days.",
            "back": ("queues:people", "People"),
        },
    )


# --- skills -------------------------------------------------------------------------------------


@for_admins
def skills(request: HttpRequest) -> HttpResponse:
    """People × skills, with a form for one more skill."""
    form = SkillForm(sent(request))

    def act(said: dict[str, Any]) -> str:
        skill = configuration.add(Skill, by=actor_of(request), now=timezone.now(), **said)
        return f"{skill} can be given to people and asked for by rules."

    return answer(
        request, form, act, then=request.path, template="queues/configure/skills.html",
        skills=configured.skills(), rows=_rows(), requirements=configured.requirements(),
    )  # fmt: skip


def _rows() -> list[tuple[Person, set[int]]]:
    return [
        (person, {has.skill_id for has in person.skills.all()})
        for person in configured.identities()
    ]


@for_admins
@require_POST
def skills_set(request: HttpRequest) -> HttpResponse:
    """The whole matrix as it was sent; only people whose row was shown are touched."""
    known = {str(skill.pk): skill for skill in configured.skills()}
    sent, shown = set(request.POST.getlist("has")), set(request.POST.getlist("person"))
    changed = []
    for person in configured.identities():
        if str(person.pk) in shown:
            wanted = [skill for pk, skill in known.items() if f"{person.pk}/{pk}" in sent]
            told = configuration.set_skills(
                person, wanted, by=actor_of(request), now=timezone.now()
            )
            changed += [str(person)] if any(told) else []
    messages.success(
        request,
        f"Changed for {', '.join(changed)}; who is eligible for what is computed anew."
        if changed
        else "Nothing was different.",
    )
    return redirect("queues:skills")


@for_admins
@require_POST
def skill_remove(request: HttpRequest, pk: int) -> HttpResponse:
    skill = get_object_or_404(configured.skills(), pk=pk)

    def act() -> None:
        configuration.remove_skill(skill, by=actor_of(request), now=timezone.now())

    return told(request, act, f"{skill} is removed.", then="queues:skills")


# --- programs -----------------------------------------------------------------------------------


@for_admins
def programs(request: HttpRequest) -> HttpResponse:
    form = ProgramForm(sent(request))

    def act(said: dict[str, Any]) -> str:
        user = accounts.add_program(by=actor_of(request), now=timezone.now(), **said)
        return f"{user} has an account. It needs a token to get in."

    return answer(
        request, form, act, then=request.path, template="queues/configure/programs.html",
        programs=configured.programs(),
    )  # fmt: skip


@for_admins
def program(request: HttpRequest, pk: int) -> HttpResponse:
    """One program: its tokens, and a form for one more, which is shown once."""
    user = get_object_or_404(configured.programs(), pk=pk)
    form = TokenForm(sent(request))
    context = {"account": user, "changes": configured.changes(f"account:{user.username}")}
    template = "queues/configure/program.html"
    if not (request.method == "POST" and form.is_valid()):
        return page(request, form, template=template, **context)
    now, days = timezone.now(), form.cleaned_data["days"]
    try:
        _, secret = tokens.issue(
            user=user, name=form.cleaned_data["name"], by=actor_of(request), now=now,
            expires_at=now + timedelta(days=days) if days else None,
            topics=form.cleaned_data["topics"],
        )  # fmt: skip
    except Refusal as refusal:
        refuse(form, refusal)
        return page(request, form, template=template, **context)
    shown = {
        "title": f"A token for {user}",
        "secret": secret,
        "what": "The program sends it with each request: Authorization: Bearer, then the token.",
        "back": ("queues:programs", "Programs"),
    }
    return render(request, "configure/shown_once.html", shown)


@for_admins
@require_POST
def program_switch(request: HttpRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(configured.programs(), pk=pk)
    on = request.POST.get("on") == "1"

    def act() -> None:
        accounts.change(user, by=actor_of(request), now=timezone.now(), is_active=on)

    return told(
        request, act, f"{user} is switched {'on' if on else 'off'}.", then="queues:programs"
    )


@for_admins
@require_POST
def token_revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    token = get_object_or_404(configured.tokens(), pk=pk)

    def act() -> None:
        tokens.revoke(token, by=actor_of(request), now=timezone.now())

    return told(request, act, f"{token} opens nothing any more.", then="queues:programs")
