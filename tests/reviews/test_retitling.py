"""What is open is called as the version says in which its process goes on."""

import pytest

from queues import claims
from queues.models import WorkItem
from reviews import audit
from reviews.models import Review
from tests.reviews import builders
from tests.reviews.builders import NOW, after
from tests.reviews.working import begin, work
from tests.workflows.migrated import migrate, version
from workflows import journal
from workflows.models import JournalEntry, ProcessInstance

pytestmark = pytest.mark.django_db
ARROWS = "start -> pack -> end"


@pytest.fixture(autouse=True)
def packing(alice, bob):
    builders.grid()
    return builders.queue_of(alice, bob)


def called(name, **said):
    made = work(**said)
    return lambda node: made(node).replace("Pack it", name)


def asked(title, name="pack"):
    """A question whose title the model says, or leaves to the step's name."""
    said = f' title="{title}"' if title else ""
    review = f'<c:review kind="loan" payload="order" impact="order.boxes"{said} result="answer"/>'
    held = f"<extensionElements>{review}</extensionElements>"
    return lambda node: f'<userTask id="{node}" name="{name}">{held}</userTask>'


def started(step, **variables):
    variables = variables or {"order": {"boxes": 2}}
    return begin(ARROWS, variables=variables, by="api:shop", pack=step)


def goes_on(instance, step, now=NOW):
    return migrate(instance, version(ARROWS, pack=step), now=now)


def titles(instance):
    review = Review.objects.get(instance=instance)
    return review.title, [item.title for item in builders.open_items(review)]


def retitled():
    return JournalEntry.objects.filter(kind="review.retitled")


def test_work_is_called_as_the_newer_version_says():
    instance = started(work())

    goes_on(instance, called("Wrap it"), now=after(60))

    review = Review.objects.get()
    assert titles(instance) == ("Wrap it O-7", ["Wrap it O-7"])
    entry = retitled().get()
    assert (entry.actor, entry.detail["before"], entry.detail["title"]) == (
        "user:ada", "Pack it O-7", "Wrap it O-7",
    )  # fmt: skip
    assert entry.detail["items"] == [str(item.pk) for item in builders.open_items(review)]
    assert journal.verifies(ProcessInstance.objects.get(pk=instance.pk))


def test_a_question_is_called_as_its_new_title_says():
    instance = started(asked("&quot;Boxes: &quot; + string(order.boxes)"))
    goes_on(instance, asked("&quot;Parcels: &quot; + string(order.boxes)"))

    assert titles(instance) == ("Parcels: 2", ["Parcels: 2"])


def test_a_question_without_a_title_takes_the_new_name_of_its_step():
    instance = started(asked("", name="look"))
    goes_on(instance, asked("", name="see"))

    assert titles(instance) == ("see O-7", ["see O-7"])


@pytest.mark.parametrize(
    "newer", [work(documentation="Gently."), work(extra=' camunda:priority="9"')]
)
def test_another_version_with_the_same_name_changes_no_title(newer):
    instance = started(work())
    goes_on(instance, newer)

    assert titles(instance) == ("Pack it O-7", ["Pack it O-7"])
    assert not retitled().exists()


def test_what_variables_say_meanwhile_is_no_other_name():
    instance = started(called("Pack ${order.boxes}"))
    ProcessInstance.objects.filter(pk=instance.pk).update(variables={"order": {"boxes": 5}})

    goes_on(instance, called("Pack ${order.boxes}", documentation="Gently."))

    assert titles(instance)[0] == "Pack 2 O-7"


def test_who_holds_it_goes_on_and_answers(alice):
    instance = started(work())
    review = Review.objects.get()
    shown = builders.show(alice, review)

    goes_on(instance, called("Wrap it"), now=after(1))
    shown.decide("done")

    assert audit.four_eyes_violations(instance) == []
    assert WorkItem.objects.get().title == "Wrap it O-7"
    assert ProcessInstance.objects.get(pk=instance.pk).status == "completed"


def test_both_items_of_a_blind_question_are_renamed():
    step = asked("&quot;Old&quot;")
    instance = started(
        lambda node: step(node).replace('kind="loan"', 'kind="loan" mode="blind"'),
        order={"boxes": 200_000},
    )
    newer = asked("&quot;New&quot;")
    goes_on(instance, lambda node: newer(node).replace('kind="loan"', 'kind="loan" mode="blind"'))

    assert titles(instance) == ("New", ["New", "New"])


def test_what_is_settled_keeps_its_name(alice):
    instance = begin("start -> pack -> check -> end", by="api:shop", pack=work(), check=work())
    builders.show(alice, Review.objects.get(kind="pack")).decide("done")

    newer = version("start -> pack -> check -> end", pack=called("Wrap it"), check=work())
    migrate(ProcessInstance.objects.get(pk=instance.pk), newer)

    assert Review.objects.get(kind="pack").title == "Pack it O-7"
    assert not retitled().exists()


def test_claiming_shows_the_new_name(alice):
    instance = started(work())
    goes_on(instance, called("Wrap it"))

    lease = claims.claim_next(by=alice, now=after(5))

    assert lease.item.title == "Wrap it O-7"
