"""Process definitions and webhooks, as an administrator meets them in pages."""

import re
import time
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.queues import builders
from workflows import publishing, runtime
from workflows.models import Delivery, Event, JournalEntry, ProcessDefinition, Subscription

pytestmark = pytest.mark.django_db

LOAN = (Path(__file__).resolve().parents[2] / "examples/loan_approval.bpmn").read_bytes()
ENTITY = b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e SYSTEM "%s">]><d>&e;</d>'
LAUGHS = b"<!DOCTYPE d [<!ENTITY a 'ha'>" + b"".join(
    b"<!ENTITY a%d '%s'>" % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10)
)
BPMN = b'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
DEFINITIONS = b"<definitions %s>%s</definitions>"
HOSTILE = {
    "B1 a file of this machine": ENTITY % b"file:///etc/passwd",
    "B2 an address of the network": ENTITY % b"http://169.254.169.254/",
    "B3 a billion laughs": LAUGHS + b"]><d>&a9;</d>",
    "B4 quadratic blow-up": b"<!DOCTYPE d [<!ENTITY a '%s'>]><d>%s</d>"
    % (b"a" * 50_000, b"&a;" * 50_000),
    "B5 a hundred thousand deep": DEFINITIONS % (BPMN, b"<a>" * 100_000),
    "B8 XInclude": DEFINITIONS
    % (BPMN, b'<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'),
    "B8 a stylesheet": b'<?xml-stylesheet href="x.xsl"?>' + DEFINITIONS % (BPMN, b""),
    "B8 a parameter entity": b"<!DOCTYPE d [<!ENTITY % p SYSTEM 'http://x/'> %p;]><d/>",
    "B9 UTF-7": b'<?xml version="1.0" encoding="UTF-7"?>' + DEFINITIONS % (BPMN, b""),
    "B9 UTF-16": (DEFINITIONS % (BPMN, b"")).decode().encode("utf-16"),
    "B9 EBCDIC": b'<?xml version="1.0" encoding="cp037"?>' + DEFINITIONS % (BPMN, b""),
    "B9 NUL": DEFINITIONS % (BPMN, b"\x00"),
    "no XML": b"hello",
    "nothing": b"",
    "another language": b"<html/>",
}


@pytest.fixture
def admin():
    client = Client()
    client.force_login(builders.person("dana", is_admin=True))
    return client


def upload(client: Client, source: bytes, name: str = "model.bpmn"):
    file = SimpleUploadedFile(name, source)
    return client.post(reverse("workflows:definitions"), {"file": file})


def test_a_model_that_can_run_is_deployed(admin):
    answer = upload(admin, LOAN)

    definition = ProcessDefinition.objects.get()
    assert answer.url == reverse("workflows:definition", args=[definition.pk])
    entry = JournalEntry.objects.get(kind="definition.deployed")
    assert (entry.actor, entry.detail["version"]) == ("user:dana", 1)


def test_its_page_shows_the_diagram_and_the_versions(admin):
    upload(admin, LOAN)
    upload(admin, LOAN.replace(b"<bpmn:documentation>", b"<bpmn:documentation>Newer. ", 1) + b"\n")

    page = admin.get(reverse("workflows:definition", args=[ProcessDefinition.objects.first().pk]))

    assert b'<svg xmlns="http://www.w3.org/2000/svg" class="bpmn"' in page.content
    assert b"Version 2" in page.content


def test_the_file_comes_back_byte_for_byte_and_is_never_shown(admin):
    upload(admin, LOAN)

    answer = admin.get(
        reverse("workflows:definition-file", args=[ProcessDefinition.objects.get().pk])
    )

    assert answer.content == LOAN
    assert answer["Content-Disposition"] == 'attachment; filename="loan_approval.v1.bpmn"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "application/octet-stream"


def test_what_is_wrong_is_named_with_element_and_line_and_drawn(admin):
    broken = LOAN.replace(b'handler="', b'handler="no-such-')

    answer = upload(admin, broken)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "No handler named no-such-" in page
    assert "is-incident" in page
    assert [finding.line for finding in answer.context["findings"]]
    assert not ProcessDefinition.objects.exists()


def test_warnings_of_a_refused_model_stand_apart_from_its_errors(admin):
    broken = LOAN.replace(b'handler="', b'handler="no-such-').replace(b' name="decline"', b"")

    answer = upload(admin, broken)

    page = answer.content.decode()
    severities = [finding.severity for finding in answer.context["findings"]]
    assert severities == sorted(severities)
    assert answer.context["errors"] == severities.count("error") == 3
    assert "The task has no name." in page
    assert ", Warning 4<" in page
    assert ">Error 1<" in page


def test_warnings_of_a_deployed_model_are_listed_and_numbered_on_the_diagram(admin):
    upload(admin, LOAN.replace(b' name="decline"', b""))

    address = reverse("workflows:definition", args=[ProcessDefinition.objects.get().pk])
    page = admin.get(address).content.decode()

    assert "The task has no name." in page
    assert ">Warning 1<" in page
    assert "is-incident" not in page


def test_a_version_tells_what_is_different_from_the_one_before(admin):
    upload(admin, LOAN)
    upload(admin, LOAN.replace(b'name="decline"', b'name="refuse"').replace(b"PT2M", b"PT3M", 1))

    newest = ProcessDefinition.objects.get(version=2)
    page = admin.get(reverse("workflows:definition", args=[newest.pk])).content.decode()
    first = admin.get(
        reverse("workflows:definition", args=[ProcessDefinition.objects.get(version=1).pk])
    ).content.decode()

    assert "Service task “refuse”: was called “decline”." in page
    assert "PT3M" in page
    assert "What is different from" not in first


def test_versions_count_what_runs_on_them_and_not_what_is_over(admin):
    upload(admin, LOAN)
    definition = ProcessDefinition.objects.get()
    case = {"application": {"applicant": "Rosa", "amount": 5}}
    for _ in range(2):
        instance = runtime.start(
            definition=definition, variables=case, business_key="", by="user:dana",
            now=builders.NOW,
        )  # fmt: skip
    runtime.cancel(instance_id=instance.pk, by="user:dana", reason="Test.", now=builders.NOW)

    page = admin.get(reverse("workflows:definition", args=[definition.pk]))

    assert [version.running for version in page.context["versions"]] == [1]
    listed = admin.get(reverse("workflows:definitions")).context["definitions"]
    assert [each.running for each in listed] == [1]


def test_a_newer_version_offers_to_take_over_what_runs_on_older_ones(admin):
    upload(admin, LOAN)
    old = ProcessDefinition.objects.get()
    case = {"application": {"applicant": "Rosa", "amount": 5}}
    runtime.start(definition=old, variables=case, business_key="", by="user:dana", now=builders.NOW)
    upload(admin, LOAN.replace(b'name="decline"', b'name="refuse"'))
    new = ProcessDefinition.objects.get(version=2)

    from_new = admin.get(reverse("workflows:definition", args=[new.pk])).content.decode()
    from_old = admin.get(reverse("workflows:definition", args=[old.pk])).content.decode()

    address = f"{reverse('workflows:definition-migrate', args=[old.pk])}?to={new.pk}"
    assert address in from_new
    assert "Migrate 1 to version 2" in from_new
    assert "Migrate 1 to version" not in from_old
    assert admin.get(address).status_code == 200


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_files_are_refused_quickly_with_a_sentence(source, admin):
    since = time.process_time()
    answer = upload(admin, source)

    assert answer.status_code == 422
    assert time.process_time() - since < 5
    assert b"root:" not in answer.content
    assert answer.context["form"].errors
    assert not ProcessDefinition.objects.exists()


def test_a_file_that_is_too_large_is_not_read(admin):
    answer = upload(admin, b"x" * (2 * 1024 * 1024 + 1))

    assert answer.status_code == 422
    assert "At most 2,097,152 are read." in answer.content.decode()


def test_names_in_a_model_are_never_markup(admin):
    step = rb'(<bpmn:(?:process|userTask|serviceTask) [^>]*?name=")'
    evil = re.sub(step, rb"\1&lt;script&gt;alert(1)&lt;/script&gt; ", LOAN)

    upload(admin, evil, name="<script>.bpmn")
    page = admin.get(reverse("workflows:definition", args=[ProcessDefinition.objects.get().pk]))

    assert b"<script>alert" not in page.content
    assert b"&lt;script&gt;alert(1)" in page.content


@pytest.mark.parametrize("name", ["definitions", "subscriptions"])
def test_only_administrators_learn_of_these_pages(name, admin):
    manager = builders.person("mina")
    builders.queue_of(manager=manager)
    client = Client()
    client.force_login(manager)

    assert admin.get(reverse(f"workflows:{name}")).status_code == 200
    assert client.get(reverse(f"workflows:{name}")).status_code == 404
    assert upload(client, LOAN).status_code == 404
    assert not ProcessDefinition.objects.exists()


# --- webhooks -----------------------------------------------------------------------------------


@pytest.fixture
def shop(settings) -> Subscription:
    settings.OUTBOUND_ALLOWED = ["hooks.example"]
    return publishing.subscribe(
        name="Shop", url="https://hooks.example/in", event_types=[], secret="a" * 32,
        by="user:ada", now=builders.NOW,
    )  # fmt: skip


def test_an_address_that_is_not_on_the_list_is_refused(admin):
    sent = {"name": "Inside", "url": "http://169.254.169.254/latest"}

    answer = admin.post(reverse("workflows:subscriptions"), sent)

    assert answer.status_code == 422
    assert "is not on the list of places" in answer.content.decode()
    assert not Subscription.objects.exists()


def test_the_secret_is_shown_once(admin, settings):
    settings.OUTBOUND_ALLOWED = ["hooks.example"]
    sent = {"name": "Shop", "url": "https://hooks.example/in", "event_types": "loan.*"}

    shown = admin.post(reverse("workflows:subscriptions"), sent).content.decode()

    made = Subscription.objects.get()
    page = admin.get(reverse("workflows:subscription", args=[made.pk])).content.decode()
    assert made.secret in shown
    assert made.secret not in page
    assert made.event_types == ["loan.*"]


def test_a_delivery_that_was_given_up_is_tried_again(admin, shop):
    event = Event.objects.create(type="loan.approved", subject="1", at=builders.NOW)
    delivery = Delivery.objects.create(
        event=event, subscription=shop, next_attempt_at=builders.NOW, attempts=12
    )
    delivery.give_up(error="It answered 500.", now=builders.NOW)
    delivery.save()

    page = admin.get(reverse("workflows:subscription", args=[shop.pk])).content.decode()
    address = reverse("workflows:retry-delivery", args=[delivery.pk])
    admin.post(address)
    again = admin.post(address, follow=True)

    delivery = builders.fresh(delivery)
    assert "It answered 500." in page
    assert (delivery.status, delivery.attempts) == ("pending", 0)
    assert "This delivery is not given up" in again.content.decode()


def test_a_subscription_is_switched_off_and_on(admin, shop):
    address = reverse("workflows:switch-subscription", args=[shop.pk])

    admin.post(address, {"on": "0"})
    was_off = not Subscription.objects.get().is_active
    admin.post(address, {"on": "1"})

    assert was_off
    assert Subscription.objects.get().is_active
    entries = JournalEntry.objects.filter(kind="subscription.switched").order_by("sequence")
    assert [entry.detail["after"] for entry in entries] == [False, True]
