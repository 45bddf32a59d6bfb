"""Running work enters sub-processes that are new, and leaves those that are gone."""

import pytest

from tests.workflows.bpmn import sketch
from tests.workflows.bpmn.sketch import on, on_event, sub, task
from tests.workflows.bpmn.test_migrated_places import given_in
from tests.workflows.builders import NOW, activity_at, complete, later, now_of, standing, story
from tests.workflows.migrated import end_a_round, fire, heard, migrate, pending, start, version
from workflows import definitions, journal, migration, timers
from workflows.migration import AlreadyThere, CannotMigrate
from workflows.models import Activity, Incident, JournalEntry, Listener, Scope, Timer

pytestmark = pytest.mark.django_db


def plain(**made):
    return version("start -> a -> b -> end", **made)


def wrapped(name="p", **made):
    """Step a in a sub-process."""
    return version(f"start -> {name} -> b -> end", **{name: sub("start_s -> a -> end_e")}, **made)


def entry_of(instance):
    return JournalEntry.objects.get(chain=instance.pk, kind="process.migrated")


def scopes(instance, status="open"):
    """Nodes of its scopes by number."""
    rows = Scope.objects.filter(instance=instance, status=status)
    return dict(rows.order_by("number").values_list("number", "node_id"))


def test_a_step_enters_a_sub_process_whose_clock_starts_then():
    instance = start(plain())
    before = activity_at(instance, "a")

    migrate(instance, wrapped(late=on("p", "timer")), now=later(minutes=20))

    after = activity_at(instance, "a")
    assert (after.pk, after.entered_at, after.scope) == (before.pk, before.entered_at, 1)
    around = activity_at(instance, "p")
    assert (around.scope, around.entered_at) == (0, later(minutes=20))
    assert pending(instance) == {"late": later(hours=1, minutes=20)}
    assert (entry_of(instance).detail["entered"], entry_of(instance).detail["left"]) == (["p"], [])
    assert journal.verifies(now_of(instance))


def test_the_sub_process_ends_as_one_that_began_by_itself_does(people):
    instance = start(plain())

    migrate(instance, wrapped(late=on("p", "timer")))
    complete(instance, "a")

    assert standing(instance) == ["b"]
    assert pending(instance) == {}
    assert scopes(instance) == {}
    complete(instance, "b")
    assert now_of(instance).status == "completed"
    assert people.opened == ["a", "b"]


def test_its_boundary_takes_the_step_with_it(people):
    instance = start(plain())
    late = on("p", "timer")

    migrate(instance, version("start -> p -> b -> end", "late -> c -> end_late",
                              p=sub("start_s -> a -> end_e"), late=late))  # fmt: skip
    Timer.objects.filter(instance=instance, status="pending").update(due_at=NOW)
    timers.fire_due(NOW)

    assert standing(instance) == ["c"]
    assert people.cancelled == ["a"]


def test_its_event_sub_processes_are_waited_for():
    instance = start(plain())
    rescue = on_event(sketch.start("message", "help"), "begin -> r -> end_r")

    migrate(
        instance, version("start -> p -> b -> end", p=sub("start_s -> a -> end_e", rescue=rescue))
    )

    assert heard(instance) == {"begin_rescue": ("help", "")}
    listener = Listener.objects.get(instance=instance, status="open")
    assert (listener.scope, listener.activity) == (1, None)
    fire(listener, instance)
    assert standing(instance) == ["p", "r", "rescue"]


def test_an_event_sub_process_goes_along_with_the_steps_that_it_is_for():
    rescue = on_event(sketch.start("timer"), "begin -> r -> end_r")
    instance = start(version("start -> a -> b -> end", rescue=rescue))
    newer = version("start -> p -> b -> end", p=sub("start_s -> a -> end_e", rescue=rescue))

    migrate(instance, newer, now=later(minutes=5))

    [timer] = Timer.objects.filter(instance=instance, status="pending")
    assert (timer.scope, timer.due_at) == (1, later(hours=1, minutes=5))


def test_a_step_leaves_a_sub_process_with_its_clock(people):
    instance = start(wrapped(late=on("p", "timer")))
    before = activity_at(instance, "a")

    migrate(instance, plain())

    after = activity_at(instance, "a")
    assert (after.pk, after.scope, after.status) == (before.pk, 0, "active")
    around = Activity.objects.get(instance=instance, node_id="p")
    assert (around.status, around.ended_at) == ("cancelled", NOW)
    assert (pending(instance), scopes(instance)) == ({}, {})
    assert scopes(instance, "cancelled") == {1: "p"}
    assert (entry_of(instance).detail["left"], entry_of(instance).detail["withdrawn"]) == (
        ["p"], ["late"],
    )  # fmt: skip
    complete(instance, "a")
    assert standing(instance) == ["b"]
    assert people.cancelled == []


def test_a_timer_of_the_step_itself_keeps_its_moment_in_and_out():
    late = on("a", "timer")
    instance = start(version("start -> a -> b -> end", late=late))
    inside = sub("start_s -> a -> end_e", late=late)

    migrate(instance, version("start -> p -> b -> end", p=inside), now=later(minutes=9))

    [timer] = Timer.objects.filter(instance=instance, status="pending")
    assert (timer.node_id, timer.scope, timer.due_at) == ("late", 1, later(hours=1))
    migrate(now_of(instance), version("start -> a -> b -> end", late=late), now=later(minutes=9))
    timer = Timer.objects.get(pk=timer.pk)
    assert (timer.status, timer.scope, timer.due_at) == ("pending", 0, later(hours=1))


def test_one_sub_process_takes_the_place_of_another():
    instance = start(wrapped("p", late=on("p", "timer")))

    migrate(instance, wrapped("q", told=on("q", "message", "News")))

    assert (scopes(instance), scopes(instance, "cancelled")) == ({2: "q"}, {1: "p"})
    assert activity_at(instance, "a").scope == 2
    assert (pending(instance), heard(instance)) == ({}, {"told": ("News", "")})


def test_a_loop_that_runs_goes_into_a_sub_process_with_its_rounds():
    def model(*, inside):
        a = {"a": task(sketch.times(3))}
        if inside:
            return version("start -> p -> b -> end", p=sub("start_s -> a -> end_e", **a))
        return version("start -> a -> b -> end", **a)

    instance = start(model(inside=False))
    rounds = Activity.objects.filter(instance=instance, status="active", scope__gt=0)
    scope = rounds.first().scope

    migrate(instance, model(inside=True))

    paths = Scope.objects.filter(instance=instance, status="open", role="round")
    assert {len(row.path) for row in paths} == {2}
    assert all(row.number > max(row.path) for row in paths)
    assert not rounds.filter(scope=scope).exists()
    for _ in range(3):
        end_a_round(instance)
    assert standing(instance) == ["b"]


def test_what_a_sub_process_knows_goes_along_as_it_is_left():
    made = sub("start_s -> a -> end_e", loop=given_in("twice", "n * 2"))
    instance = start(version("start -> p -> b -> end", p=made), n=4)

    migrate(instance, plain())

    assert now_of(instance).variables == {"n": 4, "twice": 8}


def test_what_a_sub_process_is_given_is_worked_out_as_it_is_entered():
    instance = start(plain(), n=4)

    made = sub("start_s -> a -> end_e", loop=given_in("twice", "n * 2"))
    migrate(instance, version("start -> p -> b -> end", p=made))

    assert Scope.objects.get(instance=instance).variables == {"twice": 8}
    assert now_of(instance).variables == {"n": 4}


def test_a_condition_that_holds_already_takes_the_place_of_what_enters():
    instance = start(plain(), n=3)

    migrate(instance, version("start -> p -> b -> end", "many -> c -> end_many",
                              p=sub("start_s -> a -> end_e"),
                              many=on("p", "conditional", "n > 2")))  # fmt: skip

    assert standing(instance) == ["c"]
    assert "condition.met" in story(instance)


def test_an_incident_in_a_sub_process_stays_open_as_it_is_left():
    choice = "start_s -> x? -[n > 1]-> a -> end_e"
    instance = start(version("start -> p -> b -> end", p=sub(choice)), n=0)
    incident = Incident.objects.get(status="open")

    migrate(instance, version("start -> x? -[n > 1]-> a -> b -> end"))

    incident = Incident.objects.get(pk=incident.pk)
    assert (incident.status, incident.activity.scope) == ("open", 0)


def test_a_clock_that_cannot_be_set_keeps_everything_as_it_was():
    late = on("p", "timer")
    instance = start(plain())

    with pytest.raises(CannotMigrate, match="The timer late cannot be set"):
        migrate(instance, wrapped(late=lambda name: late(name).replace("PT1H", "= nothing")))

    assert (scopes(instance), activity_at(instance, "a").scope) == ({}, 0)
    assert Activity.objects.filter(instance=instance, status="active").count() == 1


def test_a_look_before_changes_nothing():
    instance, newer = start(plain()), wrapped(late=on("p", "timer"))

    found = migration.preview(instance, migration.wanted(instance.definition, newer), now=NOW)

    assert (found.scopes.entered, found.waits.fresh) == (["p"], ["late"])
    assert (scopes(instance), pending(instance)) == ({}, {})
    assert now_of(instance).last_scope == 0


def test_entering_twice_is_entering_once():
    instance, newer = start(plain()), wrapped(late=on("p", "timer"))
    wish = migration.wanted(instance.definition, newer)
    migrate(instance, newer)

    with pytest.raises(AlreadyThere):
        migration.migrate(
            instance_id=instance.pk, wish=wish, reason="Again.", by="user:ada", now=NOW
        )

    assert (scopes(instance), len(pending(instance))) == ({1: "p"}, 1)


def test_after_a_restart_everything_goes_on_from_there():
    instance = start(plain())
    migrate(instance, wrapped(late=on("p", "timer")))

    definitions._compiled.cache_clear()
    migration.plan_of.cache_clear()
    complete(instance, "a")
    definitions._compiled.cache_clear()
    complete(instance, "b")

    assert now_of(instance).status == "completed"
    assert not Timer.objects.filter(instance=instance, status="pending").exists()
    assert not Scope.objects.filter(instance=instance, status="open").exists()
