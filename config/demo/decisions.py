"""The lender's routing table: published with two signatures, tested by cases, about to change."""

from datetime import datetime
from pathlib import Path

from config.demo import people
from queues.models import User
from workflows import decision_cases, decision_definitions, decision_drafts
from workflows.authors import Author

TABLE = Path(__file__).resolve().parents[2] / "examples" / "loan_routing.dmn"
KEY, NAME = "loan-routing", "Loan routing"
OLD_LIMIT, NEW_LIMIT = "&gt;= 50000", "&gt;= 60000"
WHY = "Loans of 50,000 to 60,000 wait longest and are hardly ever disputed."

# Name, what is different from the usual, and the queue, skill and priority that must come out.
CASES: tuple[tuple[str, dict[str, object], tuple[str, str, int]], ...] = (
    ("An everyday loan", {}, ("personal-north", "loans", 3)),
    ("From the south", {"region": "south"}, ("personal-south", "loans", 3)),
    ("The score is unsure", {"confidence": 0.4}, ("personal-north", "loans", 2)),
    (
        "Papers do not fit",
        {"payload": {"documents": "to be checked"}},
        ("fraud-checks", "documents", 2),
    ),
    ("A very large amount", {"payload": {"amount": 80_000}}, ("large-loans", "large-loans", 3)),
    ("Somebody signed already", {"seat": "second"}, ("second-look", "loans", 2)),
)
USUAL = {"seat": "first", "region": "north", "confidence": 0.9, "payload": {"amount": 8_000}}


def settle(now: datetime) -> None:
    """The table, its cases, and a change that waits for a visitor's signature."""
    if decision_definitions.newest(KEY):
        return
    ada, grace = _author(people.ADMIN), _author(people.SECOND_ADMIN)
    decision_definitions.deploy(
        xml=TABLE.read_bytes(), key=KEY, name=NAME, proposed=grace, signed=ada, now=now
    )
    for name, said, answer in CASES:
        decision_cases.add(
            key=KEY,
            name=name,
            decision=KEY,
            inputs={**USUAL, **said},
            expected=dict(zip(("queue", "skills", "priority"), answer, strict=True)),
            has_expected=True,
            by=grace,
            now=now,
        )
    draft = decision_drafts.open_next(key=KEY, by=grace, now=now)
    draft = decision_drafts.save(
        draft,
        xml=TABLE.read_text().replace(OLD_LIMIT, NEW_LIMIT).encode(),
        revision=draft.revision,
        by=grace,
        now=now,
    )
    decision_drafts.submit(draft, revision=draft.revision, note=WHY, by=grace, now=now)


def _author(username: str) -> Author:
    user = User.objects.get(username=username)
    return Author(actor=user.actor, person=str(user.person_id))
