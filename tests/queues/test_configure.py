"""Setting up queues, members, skills, routing and reasons, as an administrator does it in pages."""

import pytest
from django.test import Client
from django.urls import reverse

from queues import routing
from queues.models import Membership, Queue, RoutingRule, Skill, SkipReason
from tests.queues import builders
from workflows.models import JournalEntry

pytestmark = pytest.mark.django_db

QUEUE = {
    "name": "Refunds", "slug": "refunds", "is_active": "on", "order": "priority",
    "lease_for": "5 min", "max_returns": "3", "skip_rest": "1 h 30 min",
}  # fmt: skip
ADMIN_PAGES = [
    "configure", "queues", "queue-add", "people", "person-add", "skills", "rules", "rule-add",
    "skip-reasons", "programs", "calendars", "calendar-add", "policies", "policy-add",
]  # fmt: skip


@pytest.fixture
def dana():
    return builders.person("dana", is_admin=True)


@pytest.fixture
def alice():
    return builders.person("alice")


@pytest.fixture
def admin(dana):
    return signed_in(dana)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def changed(subject: str) -> list[str]:
    entries = JournalEntry.objects.filter(subject=subject).order_by("sequence")
    return [entry.kind for entry in entries]


@pytest.mark.parametrize("name", ADMIN_PAGES)
def test_administrators_get_the_page_and_nobody_else_learns_of_it(name, admin, alice):
    manager = builders.person("mina")
    builders.queue_of(manager=manager)
    address = reverse(f"queues:{name}")

    assert admin.get(address).status_code == 200
    assert signed_in(alice).get(address).status_code == 404
    assert signed_in(manager).get(address).status_code == 404
    assert signed_in(alice).post(address, QUEUE).status_code == 404


def test_a_new_queue_is_set_up_and_written_down(admin):
    answer = admin.post(reverse("queues:queue-add"), QUEUE)

    queue = Queue.objects.get(slug="refunds")
    assert answer.status_code == 302
    assert queue.skip_rest.total_seconds() == 5400
    entry = JournalEntry.objects.get(subject="queue:refunds")
    assert (entry.kind, entry.actor) == ("queue.added", "user:dana")
    assert entry.detail["after"]["lease_for"] == 300


def test_a_change_keeps_before_and_after(admin):
    queue = builders.queue_of(slug="refunds")

    admin.post(reverse("queues:queue-edit", args=["refunds"]), QUEUE | {"wip_limit": "4"})

    assert builders.fresh(queue).wip_limit == 4
    entry = JournalEntry.objects.get(kind="queue.changed")
    assert entry.detail["before"]["wip_limit"] is None
    assert entry.detail["after"]["wip_limit"] == 4


def test_another_order_puts_waiting_items_in_their_new_places(admin):
    queue = builders.queue_of(slug="refunds")
    item = builders.item_in(queue)
    before = item.sort_key

    admin.post(reverse("queues:queue-edit", args=["refunds"]), QUEUE | {"order": "deadline"})

    assert builders.fresh(item).sort_key != before


def test_saving_what_is_there_already_writes_nothing_down(admin):
    builders.queue_of(slug="refunds")
    address = reverse("queues:queue-edit", args=["refunds"])
    admin.post(address, QUEUE)
    before = JournalEntry.objects.count()

    admin.post(address, QUEUE)

    assert JournalEntry.objects.count() == before


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("lease_for", "soon", "is no duration"),
        ("lease_for", "0 min", "is violated"),
        ("name", "", "required"),
        ("slug", "Not a key!", "valid “slug”"),
        ("slug", "new", "Choose another key"),
        ("max_returns", "-1", "greater than or equal to 1"),
        ("order", "random", "not one of the available choices"),
    ],
)
def test_a_queue_that_cannot_work_is_refused_with_a_sentence(field, typed, sentence, admin):
    answer = admin.post(reverse("queues:queue-add"), QUEUE | {field: typed})

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Queue.objects.exists()


def test_two_queues_do_not_share_a_key(admin):
    builders.queue_of(slug="refunds")

    answer = admin.post(reverse("queues:queue-add"), QUEUE)

    assert answer.status_code == 422
    assert "already exists" in answer.content.decode()


def test_what_the_settings_mean_is_said_in_words(admin):
    builders.queue_of(slug="refunds", wip_limit=4, policy=builders.policy())

    page = admin.get(reverse("queues:queue-edit", args=["refunds"])).content.decode()

    assert "Nobody holds more than 4 units of work" in page
    assert "Somebody takes an item within 1 h of becoming ready" in page


def test_members_are_switched_on_and_off(admin, alice, dana):
    queue = builders.queue_of(alice, slug="refunds")
    address = reverse("queues:queue-members", args=["refunds"])

    admin.post(address, {"manages": [dana.pk], "works": [dana.pk]})

    assert [(each.user, each.can_work, each.can_manage) for each in queue.memberships.all()] == [
        (dana, True, True)
    ]
    people = JournalEntry.objects.get(kind="queue.members").detail["people"]
    assert people["alice"] == {"before": ["works"], "after": []}


def test_an_unknown_account_is_not_made_a_member(admin):
    builders.queue_of(slug="refunds")
    robot = builders.program("robot")

    admin.post(reverse("queues:queue-members", args=["refunds"]), {"works": [robot.pk, 999_999]})

    assert not Membership.objects.exists()


def test_skills_given_in_the_matrix_make_people_eligible(admin, alice):
    queue = builders.queue_of(alice)
    item = builders.item_in(queue, skills=("fraud",))
    skill = Skill.objects.get(key="fraud")
    sent = {"person": [str(alice.person_id)], "has": [f"{alice.person_id}/{skill.pk}"]}

    before = admin.get(reverse("queues:configure")).content.decode()
    admin.post(reverse("queues:skills-set"), sent)

    assert "Nobody has all of fraud" in before
    assert builders.held_by(alice, item).holder == alice
    assert changed(f"person:{alice.person_id}") == ["person.skills"]


def test_people_whose_row_was_not_shown_keep_their_skills(admin, alice):
    builders.skilled(alice, "fraud")

    admin.post(reverse("queues:skills-set"), {"person": [], "has": []})

    assert alice.person.skills.count() == 1


@pytest.mark.parametrize("key", ["Fraud", "fraud checks", "region:", "x" * 61])
def test_a_skill_has_a_key_that_rules_can_name(key, admin):
    answer = admin.post(reverse("queues:skills"), {"key": key, "name": "Fraud"})

    assert answer.status_code == 422
    assert not Skill.objects.exists()


def test_a_skill_that_a_rule_asks_for_stays(admin):
    skill = Skill.objects.create(key="fraud", name="Fraud checks")
    rule(admin, builders.queue_of(), skills=[skill.pk])

    answer = admin.post(reverse("queues:skill-remove", args=[skill.pk]), follow=True)

    assert "Routing rule 1 asks for Fraud checks." in answer.content.decode()
    assert list(RoutingRule.objects.get().skills.all()) == [skill]


@pytest.mark.parametrize(("key", "needs"), [("fraud", {"skills": ("fraud",)}),
                                            ("region:north", {"region": "north"})])  # fmt: skip
def test_a_skill_that_an_open_item_needs_stays(key, needs, admin):
    skill = Skill.objects.create(key=key, name="Needed")
    builders.item_in(builders.queue_of(), **needs)

    answer = admin.post(reverse("queues:skill-remove", args=[skill.pk]), follow=True)

    assert "Open items that need Needed: 1." in answer.content.decode()
    assert Skill.objects.filter(key=key).exists()


def test_a_skill_that_nobody_needs_is_removed(admin):
    skill = Skill.objects.create(key="fraud", name="Fraud checks")

    admin.post(reverse("queues:skill-remove", args=[skill.pk]))

    assert not Skill.objects.exists()
    assert changed("skill:fraud") == ["skill.removed"]


# --- routing ------------------------------------------------------------------------------------


def rule(admin, queue, **said):
    return admin.post(reverse("queues:rule-add"), {"queue": queue.pk, "priority": "3", **said})


def test_a_rule_that_cannot_be_read_is_refused_with_the_place(admin):
    answer = rule(admin, builders.queue_of(), condition="impact >\n  (")

    assert answer.status_code == 422
    assert "Line 2, column 4" in answer.content.decode()
    assert not RoutingRule.objects.exists()


def test_rules_move_up_and_down(admin):
    small, large = builders.queue_of(), builders.queue_of()
    rule(admin, small, note="otherwise")
    rule(admin, large, note="large", condition="impact > 100")
    second = RoutingRule.objects.get(note="large")

    admin.post(reverse("queues:rule-move", args=[second.pk]), {"to": "up"})

    assert routing.route({"impact": 500}, now=builders.NOW).queue == large
    assert changed(f"routing_rule:{second.pk}") == ["routing_rule.added", "routing_rule.moved"]


def test_the_first_rule_stays_first(admin):
    rule(admin, builders.queue_of(), note="only")
    only = RoutingRule.objects.get()

    answer = admin.post(reverse("queues:rule-move", args=[only.pk]), {"to": "up"}, follow=True)

    assert answer.status_code == 200
    assert builders.fresh(only).order == only.order


def test_trying_a_question_says_which_rule_takes_it_and_why_not_the_others(admin):
    large, other = builders.queue_of(slug="large"), builders.queue_of(slug="other")
    rule(admin, large, condition="payload.amount > 1000", note="large")
    rule(admin, other, note="otherwise")

    page = admin.get(reverse("queues:rules"), {"payload": "amount = 200"}).content.decode()

    assert "It goes to other" in page
    assert "Its condition is false." in page
    assert RoutingRule.objects.count() == 2


def test_facts_that_cannot_be_read_are_refused(admin):
    answer = admin.get(reverse("queues:rules"), {"payload": "amount is 200", "confidence": "7"})

    assert answer.status_code == 422
    assert "Write it like amount = 12000." in answer.content.decode()


def test_rules_without_effect_and_without_an_end_are_pointed_out(admin):
    queue = builders.queue_of()
    rule(admin, queue, condition="impact > 100")

    without_end = admin.get(reverse("queues:configure")).content.decode()
    rule(admin, queue)
    rule(admin, queue, condition="impact > 500")
    without_effect = admin.get(reverse("queues:configure")).content.decode()

    assert "No routing rule takes what is left" in without_end
    assert "what follows has no effect: rule 3." in without_effect


def test_a_queue_without_people_or_policy_is_pointed_out(admin):
    builders.queue_of(slug="refunds")

    page = admin.get(reverse("queues:configure")).content.decode()

    assert "Nobody works on refunds" in page
    assert "refunds has no policy" in page


def test_a_reason_for_skipping_that_was_used_stays(admin, alice):
    queue = builders.queue_of(alice)
    admin.post(
        reverse("queues:skip-reasons"), {"code": "unclear", "label": "Unclear", "order": "1"}
    )
    reason = SkipReason.objects.get()
    lease = builders.held_by(alice, builders.item_in(queue))
    from queues import claims

    claims.skip(
        item_id=lease.item_id, by=alice, epoch=lease.epoch, reason="unclear", now=builders.NOW
    )

    answer = admin.post(reverse("queues:skip-reason-remove", args=[reason.pk]), follow=True)

    assert "is in use, so it stays" in answer.content.decode()
    assert SkipReason.objects.exists()


def test_what_people_type_is_never_markup(admin):
    evil = "<script>alert(1)</script>"

    admin.post(reverse("queues:queue-add"), QUEUE | {"name": evil, "description": evil})
    pages = [admin.get(reverse(f"queues:{name}")).content for name in ("configure", "queues")]

    assert Queue.objects.get().name == evil
    assert all(b"<script>alert" not in page for page in pages)


def test_a_rule_that_breaks_sends_the_question_to_the_last_rule_without_a_condition(admin):
    first, last = builders.queue_of(slug="first"), builders.queue_of(slug="last")
    rule(admin, first, condition='impact > "much"', note="broken")
    rule(admin, first, condition="impact > 1", note="never asked")
    rule(admin, last, note="otherwise")

    trial = admin.get(reverse("queues:rules"), {"impact": "5"}).context["trial"]

    assert trial.route == routing.route({"kind": "", "impact": 5, "payload": {}}, now=builders.NOW)
    taking = [verdict.rule.queue for verdict in trial.verdicts if verdict.takes]
    assert taking == [trial.route.queue]
