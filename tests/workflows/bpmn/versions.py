"""A newer version of a drawn model: steps put in, called otherwise, events come and go."""

import random

from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
REFERENCES = ("sourceRef", "targetRef", "attachedToRef", "activityRef", "default")
TIMER = (
    f'<boundaryEvent xmlns="{BPMN}" id="{{0}}" attachedToRef="{{1}}"{{2}}><timerEventDefinition>'
    "<timeDuration>PT2H</timeDuration></timerEventDefinition></boundaryEvent>"
)
MOST_CHANGES = 5
NO_STEPS = {
    f"{{{BPMN}}}{name}"
    for name in ("extensionElements", "multiInstanceLoopCharacteristics", "documentation",
                 "standardLoopCharacteristics", "incoming", "outgoing", "completionCondition")
}  # fmt: skip


def newer(source: bytes, chance: random.Random) -> tuple[bytes, dict[str, str]]:
    """Another version, and what ids do not tell: old id, new id."""
    model, mapping = etree.fromstring(source), {}
    for number in range(1, chance.randint(1, MOST_CHANGES)):
        change = chance.choice((_put_in, _rename, _watch, _watch_beside, _unwatch, _hurry))
        mapping |= change(model, chance, f"new{number}")
    model.find(_tag("process")).set("name", f"changed {chance.random()}")
    there = {each.get("id") for each in model.iter()}  # what was called anew may be gone since
    return etree.tostring(model), {old: new for old, new in mapping.items() if new in there}


def wrapped(source: bytes, chance: random.Random) -> bytes:
    """The same process with a sub-process around an activity, or around all of a level."""
    model = etree.fromstring(source)
    for number in range(chance.randint(1, 2)):
        steps = [each for each in model.iter() if _may_be_wrapped(each)]
        levels = [each for each in model.iter() if _is_a_level(each)]
        if steps and chance.random() < 0.5:
            _wrap_step(model, chance.choice(steps), f"wrap{number}")
        else:
            _wrap_level(chance.choice(levels), f"wrap{number}", chance)
    model.find(_tag("process")).set("name", f"changed {chance.random()}")
    return etree.tostring(model)


def _wrap_step(model, step, name):
    """Whatever led to the step leads to the sub-process, and what it led to as well."""
    for each in model.iter(_tag("sequenceFlow")):
        for end in ("sourceRef", "targetRef"):
            if each.get(end) == step.get("id"):
                each.set(end, name)
    inside = _wrapper(step.getparent(), name)
    inside.append(step)
    _arrow(inside, f"{name}_start", step.get("id"))
    _arrow(inside, step.get("id"), f"{name}_end")


def _wrap_level(level, name, chance):
    """All of a process or sub-process; event sub-processes stay where they are, or do not."""
    aside = chance.random() < 0.5
    content = [each for each in level if each.tag not in NO_STEPS]
    inside = etree.SubElement(level, _tag("subProcess"), id=name)
    for each in content:
        if not (aside and each.get("triggeredByEvent")):
            inside.append(each)
    begin = f"{name}_start"
    if level.tag == _tag("process"):  # instances begin at the event of the same name as ever
        begin = "start"
        _call_otherwise(inside, begin, f"{name}_start")
    etree.SubElement(level, _tag("startEvent"), id=begin)
    etree.SubElement(level, _tag("endEvent"), id=f"{name}_end")
    _arrow(level, begin, name)
    _arrow(level, name, f"{name}_end")


def _wrapper(around, name):
    inside = etree.SubElement(around, _tag("subProcess"), id=name)
    etree.SubElement(inside, _tag("startEvent"), id=f"{name}_start")
    etree.SubElement(inside, _tag("endEvent"), id=f"{name}_end")
    return inside


def _arrow(around, source, target):
    flow = etree.SubElement(around, _tag("sequenceFlow"), id=f"{source}_to_{target}")
    flow.set("sourceRef", source)
    flow.set("targetRef", target)


def _may_be_wrapped(element):
    """An activity without events on it that is not chosen by people."""
    if element.tag not in {_tag(name) for name in ("userTask", "callActivity", "subProcess")}:
        return False
    id_, around = element.get("id"), element.getparent()
    watched = any(each.get("attachedToRef") == id_ for each in around)
    chosen = around.tag == _tag("adHocSubProcess")
    return not (watched or chosen or _is_special(element))


def _is_a_level(element):
    """A process or sub-process, without an end that cancels the transaction around it."""
    if element.tag not in {_tag(name) for name in ("process", "subProcess", "transaction")}:
        return False
    cancels = f"{_tag('endEvent')}/{_tag('cancelEventDefinition')}"
    return not element.get("triggeredByEvent") and element.find(cancels) is None


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
    steps = [each for each in model.iter() if _may_be_called_otherwise(each)]
    if not steps:  # the others were called anew before
        return {}
    old = chance.choice(steps).get("id")
    _call_otherwise(model, old, name)
    return {old: name}


def _call_otherwise(model, old, name):
    for each in model.iter():
        for reference in ("id", *REFERENCES):
            if each.get(reference) == old:
                each.set(reference, name)


def _watch(model, chance, name):
    """A timer that takes an activity's place."""
    return _timer(model, chance, name, "")


def _watch_beside(model, chance, name):
    """A timer that begins something beside an activity."""
    return _timer(model, chance, name, ' cancelActivity="false"')


def _timer(model, chance, name, how):
    found = model.iter(_tag("userTask"), _tag("subProcess"))
    activity = chance.choice([each for each in found if not _is_special(each)])
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


def _may_be_called_otherwise(element):
    """A step that was there before, and that no expression names."""
    known = ("userTask", "serviceTask", "subProcess", "boundaryEvent", "parallelGateway",
             "inclusiveGateway", "eventBasedGateway", "intermediateCatchEvent")  # fmt: skip
    if element.tag not in {_tag(name) for name in known} or element.get("id").startswith("new"):
        return False
    is_named = element.find(_tag("conditionalEventDefinition")) is not None
    return not is_named and element.getparent().tag != _tag("adHocSubProcess")


def _is_special(activity):
    """What no event sits on: an event sub-process, or what undoes something."""
    return activity.get("triggeredByEvent") or activity.get("isForCompensation")


def _tag(name):
    return f"{{{BPMN}}}{name}"
