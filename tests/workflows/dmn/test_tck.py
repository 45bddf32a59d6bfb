"""The compatibility kit, folder by folder, and the runner that counts it."""

import pytest

from bench import tck
from tests.workflows.dmn.drawn import decision, definitions, input_data, literal

FOLDERS = list(tck.folders_of([tck.KIT]))
CASE = """<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:xsd="http://www.w3.org/2001/XMLSchema">
  <modelName>model.dmn</modelName>{cases}</testCases>"""


@pytest.mark.skipif(not FOLDERS, reason="../shared/data has no compatibility kit")
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_folder_of_the_kit_passes(folder):
    found = tck.run(folder)

    assert found.total
    assert {case.id: case.failures for case in found.cases if case.failures} == {}


def kit_with(tmp_path, model, cases):
    """A folder with one model and these cases."""
    folder = tmp_path / "compliance-level-9" / "0001-own"
    folder.mkdir(parents=True)
    (folder / "model.dmn").write_bytes(model)
    (folder / "model-test-01.xml").write_text(CASE.format(cases=cases))
    return folder


def case(expected, name="D", given=""):
    return (
        f'<testCase id="{name}">{given}<resultNode name="{name}"><expected>{expected}</expected>'
        "</resultNode></testCase>"
    )


@pytest.mark.parametrize(
    ("text", "expected", "passes"),
    [
        ("1/3", '<value xsi:type="xsd:decimal">0.333333333</value>', True),
        ("1/3", '<value xsi:type="xsd:decimal">0.3333</value>', False),
        ('"a"', '<value xsi:type="xsd:string">a</value>', True),
        ("null", '<value xsi:nil="true"/>', True),
        ("1", '<value xsi:nil="true"/>', False),
        ("true", '<value xsi:type="xsd:boolean">true</value>', True),
        ('date("2026-11-21")', '<value xsi:type="xsd:date">2026-11-21</value>', True),
        ('duration("P1D")', '<value xsi:type="xsd:duration">PT24H</value>', True),
        ("[1]", '<list><item><value xsi:type="xsd:decimal">1</value></item></list>', True),
        ("[1, 2]", '<list><item><value xsi:type="xsd:decimal">1</value></item></list>', False),
        ("{a: null}", '<component name="a"><value xsi:nil="true"/></component>', True),
        ("{a: 1, b: 2}", '<component name="a"><value xsi:nil="true"/></component>', False),
    ],
)
def test_the_runner_compares_as_the_kit_does(tmp_path, text, expected, passes):
    folder = kit_with(tmp_path, definitions(decision("D", literal(text))), case(expected))

    assert tck.run(folder).passed == (1 if passes else 0)


def test_the_runner_counts_what_expects_more_than_null(tmp_path, capsys):
    model = definitions(
        input_data("x"), decision("D", literal("x"), needs=["x"]), decision("E", literal("null"))
    )
    given = '<inputNode name="x"><value xsi:type="xsd:string">a</value></inputNode>'
    wrong = case('<value xsi:type="xsd:string">b</value>', given=given)
    kit_with(tmp_path, model, wrong + case('<value xsi:nil="true"/>', name="E"))

    status = tck.main(["--failures", str(tmp_path)])

    said = capsys.readouterr().out
    assert status == 1
    assert "D: D: expected 'b', found 'a'" in said
    assert "1 of    2" in said
    assert "0 of    1" in said


def test_without_a_kit_the_runner_says_so(tmp_path, capsys):
    assert tck.main([str(tmp_path)]) == 1
    assert "no compatibility kit here" in capsys.readouterr().out
