"""What two versions of a process have in common, and what not, in words."""

from dataclasses import replace

from tests.workflows.drawn import draw, xml
from workflows.bpmn import parser
from workflows.model_changes import compared


def process(source):
    [found] = parser.parse(source)
    return found


def sentences(old, new, what=None):
    return [each.sentence for each in compared(old, new) if what in (None, each.what)]


def test_two_equal_models_have_no_difference():
    arrows = ("start -> pay", "pay -> end")

    assert compared(draw(*arrows), draw(*arrows)) == ()


def test_steps_and_flows_that_come_and_go_are_named():
    old = draw("start -> pay", "pay -> end")
    new = draw("start -> check", "check -> end", "start -> end")

    assert sentences(old, new, "removed") == ["User task “pay” is gone."]
    added = sentences(old, new, "added")
    assert added == ["User task “check” is new.", "Flow from “start” to “end” is new."]
    assert "Flow from “start” to “check”: led from “start” to “pay” before." in sentences(
        old, new, "changed"
    )


def test_another_timer_is_told_with_both():
    source = xml("start -> wait", "wait -> end")

    [said] = sentences(process(source), process(source.replace(b"PT1H", b"PT2H")))

    assert said == (
        "Intermediate timer catch event “wait”: the timer was duration PT1H, is duration PT2H."
    )


def test_another_kind_and_another_name_are_told():
    old = xml("start -> auto", "auto -> end")
    new = old.replace(b"serviceTask", b"manualTask").replace(b'name="auto"', b'name="by hand"')
    bare = new.replace(b'<extensionElements><c:job handler="any"/></extensionElements>', b"")

    said = sentences(process(old), process(bare), "changed")[0]

    assert said.startswith("Manual task “by hand”: was a service task; was called “auto”")


def test_another_condition_is_told_with_both():
    def either(limit):
        return draw("start -> x?", f"x? -[amount > {limit}]-> a", "x? -[else]-> b",
                    "a -> end", "b -> end")  # fmt: skip

    [said] = sentences(either(5), either(9))

    assert said == "Flow from “x” to “a”: the condition was amount > 5, is amount > 9."


def test_a_new_name_of_the_process_is_told():
    old = xml("start -> pay", "pay -> end")

    [said] = sentences(process(old), process(old.replace(b'id="drawn"', b'id="drawn" name="B"')))

    assert said == "The process is called “B” now."


def test_a_value_of_any_length_is_cut():
    old = draw("start -> pay", "pay -> end")
    longer = replace(old.nodes["pay"], documentation="x" * 5_000)
    new = replace(old, nodes={**old.nodes, "pay": longer})

    [said] = sentences(old, new)

    assert len(said) < 300
