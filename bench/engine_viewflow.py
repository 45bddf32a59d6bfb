"""django-viewflow for the cases of `bench.engine`.

    PEERS_PYTHON -m bench.engine_viewflow    (the database on stdin, figures on stdout; as JSON)

Runs in an interpreter of its own (see `bench.peers`): its licence is the AGPL, and the product
never imports it. Its rows of tasks are its work items. It is measured as it is, and with what is
written beside SpiffWorkflow too: a clock for each task and an audit row. The process row is locked
as its documentation says for PostgreSQL.
"""

import json
import sys
from datetime import timedelta
from functools import partial

import django
from django.conf import settings

from bench import engine_cases as cases

PROMISED = timedelta(hours=4)


def set_up(database: dict[str, str]) -> None:
    settings.configure(
        DATABASES={"default": database},
        INSTALLED_APPS=[
            "django.contrib.auth", "django.contrib.contenttypes", "viewflow", "viewflow.workflow",
            "bench",
        ],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        SECRET_KEY="only-for-measuring",  # noqa: S106  of a database that is dropped
    )  # fmt: skip
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def crowd(tokens: int, owner):
    """A flow of so many branches, as its author would have written it down."""
    from viewflow import this
    from viewflow.workflow import flow, lock
    from viewflow.workflow.flow.views import UpdateProcessView

    split = flow.Split()
    said = {
        "__module__": "bench.engine_flows",
        "lock_impl": lock.SelectForUpdateLock(nowait=False),
        "start": flow.StartHandle().Next(this.split),
        "split": split,
        "join": flow.Join().Next(this.end),
        "end": flow.End(),
    }
    for number in range(tokens):
        first, second = f"a{number}", f"b{number}"
        split.Next(getattr(this, first))
        view = UpdateProcessView.as_view(fields=[])
        said[first] = flow.View(view).Assign(lambda _: owner).Next(getattr(this, second))
        said[second] = flow.View(view).Assign(lambda _: owner).Next(this.join)
    from bench import engine_flows

    name = f"Crowd{tokens}"
    setattr(engine_flows, name, type(name, (flow.Flow,), said))
    return getattr(engine_flows, name)


def steps(process):
    from viewflow.workflow.models import Task

    waiting = Task.objects.filter(process=process, flow_task_type="HUMAN", finished=None)
    found = waiting.order_by("id").values_list("pk", flat=True)
    return [partial(complete, pk) for pk in found]


def complete(task_id: int) -> None:
    from viewflow.workflow.models import Task

    with Task.objects.get(pk=task_id).activation() as activation:  # in a transaction, locked
        activation.start(None)
        activation.process.data = {"seen": True}
        activation.process.save()
        activation.execute()


class Around:
    """The same with a clock for each task for somebody, and an audit table."""

    def __init__(self) -> None:
        from django.db import connection

        from bench.engine_viewflow_models import TaskAudit, TaskClock

        self.TaskClock, self.TaskAudit = TaskClock, TaskAudit
        with connection.schema_editor() as editor:
            for model in (TaskClock, TaskAudit):
                editor.create_model(model)

    def start(self, flow_class):
        from django.db import transaction
        from viewflow.workflow.models import Task

        with transaction.atomic():
            process = flow_class.start.run()
            self.open(Task.objects.filter(process=process, flow_task_type="HUMAN"))
            self.note(process, "started")
        return process

    def steps(self, process):
        return [partial(self.complete, process, step.args[0]) for step in steps(process)]

    def complete(self, process, task_id: int) -> None:
        from django.db import transaction
        from django.utils import timezone
        from viewflow.workflow.models import Task

        with transaction.atomic():
            complete(task_id)
            clock = self.TaskClock.objects.select_for_update().get(task=task_id)
            clock.stopped_at = timezone.now()
            clock.save(update_fields=["stopped_at"])
            self.open(Task.objects.filter(previous=task_id, flow_task_type="HUMAN"))
            self.note(process, "completed", task=task_id)

    def open(self, tasks) -> None:
        from django.utils import timezone

        due_at = timezone.now() + PROMISED
        self.TaskClock.objects.bulk_create(
            self.TaskClock(task=task, due_at=due_at) for task in tasks
        )

    def note(self, process, kind: str, **detail: object) -> None:
        self.TaskAudit.objects.create(process=process, kind=kind, actor="alice", detail=detail)


def counted(operation) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        operation()
    return sum(query["sql"] not in ("BEGIN", "COMMIT") for query in seen)


def main() -> None:
    asked = json.load(sys.stdin)
    set_up(asked["django"])
    from django.contrib.auth.models import User

    owner = User.objects.create(username="alice")
    around = Around()
    bare, with_rows = {}, {}
    for tokens in asked["tokens"]:
        flow_class = crowd(tokens, owner)
        bare[tokens] = cases.measure(flow_class.start.run, steps, counted, tokens)
        start = partial(around.start, flow_class)
        with_rows[tokens] = cases.measure(start, around.steps, counted, tokens)
    found = {
        "django-viewflow: process, tasks": bare,
        "django-viewflow: process, tasks, clock, audit": with_rows,
    }
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
