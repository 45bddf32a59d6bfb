"""A call that came back is undone by what the called process says: another instance of it."""

import pytest
from django.urls import reverse

from tests.reviews.builders import person
from tests.workflows import builders
from tests.workflows.bpmn.sketch import (
    call,
    draw,
    each,
    end,
    on,
    on_event,
    script,
    start,
    sub,
    throw,
    times,
    undoing,
    undone,
    xml,
)
from tests.workflows.bpmn.world import World
from tests.workflows.builders import NOW, complete, now_of, standing, story
from tests.workflows.called import called_by, caller, deploy, other, settle
from workflows import definitions, incidents, journal, migration, runtime
from workflows.bpmn.tokens import Compensated, Completed, ErrorThrown
from workflows.models import Activity, Call, Incident, ProcessDefinition, ProcessInstance, Timer

pytestmark = pytest.mark.django_db

REFUND = on_event(start("compensation"), "begin -> refund -> end_u")
BACK = {"back": throw("compensation")}


def shop(*arrows, **made):
    """The called process: somebody works, and a refund takes it back."""
    return other(*(arrows or ("start -> b -> end",)), **{"u": REFUND, **made})


def buyer(*arrows, variables=None, **made):
    """The caller, which takes back what was done."""
    arrows = arrows or ("start -> c -> after -> back -> over -> end",)
    return caller(*arrows, variables=variables, **{**BACK, **made})


def bought(instance, **said):
    """What it has called came to its end, and its caller gives it back."""
    settle()
    for called in called_by(instance):
        complete(called, "b", **said)
    settle()
    complete(instance, "after")
    settle()


def newest(instance):
    return called_by(instance)[-1]


def test_an_instance_of_the_called_process_undoes_what_the_first_one_did():
    shop()
    instance = buyer(variables={"order": 7})
    bought(instance, price=3)
    first, undoes = called_by(instance)
    assert standing(instance) == ["back", "c"]
    assert standing(undoes) == ["refund", "u"]
    assert undoes.variables == {"order": 7, "price": 3}
    assert (undoes.definition, undoes.depth, undoes.root) == (first.definition, 1, instance)

    complete(undoes, "refund", price=0)
    settle()

    assert standing(instance) == ["over"]
    assert now_of(instance).variables["price"] == 3, "what undoes brings nothing back"
    assert now_of(first).status == now_of(undoes).status == "completed"
    assert story(instance)[-4:] == [
        "activity.completed", "compensation.begun", "call.undoing", "call.undone",
    ]  # fmt: skip
    assert journal.verifies(now_of(instance))
    assert journal.verifies(now_of(undoes))


def test_what_was_done_in_the_called_process_is_undone_where_it_throws_compensation():
    undo = on_event(start("compensation"), "begin -> all -> refund -> end_u",
                    all=throw("compensation"))  # fmt: skip
    shop("start -> s -> b -> end", s=script("n + 1", "n"), u=undo, h=undone("b", "not_b"),
         not_b=undoing())  # fmt: skip
    instance = buyer(variables={"n": 1})

    bought(instance)

    assert standing(newest(instance)) == ["all", "not_b", "u"]
    complete(newest(instance), "not_b")
    assert standing(newest(instance)) == ["refund", "u"]


def test_a_process_without_such_an_event_sub_process_is_not_undone():
    shop(u=on_event(start("message", "m"), "begin -> refund -> end_u"))
    instance = buyer()

    bought(instance)

    assert standing(instance) == ["over"]


def test_a_handler_on_the_call_stands_for_the_called_process():
    shop()
    instance = buyer(h=undone("c", "not_c"), not_c=undoing())

    bought(instance)

    assert standing(instance) == ["back", "not_c"]
    assert len(called_by(instance)) == 1


def test_each_round_of_a_loop_is_undone_the_newest_first():
    shop()
    instance = buyer(c=call(loop=each("items", "item")), variables={"items": ["x", "y"]})
    bought(instance)
    x, y, undoes_y = called_by(instance)
    assert (undoes_y.called_by.undoes, undoes_y.variables["item"]) == (y, "y")

    complete(undoes_y, "refund")
    settle()

    assert newest(instance).called_by.undoes == x
    complete(newest(instance), "refund")
    settle()
    assert standing(instance) == ["over"]


def test_a_process_that_was_called_by_a_called_one_is_undone_too():
    shop()
    undo = on_event(start("compensation"), "begin -> all -> end_u", all=throw("compensation"))
    deploy(b"middle", "start -> m -> b -> end", m=call("other"), u=undo)
    instance = buyer(c=call("middle"))
    settle()
    complete(called_by(called_by(instance)[0])[0], "b")
    settle()
    bought(instance)
    [undoes] = called_by(newest(instance))
    assert standing(undoes) == ["refund", "u"]

    complete(undoes, "refund")
    settle()

    assert standing(instance) == ["over"]


def test_the_events_on_the_call_are_not_for_what_undoes_it():
    shop(u=on_event(start("compensation"), "begin -> fails", fails=end("error", "broken")))
    events = {"wrong": on("c", "error", "broken"), "late": on("c", "timer")}
    inside = sub("start_p -> c -> after -> back -> end_p", "wrong -> w -> end_w",
                 "late -> l -> end_l", c=call(), **events, **BACK)  # fmt: skip
    instance = builders.start(
        deploy(b"outer", "start -> p -> over -> end", "e -> mend -> end", p=inside,
               e=on("p", "error", "broken"))
    )  # fmt: skip

    bought(instance)

    assert standing(instance) == ["mend"]
    assert not Timer.objects.filter(status="pending").exists()
    assert now_of(newest(instance)).status == "cancelled"


def test_what_nobody_catches_stays_where_it_happened():
    shop(u=on_event(start("compensation"), "begin -> fails", fails=end("error", "broken")))
    instance = buyer()

    bought(instance)

    assert Incident.objects.get(status="open").instance == newest(instance)
    assert standing(instance) == ["back", "c"]


def test_whoever_gives_up_the_caller_gives_up_what_undoes():
    shop()
    instance = buyer()
    bought(instance)

    runtime.cancel(instance_id=instance.pk, by="user:ada", reason="", now=NOW)
    settle()

    assert [each.status for each in called_by(instance)] == ["completed", "cancelled"]
    assert not Incident.objects.filter(status="open").exists()


def test_what_somebody_cancelled_is_undone_anew():
    shop()
    instance = buyer()
    bought(instance)
    runtime.cancel(instance_id=newest(instance).pk, by="user:ada", reason="", now=NOW)
    settle()
    incident = Incident.objects.get(status="open")
    assert incident.instance == instance

    incidents.retry(incident_id=incident.pk, by="user:ada", now=NOW)
    settle()

    assert standing(newest(instance)) == ["refund", "u"]
    complete(newest(instance), "refund")
    settle()
    assert standing(instance) == ["over"]


def test_a_crash_in_between_loses_nothing_and_nothing_is_undone_twice():
    shop()
    instance = buyer()
    settle()
    complete(called_by(instance)[0], "b")
    settle()
    complete(instance, "after")  # and the worker dies
    assert Call.objects.get(status="wanted").undoes == called_by(instance)[0]

    settle()
    settle()

    assert len(called_by(instance)) == 2


def test_a_newer_version_of_the_caller_undoes_it_all_the_same():
    shop()
    instance = buyer()
    settle()
    complete(called_by(instance)[0], "b")
    settle()
    before = now_of(instance).definition
    after = deploy(b"outer", "start -> kauf -> after -> back -> over -> end",
                   "late -> l -> end_l", late=on("kauf", "timer"), kauf=call(), **BACK)  # fmt: skip
    wish = migration.wanted(before, after, {"c": "kauf"})
    migration.migrate(instance_id=instance.pk, wish=wish, reason="New.", by="user:ada", now=NOW)

    complete(instance, "after")
    settle()

    assert standing(instance) == ["back", "kauf"]
    assert standing(newest(instance)) == ["refund", "u"]


def test_what_is_being_undone_is_not_called_anew_in_a_newer_version():
    shop()
    instance = buyer()
    settle()
    complete(called_by(instance)[0], "b")
    settle()
    complete(instance, "after")
    before = now_of(instance).definition
    after = deploy(b"outer", "start -> c -> after -> back -> over -> end", "late -> l -> end_l",
                   late=on("c", "timer"), c=call("third"), **BACK)  # fmt: skip
    wish = migration.wanted(before, after, {})
    migration.migrate(instance_id=instance.pk, wish=wish, reason="New.", by="user:ada", now=NOW)

    settle()

    assert standing(newest(instance)) == ["refund", "u"]
    assert not Timer.objects.exists()


# --- what is said ---


def test_a_process_that_nothing_calls_is_told_that_it_is_never_undone():
    definition = shop()

    [finding] = definitions.warnings_of(definition)
    assert finding.element == "u"
    assert "Nothing that is deployed calls other, so this never runs." in finding.sentence

    deploy(b"outer", "start -> c -> end", c=call("other"))
    assert definitions.warnings_of(definition) == []


def test_one_that_was_deployed_before_calls_were_kept_is_read_anew():
    definition = shop()
    ProcessDefinition.objects.create(
        key="drawn", version=1, name="Old", source=xml("start -> c -> end", c=call("other")),
        source_sha256="", deployed_at=NOW, talk={},
    )  # fmt: skip

    assert definitions.warnings_of(definition) == []


def test_the_pages_say_what_undoes_what(client):
    shop()
    instance = buyer()
    bought(instance)
    first, undoes = called_by(instance)
    client.force_login(person("ada", is_admin=True))

    def page(shown):
        return client.get(reverse("workflows:instance", args=[shown.pk])).content.decode()

    assert f"to undo {first.short_id}" in page(instance)
    assert f'It undoes what <a href="/processes/{first.pk}/">' in page(undoes)
    assert "It undoes" not in page(first)


# --- the token game ---


def test_the_token_of_a_call_waits_once_more_while_it_is_undone():
    process = draw("start -> c -> back -> end", c=call(loop=times(2)), **BACK)
    world = World(process).begin()
    for name in ("one", "two"):
        row = world._row("c", 0)
        world.do(Completed("c", row.scope, called=name), row)
    assert world.rows[-1].entered.undoes == "two"

    world.complete("c")
    assert world.rows[-1].entered.undoes == "one"

    assert world.complete("c").over


def test_an_error_of_what_undoes_goes_past_the_events_of_the_call():
    process = draw("start -> c -> back -> end", "e -> mend -> end_e", c=call(),
                   e=on("c", "error", "E"), **BACK)  # fmt: skip
    world = World(process).begin()
    row = world._row("c", 0)
    world.do(Completed("c", row.scope, called="one"), row)

    row = world._row("c", 0)
    world.do(ErrorThrown("c", row.scope, "E"), row)

    assert world.last == ["Escaped c"]
    assert world.at == ["c"]


def test_a_process_is_undone_by_its_event_sub_process_alone():
    undo = on_event(start("compensation"), "begin -> refund -> end_u")
    process = draw(
        "start -> a -> end", u=undo, m=on_event(start("message", "m"), "begin -> x -> y")
    )
    world = World(process)

    world.do(Compensated("begin_u"))

    assert world.at == ["refund"]
    assert world.marking.interrupted, "no message begins anything in it"
    assert world.complete("refund").over


def test_of_all_instances_each_is_undone_once():
    shop()
    instance = buyer("start -> c -> after -> back -> again -> end", again=throw("compensation"))
    bought(instance)
    complete(newest(instance), "refund")
    settle()

    assert now_of(instance).status == "completed"
    assert ProcessInstance.objects.filter(caller__instance=instance).count() == 2
    assert Activity.objects.filter(instance=instance, node_id="c").count() == 2
