"""Administrators look what fits another version, and migrate: pages and programs."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.queues import builders
from tests.workflows.bpmn.sketch import on, sub
from tests.workflows.builders import complete, now_of
from tests.workflows.migrated import start, version
from workflows import migration_batches
from workflows.models import JournalEntry, ProcessMigration

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    client = Client()
    client.force_login(builders.person("dana", is_admin=True))
    return client


@pytest.fixture
def reviewer():
    client = Client()
    client.force_login(builders.person("mallory"))
    return client


@pytest.fixture
def loans():
    """Two stand at a, which goes on; one at b, which is gone."""
    old = version("start -> a -> b -> end")
    instances = [start(old, f"L-{number}") for number in range(3)]
    complete(instances[2], "a")
    return old, version("start -> a -> c -> end"), instances


def address(name, found):
    return reverse(f"workflows:{name}", args=[found.pk])


def settle():
    migration_batches.run_due(timezone.now())


# --- a whole version ----------------------------------------------------------------------------


def test_the_preview_says_how_many_fit_and_why_the_others_do_not(admin, loans):
    old, _, _ = loans

    page = admin.get(address("definition-migrate", old)).content.decode()

    assert "2 of 3 instances fit as they stand now" in page
    assert "“b” has no counterpart." in page
    assert ">2 · fits<" in page
    assert ">1 · does not fit<" in page
    assert ">2 go on here<" in page
    assert ">1 goes on here<" not in page
    assert "Migrate 2 instances" in page


def test_the_preview_says_what_is_entered_and_left(admin):
    old = version("start -> a -> end")
    start(old)
    version("start -> p -> end", p=sub("start_p -> a -> end_p"), late=on("p", "timer"))

    page = admin.get(address("definition-migrate", old)).content.decode()

    assert "1 of 1 instance fits as it stands now" in page
    assert "It enters “p”, which begins at the migration. The clock of “late” starts then." in page
    assert ">1 · fits, changes<" in page
    assert ">1 goes on here<" in page


def test_a_sub_process_that_is_gone_is_no_obstacle(admin):
    old = version("start -> p -> end", p=sub("start_p -> a -> end_p"), late=on("p", "timer"))
    start(old)
    version("start -> a -> end")

    page = admin.get(address("definition-migrate", old)).content.decode()

    assert "1 of 1 instance fits as it stands now" in page
    assert "“p” is gone: what runs in it goes on around it" in page
    assert "It leaves “p”, which is gone." in page
    assert "“late” is not waited for any more." in page


def test_a_step_that_does_not_fit_is_mapped_in_the_address(admin, loans):
    old, new, _ = loans

    page = admin.get(
        address("definition-migrate", old), {"to": str(new.pk), "map.b": "c"}
    ).content.decode()

    assert "3 of 3 instances fit" in page
    assert ">1 goes on here<" in page
    assert '<input type="hidden" name="map.b" value="c">' in page
    assert "Migrate 3 instances" in page


def test_what_was_previewed_is_begun_and_its_page_tells_how_far_it_is(admin, loans):
    old, new, instances = loans
    sent = {"to": str(new.pk), "reason": "A new law.", "timers": "anew"}

    answer = admin.post(address("definition-migrate", old), sent)

    begun = ProcessMigration.objects.get()
    assert answer.url == address("migration", begun)
    assert (begun.created_by, begun.reason, begun.timers_anew) == ("user:dana", "A new law.", True)
    assert "0 of 3 looked at" in admin.get(answer.url).content.decode()
    settle()
    page = admin.get(answer.url).content.decode()
    assert "Stayed on version 1" in page
    assert "“b” has no counterpart." in page
    assert [now_of(each).definition_id for each in instances] == [new.pk, new.pk, old.pk]
    entry = JournalEntry.objects.filter(kind="process.migrated").first()
    assert entry.actor == "user:dana"


def test_the_page_refreshes_its_own_part(admin, loans):
    old, new, _ = loans
    admin.post(address("definition-migrate", old), {"to": str(new.pk), "reason": "Law."})

    part = admin.get(
        address("migration", ProcessMigration.objects.get()), headers={"HX-Request": "true"}
    ).content.decode()

    assert part.lstrip().startswith('<div class="stack" id="migration"')


def test_a_migration_is_stopped(admin, loans):
    old, new, instances = loans
    admin.post(address("definition-migrate", old), {"to": str(new.pk), "reason": "Law."})
    begun = ProcessMigration.objects.get()

    admin.post(address("migration-stop", begun))
    settle()

    assert [now_of(each).definition_id for each in instances] == [old.pk] * 3
    assert "Stopped" in admin.get(address("migration", begun)).content.decode()


def test_nothing_is_begun_without_a_reason(admin, loans):
    old, new, _ = loans

    answer = admin.post(address("definition-migrate", old), {"to": str(new.pk), "map.b": "c"})

    assert answer.status_code == 422
    assert "3 of 3 instances fit" in answer.content.decode()
    assert not ProcessMigration.objects.exists()


def test_a_second_migration_waits_for_the_first(admin, loans):
    old, new, _ = loans
    sent = {"to": str(new.pk), "reason": "Law."}
    admin.post(address("definition-migrate", old), sent)

    answer = admin.post(address("definition-migrate", old), sent)

    assert answer.status_code == 422
    assert "are being migrated already" in answer.content.decode()


@pytest.mark.parametrize(
    ("query", "status"),
    [({"to": "nobody"}, 400), ({"what": "1"}, 400), ({"timers": "x"}, 400),
     ({"map.nobody": "a"}, 422), ({"map.a": "nobody"}, 422)],
)  # fmt: skip
def test_an_address_that_means_nothing_is_refused(admin, loans, query, status):
    old, _, _ = loans

    assert admin.get(address("definition-migrate", old), query).status_code == status


def test_a_process_with_one_version_has_nowhere_to_go(admin):
    page = admin.get(address("definition-migrate", version("start -> a -> end")))

    assert "There is no other version." in page.content.decode()


def test_the_preview_costs_the_same_for_few_and_many(admin, loans, django_assert_max_num_queries):
    old, _, _ = loans
    for number in range(20):
        start(old, f"M-{number}")

    with django_assert_max_num_queries(26):
        admin.get(address("definition-migrate", old))


# --- one instance -------------------------------------------------------------------------------


def test_one_instance_is_migrated_at_once(admin, loans):
    _, new, [first, *_] = loans
    page = admin.get(address("instance-migrate", first)).content.decode()
    assert "It fits as it stands now." in page

    answer = admin.post(
        address("instance-migrate", first), {"to": str(new.pk), "reason": "A trial."}
    )

    assert answer.url == address("instance", first)
    assert now_of(first).definition == new
    told = admin.get(answer.url).content.decode()
    assert "Goes on in version 2 instead of 1" in told
    assert "A trial." in told


def test_an_instance_that_does_not_fit_says_why_until_it_is_mapped(admin, loans):
    _, new, [*_, last] = loans

    page = admin.get(address("instance-migrate", last)).content.decode()
    refused = admin.post(address("instance-migrate", last), {"to": str(new.pk), "reason": "Law."})
    done = admin.post(
        address("instance-migrate", last), {"to": str(new.pk), "reason": "Law.", "map.b": "c"}
    )

    assert "As it stands now it does not fit." in page
    assert "Migrate this instance" not in page
    assert refused.status_code == 422
    assert done.status_code == 302
    assert now_of(last).definition == new


def test_the_link_is_shown_to_administrators_alone(admin, loans):
    _, _, [first, *_] = loans

    page = admin.get(address("instance", first)).content.decode()

    assert address("instance-migrate", first) in page


# --- strangers ----------------------------------------------------------------------------------


def test_to_everybody_else_there_is_no_such_page(reviewer, loans):
    old, new, [first, *_] = loans
    sent = {"to": str(new.pk), "reason": "Law."}

    for name, found in [("definition-migrate", old), ("instance-migrate", first)]:
        assert reviewer.get(address(name, found)).status_code == 404
        assert reviewer.post(address(name, found), sent).status_code == 404
    assert not ProcessMigration.objects.exists()
    assert now_of(first).definition == old
