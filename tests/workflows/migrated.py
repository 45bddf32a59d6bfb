"""Two versions of a drawn process, and instances that go from one to the other."""

from django.db import transaction

from tests.workflows.bpmn import sketch
from tests.workflows.builders import NOW
from workflows import definitions, migration, runtime
from workflows.models import Activity, Listener, ProcessDefinition, Scope, Timer


def version(*arrows, **made) -> ProcessDefinition:
    """The newest version of the process that these arrows and makings draw."""
    [found] = definitions.deploy(source=sketch.xml(*arrows, **made), by="user:ada", now=NOW)
    return found


def start(definition, key="", **variables):
    return runtime.start(
        definition=definition, variables=variables, business_key=key, by="api:shop", now=NOW
    )


def migrate(instance, new, mapping=None, *, timers_anew=False, now=NOW, reason="A newer version."):
    """One instance, as an administrator does it."""
    old = ProcessDefinition.objects.get(pk=instance.definition_id)
    wish = migration.wanted(old, new, mapping, timers_anew=timers_anew)
    return migration.migrate(
        instance_id=instance.pk, wish=wish, reason=reason, by="user:ada", now=now
    )


def fire(listener_or_timer, instance):
    """What is waited for happens."""
    with transaction.atomic():
        held = runtime.hold(instance.pk)
        runtime.hear(listener_or_timer, instance=held, actor="api:shop", now=NOW)


def pending(instance):
    """Its timers by node."""
    return {row.node_id: row.due_at for row in Timer.objects.filter(
        instance=instance, status="pending")}  # fmt: skip


def heard(instance):
    """What it listens for, by node: name and key."""
    open_ones = Listener.objects.filter(instance=instance, status="open")
    return {row.node_id: (row.name, row.key) for row in open_ones}


def end_a_round(instance):
    """The oldest round of a loop is done."""
    with transaction.atomic():
        held = runtime.hold(instance.pk)
        rounds = Scope.objects.filter(instance=held, status="open", role="round")
        tokens = Activity.objects.filter(
            instance=held, status="active", scope__in=rounds.values("number")
        )
        token = tokens.earliest("id")
        runtime.complete(activity=token, instance=held, variables={}, actor="user:alice", now=NOW)
