"""The doors of the house, for each kind of visitor."""

import pytest
from django.test import Client
from django.urls import reverse

from queues.models import Membership, Person, Queue, User

PASSWORD = "a long enough sentence"


def account(username: str, **fields: object) -> User:
    person = Person.objects.create(name=username.title())
    return User.objects.create_user(
        username, password=PASSWORD, first_name=username.title(), person=person, **fields
    )


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def refunds(db: None) -> Queue:
    return Queue.objects.create(slug="refunds", name="Refunds")


@pytest.fixture
def alice(refunds: Queue) -> User:
    """Works on refunds."""
    user = account("alice")
    Membership.objects.create(queue=refunds, user=user)
    return user


@pytest.fixture
def mina(refunds: Queue) -> User:
    """Manages refunds."""
    user = account("mina")
    Membership.objects.create(queue=refunds, user=user, can_work=False, can_manage=True)
    return user


@pytest.fixture
def dana(db: None) -> User:
    """Sets things up."""
    return account("dana", is_admin=True)


def test_a_stranger_is_asked_to_sign_in(client):
    answer = client.get(reverse("home"))

    assert answer.status_code == 302
    assert answer.url.startswith(reverse("sign-in"))


def test_signing_in_needs_the_right_password(client, alice):
    wrong = client.post(reverse("sign-in"), {"username": "alice", "password": "a guess"})
    right = client.post(reverse("sign-in"), {"username": "alice", "password": PASSWORD})

    assert wrong.status_code == 200
    assert b"Please enter a correct username and password" in wrong.content
    assert right.status_code == 302


def test_too_many_wrong_passwords_close_the_door_for_a_while(client, alice):
    for _ in range(10):
        last = client.post(reverse("sign-in"), {"username": "alice", "password": "a guess"})

    assert last.status_code == 429
    assert b"Too many tries" in last.content


def test_nobody_is_sent_to_another_site_after_signing_in(client, alice):
    answer = client.post(
        reverse("sign-in") + "?next=https://evil.example/",
        {"username": "alice", "password": PASSWORD},
    )

    assert answer.url == reverse("home")


@pytest.mark.parametrize(
    ("who", "leads_to"),
    [("alice", reverse("reviews:work")), ("mina", "/board/"), ("dana", "/configure/")],
)
def test_the_start_page_is_the_one_of_the_role(who, leads_to, request):
    answer = signed_in(request.getfixturevalue(who)).get(reverse("home"))

    assert answer.url == leads_to


def test_outside_the_demo_there_is_no_sign_in_without_a_password(client, alice):
    page = client.get(reverse("sign-in"))
    answer = client.post(reverse("sign-in-as", args=["alice"]))

    assert b"Look around as" not in page.content
    assert answer.status_code == 404
    assert "_auth_user_id" not in client.session


def test_in_the_demo_one_click_signs_in(client, alice, settings):
    settings.DEMO = True

    page = client.get(reverse("sign-in"))
    answer = client.post(reverse("sign-in-as", args=["alice"]))

    assert b"Works on Refunds." in page.content
    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(alice.pk)


def test_the_card_of_who_works_on_many_queues_names_some_of_them(client, alice, settings):
    settings.DEMO = True
    for name in "ABCDE":
        queue = Queue.objects.create(slug=name, name=name)
        Membership.objects.create(queue=queue, user=alice)

    page = client.get(reverse("sign-in")).content.decode()

    assert "Works on A, B, C, D and 2 more." in page


def test_nobody_becomes_a_simulated_colleague_or_a_program(client, alice, settings):
    settings.DEMO = True
    account("robin", is_simulated=True)
    User.objects.create_user("webshop", kind=User.Kind.SERVICE)

    answers = [client.post(reverse("sign-in-as", args=[name])) for name in ("robin", "webshop")]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_one_click_needs_a_click(client, alice, settings):
    settings.DEMO = True

    assert client.get(reverse("sign-in-as", args=["alice"])).status_code == 405


def test_preferences_shape_every_page(alice):
    client = signed_in(alice)

    client.post(reverse("preferences"), {"theme": "dark", "density": "compact", "undo_for": "20"})
    page = client.get(reverse("design")).content.decode()

    assert 'data-theme="dark" data-density="compact" data-shortcuts="off"' in page
    alice.refresh_from_db()
    assert alice.undo_for == 20


def test_preferences_that_nobody_offers_are_refused(alice):
    client = signed_in(alice)

    answer = client.post(
        reverse("preferences"), {"theme": "neon", "density": "compact", "undo_for": "999"}
    )

    assert answer.status_code == 422
    assert 'data-theme="system"' in answer.content.decode()
    alice.refresh_from_db()
    assert (alice.theme, alice.density, alice.undo_for) == ("system", "comfortable", 10)


KEYS = {key: key for key in "axesfzdjk"}


def test_keys_can_be_changed_and_only_the_changes_are_kept(alice):
    signed_in(alice).post(reverse("keys"), KEYS | {"a": "Y"})

    alice.refresh_from_db()
    assert alice.keymap == {"a": "y"}


@pytest.mark.parametrize("taken", ["x", "?", "1", "yy", ""])
def test_a_key_that_is_taken_is_refused(taken, alice):
    answer = signed_in(alice).post(reverse("keys"), KEYS | {"a": taken})

    assert answer.status_code == 422
    alice.refresh_from_db()
    assert alice.keymap == {}


def test_where_to_start_is_shown_until_it_is_put_away(alice):
    client = signed_in(alice)

    before = client.get(reverse("design"))
    client.post(reverse("welcomed"))
    after = client.get(reverse("design"))

    assert b"Start here" in before.content
    assert b"Start here" not in after.content


def test_the_menu_holds_what_the_role_may_see(alice, dana):
    reviewer = signed_in(alice).get(reverse("design")).content
    admin = signed_in(dana).get(reverse("design")).content

    assert b"My work" in reviewer
    assert b"Configure</p>" not in reviewer
    assert b"Configure</p>" in admin


def test_the_gallery_shows_every_part(alice):
    answer = signed_in(alice).get(reverse("design"))

    assert answer.status_code == 200
    assert answer.content.count(b"<h2") >= 12


def test_what_is_not_there_says_what_to_do(alice):
    answer = signed_in(alice).get("/nowhere/")

    assert answer.status_code == 404
    assert b"Go to the start page" in answer.content


def test_a_form_without_its_token_is_refused_with_a_sentence(alice):
    client = Client(enforce_csrf_checks=True)

    answer = client.post(reverse("sign-in"), {"username": "alice", "password": PASSWORD})

    assert answer.status_code == 403
    assert b"This page was open for too long" in answer.content


def test_the_page_for_our_own_faults_needs_nothing_that_may_be_broken(rf):
    from django.views.defaults import server_error

    answer = server_error(rf.get("/"))

    assert answer.status_code == 500
    assert b"Something broke on our side" in answer.content
