"""What a process throws reaches another one, or tells the sender that nobody took it."""

import pytest

from tests.workflows.bpmn.sketch import (
    end,
    start,
)
from tests.workflows.builders import NOW, now_of, standing, story
from tests.workflows.mailed import begin, deployed, receives, send_task, sends, waiting
from workflows import (
    correlation,
    journal,
)
from workflows.models import Message, ProcessInstance


@pytest.mark.django_db
def test_what_a_process_sends_reaches_the_other_one_with_what_it_carries():
    receiver = waiting(order="A-1", own="mine")
    definition = deployed("start -> t -> end", key="sender",
                          t=sends("paid", "= number", amount="sum + 1"))  # fmt: skip

    sender = begin(definition, number="A-1", sum=4, own="theirs")
    assert standing(receiver) == ["r"], "not in the transaction of the sender"
    assert correlation.deliver_due(NOW) == 1

    assert standing(receiver) == ["after"]
    assert now_of(receiver).variables == {"order": "A-1", "own": "mine", "amount": 5}
    assert "message.sent" in story(sender)
    assert now_of(sender).status == "completed"
    assert correlation.deliver_due(NOW) == 0


@pytest.mark.django_db
def test_an_end_or_a_send_task_that_sends_starts_another_process():
    deployed("start -> check -> end", key="other", start=start("message", "order"))
    end_of = deployed("start -> done", key="one", done=end("message", "order"))
    task = deployed("start -> s -> end", key="two", s=send_task)

    begin(end_of)
    begin(task)
    assert correlation.deliver_due(NOW) == 2

    assert ProcessInstance.objects.filter(definition__key="other", status="running").count() == 2


@pytest.mark.django_db
def test_a_message_that_cannot_be_taken_is_told_at_the_sender():
    receiver = deployed("start -> r -> end", r=receives("paid"))
    for _ in range(2):
        begin(receiver, business_key="A-1")
    sender = begin(deployed("start -> t -> wait -> end", key="sender", t=sends("paid", "= n")),
                   n="A-1")  # fmt: skip

    assert correlation.deliver_due(NOW) == 0

    assert Message.objects.get().status == "refused"
    assert story(sender)[-2:] == ["message.refused", "incident.opened"]
    assert journal.verifies(now_of(sender))


@pytest.mark.django_db
def test_a_message_whose_key_has_no_value_is_refused_and_the_sender_goes_on():
    sender = begin(deployed("start -> t -> wait -> end", key="sender", t=sends("paid", "= n")))

    assert Message.objects.get().status == "refused"
    assert standing(sender) == ["wait"]
    assert "message.refused" in story(sender)
