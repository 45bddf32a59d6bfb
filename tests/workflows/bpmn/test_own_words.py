"""Countersign's own attributes at the elements of the newer families."""

import pytest

from tests.workflows.bpmn.sketch import draw, level, sub
from tests.workflows.bpmn.world import World
from tests.workflows.drawn import model
from workflows.bpmn.check import judge
from workflows.bpmn.details import Call, Data, Loop, Mapped, Work
from workflows.bpmn.model import Severity
from workflows.bpmn.parser import parse


def made(tag, extension, inside="", attributes=""):
    return lambda name: (
        f'<{tag} id="{name}" name="{name}" {attributes}><extensionElements>{extension}'
        f"</extensionElements>{inside}</{tag}>"
    )


def node(tag, extension, inside="", attributes=""):
    return draw("start -> a -> end", a=made(tag, extension, inside, attributes)).nodes["a"]


def errors(process):
    return [each.sentence for each in judge(process) if each.severity is Severity.ERROR]


def test_a_script_names_the_variable_that_takes_its_result():
    script = made("scriptTask", '<c:script result="sum"/>', "<script>n + 1</script>",
                  'scriptFormat="feel"')  # fmt: skip
    process = draw("start -> a -> end", a=script)

    assert errors(process) == []
    assert World(process, n=2).begin().variables["sum"] == 3


def test_a_decision_and_a_call_say_what_is_meant():
    decision = node("businessRuleTask", '<c:decision id="risk" result="r"/>')
    call = node("callActivity", '<c:call binding="version" version="3" business_key="order.id"/>',
                attributes='calledElement="refund"')  # fmt: skip

    assert decision.work == Work("decision", "risk", "r", binding="latest")
    assert call.call == Call("refund", "version", "3", "=order.id")


def test_a_message_names_its_key():
    source = model(
        level("start -> a -> end", a=made(
            "receiveTask", '<c:message key="= order.id"/>', attributes='messageRef="m"'))
    ).replace(b"<process ", b'<message id="m" name="paid"/><process ', 1)  # fmt: skip

    (process,) = parse(source)

    assert (process.nodes["a"].event.name, process.nodes["a"].event.key) == ("paid", "order.id")


def test_only_what_is_let_out_of_a_sub_process_gets_out():
    inside = sub("start_p -> b -> end_p")("p").replace(
        ">", '><extensionElements><c:input name="n" value="order.n"/>'
        '<c:output name="total" value="n + m"/></extensionElements>', 1)  # fmt: skip
    process = draw("start -> p -> end", p=lambda _: inside)
    assert process.nodes["p"].data == Data(
        (Mapped("n", "=order.n"),), (Mapped("total", "=n + m"),), all_in=False, all_out=False
    )
    world = World(process, order={"n": 1}, m=0).begin()

    world.complete("b", m=5, n=2)

    assert world.variables == {"order": {"n": 1}, "m": 5, "total": 7}


def test_a_loop_says_what_it_goes_through_and_what_it_brings():
    inside = (
        "<multiInstanceLoopCharacteristics><extensionElements><c:loop collection='items' item='i' "
        "results='all' result='i + 1'/></extensionElements></multiInstanceLoopCharacteristics>"
    )
    process = draw("start -> a -> end", a=made("userTask", '<c:review kind="k"/>', inside))
    world = World(process, items=[1, 2]).begin()

    assert process.nodes["a"].loop == Loop(
        collection="items", item="i", results="all", result="i + 1"
    )
    assert world.complete("a").complete("a").variables["all"] == [2, 3]


@pytest.mark.parametrize(
    ("tag", "extension", "said"),
    [
        ("scriptTask", "<c:script/>", "result is missing"),
        ("businessRuleTask", '<c:decision id="d" binding="newest"/>', "binding has to be one of"),
        ("callActivity", '<c:call process="p" version="0"/>', "from 1 to 100000"),
        ("callActivity", '<c:call process="p" business_key="1 +"/>', "business_key: Line 1"),
        ("userTask", '<c:script result="x"/>', "has no meaning"),
        ("userTask", '<c:output name="x"/>', "value is missing"),
    ],
)
def test_what_they_say_is_judged(tag, extension, said):
    process = draw("start -> a -> end", a=made(tag, extension))

    assert any(said in sentence for sentence in errors(process))


def test_an_unknown_word_about_a_loop_is_refused():
    inside = (
        "<multiInstanceLoopCharacteristics><extensionElements><c:loop collection='x' each='i'/>"
        "</extensionElements></multiInstanceLoopCharacteristics>"
    )
    process = draw("start -> a -> end", a=made("userTask", "", inside))

    assert any("each is not known" in sentence for sentence in errors(process))
