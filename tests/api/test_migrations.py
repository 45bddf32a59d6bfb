"""Administrators look over the API what fits another version, and migrate."""

import pytest
from django.utils import timezone

from tests.api.programs import is_problem, signed_in
from tests.workflows import builders as processes
from workflows import handlers, migration_batches
from workflows.bpmn.model import Kind
from workflows.models import ProcessMigration

pytestmark = pytest.mark.django_db


@pytest.fixture
def loan_versions(monkeypatch):
    """Two instances stand at a, which goes on; one at b, which is gone."""
    monkeypatch.setattr(handlers, "_opened", {Kind.USER_TASK: lambda *_what: None})
    monkeypatch.setattr(handlers, "_cancelled", {})
    old = processes.deployed("start -> a", "a -> b", "b -> end")
    instances = [processes.start(old) for _ in range(3)]
    processes.complete(instances[2], "a")
    return old, processes.deployed("start -> a", "a -> c", "c -> end"), instances


def test_the_preview_counts_and_changes_nothing(ada, loan_versions):
    old, new, _ = loan_versions

    answer = signed_in(ada).post(f"definitions/{old.pk}/migrations/preview", {"to": str(new.pk)})

    said = answer.json()
    assert answer.status_code == 200
    assert (said["running"], said["fitting"]) == (3, 2)
    [blocking] = said["blocking"]
    assert blocking["instances"] == 1
    assert blocking["sentence"].startswith("“b” has no counterpart.")
    steps = {step["node"]: step for step in said["steps"]}
    assert (steps["a"]["fit"], steps["a"]["becomes"], steps["a"]["instances"]) == ("fits", "a", 2)
    assert (steps["b"]["fit"], steps["b"]["becomes"]) == ("not", None)
    assert not ProcessMigration.objects.exists()


def test_a_migration_is_begun_watched_and_says_who_stayed(ada, loan_versions):
    old, new, instances = loan_versions
    caller = signed_in(ada)

    begun = caller.post(f"definitions/{old.pk}/migrations", {"to": str(new.pk), "reason": "Law."})
    migration_batches.run_due(timezone.now())
    after = caller.get(begun.headers["Location"].removeprefix("/api/v1/")).json()
    stayed = caller.get(f"migrations/{after['id']}/stayed").json()

    assert (begun.status_code, begun.json()["counts"]["waiting"]) == (202, 3)
    assert (after["status"], after["counts"]["migrated"], after["counts"]["stayed"]) == (
        "done", 2, 1,
    )  # fmt: skip
    assert [row["instance"] for row in stayed["results"]] == [str(instances[2].pk)]
    assert stayed["next"] is None


def test_those_named_are_migrated_with_a_mapping(ada, loan_versions):
    old, new, instances = loan_versions
    sent = {"to": str(new.pk), "reason": "Law.", "mapping": {"b": "c"},
            "instances": [str(instances[2].pk)]}  # fmt: skip

    signed_in(ada).post(f"definitions/{old.pk}/migrations", sent)
    migration_batches.run_due(timezone.now())

    assert [processes.now_of(each).definition_id for each in instances] == [old.pk, old.pk, new.pk]


def test_a_migration_is_stopped(ada, loan_versions):
    old, new, _ = loan_versions
    caller = signed_in(ada)
    begun = caller.post(f"definitions/{old.pk}/migrations", {"to": str(new.pk), "reason": "Law."})

    stopped = caller.post(f"migrations/{begun.json()['id']}/stop")

    assert (stopped.json()["status"], stopped.json()["counts"]["stopped"]) == ("stopped", 3)
    is_problem(caller.post(f"migrations/{begun.json()['id']}/stop"), 409, "out-of-date")


@pytest.mark.parametrize(
    ("changed", "status"),
    [({"to": "nobody"}, 400), ({"to": "01930000-0000-7000-8000-000000000000"}, 422),
     ({"reason": ""}, 400), ({"reason": " "}, 422), ({"what": 1}, 400),
     ({"mapping": {"nobody": "c"}}, 422), ({"mapping": {"b": 1}}, 422),
     ({"mapping": ["b"]}, 400), ({"instances": ["x"]}, 400), ({"timers_anew": "maybe"}, 400),
     ({"instances": ["01930000-0000-7000-8000-000000000000"]}, 422)],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_and_changes_nothing(ada, loan_versions, changed, status):
    old, new, _ = loan_versions
    sent = {"to": str(new.pk), "reason": "Law.", **changed}

    is_problem(signed_in(ada).post(f"definitions/{old.pk}/migrations", sent), status)

    assert not ProcessMigration.objects.exists()


def test_a_second_migration_of_a_version_is_refused(ada, loan_versions):
    old, new, _ = loan_versions
    caller, sent = signed_in(ada), {"to": str(new.pk), "reason": "Law."}
    caller.post(f"definitions/{old.pk}/migrations", sent)

    is_problem(caller.post(f"definitions/{old.pk}/migrations", sent), 409, "out-of-date")


def test_to_everybody_else_there_is_nothing(ada, mallory, webshop, loan_versions):
    old, new, _ = loan_versions
    sent = {"to": str(new.pk), "reason": "Law."}
    begun = signed_in(ada).post(f"definitions/{old.pk}/migrations", sent).json()["id"]

    for stranger in (signed_in(mallory), webshop):
        is_problem(stranger.post(f"definitions/{old.pk}/migrations", sent), 404)
        is_problem(
            stranger.post(f"definitions/{old.pk}/migrations/preview", {"to": str(new.pk)}), 404
        )
        is_problem(stranger.get(f"migrations/{begun}"), 404)
        is_problem(stranger.get(f"migrations/{begun}/stayed"), 404)
        is_problem(stranger.post(f"migrations/{begun}/stop"), 404)
