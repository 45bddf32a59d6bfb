"""One instance goes on in another version of its process."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.races.meeting import arriving, results
from tests.workflows import builders, drawn
from tests.workflows.bpmn import sketch
from tests.workflows.bpmn.sketch import on, on_event, sub, task
from tests.workflows.builders import (
    NOW,
    activity_at,
    complete,
    job_at,
    later,
    now_of,
    run,
    standing,
    story,
)
from tests.workflows.migrated import end_a_round, fire, heard, migrate, pending, start, version
from workflows import definitions, incidents, jobs, journal, migration, runtime
from workflows.migration import AlreadyThere, CannotMigrate
from workflows.models import Incident, Job, JournalEntry, Listener, ProcessInstance
from workflows.refusals import NotValid

pytestmark = pytest.mark.django_db


def job(handler="any", **said):
    """A service task."""
    extra = "".join(f' {name}="{value}"' for name, value in said.items())
    return lambda name: (
        f'<serviceTask id="{name}" name="{name}"><extensionElements>'
        f'<c:job handler="{handler}" result="result" attempts="3"{extra}/></extensionElements>'
        "</serviceTask>"
    )


# --- going on -----------------------------------------------------------------------------------


def test_an_instance_goes_on_in_the_newer_version(people):
    instance = start(version("start -> a -> end"))
    newer = version("start -> a -> b -> end")

    migrate(instance, newer)
    complete(instance, "a")

    assert now_of(instance).definition == newer
    assert standing(instance) == ["b"]
    assert people.opened == ["a", "b"]
    assert people.cancelled == []


def test_the_journal_says_from_where_to_where_and_why():
    instance = start(version("start -> a -> end"))

    migrate(instance, version("start -> aa -> end"), {"a": "aa"}, reason="Law 12.")

    entry = JournalEntry.objects.get(chain=instance.pk, kind="process.migrated")
    assert entry.actor == "user:ada"
    assert entry.detail == {
        "process": "drawn", "from": 1, "to": 2, "mapping": {"a": "aa"}, "reason": "Law 12.",
        "withdrawn": [], "opened": [], "timers_anew": False, "left": [], "entered": [],
    }  # fmt: skip
    assert journal.verifies(now_of(instance))


def test_a_step_keeps_its_row_under_its_new_name():
    instance = start(version("start -> a -> end"))
    before = activity_at(instance, "a")

    migrate(instance, version("start -> aa -> end"), {"a": "aa"})

    after = activity_at(instance, "aa")
    assert (after.pk, after.entered_at, after.status) == (before.pk, before.entered_at, "active")
    assert after.name == "aa"


def test_migrating_twice_does_it_once():
    instance, newer = start(version("start -> a -> end")), version("start -> a -> b -> end")
    wish = migration.wanted(instance.definition, newer)
    migrate(instance, newer)

    with pytest.raises(AlreadyThere, match="runs on version 2 meanwhile"):
        migration.migrate(
            instance_id=instance.pk, wish=wish, reason="Again.", by="user:ada", now=NOW
        )

    assert story(instance).count("process.migrated") == 1


def test_it_goes_back_too():
    older = version("start -> a -> end")
    instance = start(version("start -> a -> b -> end"))

    migrate(instance, older)
    complete(instance, "a")

    assert now_of(instance).status == "completed"


def test_what_has_no_place_keeps_everything_as_it_was():
    instance = start(version("start -> a -> end"))
    before = ProcessInstance.objects.filter(pk=instance.pk).values().get()

    with pytest.raises(CannotMigrate, match="“a” has no counterpart"):
        migrate(instance, version("start -> b -> end"))

    assert ProcessInstance.objects.filter(pk=instance.pk).values().get() == before
    assert standing(instance) == ["a"]


def test_what_is_over_is_left_alone():
    instance, newer = start(version("start -> a -> end")), version("start -> a -> b -> end")
    complete(instance, "a")

    with pytest.raises(runtime.Over):
        migrate(instance, newer)


def test_an_instance_is_migrated_to_its_own_process_alone():
    old, newer = version("start -> a -> end"), version("start -> b -> end")
    source = drawn.xml("start -> a", "a -> end").replace(b'id="drawn"', b'id="other"')
    [other] = definitions.deploy(source=source, by="user:ada", now=NOW)

    with pytest.raises(NotValid, match="different processes"):
        migration.wanted(old, other)
    with pytest.raises(NotValid, match="already"):
        migration.wanted(old, old)
    with pytest.raises(NotValid, match="nobody is no step"):
        migration.wanted(old, newer, {"nobody": "b"})


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501, "nul\0"])
def test_whoever_migrates_says_why(reason):
    instance = start(version("start -> a -> end"))

    with pytest.raises(NotValid, match="Say why"):
        migrate(instance, version("start -> a -> b -> end"), reason=reason)


# --- what is waited for -------------------------------------------------------------------------


def test_a_timer_keeps_its_moment_unless_it_is_set_anew():
    def model(time):
        made = on("a", "timer")
        late = lambda name: made(name).replace("PT1H", time)  # noqa: E731 - a making
        return version("start -> a -> end", "late -> end_late", late=late)

    old, newer = model("PT1H"), model("PT3H")
    kept, anew = start(old), start(old)

    migrate(kept, newer, now=later(minutes=30))
    migrate(anew, newer, now=later(minutes=30), timers_anew=True)

    assert pending(kept) == {"late": later(hours=1)}
    assert pending(anew) == {"late": later(hours=3, minutes=30)}


def test_events_on_an_activity_come_and_go():
    instance = start(version("start -> a -> end", "late -> end_late", late=on("a", "timer")))
    newer = version("start -> a -> end", "told -> end_told", told=on("a", "message", "News"))

    migrate(instance, newer)

    assert pending(instance) == {}
    assert heard(instance) == {"told": ("News", "")}
    fire(Listener.objects.get(instance=instance, status="open"), instance)
    assert now_of(instance).end_node == "end_told"


def test_a_message_is_waited_for_as_the_new_version_says():
    def model(name):
        return version("start -> wait_it -> end", wait_it=sketch.catch("message", name))

    instance = start(model("News"))

    migrate(instance, model("Truth"))

    assert heard(instance) == {"wait_it": ("Truth", "")}
    entry = JournalEntry.objects.get(chain=instance.pk, kind="process.migrated")
    assert (entry.detail["withdrawn"], entry.detail["opened"]) == (["wait_it"], ["wait_it"])


def test_two_do_not_wait_for_one_message_after_a_migration_either():
    old = version("start -> a -> end")
    told = on("a", "message", "News")
    key = '><extensionElements><c:message key="n"/></extensionElements>'
    new = version("start -> a -> end", "told -> end_told",
                  told=lambda name: told(name).replace(">", key, 1))  # fmt: skip
    first, second = start(old, n=7), start(old, n=7)
    migrate(first, new)

    with pytest.raises(CannotMigrate, match="somebody waits for it already"):
        migrate(second, new)

    assert heard(second) == {}
    assert now_of(second).definition == old


def test_the_same_message_may_be_waited_for_by_another_event():
    def model(event):
        return version("start -> a -> end", f"{event} -> end_told",
                       **{event: on("a", "message", "News")})  # fmt: skip

    instance = start(model("told"))

    migrate(instance, model("heard"))

    assert heard(instance) == {"heard": ("News", "")}


def test_a_race_waits_for_the_events_of_the_new_version():
    def model(*events):
        made = {name: sketch.catch("message", name) for name in events}
        ways = [f"r_race -> {name} -> end_{name}" for name in events]
        return version("start -> r_race", *ways, **made)

    instance = start(model("yes", "no"))

    migrate(instance, model("yes", "perhaps"))

    assert heard(instance) == {"yes": ("yes", ""), "perhaps": ("perhaps", "")}


def test_event_sub_processes_are_waited_for_as_the_new_version_says():
    def model(message):
        rescue = on_event(sketch.start("message", message), "begin -> r -> end_r")
        return version("start -> a -> end", **{message: rescue})

    instance = start(model("help"))

    migrate(instance, model("rescue"))

    assert heard(instance) == {"begin_rescue": ("rescue", "")}


def test_a_condition_that_holds_already_occurs_at_once():
    instance = start(version("start -> a -> end"), n=3)
    newer = version(
        "start -> a -> end", "many -> b -> end_many", many=on("a", "conditional", "n > 2")
    )

    migrate(instance, newer)

    assert standing(instance) == ["b"]
    assert "condition.met" in story(instance)[story(instance).index("process.migrated") :]


def test_an_expression_that_fails_keeps_the_instance_where_it_is():
    late = on("a", "timer")
    instance = start(version("start -> a -> end"))
    newer = version("start -> a -> end", "late -> end_late",
                    late=lambda name: late(name).replace("PT1H", "= nothing"))  # fmt: skip

    with pytest.raises(CannotMigrate, match="The timer late cannot be set"):
        migrate(instance, newer)

    assert now_of(instance).definition.version == 1


# --- work ---------------------------------------------------------------------------------------


def test_a_job_that_nobody_has_is_done_as_the_new_version_says(machine, woken):
    with builders.handling("other", machine):
        instance = start(version("start -> auto -> end", auto=job("any")))
        newer = version("start -> auto -> end", auto=job("other", lease="PT9S"))
        before = job_at(instance, "auto")

        migrate(instance, newer)

        found = job_at(instance, "auto")
        assert (found.pk, found.handler, found.lease_for.seconds) == (before.pk, "other", 9)
        assert run(found)
        assert now_of(instance).status == "completed"


def test_a_job_in_the_hands_of_a_worker_stays_as_it_is(machine):
    with builders.handling("other", machine):
        instance = start(version("start -> auto -> end", auto=job("any")))
        newer = version("start -> auto -> b -> end", auto=job("other"))
        machine.answer = lambda _work: migrate(instance, newer) and {"done": True}

        run(job_at(instance, "auto"))

        assert job_at(instance, "auto").handler == "any"
        assert standing(instance) == ["b"]


def test_a_job_that_a_worker_takes_at_the_last_moment_is_left_to_it(machine):
    with builders.handling("other", machine):
        old = version("start -> auto -> end", auto=job("any"))
        instance, newer = start(old), version("start -> auto -> end", auto=job("other"))
        found = migration.preview(instance, migration.wanted(old, newer), now=NOW)
        jobs.lease(job_at(instance, "auto").pk, by="worker-1", now=NOW)

        found.write(now=NOW)

        assert job_at(instance, "auto").handler == "any"


def test_what_gave_up_is_tried_again_as_the_new_version_says(machine):
    plain = job("any")

    def fail(_work):
        raise ValueError("nothing there")

    def model(what):
        given = f'<c:input name="what" value="{what}"/></extensionElements>'
        auto = lambda name: plain(name).replace("</extensionElements>", given)  # noqa: E731 - a making
        return version("start -> auto -> end", auto=auto)

    instance = start(model("0"))
    Job.objects.update(max_attempts=1)
    machine.answer = fail
    run(job_at(instance, "auto"))
    machine.answer = lambda work: {"asked": work.input["what"]}

    migrate(instance, model("12"))
    incidents.retry(incident_id=Incident.objects.get(status="open").pk, by="user:ada", now=NOW)
    run(job_at(instance, "auto"))

    assert now_of(instance).variables == {"result": {"asked": 12}}


def test_a_stuck_token_finds_its_way_in_the_new_version():
    instance = start(version("start -> x? -[n > 1]-> a -> end"), n=0)
    newer = version("start -> x? -[n > 1]-> a -> end", "x? -[else]-> b -> end")
    incident = Incident.objects.get(status="open")

    migrate(instance, newer)
    incidents.retry(incident_id=incident.pk, by="user:ada", now=NOW)

    assert standing(instance) == ["b"]


def test_rounds_go_on_as_they_began():
    def model(count, *more):
        return version(f"start -> a {' '.join(more)}-> end", a=task(sketch.times(count)))

    instance = start(model(3))
    end_a_round(instance)

    migrate(instance, model(5, "-> b "))
    end_a_round(instance)
    end_a_round(instance)

    assert standing(instance) == ["b"]


def test_a_sub_process_goes_on_under_another_name():
    def model(name):
        return version(f"start -> {name} -> end", **{name: sub("start_p -> a -> b -> end_p")})

    instance = start(model("p"))

    migrate(instance, model("q"), {"p": "q"})
    complete(instance, "a")
    complete(instance, "b")

    assert now_of(instance).status == "completed"


def test_tokens_that_wait_for_each_other_meet_in_the_new_version():
    def model(*way):
        return version("start -> p_split", "p_split -> a -> p_join",
                       f"p_split -> b {' '.join(way)}-> p_join", "p_join -> end")  # fmt: skip

    instance = start(model())
    complete(instance, "b")

    migrate(instance, model("-> more"))
    complete(instance, "a")

    assert now_of(instance).status == "completed"


# --- races, cost --------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_work_that_is_done_while_an_instance_is_migrated_finds_the_new_version(people):
    old, newer = version("start -> a -> end"), version("start -> aa -> b -> end")
    instance = start(old)
    wish = migration.wanted(old, newer, {"a": "aa"})
    held = []

    def finish():
        with transaction.atomic():
            locked = runtime.hold(instance.pk)
            runtime.complete(activity=activity_at(locked, "aa"), instance=locked, variables={},
                             actor="user:alice", now=NOW)  # fmt: skip

    with arriving(finish, hold=lambda: held.append(runtime.hold(instance.pk))) as futures:
        migration.migrate_held(held[0], wish=wish, reason="Newer.", by="user:ada", now=NOW)

    assert results(futures) == [None]
    assert standing(instance) == ["b"]
    assert journal.verifies(now_of(instance))


@pytest.mark.django_db(transaction=True)
def test_what_was_done_before_the_lock_counts():
    old, newer = version("start -> a -> b -> end"), version("start -> b -> end")
    instance = start(old)
    wish = migration.wanted(old, newer)

    def move():
        return migration.migrate(
            instance_id=instance.pk, wish=wish, reason="Newer.", by="user:ada", now=NOW
        )

    with arriving(move, hold=lambda: runtime.hold(instance.pk)) as futures:
        complete(instance, "a")

    assert results(futures)[0].definition_id == newer.pk
    assert standing(instance) == ["b"]


@pytest.mark.parametrize("rounds", [2, 40])
def test_the_cost_does_not_grow_with_the_tokens(rounds):
    def model(name):
        return version(f"start -> {name} -> end", **{name: task(sketch.times(rounds))})

    instance, newer = start(model("a")), model("aa")

    with CaptureQueriesContext(
        connection,
    ) as queries:
        migrate(instance, newer, {"a": "aa"})

    assert len(queries) <= 19, [each["sql"][:100] for each in queries]
