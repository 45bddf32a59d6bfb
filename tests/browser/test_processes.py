"""Administrators and managers look into processes, in a real browser."""

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.workflows.test_starting import with_form

SCREENS = [
    {"color_scheme": "light", "viewport": {"width": 1280, "height": 900}},
    {"color_scheme": "dark", "viewport": {"width": 400, "height": 800}},
]
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def machine():
    from tests.workflows import builders

    with builders.handling("any", lambda _work: {"done": True}):
        yield


@pytest.fixture
def forms(transactional_db, machine):
    """A process with a form, in two versions, an instance of which has ended and one runs."""
    from tests.workflows import builders
    from workflows import definitions, runtime

    now = timezone.now()
    source = with_form().encode()
    [first] = definitions.deploy(source=source, by="user:ada", now=now)
    for last in (False, True):
        instance = runtime.start(
            definition=first, variables={"amount": 5, "notes": "long " * 100}, business_key="A-1",
            by="user:ada", now=now,
        )  # fmt: skip
        if not last:
            builders.run(builders.job_at(instance, "auto"), at=timezone.now())
    newer = source.replace(b'name="auto"', b'name="charge it"')
    [second] = definitions.deploy(source=newer, by="user:ada", now=now)
    return first, second, instance


@pytest.mark.parametrize("screen", SCREENS, ids=["light and wide", "dark and narrow"])
def test_every_page_about_processes_can_be_read_by_everybody(screen, sit, ada, forms):
    first, second, instance = forms
    seat = sit(ada, **screen)

    for address in [
        reverse("workflows:definitions"),
        reverse("workflows:definition", args=[second.pk]),
        reverse("workflows:definition-heat", args=[first.pk]),
        reverse("workflows:definition-start", args=[first.pk]),
        reverse("workflows:definition-migrate", args=[first.pk]),
        reverse("workflows:instance-migrate", args=[instance.pk]),
        reverse("workflows:message"),
        reverse("workflows:instance", args=[instance.pk]),
        f"{reverse('workflows:variable', args=[instance.pk])}?name=amount",
    ]:
        page = seat.open(address)
        assert seat.accessibility() == "", address
        assert not page.evaluate(TOO_WIDE), address
    assert seat.violations() == []


def test_an_instance_is_started_from_the_form_without_javascript(sit, ada, forms):
    from workflows.models import ProcessInstance

    _, second, _ = forms
    page = sit(ada, java_script_enabled=False).open(
        reverse("workflows:definition-start", args=[second.pk])
    )
    page.get_by_label("Amount").fill("12")
    page.get_by_label("Urgent").select_option(label="yes")
    page.get_by_label("Who").fill("Rosa")
    page.get_by_role("button", name="Start it").click()
    page.get_by_text("is started.").wait_for()

    started = ProcessInstance.objects.latest("id")
    assert started.variables == {"amount": 12, "urgent": True, "who": "Rosa"}


def test_a_variable_is_changed_and_the_change_is_seen_in_the_journal(sit, ada, forms):
    from tests.workflows import builders

    *_, instance = forms
    page = sit(ada).open(reverse("workflows:instance", args=[instance.pk]))
    page.get_by_role("link", name="Change amount").click()
    page.get_by_label("Value", exact=True).fill("6")
    page.get_by_label("Why").fill("A typing error.")
    page.get_by_role("button", name="Change it").click()

    page.get_by_text("amount is changed.").wait_for()
    page.get_by_text("A typing error.").wait_for()
    assert builders.now_of(instance).variables["amount"] == 6


def test_a_folded_value_opens(sit, ada, forms):
    *_, instance = forms
    page = sit(ada).open(reverse("workflows:instance", args=[instance.pk]))
    text = page.locator("pre.value-text")
    was_hidden = not text.is_visible()

    page.locator(".variable-value summary").click()

    text.wait_for()
    assert was_hidden


def test_heat_stands_on_the_picture_in_figures(sit, ada, forms):
    first, *_ = forms
    page = sit(ada).open(reverse("workflows:definition-heat", args=[first.pk]))

    label = page.locator(".bpmn-note text").first.text_content()

    assert "1×" in label
    assert "1 now" in label
    page.get_by_label("Heat tells").select_option(label="Median")
    page.get_by_role("button", name="Show").click()
    page.get_by_text("The longest first, by “Median”").wait_for()


def test_what_is_different_from_the_version_before_is_told(sit, ada, forms):
    _, second, _ = forms
    page = sit(ada).open(reverse("workflows:definition", args=[second.pk]))

    page.get_by_text("Service task “charge it”: was called “auto”.").wait_for()


@pytest.fixture
def orders(transactional_db, machine):
    """Two versions; two instances stand where they fit, one at a step that is gone."""
    from tests.workflows.builders import complete
    from tests.workflows.migrated import start, version

    old = version("start -> auto -> wait_it -> end")
    instances = [start(old, f"O-{number}") for number in range(3)]
    complete(instances[2], "auto")
    return old, version("start -> auto -> wait_longer -> end"), instances


@pytest.mark.parametrize("screen", SCREENS, ids=["light and wide", "dark and narrow"])
def test_instances_are_migrated_as_previewed_without_javascript(screen, sit, ada, orders):
    from tests.workflows.builders import now_of
    from workflows import migration_batches

    old, new, instances = orders
    seat = sit(ada, java_script_enabled=False, **screen)
    page = seat.open(reverse("workflows:definition-migrate", args=[old.pk]))
    page.get_by_role("heading", name="2 of 3 instances fit").wait_for()
    page.get_by_label("wait_it goes on as").select_option(label="wait_longer")
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("heading", name="3 of 3 instances fit").wait_for()
    assert not page.evaluate(TOO_WIDE)

    page.get_by_label("Why").fill("They wait longer now.")
    page.get_by_role("button", name="Migrate 3 instances").click()
    page.get_by_role("heading", name="0 of 3 looked at").wait_for()
    migration_batches.run_due(timezone.now())
    page.reload()

    page.get_by_role("heading", name="Done").wait_for()
    assert [now_of(each).definition_id for each in instances] == [new.pk] * 3


@pytest.mark.parametrize("screen", SCREENS, ids=["light and wide", "dark and narrow"])
def test_the_result_of_a_migration_can_be_read_by_everybody(screen, sit, ada, orders):
    from workflows import migration, migration_batches
    from workflows.models import ProcessMigration

    old, new, _ = orders
    migration_batches.begin(
        wish=migration.wanted(old, new), reason="Law.", by="user:ada", now=timezone.now()
    )
    seat = sit(ada, **screen)
    page = seat.open(reverse("workflows:migration", args=[ProcessMigration.objects.get().pk]))
    was_running = seat.accessibility()
    migration_batches.run_due(timezone.now())

    page.get_by_role("heading", name="Done").wait_for()  # it refreshes itself
    page.get_by_text("has no counterpart").wait_for()
    assert (was_running, seat.accessibility()) == ("", "")
    assert not page.evaluate(TOO_WIDE)
    assert seat.violations() == []
