"""Many instances are migrated one by one, each in its turn."""

import pytest
from django.db import transaction

from tests.workflows.bpmn.sketch import sub
from tests.workflows.builders import NOW, complete, elsewhere, later, now_of
from tests.workflows.migrated import migrate, start, version
from workflows import journal, migration, migration_batches, migration_queries, runtime, tasks
from workflows.migration_batches import IsOver, NothingToDo, UnderWay
from workflows.models import (
    JournalEntry,
    MigratedInstance,
    ProcessInstance,
    ProcessMigration,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def loans():
    """Two versions, and five instances: three stand at a, two at b, which is gone."""
    old = version("start -> a -> b -> end")
    instances = [start(old, f"L-{number}") for number in range(5)]
    for each in instances[3:]:
        complete(each, "a")
    return old, version("start -> a -> c -> end"), instances


def begin(old, new, mapping=None, instances=None):
    return migration_batches.begin(
        wish=migration.wanted(old, new, mapping), reason="Newer.", by="user:ada", now=NOW,
        instances=instances,
    )  # fmt: skip


def versions(instances):
    return [now_of(each).definition.version for each in instances]


def test_every_instance_that_fits_is_migrated_and_the_others_say_why(loans):
    old, new, instances = loans
    found = begin(old, new)
    assert (found.total, found.status) == (5, "running")

    assert migration_batches.run_due(later(minutes=1)) == 5

    assert versions(instances) == [2, 2, 2, 1, 1]
    found.refresh_from_db()
    assert (found.status, found.ended_at) == ("done", later(minutes=1))
    counts = migration_queries.progress(found)
    assert (counts["migrated"], counts["stayed"], counts["waiting"]) == (3, 2, 0)
    [first, _] = migration_queries.stayed(found)
    assert first.sentence.startswith("“b” has no counterpart.")
    assert all(journal.verifies(now_of(each)) for each in instances)


def test_the_preview_counts_what_then_happens(loans):
    old, new, _ = loans

    counts = migration_queries.counted(old, migration.wanted(old, new).plan())

    assert (counts.running, counts.fitting) == (5, 3)
    assert {node: each.instances for node, each in counts.standing.items()} == {"a": 3, "b": 2}
    plan = migration.wanted(old, new).plan()
    assert migration_queries.blocking(counts, plan) == [
        (2, "“b” has no counterpart. Choose one, or let what is there finish first.")
    ]
    mapped = migration.wanted(old, new, {"b": "c"}).plan()
    assert migration_queries.counted(old, mapped).fitting == 5


def test_instances_that_leave_and_enter_sub_processes_fit_the_preview(loans):
    old, _, instances = loans
    around = version("start -> p -> b -> end", p=sub("start_p -> a -> end_p"))
    there = migration.wanted(old, around).plan()

    assert migration_queries.counted(old, there).fitting == 5
    begin(old, around)
    migration_batches.run_due(NOW)

    assert versions(instances) == [3] * 5
    back = migration.wanted(around, old).plan()
    counts = migration_queries.counted(around, back)
    assert (counts.fitting, migration_queries.blocking(counts, back)) == (5, [])


def test_the_preview_costs_the_same_for_few_and_many(loans, django_assert_max_num_queries):
    old, new, _ = loans
    for number in range(20):
        start(old, f"M-{number}")
    plan = migration.wanted(old, new).plan()

    with django_assert_max_num_queries(9):
        assert migration_queries.counted(old, plan).running == 25


def test_those_that_are_named_are_migrated_alone(loans):
    old, new, instances = loans

    begin(old, new, instances=[instances[1].pk])
    migration_batches.run_due(NOW)

    assert versions(instances) == [1, 2, 1, 1, 1]


def test_a_second_look_finds_nothing_left(loans):
    old, new, _ = loans
    begin(old, new)
    migration_batches.run_due(NOW)

    assert migration_batches.run_due(NOW) == 0
    assert JournalEntry.objects.filter(kind="process.migrated").count() == 3


def test_one_migration_of_a_version_goes_on_at_a_time(loans):
    old, new, _ = loans
    begin(old, new)

    with pytest.raises(UnderWay, match="are being migrated already"):
        begin(old, new)

    assert ProcessMigration.objects.count() == 1


def test_nothing_is_begun_when_nothing_runs(loans):
    old, new, _ = loans

    with pytest.raises(NothingToDo):
        begin(new, old)

    assert not ProcessMigration.objects.exists()


def test_who_ended_or_went_there_meanwhile_is_no_failure(loans):
    old, new, instances = loans
    begin(old, new)
    runtime.cancel(instance_id=instances[0].pk, by="user:ada", reason="Enough.", now=NOW)
    migrate(instances[1], new)

    migration_batches.run_due(NOW)

    rows = MigratedInstance.objects.order_by("id").values_list("status", flat=True)
    assert list(rows) == ["over", "migrated", "migrated", "stayed", "stayed"]


def test_a_migration_can_be_stopped(loans):
    old, new, instances = loans
    found = begin(old, new)
    migration_batches.run_due(NOW, at_most=2)

    migration_batches.stop(migration_id=found.pk, by="user:ada", now=NOW)
    migration_batches.run_due(NOW)

    assert versions(instances) == [2, 2, 1, 1, 1]
    assert migration_queries.progress(found)["stopped"] == 3
    with pytest.raises(IsOver):
        migration_batches.stop(migration_id=found.pk, by="user:ada", now=NOW)
    kinds = JournalEntry.objects.filter(kind__startswith="migration.").order_by("sequence")
    assert list(kinds.values_list("kind", flat=True)) == ["migration.begun", "migration.stopped"]


def test_one_that_cannot_be_migrated_holds_up_no_other(loans):
    old, new, instances = loans
    begin(old, new)
    # Somebody has written into the rows of one instance.
    ProcessInstance.objects.filter(pk=instances[0].pk).update(joins={"a": "x"})

    migration_batches.run_due(NOW)

    assert versions(instances) == [1, 2, 2, 1, 1]
    row = MigratedInstance.objects.get(instance=instances[0])
    assert row.sentence == "Something went wrong while it was migrated. See the log."


@pytest.mark.django_db(transaction=True)
def test_an_instance_that_somebody_works_on_is_passed_by(loans):
    old, new, instances = loans
    found = begin(old, new)

    with transaction.atomic():
        runtime.hold(instances[0].pk)
        assert elsewhere(lambda: migration_batches.run_due(NOW)) == [4]

    assert ProcessMigration.objects.get(pk=found.pk).status == "running"
    assert migration_batches.run_due(NOW) == 1
    assert versions(instances) == [2, 2, 2, 1, 1]


def test_workers_are_told_and_the_sweep_does_without_them(loans, woken):
    old, new, instances = loans
    begin(old, new)

    migration_batches.sweep_due(NOW)

    assert ("workflows.tasks.migrate_instances",) in woken
    assert versions(instances) == [2, 2, 2, 1, 1]


def test_a_worker_takes_turns_until_nothing_is_left(loans, woken):
    old, new, instances = loans
    begin(old, new)
    woken.clear()

    tasks.migrate_instances()
    tasks.migrate_instances()

    assert versions(instances) == [2, 2, 2, 1, 1]
    assert woken == [("workflows.tasks.migrate_instances",)]
