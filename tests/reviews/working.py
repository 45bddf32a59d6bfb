"""Processes of plain work: user tasks as other tools write them."""

from reviews.models import Review
from tests.reviews.builders import NOW
from tests.workflows.bpmn import sketch
from workflows import definitions, runtime
from workflows.models import Activity, ProcessInstance

CAMUNDA = 'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
FORM = """<camunda:formData>
  <camunda:formField id="amount" label="Amount" type="long" defaultValue="7">
    <camunda:validation><camunda:constraint name="required"/>
      <camunda:constraint name="min" config="1"/><camunda:constraint name="max" config="100"/>
    </camunda:validation></camunda:formField>
  <camunda:formField id="who" label="Who" type="string">
    <camunda:validation><camunda:constraint name="minlength" config="2"/>
      <camunda:constraint name="maxlength" config="10"/></camunda:validation></camunda:formField>
  <camunda:formField id="paid" label="Paid" type="boolean"/>
  <camunda:formField id="day" label="Day" type="date"/>
  <camunda:formField id="way" label="Way" type="enum" defaultValue="post">
    <camunda:value id="post" name="By post"/><camunda:value id="van" name="By van"/>
  </camunda:formField>
  <camunda:formField id="ref" label="Reference" type="string" defaultValue="${number}">
    <camunda:validation><camunda:constraint name="readonly"/></camunda:validation>
  </camunda:formField>
</camunda:formData>"""
GOOD = {"amount": 12, "who": "Rosa", "paid": True, "day": "2026-03-01", "way": "van"}


def work(inside="", *, extra="", loop="", documentation=""):
    """A user task as other tools write it."""
    said = f"<documentation>{documentation}</documentation>" if documentation else ""
    held = f"<extensionElements>{inside}</extensionElements>" if inside else ""
    return lambda name: (
        f'<userTask {CAMUNDA} id="{name}" name="Pack it"{extra}>{said}{held}{loop}</userTask>'
    )


def begin(*arrows, variables=None, now=NOW, by="user:alice", **made):
    [definition] = definitions.deploy(source=sketch.xml(*arrows, **made), by="user:ada", now=now)
    return runtime.start(
        definition=definition, variables=variables or {}, business_key="O-7", by=by, now=now
    )


def one(variables=None, *, now=NOW, **said):
    """A process of one such step, then another one."""
    begin("start -> pack -> check -> end", variables=variables, now=now, pack=work(**said),
          check=work())  # fmt: skip
    return Review.objects.get(kind="pack")


def known(review):
    return ProcessInstance.objects.get(pk=review.instance_id).variables


def at(review):
    live = Activity.objects.filter(instance=review.instance_id, status="active")
    return list(live.values_list("node_id", flat=True))
