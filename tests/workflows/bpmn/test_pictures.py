"""Pictures of models with levels: nothing is hidden, nothing stands where it is not."""

from lxml import etree

from tests.workflows.bpmn.sketch import draw, on, sub, xml
from workflows.bpmn import drawing, layout
from workflows.bpmn.parser import parse

INNER = sub("start_q -> f -> end_q")
NESTED = {"p": sub("start_p -> a -> q -> end_p", "a -> d -> end_d", q=INNER)}
DIAGRAM = """<d:BPMNDiagram xmlns:d="http://www.omg.org/spec/BPMN/20100524/DI"
 xmlns:c="http://www.omg.org/spec/DD/20100524/DC"><d:BPMNPlane bpmnElement="{}">{}</d:BPMNPlane>
</d:BPMNDiagram>"""


def shape(name, x, y, width, height):
    bounds = f'<c:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/>'
    return f'<d:BPMNShape bpmnElement="{name}">{bounds}</d:BPMNShape>'


def drawn_at(source, *planes):
    text = source.decode().replace("</definitions>", "".join(planes) + "</definitions>")
    (process,) = parse(text.encode())
    return process


def lies_in(inner, outer):
    return (
        outer.x <= inner.x and outer.y <= inner.y
        and inner.x + inner.width <= outer.x + outer.width
        and inner.y + inner.height <= outer.y + outer.height
    )  # fmt: skip


def apart(one, other):
    return (
        one.x + one.width <= other.x or other.x + other.width <= one.x
        or one.y + one.height <= other.y or other.y + other.height <= one.y
    )  # fmt: skip


def test_what_is_laid_out_here_lies_in_its_sub_process_and_beside_the_others():
    process = draw("start -> p -> b -> end", "late -> c -> end_c", late=on("p", "timer"), **NESTED)

    shapes = layout.complete(process).shapes

    assert shapes.keys() == process.nodes.keys()
    for node in process.nodes.values():
        assert not node.within or lies_in(shapes[node.id], shapes[node.within])
        beside = [each for each in process.inside(node.within) if each.id != node.id]
        for each in beside:
            if not node.attached_to and not each.attached_to:
                assert apart(shapes[node.id], shapes[each.id]), (node.id, each.id)


def test_sub_processes_are_drawn_below_what_lies_in_them():
    process = draw("start -> p -> end", **NESTED)

    picture = etree.fromstring(drawing.svg(process))

    order = [each.get("data-node") or each.get("data-flow") for each in picture.iter()]
    order = [name for name in order if name]
    assert order.index("p") < order.index("q") < order.index("start_q_to_f") < order.index("f")


def test_a_collapsed_sub_process_shows_nothing_of_its_inside():
    process = drawn_at(
        xml("start -> p -> end", **NESTED),
        DIAGRAM.format("drawn", shape("start", 0, 0, 36, 36) + shape("end", 300, 0, 36, 36)
                       + shape("p", 100, 0, 100, 80)),
        DIAGRAM.format("p", shape("a", 110, 10, 100, 80)),
    )  # fmt: skip

    picture = drawing.svg(process)

    assert 'data-node="p"' in picture
    assert 'data-node="a"' not in picture
    assert "start_p_to_a" not in picture
    assert layout.complete(process).shapes.keys() == {"start", "end", "p"}


def test_an_expanded_sub_process_shows_what_the_model_places_in_it():
    process = drawn_at(
        xml("start -> p -> end", p=sub("a -> b")),
        DIAGRAM.format("drawn", shape("start", 0, 0, 36, 36) + shape("end", 600, 0, 36, 36)
                       + shape("p", 100, 0, 400, 200) + shape("a", 120, 50, 100, 80)
                       + shape("b", 320, 50, 100, 80)),
    )  # fmt: skip

    assert layout.complete(process).shapes.keys() == {"start", "end", "p", "a", "b"}
    assert 'data-flow="a_to_b"' in drawing.svg(process)
