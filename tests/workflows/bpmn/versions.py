"""A newer version of a drawn model: steps put in, called otherwise, events come and go."""

import random

from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
REFERENCES = ("sourceRef", "targetRef", "attachedToRef", "default")
TIMER = (
    f'<boundaryEvent xmlns="{BPMN}" id="{{0}}" attachedToRef="{{1}}"{{2}}><timerEventDefinition>'
    "<timeDuration>PT2H</timeDuration></timerEventDefinition></boundaryEvent>"
)
MOST_CHANGES = 5


def newer(source: bytes, chance: random.Random) -> tuple[bytes, dict[str, str]]:
    """Another version, and what ids do not tell: old id, new id."""
    model, mapping = etree.fromstring(source), {}
    for number in range(1, chance.randint(1, MOST_CHANGES)):
        change = chance.choice((_put_in, _rename, _watch, _watch_beside, _unwatch, _hurry))
        mapping |= change(model, chance, f"new{number}")
    model.find(_tag("process")).set("name", f"changed {chance.random()}")
    return etree.tostring(model), mapping


def _put_in(model, chance, name):
    """A task on a flow."""
    flow = chance.choice(list(model.iter(_tag("sequenceFlow"))))
    around, target = flow.getparent(), flow.get("targetRef")
    task = etree.SubElement(around, _tag("userTask"), id=name, name=name)
    inside = etree.SubElement(task, _tag("extensionElements"))
    etree.SubElement(inside, "{urn:countersign:bpmn:1}review", kind="any")
    rest = etree.SubElement(around, _tag("sequenceFlow"), id=f"{name}_on", sourceRef=name)
    rest.set("targetRef", target)
    flow.set("targetRef", name)
    return {}


def _rename(model, chance, name):
    """A step gets another id."""
    steps = [
        each
        for each in model.iter()
        if _is_step(each) and not each.get("id", "new").startswith("new")
    ]
    step = chance.choice(steps)
    old = step.get("id")
    for each in model.iter():
        for reference in REFERENCES:
            if each.get(reference) == old:
                each.set(reference, name)
    step.set("id", name)
    return {old: name}


def _watch(model, chance, name):
    """A timer that takes an activity's place."""
    return _timer(model, chance, name, "")


def _watch_beside(model, chance, name):
    """A timer that begins something beside an activity."""
    return _timer(model, chance, name, ' cancelActivity="false"')


def _timer(model, chance, name, how):
    activity = chance.choice([each for each in model.iter(_tag("userTask"), _tag("subProcess"))
                              if not _is_special(each)])  # fmt: skip
    around = activity.getparent()
    around.append(etree.fromstring(TIMER.format(name, activity.get("id"), how)))
    etree.SubElement(around, _tag("endEvent"), id=f"{name}_end")
    flow = etree.SubElement(around, _tag("sequenceFlow"), id=f"{name}_over", sourceRef=name)
    flow.set("targetRef", f"{name}_end")
    return {}


def _unwatch(model, chance, _name):
    """An event on an activity is gone; what followed it stays, and nothing leads there."""
    events = [each for each in model.iter(_tag("boundaryEvent"))
              if each.find(_tag("compensateEventDefinition")) is None]  # fmt: skip
    if events:
        event = chance.choice(events)
        around = event.getparent()
        for flow in around.findall(_tag("sequenceFlow")):
            if flow.get("sourceRef") == event.get("id"):
                around.remove(flow)
        around.remove(event)
    return {}


def _hurry(model, chance, _name):
    """Timers are due earlier."""
    for timer in model.iter(_tag("timeDuration")):
        timer.text = f"PT{chance.randint(1, 9)}M"
    return {}


def _is_step(element):
    known = ("userTask", "subProcess", "boundaryEvent", "parallelGateway", "inclusiveGateway",
             "eventBasedGateway", "intermediateCatchEvent", "startEvent")  # fmt: skip
    return element.tag in {_tag(name) for name in known} and element.get("id") != "start"


def _is_special(activity):
    """What no event sits on: an event sub-process, or what undoes something."""
    return activity.get("triggeredByEvent") or activity.get("isForCompensation")


def _tag(name):
    return f"{{{BPMN}}}{name}"
