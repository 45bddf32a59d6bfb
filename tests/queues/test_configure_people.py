"""Accounts of people and programs, their passwords and tokens, as an administrator sets them up."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from queues import tokens
from queues.models import Person, ServiceToken, User
from tests.queues import builders
from workflows.models import JournalEntry

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough sentence"
NEW = {"username": "bob", "name": "Bob Brown", "wip_limit": "3"}


@pytest.fixture
def dana():
    return builders.person("dana", is_admin=True)


@pytest.fixture
def admin(dana):
    client = Client()
    client.force_login(dana)
    return client


def invitation(admin, user) -> str:
    page = admin.post(reverse("queues:person-invite", args=[user.pk])).content.decode()
    return re.search(r"http://testserver(/password/[^<\s]+)", page).group(1)


def choose(link: str, password: str = PASSWORD):
    client = Client()
    form = client.get(link, follow=True)
    if not form.redirect_chain:
        return form
    sent = {"new_password1": password, "new_password2": password}
    return client.post(form.redirect_chain[-1][0], sent)


def test_a_new_account_is_a_new_person_without_a_password(admin):
    admin.post(reverse("queues:person-add"), NEW)

    bob = User.objects.get(username="bob")
    assert bob.person.name == "Bob Brown"
    assert not bob.has_usable_password()
    assert JournalEntry.objects.get(subject="account:bob").kind == "account.added"


def test_a_second_account_can_belong_to_the_same_person(admin):
    alice = builders.person("alice")

    admin.post(reverse("queues:person-add"), NEW | {"identity": str(alice.person_id)})

    assert User.objects.get(username="bob").person == alice.person
    assert Person.objects.count() == 2


def test_two_accounts_do_not_share_a_name(admin):
    builders.person("bob")

    answer = admin.post(reverse("queues:person-add"), NEW)

    assert answer.status_code == 422
    assert "There is an account named bob." in answer.content.decode()
    assert Person.objects.count() == 2


def test_the_person_chooses_the_password_by_a_link_that_works_once(admin):
    bob = builders.person("bob")
    link = invitation(admin, bob)

    first, second = choose(link), choose(link, "another long sentence")

    assert first.status_code == 302
    assert "does not work any more" in second.content.decode()
    assert builders.fresh(bob).check_password(PASSWORD)
    kinds = JournalEntry.objects.filter(subject="account:bob").values_list("kind", flat=True)
    assert list(kinds) == ["account.invited", "account.password_chosen"]


def test_a_link_is_not_kept_anywhere(admin):
    bob = builders.person("bob")

    token = invitation(admin, bob).rstrip("/").rpartition("/")[2]

    assert token not in str(list(JournalEntry.objects.values()))


def test_a_weak_password_is_refused(admin):
    link = invitation(admin, builders.person("bob"))

    answer = choose(link, "short")

    assert answer.status_code == 200
    assert "at least 12 characters" in answer.content.decode()


def test_no_link_for_somebody_who_may_not_sign_in(admin):
    bob = builders.person("bob", is_active=False)

    answer = admin.post(reverse("queues:person-invite", args=[bob.pk]), follow=True)

    assert "Only people whose account is active" in answer.content.decode()


def test_the_last_administrator_stays_one(admin, dana):
    sent = {"first_name": "Dana", "wip_limit": "3", "is_active": "on"}

    answer = admin.post(reverse("queues:person-edit", args=[dana.pk]), sent)

    assert answer.status_code == 422
    assert "the only administrator" in answer.content.decode()
    assert builders.fresh(dana).is_admin


def test_with_another_one_an_administrator_can_step_down(admin, dana):
    builders.person("erik", is_admin=True)
    sent = {"first_name": "Dana", "wip_limit": "3", "is_active": "on"}

    admin.post(reverse("queues:person-edit", args=[dana.pk]), sent)

    assert not builders.fresh(dana).is_admin
    entry = JournalEntry.objects.get(kind="account.changed")
    assert entry.detail["before"]["is_admin"] is True


def test_somebody_with_one_account_is_renamed_everywhere(admin):
    bob = builders.person("bob")
    sent = {"first_name": "Bob Brown", "wip_limit": "3", "is_active": "on"}

    admin.post(reverse("queues:person-edit", args=[bob.pk]), sent)

    assert builders.fresh(bob.person).name == "Bob Brown"


def test_a_form_cannot_set_what_it_does_not_show(admin):
    bob = builders.person("bob")
    sent = {"first_name": "Bob", "wip_limit": "3", "is_active": "on", "is_superuser": "on"}

    admin.post(reverse("queues:person-edit", args=[bob.pk]), sent | {"person": "", "kind": "agent"})

    bob = builders.fresh(bob)
    assert (bob.is_superuser, bob.kind) == (False, "person")


def test_a_token_is_shown_once_and_opens_until_it_is_revoked(admin):
    admin.post(reverse("queues:programs"), {"username": "webshop", "kind": "service"})
    webshop = User.objects.get(username="webshop")
    address = reverse("queues:program", args=[webshop.pk])

    shown = admin.post(address, {"name": "production", "days": "30"})
    secret = re.search(r"cs_[\w-]{40,}", shown.content.decode()).group(0)

    token = ServiceToken.objects.get()
    assert token.digest == tokens.digest_of(secret)
    assert "no-store" in shown["Cache-Control"]
    assert secret not in admin.get(address).content.decode()
    assert secret not in str(list(JournalEntry.objects.values()))

    admin.post(reverse("queues:token-revoke", args=[token.pk]))
    assert builders.fresh(token).revoked_at


def test_a_program_is_never_a_person(admin):
    answer = admin.post(reverse("queues:programs"), {"username": "bob", "kind": "person"})

    assert answer.status_code == 422
    assert not User.objects.filter(username="bob").exists()


def test_a_program_that_is_switched_off_gets_no_token(admin):
    webshop = builders.program("webshop")
    admin.post(reverse("queues:program-switch", args=[webshop.pk]), {"on": "0"})

    answer = admin.post(
        reverse("queues:program", args=[webshop.pk]), {"name": "production", "days": "30"}
    )

    assert answer.status_code == 422
    assert not ServiceToken.objects.exists()


def test_a_person_has_no_page_among_the_programs(admin):
    bob = builders.person("bob")

    assert admin.get(reverse("queues:program", args=[bob.pk])).status_code == 404
    assert admin.get(reverse("queues:person-edit", args=[999_999])).status_code == 404
