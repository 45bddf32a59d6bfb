"""The demo's lender before anybody applies: processes, queues, rules, promises, people."""

from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction

from config.demo import decisions, payment_help, people, promises
from examples import stories
from queues.models import Queue, RoutingRule, Skill, SkipReason, User
from reviews import grids
from reviews.models import ReasonCode
from workflows import definitions

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
MODELS = ("loan_approval.bpmn", "permit_receipt.bpmn")
KIND = "loan_approval"

QUEUES = (
    ("personal-north", "Personal loans north", "Everyday loans from the north", "quick", 3),
    ("personal-south", "Personal loans south", "Everyday loans from the south", "quick", 3),
    ("large-loans", "Large loans", "From 50,000; two people when in doubt", "careful", 5),
    ("fraud-checks", "Fraud checks", "Papers that do not fit; office hours only", "office", 10),
    ("second-look", "Second look", "Countersignatures and disputes", "second-look", 5),
    ("payment-help", "Payment help", "Customers who cannot pay an instalment", "patient", 15),
    ("general", "General", "Work that no rule sends elsewhere", "careful", 10),
)
LAST = 9_000  # the order of the rule that takes what is left

# In order: condition, decision table, queue, skills, priority, what it is for. Where to is the
# table's word; what stands here is for when it has none.
RULES = (
    ('seat = "arbitration"', "", "second-look", ["loans"], 1, "Two people disagree"),
    ("", decisions.KEY, "second-look", ["loans"], 3, "By the routing table"),
)

# Confidence below 0.62, below 0.75, below 0.88, from 0.88; amounts below 10,000, below 50,000 and
# from there on.
CONFIDENCE, AMOUNTS = (0.62, 0.75, 0.88), (10_000.0, 50_000.0)
ROWS = (
    ("review", "review", "review", "auto"),
    ("review", "review", "review", "auto"),
    ("block", "dual", "dual", "review"),
)

REASONS = (
    ("approve", "income-is-steady", "Income is steady"),
    ("approve", "affordable", "Instalment is affordable"),
    ("approve", "pays-on-time", "Has paid on time"),
    ("reject", "income-too-low", "Income is too low"),
    ("reject", "too-much-debt", "Too much debt"),
    ("reject", "late-payments", "Late payments"),
    ("reject", "papers-do-not-fit", "Papers do not fit"),
    ("edit", "smaller-amount", "A smaller amount is affordable"),
    ("", "spoke-to-applicant", "Spoke to the applicant"),
)
SKIPS = (
    ("know-applicant", "I know the applicant"),
    ("not-my-field", "Not my field"),
    ("waiting-for-papers", "Waiting for papers"),
    ("other", "Something else"),
)


@transaction.atomic
def settle(now: datetime) -> None:
    """Everything that is missing; what is there already stays as it was changed."""
    for model in MODELS:
        definitions.deploy(source=(EXAMPLES / model).read_bytes(), by="system", now=now)
    people.settle_skills()
    _settle_queues()
    _settle_rules()
    for name in stories.NAMES:
        stories.settle(stories.named(name), now=now)
    _settle_the_rest(now)
    _settle_words()
    if grids.latest(KIND) is None:
        grids.publish(
            review_kind=KIND,
            name="Loans",
            confidence_edges=CONFIDENCE,
            impact_edges=AMOUNTS,
            rows=ROWS,
            by="system",
            now=now,
        )
    people.settle()
    decisions.settle(now)
    payment_help.settle(now)


def is_settled() -> bool:
    """Whether somebody can look around already."""
    return User.objects.filter(username=people.ADMIN).exists()


def _settle_queues() -> None:
    for slug, name, description, _, lease in QUEUES:
        Queue.objects.get_or_create(
            slug=slug,
            defaults={
                "name": name,
                "description": description,
                "lease_for": timedelta(minutes=lease),
                "skip_rest": timedelta(minutes=10),
            },
        )


def _settle_rules() -> None:
    if RoutingRule.objects.filter(review_kind=KIND).exists():
        return
    for order, (condition, table, slug, skills, priority, note) in enumerate(RULES, start=1):
        rule = RoutingRule.objects.create(
            order=order * 10,
            review_kind=KIND,
            condition=condition,
            decision=table,
            queue=Queue.objects.get(slug=slug),
            priority=priority,
            note=note,
        )
        rule.skills.set(Skill.objects.filter(key__in=skills))


def _settle_the_rest(now: datetime) -> None:
    """A queue for what no rule sends elsewhere, and promises where nobody made any."""
    if not RoutingRule.objects.filter(review_kind="", condition="").exists():
        general = Queue.objects.get(slug="general")
        RoutingRule.objects.create(order=LAST, queue=general, note="Whatever is left")
    found = promises.settle(now, second_look=Queue.objects.get(slug="second-look"))
    kinds = {slug: policy for slug, _, _, policy, _ in QUEUES}
    for queue in Queue.objects.filter(policy=None):
        queue.policy = found[kinds.get(queue.slug, "careful")]
        queue.save(update_fields=["policy"])


def _settle_words() -> None:
    for order, (outcome, code, label) in enumerate(REASONS):
        ReasonCode.objects.get_or_create(
            review_kind=KIND,
            code=code,
            defaults={"outcome": outcome, "label": label, "order": order},
        )
    for order, (code, label) in enumerate(SKIPS):
        SkipReason.objects.get_or_create(code=code, defaults={"label": label, "order": order})
