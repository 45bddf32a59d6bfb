"""Labels over the picture of a process."""

from lxml import etree

from tests.workflows.drawn import draw
from workflows import overlays
from workflows.bpmn import layout
from workflows.bpmn.drawing import Mark
from workflows.bpmn.shapes import SVG
from workflows.overlays import Bar, Label


def pictured(**labels):
    process = draw("start -> pay", "pay -> end")
    return etree.fromstring(overlays.svg(process, labels))


def texts(root, name="text"):
    return [each.text for each in root.iter(f"{{{SVG}}}{name}")]


def test_a_label_stands_at_its_figure_with_text_and_is_read_out():
    root = pictured(pay=Label("2 h · 3×", "is-heat-4", "half within 2 h"))

    [group] = [each for each in root.iter() if each.get("data-node") == "pay"]
    assert "is-heat-4" in group.get("class")
    assert "2 h · 3×" in texts(root)
    assert any("half within 2 h" in said for said in texts(root, "title"))
    assert "pay: half within 2 h" in root.findtext(f"{{{SVG}}}desc")


def test_a_label_of_something_that_is_not_drawn_is_left_out():
    root = pictured(nowhere=Label("lost"))

    assert "lost" not in texts(root)


def test_names_and_labels_are_never_markup():
    shown = overlays.svg(draw("start -> pay", "pay -> end"), {"pay": Label("<script>x</script>")})

    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown


def test_waiting_is_hatched_and_work_is_solid():
    root = pictured(pay=Label("1 s", bar=Bar(1.0, waiting=0.75)))

    widths = {
        each.get("class"): float(each.get("width"))
        for each in root.iter(f"{{{SVG}}}rect")
        if each.get("class") in ("bpmn-bar", "bpmn-waits")
    }
    assert round(widths["bpmn-waits"] / (widths["bpmn-bar"] + widths["bpmn-waits"]), 2) == 0.75
    assert any(each.get("class") == "bpmn-hatch" for each in root.iter())


def test_without_waiting_nothing_is_hatched():
    root = pictured(pay=Label("1 s", bar=Bar(0.5)))

    assert not any(each.get("class") in ("bpmn-hatch", "bpmn-waits") for each in root.iter())


def test_a_flow_has_its_label_at_its_line():
    process = draw("start -> pay", "pay -> end")
    [flow] = [each for each in process.flows.values() if each.target == "end"]
    marks = {flow.id: Mark(state="incident")}

    root = etree.fromstring(overlays.svg(process, {flow.id: Label("Error 1", "is-error")}, marks))

    [group] = [each for each in root.iter() if each.get("data-flow") == flow.id]
    assert group.get("class") == "bpmn-flow is-incident is-error"
    assert "Error 1" in texts(root)
    [box] = [each for each in root.iter() if each.get("class") == "bpmn-note is-error"]
    shapes = layout.complete(process).shapes
    left, right = shapes["pay"].x, shapes["end"].x + shapes["end"].width
    assert left < float(box[0].get("x")) < right
