"""Commands sent as events, and messages without a taker: said when a process is deployed."""

import pytest
from django.urls import reverse

from tests.reviews.builders import person
from tests.workflows.bpmn import sketch
from tests.workflows.bpmn.sketch import catch, draw, end, on, on_event, start, throw
from tests.workflows.builders import NOW, later
from tests.workflows.mailed import HOUR, deployed, receives, send, send_task, sends
from workflows import correlation, definitions
from workflows.bpmn import talk
from workflows.models import Message, ProcessDefinition

pytestmark = pytest.mark.django_db
EVENT = '<extensionElements><c:event type="paid"/></extensionElements>'


def publishes(name):
    return f'<endEvent id="{name}" name="{name}">{EVENT}</endEvent>'


def remarks(definition):
    """What is said of who talks to whom, by element."""
    found = definitions.warnings_of(definition)
    words = ("message", "signal", "event '")
    return {each.element: each.sentence for each in found if any(w in each.sentence for w in words)}


def gives(key="giver", name="order.paid"):
    return deployed("start -> t -> end", key=key, t=throw("signal", "paid"))


def hears(key="hearer"):
    return deployed("start -> c -> end", key=key, c=catch("signal", "paid"))


# --- signals that are commands ---


def test_a_signal_that_one_other_process_hears_is_remarked_at_both_ends():
    giver, hearer = gives(), hears()

    assert "only hearer listens to the signal 'paid'" in remarks(giver)["t"]
    assert "send a message" in remarks(giver)["t"]
    assert "nobody else listens to the signal 'paid' of giver" in remarks(hearer)["c"]


@pytest.mark.parametrize(
    "listens",
    [
        {"begin": start("signal", "paid")},
        {"b": on("check", "signal", "paid")},
        {"e": on_event(start("signal", "paid"), "begin -> x -> end_e")},
    ],
)
def test_it_may_listen_anywhere(listens):
    giver = gives()
    first = "begin" if "begin" in listens else "start"
    arrows = [f"{first} -> check -> end"] + (["b -> more -> end"] if "b" in listens else [])
    deployed(*arrows, key="hearer", **listens)

    assert "only hearer listens" in remarks(giver)["t"]


def test_a_signal_for_two_or_for_nobody_or_for_itself_is_an_event():
    giver = gives()
    assert remarks(giver) == {}, "nobody has to listen"

    hearers = [hears("one"), hears("two")]
    assert [remarks(each) for each in (giver, *hearers)] == [{}, {}, {}]

    own = deployed("start -> all_split -> c -> end", "all_split -> t -> end", key="own",
                   c=catch("signal", "own"), t=throw("signal", "own"))  # fmt: skip
    assert remarks(own) == {}


def test_the_newest_versions_count():
    giver = gives()
    hears()
    deployed("start -> other -> end", key="hearer")

    assert remarks(giver) == {}


def test_a_published_event_that_one_process_takes_as_a_message_is_remarked():
    publisher = deployed("start -> done", key="publisher", done=publishes)
    assert remarks(publisher) == {}

    deployed("start -> r -> end", key="taker", r=receives("paid"))
    assert "taker waits for a message of that name" in remarks(publisher)["done"]


# --- messages ---


@pytest.mark.parametrize(
    ("node", "made"),
    [("t", sends("order")), ("t", send_task), ("t", throw("message", "order"))],
)
def test_a_message_that_nothing_waits_for_is_remarked(node, made):
    sender = deployed(f"start -> {node} -> end", key="sender", **{node: made})
    assert "nothing that is deployed waits for the message 'order'" in remarks(sender)[node]

    deployed("begin -> check -> end", key="taker", begin=start("message", "order"))
    assert remarks(sender) == {}


def test_a_message_that_the_same_process_waits_for_has_its_taker():
    own = deployed("start -> all_split -> r -> end", "all_split -> done", key="own",
                   r=receives("order"), done=end("message", "order"))  # fmt: skip

    assert remarks(own) == {}


def test_a_message_that_several_processes_wait_for_is_remarked_at_each():
    takers = [deployed("start -> r -> end", key=key, r=receives("paid")) for key in ("one", "two")]
    sender = deployed("start -> t -> end", key="sender", t=sends("paid"))

    assert "two and one wait for the message 'paid'" in remarks(takers[1])["r"]
    assert "one and two wait" in remarks(takers[0])["r"]
    assert "which reaches one of them" in remarks(sender)["t"]


def test_a_process_that_was_deployed_before_this_was_kept_counts_too():
    sender = deployed("start -> t -> end", key="sender", t=sends("paid"))
    taker = deployed("start -> r -> end", key="taker", r=receives("paid"))
    assert taker.talk == {"awaits": ["paid"], "calls": [], "publishes": ["taker.end"]}
    older = sketch.xml("start -> r -> end", r=receives("due")).replace(b'id="drawn"', b'id="old"')
    assert "t" in remarks(deployed("start -> t -> end", key="asks", t=sends("due")))

    ProcessDefinition.objects.create(
        key="old", version=1, name="Old", source=older, source_sha256="", deployed_at=NOW, talk=None
    )

    assert remarks(ProcessDefinition.objects.get(key="asks")) == {}
    assert remarks(sender) == {}


def test_many_names_are_counted():
    process = draw("start -> r -> end", r=receives("paid"))
    others = [talk.Talk(f"P{n}", {"awaits": frozenset(["paid"])}) for n in range(5)]

    [finding] = talk.lint(process, others)

    assert "P0, P1 and 3 more wait" in finding.sentence


def test_the_page_shows_it_on_the_diagram(client, django_assert_max_num_queries):
    giver = gives()
    hears()
    client.force_login(person("ada", is_admin=True))

    with django_assert_max_num_queries(14):
        page = client.get(reverse("workflows:definition", args=[giver.pk])).content.decode()

    assert "only hearer listens to the signal" in page
    assert "Warning 1" in page


def test_a_message_that_came_before_its_process_was_deployed_begins_it():
    kept = send("order", keep_for=HOUR).kept
    assert correlation.deliver_due(later(minutes=1)) == 0

    deployed("begin -> check -> end", key="taker", begin=start("message", "order"))

    assert correlation.deliver_due(later(minutes=2)) == 1
    assert Message.objects.get(pk=kept.pk).instance.definition.key == "taker"
