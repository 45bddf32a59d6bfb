"""User tasks that ask for no decision: work that one person claims, does and completes."""

import pytest
from django.db import IntegrityError, transaction

from queues import claims
from queues.models import Membership, Queue
from reviews import audit, decisions, settlement
from reviews.answers import NotValid
from reviews.models import Decision, Review
from tests.reviews import builders
from tests.reviews.builders import NOW
from tests.reviews.working import FORM, GOOD, at, begin, known, one, work
from tests.workflows.bpmn import sketch
from workflows import runtime, story
from workflows.models import JournalEntry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def packing(alice, bob):
    return builders.queue_of(alice, bob)


# --- what it is ---


def test_a_user_task_without_a_question_is_work_that_one_person_completes(alice):
    review = one({"order": {"number": 7}}, documentation="Wrap it twice.")

    [item] = builders.open_items(review)
    assert (item.title, review.outcomes) == ("Pack it O-7", ["done"])
    shown = {each.title: each.content for each in review.evidence.all()}
    assert shown == {"What to do": "Wrap it twice.", "What is known": {"order": {"number": 7}}}

    builders.show(alice, review).decide("done")

    assert at(review) == ["check"]
    assert known(review) == {"order": {"number": 7}}, "nothing was filled in, so nothing changed"
    assert audit.four_eyes_violations(review.instance) == []


def test_whoever_started_the_process_may_do_its_work(alice):
    review = one()

    assert builders.show(alice, review).decide("done").outcome == "done"


def test_what_is_filled_in_becomes_variables_with_its_types(alice):
    review = one({"number": "R-1"}, inside=FORM)

    made = builders.show(alice, review).decide("done", answers=GOOD)

    assert known(review) == {"number": "R-1", **GOOD, "ref": "R-1"}
    assert made.answers == {**GOOD, "ref": "R-1"}
    assert at(review) == ["check"]


def test_empty_fields_are_nothing_and_a_box_without_a_tick_is_no(alice):
    review = one(inside=FORM)

    builders.show(alice, review).decide("done", answers={"amount": 1})

    assert known(review) == {
        "amount": 1, "who": None, "paid": False, "day": None, "way": None, "ref": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({}, "Amount: This is needed."),
        ({"amount": 0}, "Amount: This is at least 1."),
        ({"amount": 101}, "Amount: This is at most 100."),
        ({"amount": 1.5}, "Amount: Write a whole number, such as 12."),
        ({"amount": True}, "Amount: Write a number, such as 12.5."),
        ({"amount": "12"}, "Amount: Write a number, such as 12.5."),
        ({"amount": 10**400}, "Amount: The number is too large."),
        ({"amount": 1, "who": "R"}, "Who: This has 1 characters. Write at least 2."),
        ({"amount": 1, "who": "R" * 11}, "Who: This has 11 characters. At most 10 are taken."),
        ({"amount": 1, "who": ["Rosa"]}, "Who: Write a text."),
        ({"amount": 1, "paid": "yes"}, "Paid: Say yes or no."),
        ({"amount": 1, "day": "yesterday"}, "Day: Write a day such as 2026-03-01."),
        ({"amount": 1, "way": "bike"}, "Way: Choose one of By post, By van."),
        ({"amount": 1, "price": 5}, "There is no field “price” to fill in here."),
    ],
)
def test_a_value_that_does_not_fit_is_refused_and_changes_nothing(alice, answers, sentence):
    review = one(inside=FORM)
    seen = builders.show(alice, review)

    with pytest.raises(NotValid) as refusal:
        seen.decide("done", answers=answers)

    assert str(refusal.value) == sentence
    assert not Decision.objects.exists()
    assert at(review) == ["pack"]


def test_a_field_that_is_fixed_keeps_its_value(alice):
    review = one({"number": "R-1"}, inside=FORM)

    builders.show(alice, review).decide("done", answers={**GOOD, "ref": "R-2"})

    assert known(review)["ref"] == "R-1"


def test_a_question_has_nothing_to_fill_in(alice):
    review = builders.question()

    with pytest.raises(NotValid, match="no field “amount” to fill in"):
        builders.show(alice, review).decide(answers={"amount": 1})


# --- within its undo window, twice, too late ---


def test_the_same_answer_twice_is_one_and_another_one_is_refused(alice):
    review = one(inside=FORM)
    seen = builders.show(alice, review)
    first = seen.decide("done", answers=GOOD)

    assert seen.decide("done", answers=GOOD) == first
    with pytest.raises(decisions.AlreadyDecided):
        seen.decide("done", answers={**GOOD, "amount": 13})

    assert known(review)["amount"] == 12


def test_work_can_be_taken_back_and_done_in_another_way():
    carol = builders.person("carol", undo_for=10)
    Membership.objects.create(queue=Queue.objects.get(), user=carol)
    review = one(inside=FORM)
    made = builders.show(carol, review).decide("done", answers=GOOD)

    decisions.undo(decision_id=made.pk, by=carol, now=NOW)
    settlement.execute_due(builders.after(20))
    assert at(review) == ["pack"]
    builders.show(carol, review).decide("done", answers={**GOOD, "amount": 13})
    settlement.execute_due(builders.after(20))

    assert known(review)["amount"] == 13


def test_the_journal_tells_of_work_and_not_of_a_question(alice):
    review = one()
    builders.show(alice, review).decide("done")

    assert told(review) == [
        "Work for a person was opened",
        "Completed the work",
        "The work is complete",
        "The process went on with it",
    ]


def test_the_journal_tells_of_work_that_was_taken_back_or_is_not_needed():
    carol = builders.person("carol", undo_for=10)
    Membership.objects.create(queue=Queue.objects.get(), user=carol)
    review = one()
    first = builders.show(carol, review).decide("done")
    decisions.undo(decision_id=first.pk, by=carol, now=NOW)
    builders.show(carol, review).decide("done")
    runtime.cancel(instance_id=review.instance_id, by="user:ada", reason="No", now=NOW)

    assert told(review) == [
        "Work for a person was opened",
        "Completed the work",
        "Took the completion back",
        "Completed the work",
        "A completion became void",
        "The work is not needed any more",
    ]


def test_the_journal_still_tells_of_a_question_as_one(alice, bob):
    builders.grid()
    review = builders.question()
    builders.sign(alice, review, "approve")

    assert told(review)[:2] == ["A question was put", "Signed"]


def told(review):
    """What the journal says of a review and its decisions, in sentences for people."""
    entries = JournalEntry.objects.filter(chain=review.instance_id).order_by("sequence")
    lines = [
        story.line(each)
        for each in entries
        if each.detail.get("review") == str(review.pk)
        and each.kind.startswith(("review.", "decision."))
    ]
    assert not any("is work" in str(fact).lower() for line in lines for fact in line.facts)
    return [line.sentence for line in lines]


def test_a_cancelled_process_asks_for_nothing_any_more(alice):
    review = one(inside=FORM)
    seen = builders.show(alice, review)
    runtime.cancel(instance_id=review.instance_id, by="user:ada", reason="No", now=NOW)

    with pytest.raises(claims.LeaseLost):
        seen.decide("done", answers=GOOD)

    assert not Decision.objects.exists()
    assert "amount" not in known(review)


def test_what_a_form_asks_stays_as_it_was(alice):
    review = one(inside=FORM)

    with pytest.raises(IntegrityError, match="stays as it was opened"), transaction.atomic():
        Review.objects.filter(pk=review.pk).update(form=[])


# --- rounds of a loop, inputs, outputs ---

EACH = sketch.each("orders", "order", result="packed")
ORDERS = [{"id": "a", "boxes": 1}, {"id": "b", "boxes": 2}]
INPUT = '<c:input name="{0}" value="{1}"/>'


def reviews():
    return list(Review.objects.order_by("activity__scope", "id"))


def test_each_round_of_a_loop_is_work_of_its_own_and_shows_its_own_item(alice, bob):
    form = FORM.replace('id="amount"', 'id="packed"')
    begin("start -> pack -> end", variables={"orders": ["a", "b"]},
          pack=work(form, loop=EACH))  # fmt: skip

    first, second = reviews()
    assert [each.title for each in (first, second)] == ["Pack it (a) O-7", "Pack it (b) O-7"]
    assert first.evidence.get(title="Order").content == "a"
    assert second.payload["order"] == "b"
    assert "orders" not in second.payload, "the list is not kept once for each of its elements"

    builders.show(alice, second).decide("done", answers={"packed": 2})
    builders.show(bob, first).decide("done", answers={"packed": 1})

    said = known(first)
    assert said["results"] == [1, 2], "in the order of the list"
    assert "order" not in said, "what belongs to a round stays in it"


REVIEW = (
    '<c:review kind="loan" payload="order" impact="order.boxes" title="order.id" '
    'result="decision"/>'
)


def asking(loop, inside=""):
    held = f"<extensionElements>{REVIEW}{inside}</extensionElements>"
    return lambda name: f'<userTask id="{name}" name="{name}">{held}{loop}</userTask>'


def test_a_review_of_each_item_of_a_list_is_edited_and_signed_for_itself(alice, bob):
    loop = sketch.each("orders", "order", result="order")
    begin("start -> pack -> end", variables={"orders": ORDERS}, by="api:web", pack=asking(loop))
    first, second = reviews()
    assert [each.payload for each in (first, second)] == ORDERS
    assert [each.impact for each in (first, second)] == [1, 2]

    builders.show(alice, first).edit(boxes=9)
    builders.refresh(first)
    assert first.impact == 9, "read over what is known in this round"
    builders.sign(alice, second)
    builders.sign(bob, first)

    said = known(first)
    assert said["results"] == [{"id": "a", "boxes": 9}, {"id": "b", "boxes": 2}]
    assert said["orders"] == ORDERS, "the list itself was not asked about"
    assert "order" not in said
    assert audit.four_eyes_violations(first.instance) == []


def test_whoever_changed_one_item_signs_the_others_but_not_that_one(alice):
    begin("start -> pack -> end", variables={"orders": ORDERS}, by="api:web",
          pack=asking(sketch.each("orders", "order")))  # fmt: skip
    first, second = reviews()
    builders.show(alice, first).edit(boxes=9)

    assert builders.sign(alice, second).outcome == "approve"
    with pytest.raises(claims.Excluded):
        builders.show(alice, first)


def test_an_input_is_asked_about_and_stays_inside_unless_it_is_let_out(alice, bob):
    inputs = INPUT.format("order", "orders[1]")
    begin("start -> pack -> end", variables={"orders": ORDERS}, by="api:web",
          pack=asking("", inputs))  # fmt: skip
    review = Review.objects.get()
    assert review.payload == ORDERS[0]

    builders.show(alice, review).edit(boxes=9)
    builders.refresh(review)
    builders.sign(bob, review)

    said = known(review)
    assert said["decision"]["payload"] == {"id": "a", "boxes": 9}
    assert "order" not in said


def test_output_mappings_of_a_user_task_apply_and_see_its_inputs(alice):
    inside = FORM + INPUT.format("price", "3")
    inside += '<c:output name="total" value="amount * price"/>'
    review = one(inside=inside)
    assert review.payload == {"price": 3}

    builders.show(alice, review).decide("done", answers=GOOD)

    assert known(review) == {"total": 36}


def test_variables_of_a_sub_process_are_seen_and_written_where_they_live(alice):
    begin("start -> p -> check -> end", variables={"amount": 1}, check=work(),
          p=sketch.sub("start_p -> pack -> end_p", pack=work(FORM),
                       loop=sketch.each("[5]", "amount", result="amount")))  # fmt: skip
    review = Review.objects.get()
    assert {each["name"]: each["default"] for each in review.form}["amount"] == 5

    builders.show(alice, review).decide("done", answers={**GOOD, "amount": 6})

    said = known(review)
    assert said["results"] == [6]
    assert said["amount"] == 1, "the variable of the round hides that of the process"
    assert said["who"] == "Rosa"


# --- where the model has no form ---


def test_without_a_form_the_next_conditions_tell_what_is_asked(alice):
    begin("start -> pack -> x?", "x? -[approved]-> end", "x? -[amount > 3]-> check",
          "x? -[else]-> other -> end_o", "check -> end_c", variables={"amount": 9}, pack=work(),
          check=work(), other=work())  # fmt: skip
    review = Review.objects.get()
    assert [each["name"] for each in review.form] == ["approved"], "the amount is known"

    builders.show(alice, review).decide("done", answers={"approved": True})

    assert known(review)["approved"] is True
    assert review.instance.activities.filter(node_id="end").exists()


def test_what_was_asked_here_is_asked_again_when_it_comes_back(alice):
    begin("start -> pack -> x?", "x? -[fine]-> end", "x? -[else]-> check", "check -> pack",
          pack=work(), check=work())  # fmt: skip
    builders.show(alice, Review.objects.get(kind="pack")).decide("done", answers={"fine": False})
    builders.show(alice, Review.objects.get(kind="check")).decide("done")

    again = Review.objects.filter(kind="pack").latest("opened_at", "id")

    assert [(each["name"], each["default"]) for each in again.form] == [("fine", False)]


def test_a_form_that_is_kept_elsewhere_is_named_on_the_item():
    review = one(extra=' camunda:formKey="embedded:app:forms/pack.html"')

    assert review.form == []
    assert "The form embedded:app:forms/pack.html is kept elsewhere" in review.disposition_reason


def test_variables_in_the_name_and_documentation_are_told_by_their_values():
    begin("start -> pack -> end", variables={"number": "7"},
          pack=lambda name: work(documentation="Pack number ${number}.")(name).replace(
              'name="Pack it"', 'name="${number}"'))  # fmt: skip

    review = Review.objects.get()
    assert review.title == "7 O-7"
    assert review.evidence.get(title="What to do").content == "Pack number 7."


def test_what_cannot_be_told_in_a_name_stands_as_it_is_written():
    begin("start -> pack -> end",
          pack=lambda name: work()(name).replace("Pack it", "Pack ${bean.call()} it"))  # fmt: skip

    assert Review.objects.get().title == "Pack ${bean.call()} it O-7"
