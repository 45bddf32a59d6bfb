"""The picture of a process: complete, safe on any page, and readable without colours."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from tests.workflows.drawn import draw, xml
from workflows.bpmn.drawing import Mark, svg
from workflows.bpmn.model import Diagram
from workflows.bpmn.parser import parse

LOAN = Path(__file__).resolve().parents[2] / "examples" / "loan_approval.bpmn"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def loan():
    (process,) = parse(LOAN.read_bytes())
    return process


def picture(process, marks=None):
    return etree.fromstring(svg(process, marks))


def node(root, name):
    (found,) = root.iterfind(f".//{SVG}g[@data-node='{name}']")
    return found


def test_every_node_and_flow_is_drawn(loan):
    root = picture(loan)

    assert {each.get("data-node") for each in root.iter(f"{SVG}g")} >= loan.nodes.keys()
    assert {each.get("data-flow") for each in root.iter(f"{SVG}g")} >= loan.flows.keys()


def test_everything_lies_inside_the_picture(loan):
    for process in (loan, replace(loan, diagram=Diagram())):
        root = picture(process)
        left, top, width, height = map(float, root.get("viewBox").split())
        for each in root.iter(f"{SVG}rect", f"{SVG}circle", f"{SVG}tspan"):
            x, y = (float(each.get(a) or each.get(f"c{a}")) for a in "xy")
            assert left <= x <= left + width
            assert top <= y <= top + height


def test_a_process_without_a_diagram_is_laid_out():
    root = picture(draw("start -> x?", "x? -[n]-> a", "x? -[else]-> b", "a -> end", "b -> x?"))

    shapes = [each for each in root.iter(f"{SVG}g") if each.get("data-node")]
    assert len(shapes) == 5
    places = {etree.tostring(each.find("*[@class='bpmn-shape']")) for each in shapes}
    assert len(places) == 5


def test_marks_show_where_the_process_stands(loan):
    root = picture(loan, {"review": Mark("active", tokens=3), "pay_out": Mark("incident")})

    assert "is-active" in node(root, "review").get("class")
    assert "".join(node(root, "review").find(f"{SVG}g[@class='bpmn-badge']").itertext()) == "3"
    assert "".join(node(root, "pay_out").find(f"{SVG}g[@class='bpmn-badge']").itertext()) == "!"
    assert "review application: active" in root.findtext(f"{SVG}desc")


def test_done_is_seen_without_colours(loan):
    root = picture(loan, {"score": Mark("done")})

    assert node(root, "score").find(f"{SVG}g[@class='bpmn-tick']") is not None


def test_a_picture_is_an_image_and_one_with_links_a_group(loan):
    assert picture(loan).get("role") == "img"

    root = picture(loan, {"review": Mark(href="/items/1")})

    assert root.get("role") == "group"
    assert node(root, "review").getparent().get("href") == "/items/1"


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "https://elsewhere.example", "//elsewhere.example", "/\\x", ""]
)
def test_b29_a_link_leads_to_this_site_alone(loan, href):
    assert picture(loan, {"review": Mark(href=href)}).find(f".//{SVG}a") is None


HOSTILE = [
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&lt;img src=x onerror=alert(1)&gt;",
    "&lt;/text&gt;&lt;svg onload=alert(1)&gt;",
    "&quot; onclick=&quot;alert(1)",
    "&lt;div hx-get=&quot;/approve/1&quot; hx-trigger=&quot;load&quot;&gt;",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_b29_b30_names_are_text_and_nothing_else(name):
    source = xml("start -> a", "a -> end").replace(b'name="a"', f'name="{name}"'.encode())
    (process,) = parse(source)

    root = picture(process, {"a": Mark(note='"><script>x</script>')})

    tags = {etree.QName(each).localname for each in root.iter()}
    assert tags <= {"svg", "title", "desc", "g", "path", "rect", "circle", "text", "tspan"}
    assert not any(name.startswith(("on", "hx")) for each in root.iter() for name in each.attrib)


def test_nothing_in_the_picture_offends_a_strict_content_policy(loan):
    drawn = svg(loan, {"review": Mark("active", 1, "/x")})

    assert not re.search(r"<style|style=|<script|javascript:|xlink|\bid=", drawn)


def test_a_note_may_hold_any_character(loan):
    assert "\x00" not in svg(loan, {"review": Mark(note="a\x00\ud800b")})


def test_long_names_are_wrapped_and_cut():
    source = xml("start -> a", "a -> end").replace(b'name="a"', b'name="' + b"word " * 40 + b'"')
    (process,) = parse(source)

    lines = [each.text for each in node(picture(process), "a").iter(f"{SVG}tspan")]

    assert 2 <= len(lines) <= 5
    assert lines[-1].endswith("…")
    assert all(len(line) <= 16 for line in lines)
