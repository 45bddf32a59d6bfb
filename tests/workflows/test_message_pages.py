"""Messages, signals, listeners and start timers, as administrators meet them in pages."""

import pytest
from django.urls import reverse

from tests.reviews.builders import person
from tests.workflows import drawn
from tests.workflows.bpmn.sketch import catch, start
from tests.workflows.builders import NOW, later, now_of, standing
from tests.workflows.mailed import HOUR, begin, deployed, receives, send, waiting
from tests.workflows.test_commands import sending
from tests.workflows.test_signals import listening, spread, tell
from tests.workflows.test_start_timers import cycle, deploy
from workflows import correlation, definitions, runtime, senders, start_timers
from workflows.models import JournalEntry, Message, ProcessInstance, StartTimer

pytestmark = pytest.mark.django_db
SEND = {"key": "m-1", "name": "paid", "business_key": "A-1"}


@pytest.fixture
def page(client):
    client.force_login(person("ada", is_admin=True))
    return client


def at(name, *args):
    return reverse(f"workflows:{name}", args=args)


def text_of(answer, status=200):
    assert answer.status_code == status, answer.content.decode()[:2_000]
    return answer.content.decode()


# --- the list ---


def test_the_list_tells_who_has_what_and_what_nobody_took(page, django_assert_max_num_queries):
    receiver = waiting(order="A-1")
    sending()
    correlation.deliver_due(NOW)
    sending(number="A-2")
    correlation.deliver_due(NOW)
    senders.expire_due(later(hours=1))
    listening(2)
    tell()
    spread()

    with django_assert_max_num_queries(14):
        text = text_of(page.get(at("messages")))

    assert f'Taken by <a href="{at("instance", receiver.pk)}">' in text
    assert "Not acknowledged" in text
    assert senders.NOBODY in text
    assert "Heard by 2" in text
    assert text.count("<tr>") == 4, "shares of a signal are counted, not listed"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"state": "waiting"}, {"A-1"}),
        ({"state": "expired"}, {"A-2"}),
        ({"key": "A-2"}, {"A-2"}),
        ({"name": "paid"}, {"A-1", "A-2"}),
        ({"kind": "signal"}, set()),
    ],
)
def test_the_list_is_narrowed(page, query, names):
    send(key="A-1", message_id="k1", keep_for=3 * HOUR)
    send(key="A-2", message_id="k2", keep_for=HOUR)
    senders.expire_due(later(hours=1))

    text = text_of(page.get(at("messages"), query))

    assert {each for each in ("A-1", "A-2") if f">{each}</td>" in text} == names


@pytest.mark.parametrize("name", ["messages", "messages-received", "listeners"])
@pytest.mark.parametrize("query", [{"state": "lost"}, {"colour": "red"}, {"after": "1"}])
def test_a_filter_that_is_not_offered_is_refused(page, name, query):
    assert "notice-danger" in text_of(page.get(at(name), query), 400)


def test_a_long_list_goes_on(page):
    for number in range(3):
        send(message_id=f"k{number}", key=f"A-{number}", keep_for=HOUR)

    first = text_of(page.get(at("messages"), {"page_size": 2}))
    after = Message.objects.order_by("-id")[1].pk
    assert f"after={after}" in first
    second = text_of(page.get(at("messages"), {"page_size": 2, "after": str(after)}))

    assert ">A-2</td>" in first
    assert ">A-0</td>" in second
    assert ">A-2</td>" not in second


def test_what_came_from_outside_stands_with_its_id_and_who_has_it(page):
    receiver = waiting(order="A-1")
    send(message_id="shop-17")
    send(message_id="shop-18", key="A-9", keep_for=HOUR)

    text = text_of(page.get(at("messages-received"), {"sender": "api:shop"}))

    assert "shop-17" in text
    assert at("instance", receiver.pk) in text
    assert "nobody: waiting" in text
    assert "shop-17" not in text_of(page.get(at("messages-received"), {"sender": "api:x"}))


def test_listeners_are_counted_by_name_and_step(page):
    for order in ("A-1", "A-2"):
        waiting(order=order)
    listening(1)

    text = text_of(page.get(at("listeners")))
    assert 'data-label="How many">2<' in text
    assert "name and key" in text
    assert "alarm" in text

    assert "alarm" not in text_of(page.get(at("listeners"), {"kind": "message"}))
    assert "alarm" in text_of(page.get(at("listeners"), {"name": "lar"}))


# --- one message ---


def test_a_message_is_withdrawn_with_a_reason_and_sent_again(page):
    sending()
    message = Message.objects.get()
    text = text_of(page.get(at("sent-message", message.pk)))
    assert "Nobody waits for it now" in text

    refused = text_of(page.post(at("message-withdraw", message.pk), follow=True))
    assert "Say why it is withdrawn" in refused
    page.post(at("message-withdraw", message.pk), {"reason": "Ordered twice."})
    text = text_of(page.get(at("sent-message", message.pk)))
    assert "Ordered twice." in text
    receiver = waiting(order="A-1")
    again = page.post(at("message-again", message.pk), follow=True)

    assert "is on its way again" in text_of(again)
    assert f">{receiver}</a> would take it" in text_of(again)
    twice = page.post(at("message-again", message.pk), follow=True)
    assert "Nothing was sent" in text_of(twice)


def test_a_signal_tells_who_heard_it(page):
    [instance] = listening(1)
    signal = tell(level=3)
    spread()

    text = text_of(page.get(at("sent-message", signal.pk)))

    assert "heard it" in text
    assert at("instance", instance.pk) in text
    assert "level" in text
    assert "Withdraw" not in text


def test_one_who_could_not_take_a_signal_is_told_again(page, monkeypatch):
    [instance] = listening(1)
    signal = tell(level=3)
    with monkeypatch.context() as broken:
        broken.setattr(runtime, "hear", lambda *_what, **_said: 1 / 0)
        spread()
    share = Message.objects.get(origin=signal)

    text = text_of(page.get(at("sent-message", signal.pk)))
    assert "1 could not take it" in text
    assert "Tell again" in text
    page.post(at("message-again", share.pk))
    assert spread() == 1

    assert standing(instance) == ["after"]
    assert now_of(instance).variables == {"level": 3}


@pytest.mark.parametrize("name", ["message", "signal"])
def test_that_variables_are_optional_is_said_once(page, name):
    text = text_of(page.get(at(name)))

    variables = text.partition("<legend>Variables")[2].partition("</fieldset>")[0]

    assert "More variables as JSON" in variables
    assert variables.count("(optional)") == 1


def test_the_sender_shows_what_it_has_sent(page, django_assert_max_num_queries):
    sender = sending()
    senders.expire_due(later(hours=1))

    with django_assert_max_num_queries(30):
        text = text_of(page.get(at("instance", sender.pk)))

    assert "Messages and signals sent" in text
    assert "Not acknowledged" in text
    assert "Send it again" in text
    assert "Nobody took the message paid in its time" in text


# --- sending and giving ---


def test_who_would_take_a_message_is_shown_and_nothing_is_sent(page):
    receiver = waiting(order="A-1")

    text = text_of(page.post(at("message"), {**SEND, "preview": "1"}))

    assert "would take it: it waits at r" in text
    assert at("instance", receiver.pk) in text
    assert standing(receiver) == ["r"]
    nobody = page.post(at("message"), {**SEND, "business_key": "A-2", "preview": "1"})
    assert "Nobody waits for it now" in text_of(nobody)


def test_the_preview_names_all_who_might_be_meant(page):
    definition = deployed("start -> r -> end", r=receives("paid"))
    both = [begin(definition, business_key="A-1") for _ in range(2)]

    text = text_of(page.post(at("message"), {**SEND, "preview": "1"}))

    assert all(str(each.pk) in text for each in both)


def test_the_preview_says_what_a_message_begins(page):
    deployed("begin -> check -> end", begin=start("message", "paid"))

    assert "It would begin" in text_of(page.post(at("message"), {**SEND, "preview": "1"}))
    assert not ProcessInstance.objects.exists()


def test_variables_are_typed_one_by_one(page):
    receiver = waiting(order="A-1")
    typed = {
        "variable_0": "amount", "type_0": "number", "value_0": "12.5",
        "variable_1": "express", "type_1": "yes or no", "value_1": "true",
        "variable_2": "note", "type_2": "text", "value_2": "12",
        "variables": '{"lines": [1]}',
    }  # fmt: skip

    assert "The message reached" in text_of(page.post(at("message"), {**SEND, **typed}))

    known = now_of(receiver).variables
    assert known == {"order": "A-1", "amount": 12.5, "express": True, "note": "12", "lines": [1]}


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"variable_0": "n", "type_0": "number", "value_0": "many"}, "This is no number"),
        ({"value_0": "12"}, "Name the variable"),
        ({"variable_0": "n", "value_0": "1", "variables": '{"n": 2}'}, "n is given twice"),
        ({"variable_0": "n", "type_0": "colour"}, "Select a valid choice"),
    ],
)
def test_a_variable_that_is_none_is_told_beside_it(page, said, sentence):
    receiver = waiting(order="A-1")

    assert sentence in text_of(page.post(at("message"), {**SEND, **said}), 422)
    assert standing(receiver) == ["r"]


def test_a_message_may_be_kept_and_the_page_says_until_when(page):
    text = text_of(page.post(at("message"), {**SEND, "keep_for": "3600"}))

    assert "Nobody waits for it yet" in text
    assert at("sent-message", Message.objects.get().pk) in text
    again = text_of(page.post(at("message"), {**SEND, "keep_for": "3600"}))
    assert "This message was given before" in again
    assert "it is waiting" in again


def test_a_signal_is_previewed_and_given_once(page):
    both = listening(2)
    deployed("begin -> check -> end", key="begun", begin=start("signal", "alarm"))
    said = {"key": "s-1", "name": "alarm", "variable_0": "level", "type_0": "number",
            "value_0": "3"}  # fmt: skip

    text = text_of(page.post(at("signal"), {**said, "preview": "1"}))
    assert "2 would hear it, and it would begin" in text
    assert not Message.objects.exists()
    assert "2 listen now" in text_of(page.post(at("signal"), said))
    assert "given before" in text_of(page.post(at("signal"), said))
    spread(Message.objects.earliest("id").received_at)

    assert [standing(each) for each in both] == [["after"], ["after"]]
    assert now_of(both[0]).variables == {"level": 3}
    assert Message.objects.filter(origin=None).count() == 1


def test_names_that_somebody_waits_for_are_offered(page):
    waiting(order="A-1")
    begin(deployed("start -> c -> end", key="other", c=catch("signal", "alarm")))

    assert '<option value="paid">' in text_of(page.get(at("message")))
    assert '<option value="alarm">' in text_of(page.get(at("signal")))


# --- start timers ---


def test_the_form_says_what_happens_to_a_message_that_nobody_waits_for(page):
    text = text_of(page.get(at("message")))

    label = text.index("If nobody waits for this message")
    assert text[label : label + 50].split("</label>")[0] == "If nobody waits for this message"
    assert "It is refused, and nothing happens" in text


def test_a_start_timer_is_called_as_its_model_calls_it(page):
    begin = '<startEvent id="begin" name="Every morning"><timerEventDefinition>'
    inside = cycle("R/PT1H") + "</timerEventDefinition></startEvent>"
    flow = '<sequenceFlow id="f" sourceRef="begin" targetRef="end"/>'
    source = drawn.model(f'{begin}{inside}<endEvent id="end"/>{flow}')
    definitions.deploy(source=source, by="user:ada", now=NOW)
    timer = StartTimer.objects.get()

    text = text_of(page.get(at("start-timers")))
    assert '<td data-label="Step">Every morning</td>' in text
    answer = page.post(at("start-timer", timer.pk), {"on": "0"}, follow=True)
    assert "does not start by itself any more (Every morning)." in text_of(answer)


def test_start_timers_are_listed_with_their_moments(page, django_assert_max_num_queries):
    deploy(cycle("R/PT1H"))
    start_timers.fire_due(later(hours=1))

    with django_assert_max_num_queries(8):
        text = text_of(page.get(at("start-timers")))

    assert "every 1 h" in text
    assert at("instance", ProcessInstance.objects.get().pk) in text
    assert "Switch off" in text


def test_a_timer_that_cannot_start_says_why(page, monkeypatch):
    deploy(cycle("R/PT1H"))

    def stumbles(**_said):
        raise ZeroDivisionError("no room")

    monkeypatch.setattr(runtime, "start", stumbles)
    start_timers.fire_due(later(hours=1))

    text = text_of(page.get(at("start-timers")))
    assert "Cannot start" in text
    assert "no room" in text


def test_a_timer_that_is_switched_off_starts_nothing_and_makes_up_for_nothing(page):
    deploy(cycle("R/PT1H"))
    timer = StartTimer.objects.get()

    page.post(at("start-timer", timer.pk), {"on": "0"})
    assert start_timers.fire_due(later(hours=3)) == 0
    deploy(cycle("R/PT1H"), name="rise", at=later(hours=3))
    newer = StartTimer.objects.get(status="pending")
    assert not newer.is_on, "a newer version leaves it off"
    start_timers.switch(timer_id=newer.pk, on=True, by="user:ada", now=later(hours=4, minutes=30))

    assert start_timers.fire_due(later(hours=4, minutes=59)) == 0
    assert start_timers.fire_due(later(hours=5)) == 1
    kinds = [
        each.kind
        for each in JournalEntry.objects.filter(kind__startswith="start_timer").order_by("at")
    ]
    assert sorted(kinds) == ["start_timer.switched_off", "start_timer.switched_on"]


def test_a_cycle_that_ran_out_while_it_was_off_is_over():
    deploy(cycle("R2/PT1H"))
    timer = StartTimer.objects.get()
    start_timers.switch(timer_id=timer.pk, on=False, by="user:ada", now=NOW)

    start_timers.switch(timer_id=timer.pk, on=True, by="user:ada", now=later(hours=5))

    assert StartTimer.objects.get().status == "fired"
    assert start_timers.fire_due(later(hours=9)) == 0


def test_a_moment_that_passed_while_its_timer_was_off_comes_as_it_is_switched_on():
    deploy("<timeDuration>PT1H</timeDuration>")
    timer = StartTimer.objects.get()
    start_timers.switch(timer_id=timer.pk, on=False, by="user:ada", now=NOW)

    start_timers.switch(timer_id=timer.pk, on=True, by="user:ada", now=later(hours=5))

    assert start_timers.fire_due(later(hours=5)) == 1


def test_a_timer_that_was_replaced_is_not_switched(page):
    deploy(cycle("R/PT1H"))
    old = StartTimer.objects.get()
    deploy(cycle("R/PT2H"))

    assert page.post(at("start-timer", old.pk), {"on": "0"}).status_code == 404
    assert StartTimer.objects.get(status="pending").is_on


# --- who may ---


@pytest.mark.parametrize(
    "name", ["messages", "messages-received", "listeners", "message", "signal", "start-timers"]
)
def test_only_administrators_come_here(client, name):
    client.force_login(person("mallory"))

    assert client.get(at(name)).status_code == 404
    assert client.post(at(name), {"name": "paid", "key": "k"}).status_code in (404, 405)
