"""Pictures of models with levels: nothing is hidden, nothing stands where it is not."""

from lxml import etree

from tests.workflows.bpmn.sketch import again as again_while
from tests.workflows.bpmn.sketch import (
    call,
    catch,
    draw,
    end,
    on,
    sub,
    task,
    throw,
    times,
    undoing,
    undone,
    xml,
)
from workflows.bpmn import drawing, layout, markers, shapes
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

    placed = layout.complete(process).shapes

    assert placed.keys() == process.nodes.keys()
    for node in process.nodes.values():
        assert not node.within or lies_in(placed[node.id], placed[node.within])
        beside = [each for each in process.inside(node.within) if each.id != node.id]
        for each in beside:
            if not node.attached_to and not each.attached_to:
                assert apart(placed[node.id], placed[each.id]), (node.id, each.id)


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


def signs(process, name):
    picture = etree.fromstring(drawing.svg(process))
    (group,) = picture.iterfind(f".//{{*}}g[@data-node='{name}']")
    return [each.get("d") for each in group.iterfind("{*}path[@class='bpmn-marker']")]


def test_signs_at_the_foot_say_how_often_an_activity_runs_and_what_it_is_to_others():
    process = draw(
        "start -> many -> one_by_one -> again -> other -> end",
        many=task(times(3)),
        one_by_one=task(times(3, sequential=True)),
        again=task(again_while("n < 3")),
        other=call(loop=times(2)),
        h=undoing(),
        u=undone("many", "h"),
    )

    assert signs(process, "many") == [markers.BARS]
    assert signs(process, "one_by_one") == [markers.LINES]
    assert signs(process, "again") == [markers.CIRCLE]
    assert signs(process, "other") == [markers.BARS, markers.PLUS]
    assert signs(process, "h") == [shapes.REWIND]
    assert "bpmn-undoing" in drawing.svg(process)


def test_what_ends_is_thick_and_what_throws_is_filled():
    process = draw(
        "start -> said -> heard -> end",
        said=throw("signal", "went"),
        heard=catch("signal", "came"),
        end=end("signal", "over"),
    )
    picture = etree.fromstring(drawing.svg(process))

    filled = {
        group.get("data-node")
        for group in picture.iterfind(".//{*}g[@data-node]")
        if group.find("{*}path[@class='bpmn-glyph is-filled']") is not None
    }
    thick = [each.get("data-node") for each in picture.iterfind(".//{*}g[@data-node]")
             if "is-an-end" in each.get("class")]  # fmt: skip
    assert filled == {"said", "end"}
    assert thick == ["end"]
