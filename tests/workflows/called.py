"""Processes that call one another, for tests of call activities."""

from tests.workflows import builders
from tests.workflows.bpmn import sketch
from tests.workflows.bpmn.sketch import call
from tests.workflows.builders import NOW
from workflows import calls, definitions
from workflows.models import ProcessInstance


def deploy(key, *arrows, at=NOW, **made):
    """A process of this key."""
    source = sketch.xml(*arrows, **made).replace(b'<process id="drawn"', b'<process id="%s"' % key)
    [definition] = definitions.deploy(source=source, by="user:ada", now=at)
    return definition


def caller(*arrows, variables=None, **made):
    made = {"c": call(), **made}
    return builders.start(
        deploy(b"outer", *(arrows or ("start -> c -> after -> end",)), **made), variables=variables
    )


def other(*arrows, **made):
    return deploy(b"other", *(arrows or ("start -> b -> end",)), **made)


def settle(now=NOW):
    """Sweep until nothing is left to do."""
    while calls.settle_due(now):
        pass


def called_by(instance):
    """What it has called, the oldest first."""
    return list(ProcessInstance.objects.filter(caller__instance=instance).order_by("id"))


def service(name):
    return (
        f'<serviceTask id="{name}" name="{name}"><extensionElements><c:job handler="any"/>'
        "</extensionElements></serviceTask>"
    )


def calling(extensions, process="other"):
    return lambda name: (
        f'<callActivity id="{name}" name="{name}" calledElement="{process}">'
        f"<extensionElements>{extensions}</extensionElements></callActivity>"
    )
