"""Logic that is no table, as text."""

import pytest

from workflows import decision_logic

FILE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="d" name="n" namespace="u">
  <decision id="it" name="It">{logic}</decision>
</definitions>
"""


def literal(text: str) -> str:
    return f"<literalExpression><text>{text}</text></literalExpression>"


@pytest.mark.parametrize(
    ("logic", "said"),
    [
        ("", ""),
        (literal("a + 1"), "a + 1"),
        (
            (
                f'<context><contextEntry><variable name="rate"/>{literal("0.1")}</contextEntry>'
                f"<contextEntry>{literal('rate * 2')}</contextEntry></context>"
            ),
            "rate: 0.1\nanswer: rate * 2",
        ),
        (
            (
                f'<invocation>{literal("score")}<binding><parameter name="age"/>{literal("17")}'
                "</binding></invocation>"
            ),
            "score, called with\n  age: 17",
        ),
        (f"<list>{literal('1')}{literal('2')}</list>", "a list of\n  1: 1\n  2: 2"),
        (
            (
                '<relation><column name="a"/><column name="b"/>'
                f"<row>{literal('1')}{literal('2')}</row></relation>"
            ),
            "a | b\n1 | 2",
        ),
        (
            (
                '<functionDefinition><formalParameter name="a"/><formalParameter name="b"/>'
                f"{literal('a * b')}</functionDefinition>"
            ),
            "a function of (a, b)\n  a * b",
        ),
        (
            (
                f"<conditional><if>{literal('a')}</if><then>{literal('1')}</then>"
                f"<else>{literal('2')}</else></conditional>"
            ),
            "conditional\n  if: a\n  then: 1\n  else: 2",
        ),
        (
            (
                f'<for iteratorVariable="x"><in>{literal("xs")}</in>'
                f"<return>{literal('x + 1')}</return></for>"
            ),
            "for x\n  in: xs\n  return: x + 1",
        ),
        (
            f"<filter><in>{literal('xs')}</in><match>{literal('item > 1')}</match></filter>",
            "filter\n  in: xs\n  match: item > 1",
        ),
        ("<decisionTable><rule/><rule/></decisionTable>", "a table of 2 rules"),
    ],
)
def test_each_kind_of_expression_can_be_read(logic, said):
    xml = FILE.format(logic=logic.replace("> 1", "&gt; 1")).encode()

    assert decision_logic.text_of(xml, "it") == said


def test_what_is_nested_is_indented():
    inner = f'<context><contextEntry><variable name="b"/>{literal("1")}</contextEntry></context>'
    outer = f'<context><contextEntry><variable name="a"/>{inner}</contextEntry>'
    outer += (
        f'<contextEntry><variable name="c"/><list>{literal("2")}</list></contextEntry></context>'
    )

    found = decision_logic.text_of(FILE.format(logic=outer).encode(), "it")

    assert found == "a: b: 1\nc:\n  a list of\n    1: 2"


def test_a_decision_that_is_not_there_has_no_logic():
    assert decision_logic.text_of(FILE.format(logic="").encode(), "other") == ""
