"""Versions of processes: deployed once, never changed."""

import pytest
from django.core.management import CommandError, call_command
from django.db import Error, connection, transaction

from tests.workflows import builders
from tests.workflows.builders import NOW
from workflows import definitions
from workflows.models import JournalEntry, ProcessDefinition
from workflows.refusals import NotValid

pytestmark = pytest.mark.django_db


def test_each_change_is_a_new_version_on_record():
    first = builders.deployed("start -> check", "check -> end")
    second = builders.deployed("start -> check", "check -> next", "next -> end")

    assert (first.version, second.version) == (1, 2)
    entries = JournalEntry.objects.filter(subject="definition:drawn").order_by("sequence")
    assert [entry.detail["version"] for entry in entries] == [1, 2]
    assert {entry.actor for entry in entries} == {"user:ada"}


def test_an_unchanged_file_keeps_its_version():
    first = builders.deployed("start -> check", "check -> end")

    assert builders.deployed("start -> check", "check -> end") == first


def test_running_work_keeps_its_version():
    instance = builders.started("start -> check", "check -> end")
    builders.deployed("start -> check", "check -> next", "next -> end")

    builders.complete(instance, "check")

    assert builders.now_of(instance).status == "completed"


def test_a_handler_that_is_not_installed_is_named_with_its_line():
    source = builders.source("start -> auto", "auto -> end").replace(b'"any"', b'"bank.transfer"')

    with pytest.raises(NotValid, match=r"No handler named bank\.transfer") as refusal:
        definitions.deploy(source=source, by="user:ada", now=NOW)

    [place] = refusal.value.findings
    assert (place["element"], place["line"]) == ("auto", 4)
    assert not ProcessDefinition.objects.exists()


@pytest.mark.parametrize("source", [b"", b"not xml", b"<a/>", b"x" * 3_000_000])
def test_what_is_not_a_process_is_refused(source):
    with pytest.raises(NotValid):
        definitions.deploy(source=source, by="user:ada", now=NOW)

    assert not ProcessDefinition.objects.exists()
    assert not JournalEntry.objects.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE workflows_processdefinition SET name = 'x'",
        "DELETE FROM workflows_processdefinition",
    ],
)
def test_the_database_refuses_to_change_a_version(statement):
    builders.deployed("start -> check", "check -> end")

    with pytest.raises(Error, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement)


def test_files_are_deployed_from_the_command_line(tmp_path, capsys):
    path = tmp_path / "drawn.bpmn"
    path.write_bytes(builders.source("start -> check", "check -> end"))

    call_command("deploy", str(path))

    assert capsys.readouterr().out == "drawn is deployed as version 1.\n"


def test_the_command_line_says_what_is_wrong(tmp_path):
    path = tmp_path / "drawn.bpmn"
    path.write_bytes(builders.source("start -> check", "check -> next", "other -> end"))

    with pytest.raises(CommandError, match="line 6: "):
        call_command("deploy", str(path))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("deploy", str(tmp_path / "none.bpmn"))
