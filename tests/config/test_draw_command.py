"""A model drawn on the command line; the pictures in the docs are drawn so."""

import io

import pytest
from django.core.management import CommandError, call_command
from lxml import etree

from tests.test_house_rules import ROOT

PICTURES = sorted((ROOT / "docs/images").glob("*.svg"))


def drawn(*words: str) -> str:
    out = io.StringIO()
    call_command("draw", *words, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.stem)
def test_pictures_in_the_docs_are_those_of_the_examples(picture):
    [model] = (ROOT / "examples").glob(f"*/{picture.stem}.bpmn")

    assert drawn(str(model)) == picture.read_text()


def test_a_picture_stands_by_itself():
    source = drawn(str(ROOT / "examples/loan_approval.bpmn"))

    assert etree.fromstring(source).tag.endswith("svg")
    assert "var(--surface)" in source
    assert "--surface: #ffffff;" in source
    assert "url(" not in source


def test_a_file_that_is_not_there_or_no_model_is_refused_in_a_sentence(tmp_path):
    (tmp_path / "letter.txt").write_text("Dear Rosa")

    with pytest.raises(CommandError, match="cannot be read: No such file"):
        drawn(str(tmp_path / "gone.bpmn"))
    with pytest.raises(CommandError):
        drawn(str(tmp_path / "letter.txt"))


def test_of_several_processes_one_has_to_be_named(tmp_path):
    one, other = (
        f'<process id="{name}"><startEvent id="s{name}"/><endEvent id="e{name}"/>'
        f'<sequenceFlow id="f{name}" sourceRef="s{name}" targetRef="e{name}"/></process>'
        for name in ("one", "other")
    )
    model = tmp_path / "two.bpmn"
    model.write_text(
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        f'targetNamespace="urn:test">{one}{other}</definitions>'
    )

    with pytest.raises(CommandError, match="There are: one, other"):
        drawn(str(model))
    assert 'aria-label="other"' in drawn(str(model), "--process", "other")
