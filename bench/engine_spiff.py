"""SpiffWorkflow, its JSON state saved to PostgreSQL, for the cases of `bench.engine`.

    PEERS_PYTHON -m bench.engine_spiff    (the database on stdin, figures on stdout; as JSON)

Runs in an interpreter of its own (see `bench.peers`). Two variants: bare, one table with a row for
each instance; and inside Django, with a row for each work item, one for its clock and one in an
audit table, as an application around it needs them. The state is what its serializer documents, the
model included; the model itself is parsed once.
"""

import json
import sys
from datetime import timedelta
from functools import lru_cache, partial

import django
import psycopg
from django.conf import settings
from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from bench import engine_cases as cases

SERIALIZER = BpmnWorkflowSerializer()
PROMISED = timedelta(hours=4)


@lru_cache
def spec(tokens: int):
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.fromstring(cases.branches(tokens).encode()))
    return parser.get_spec(f"crowd_{tokens}")


def begun(tokens: int):
    workflow = BpmnWorkflow(spec(tokens))
    workflow.do_engine_steps()
    return workflow


def ready(workflow):
    return workflow.get_tasks(state=TaskState.READY, manual=True)


def completed(state: str, task_id: str):
    """The instance after this task was completed, and the tasks that became ready by it."""
    workflow = SERIALIZER.deserialize_json(state)
    task = next(task for task in ready(workflow) if str(task.id) == task_id)
    task.data["seen"] = True
    task.run()
    workflow.do_engine_steps()
    return workflow, [each for each in ready(workflow) if each.parent is task]


# --- bare ---


class Bare:
    """One table, one row for each instance."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url, autocommit=True)
        self.connection.execute("CREATE TABLE states (id serial PRIMARY KEY, state text NOT NULL)")
        self.statements = 0

    def execute(self, statement: str, *values: object):
        self.statements += 1
        return self.connection.execute(statement, values)

    def counted(self, operation) -> int:
        before = self.statements
        operation()
        return self.statements - before

    def start(self, tokens: int) -> int:
        state = SERIALIZER.serialize_json(begun(tokens))
        with self.connection.transaction():
            row = self.execute("INSERT INTO states (state) VALUES (%s) RETURNING id", state)
            return row.fetchone()[0]

    def steps(self, instance: int):
        row = self.connection.execute("SELECT state FROM states WHERE id = %s", [instance])
        tasks = ready(SERIALIZER.deserialize_json(row.fetchone()[0]))
        return [partial(self.complete, instance, str(task.id)) for task in tasks]

    def complete(self, instance: int, task_id: str) -> None:
        with self.connection.transaction():
            row = self.execute("SELECT state FROM states WHERE id = %s FOR UPDATE", instance)
            workflow, _ = completed(row.fetchone()[0], task_id)
            state = SERIALIZER.serialize_json(workflow)
            self.execute("UPDATE states SET state = %s WHERE id = %s", state, instance)


# --- inside Django ---


class InDjango:
    """The same state, with work items, their clocks and an audit table."""

    def __init__(self, database: dict[str, str]) -> None:
        settings.configure(DATABASES={"default": database}, INSTALLED_APPS=[], USE_TZ=True)
        django.setup()
        from django.db import connection

        from bench.engine_spiff_models import Audit, Clock, State, WorkItem

        self.State, self.WorkItem, self.Clock, self.Audit = State, WorkItem, Clock, Audit
        with connection.schema_editor() as editor:
            for model in (State, WorkItem, Clock, Audit):
                editor.create_model(model)

    def counted(self, operation) -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as seen:
            operation()
        return sum(query["sql"] not in ("BEGIN", "COMMIT") for query in seen)

    def start(self, tokens: int) -> int:
        from django.db import transaction

        workflow = begun(tokens)
        with transaction.atomic():
            row = self.State.objects.create(state=SERIALIZER.serialize_json(workflow))
            self.open(row, ready(workflow))
            self.note(row, "started", tokens=tokens)
        return row.pk

    def steps(self, instance: int):
        waiting = self.WorkItem.objects.filter(instance=instance, status="ready").order_by("id")
        return [partial(self.complete, item) for item in waiting.values_list("pk", flat=True)]

    def complete(self, item_id: int) -> None:
        from django.db import transaction
        from django.utils import timezone

        with transaction.atomic():
            item = self.WorkItem.objects.get(pk=item_id)
            row = self.State.objects.select_for_update().get(pk=item.instance_id)
            workflow, news = completed(row.state, item.task)
            row.state = SERIALIZER.serialize_json(workflow)
            row.save(update_fields=["state"])
            item.status, item.done_at, item.done_by = "done", timezone.now(), "alice"
            item.save(update_fields=["status", "done_at", "done_by"])
            clock = self.Clock.objects.select_for_update().get(item=item)
            clock.stopped_at = item.done_at
            clock.save(update_fields=["stopped_at"])
            self.open(row, news)
            self.note(row, "completed", task=item.task)

    def open(self, row, tasks) -> None:
        from django.utils import timezone

        due_at = timezone.now() + PROMISED
        opened = self.WorkItem.objects.bulk_create(
            self.WorkItem(instance=row, task=str(task.id), name=task.task_spec.bpmn_name or "")
            for task in tasks
        )
        self.Clock.objects.bulk_create(self.Clock(item=item, due_at=due_at) for item in opened)

    def note(self, row, kind: str, **detail: object) -> None:
        self.Audit.objects.create(instance=row, kind=kind, actor="alice", detail=detail)


def measured(engine, sizes: list[int]) -> dict[int, object]:
    return {
        tokens: cases.measure(partial(engine.start, tokens), engine.steps, engine.counted, tokens)
        for tokens in sizes
    }


def main() -> None:
    asked = json.load(sys.stdin)
    sizes = asked["tokens"]
    figures = {
        "SpiffWorkflow: state": measured(Bare(asked["url"]), sizes),
        "SpiffWorkflow in Django: work item, clock, audit": measured(
            InDjango(asked["django"]), sizes
        ),
    }
    json.dump(figures, sys.stdout)


if __name__ == "__main__":
    main()
