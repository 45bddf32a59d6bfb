"""What may not run is refused at deployment, with the element, its line and a sentence."""

import gzip
import time
from pathlib import Path

import pytest

from tests.workflows.drawn import draw, model, xml
from workflows.bpmn.check import accept, check
from workflows.bpmn.model import BpmnError, Kind, Severity
from workflows.bpmn.parser import parse

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"


def errors(process):
    return {
        finding.element: finding.sentence
        for finding in check(process)
        if finding.severity is Severity.ERROR
    }


def warnings(process):
    return {
        finding.element: finding.sentence
        for finding in check(process)
        if finding.severity is Severity.WARNING
    }


def inside(xml_text):
    """A process start → (these elements) → end."""
    (process,) = parse(model(xml_text))
    return process


AROUND = """<startEvent id="start"/><endEvent id="end"/>
<sequenceFlow id="f" sourceRef="start" targetRef="a"/>
<sequenceFlow id="g" sourceRef="a" targetRef="end"/>
"""


def test_a_sound_process_has_no_findings():
    assert check(draw("start -> a", "a -> end")) == []


# --- B10 ---


def test_b10_duplicate_ids_are_refused():
    with pytest.raises(BpmnError) as caught:
        parse(model('<startEvent id="a"/>\n<endEvent id="a"/>'))

    (finding,) = caught.value.findings
    assert (finding.element, finding.line) == ("a", 4)
    assert "used twice, first on line 3" in finding.sentence


def test_b10_a_dangling_flow_is_refused():
    process = inside(AROUND + '<sequenceFlow id="h" sourceRef="start" targetRef="gone"/>')

    assert "refers to gone, which does not exist" in errors(process)["h"]


def test_b10_a_flow_to_itself_is_refused():
    assert "back to itself" in errors(draw("start -> a", "a -> a", "a -> end"))["f1"]


def test_b10_a_loop_that_never_waits_is_refused():
    process = draw("start -> x?", "x? -[n]-> y?", "y? -> x?", "x? -[else]-> end")

    assert "nothing waits" in errors(process)["x"]
    assert "nothing waits" in errors(process)["y"]


def test_b10_two_plain_start_events_are_refused():
    process = draw("start -> a", "start_2 -> a", "a -> end")

    assert "two plain start events" in errors(process)["start_2"]


def test_a_loop_through_a_person_is_fine():
    process = draw("start -> m?", "m? -> a", "a -> x?", "x? -[again]-> m?", "x? -[else]-> end")

    assert errors(process) == {}


# --- the graph ---


def test_a_node_that_cannot_be_reached_is_refused():
    assert "never be reached" in errors(draw("start -> a", "a -> end", "b -> end"))["b"]


def test_a_process_begins_and_ends():
    found = errors(draw("a -> b", "b -> a"))["drawn"]

    assert "no end event" in found or "no start event" in found


@pytest.mark.parametrize("arrows", [("start -> a",), ("start -> a", "a -> end", "start -> b")])
def test_a_path_that_leads_nowhere_is_a_warning(arrows):
    found = check(draw(*arrows))

    assert errors(draw(*arrows)) == {}
    assert any("the path ends there" in finding.sentence for finding in found)


def test_a_timer_on_a_task_that_leads_nowhere_is_a_warning():
    process = inside(
        AROUND
        + '<userTask id="a"/><boundaryEvent id="late" attachedToRef="a"><timerEventDefinition>'
        "<timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>"
    )

    told = {finding.element: finding.sentence for finding in check(process)}
    assert "No flow leaves late" in told["late"]


def test_a_join_of_alternatives_can_never_complete():
    process = draw("start -> x?", "x? -[n = 1]-> a", "x? -[else]-> b", "a -> y_join",
                   "b -> y_join", "y_join -> end")  # fmt: skip

    assert "never all arrive" in errors(process)["y_join"]


def test_a_join_that_may_wait_for_ever_is_a_warning():
    process = draw("start -> x_split", "x_split -> a", "x_split -> b", "a -> z?",
                   "z? -[n = 1]-> end_2", "z? -[else]-> y_join", "b -> y_join",
                   "y_join -> end")  # fmt: skip

    assert errors(process) == {}
    assert "never arrives" in warnings(process)["y_join"]


def test_an_interrupting_timer_beside_a_join_is_noticed():
    process = draw("start -> x_split", "x_split -> a", "x_split -> b", "late_a -> end_late",
                   "a -> y_join", "b -> y_join", "y_join -> end")  # fmt: skip

    assert "never arrives" in warnings(process)["y_join"]


def test_a_terminate_end_frees_those_who_wait():
    process = draw("start -> x_split", "x_split -> a", "x_split -> b", "late_a -> stop",
                   "a -> y_join", "b -> y_join", "y_join -> end")  # fmt: skip

    assert check(process) == []


def test_a_process_with_countless_runs_is_judged_quickly():
    drawn = xml("start -> a", "a -> x_split", "x_split -> x_join", "x_split -> b", "b -> x_join",
                "x_join -> end", "remind_a -> end").decode()  # fmt: skip
    event = drawn[drawn.index("<boundaryEvent") : drawn.index("</boundaryEvent>") + 16]
    more = "".join(
        event.replace('"remind_a"', f'"remind_{index}"')
        + f'<sequenceFlow id="r{index}" sourceRef="remind_{index}" targetRef="end"/>'
        for index in range(30)
    )
    (process,) = parse(drawn.replace("</process>", more + "</process>").encode())
    begun = time.process_time()

    assert errors(process) == {}

    assert time.process_time() - begun < 5


def test_an_exclusive_split_without_default_is_a_warning():
    process = draw("start -> x?", "x? -[n = 1]-> a", "x? -[n = 2]-> b", "a -> end", "b -> end")

    assert "no default flow" in warnings(process)["x"]


# --- elements ---


TWO_EVENTS = (
    "<intermediateCatchEvent id='a'><signalEventDefinition/><timerEventDefinition/>"
    "</intermediateCatchEvent>"
)
CONDITION_AT_THE_BEGINNING = (
    "<startEvent id='a'><conditionalEventDefinition><condition>true</condition>"
    "</conditionalEventDefinition></startEvent>"
)


@pytest.mark.parametrize(
    ("element", "why"),
    [
        (CONDITION_AT_THE_BEGINNING, "not supported"),
        ("<complexGateway id='a'/>", "not supported"),
        ("<eventBasedGateway id='a' instantiate='true'/>", "a parallel gateway lead to the events"),
        (TWO_EVENTS, "is several events at once"),
    ],
)
def test_an_element_that_is_not_supported_is_refused_with_its_line(element, why):
    found = [each for each in check(inside(AROUND + element)) if each.element == "a"]

    assert any(why in finding.sentence for finding in found)
    assert {finding.line for finding in found} == {6}


def test_an_unsupported_element_is_told_once():
    process = inside(AROUND + "<complexGateway id='a'/>")

    assert {"f", "g"}.isdisjoint(errors(process))


def test_a_condition_in_another_language_is_refused():
    process = draw("start -> x?", "x? -[n == 1]-> a", "x? -[else]-> b", "a -> end", "b -> end")

    assert "not FEEL. Line 1, column 4" in errors(process)["f1"]


def test_a_condition_that_calls_code_of_another_engine_is_refused():
    process = draw("start -> x?", "x? -[${bean.ok(n)}]-> a", "x? -[else]-> b", "a -> end",
                   "b -> end")  # fmt: skip

    assert "calls code of another engine" in errors(process)["f1"]


def test_a_condition_of_other_tools_is_translated():
    process = draw("start -> x?", "x? -[${n == 1 && !done}]-> a", "x? -[else]-> b", "a -> end",
                   "b -> end")  # fmt: skip

    assert errors(process) == {}
    assert process.flows["f1"].condition == "n = 1 and not(done = true)"


def test_a_condition_may_begin_with_an_equals_sign():
    process = draw("start -> x?", "x? -[= n = 1]-> a", "x? -[else]-> b", "a -> end", "b -> end")

    assert process.flows["f1"].condition == "n = 1"
    assert check(process) == []


@pytest.mark.parametrize(
    ("element", "sentence"),
    [
        ("<serviceTask id='a' name='a'/>", "a has no handler"),
        ("<startEvent id='a'><messageEventDefinition/></startEvent>", "names no message"),
    ],
)
def test_a_step_says_what_it_needs(element, sentence):
    assert any(sentence in found for found in errors(inside(AROUND + element)).values())


def extended(task, extension):
    return inside(
        AROUND + f"<{task} id='a' name='a'><extensionElements>{extension}"
        f"</extensionElements></{task}>"
    )


@pytest.mark.parametrize(
    ("task", "extension", "sentence"),
    [
        ("serviceTask", "<c:job/>", "handler is missing"),
        ("serviceTask", "<c:job handler='a' tries='3'/>", "tries is not known"),
        ("serviceTask", "<c:job handler='a b'/>", "handler has to be a word"),
        ("serviceTask", "<c:job handler='a' result='1x'/>", "name of a variable"),
        ("serviceTask", "<c:job handler='a' attempts='0'/>", "from 1 to 100"),
        ("serviceTask", "<c:job handler='a' attempts='many'/>", "from 1 to 100"),
        ("serviceTask", "<c:job handler='a' lease='PT0S'/>", "above zero"),
        ("serviceTask", "<c:job handler='a' backoff='soon'/>", "not a duration"),
        ("serviceTask", "<c:job handler='a'/><c:job handler='b'/>", "stands twice"),
        ("serviceTask", "<c:job handler='a'/><c:input name='x'/>", "value is missing"),
        ("serviceTask", "<c:job handler='a'/><c:review kind='b'/>", "has no meaning"),
        ("userTask", "<c:review kind='a' confidence='1 +'/>", "confidence: Line 1, column 4"),
        ("userTask", "<c:review kind='a' is_superuser='true'/>", "is_superuser is not known"),
        ("userTask", "<c:review/>", "kind is missing"),
        ("userTask", "<c:review kind='a'/><c:secret/>", "has no meaning"),
    ],
)
def test_our_own_attributes_are_checked(task, extension, sentence):
    assert sentence in errors(extended(task, extension))["a"]


def test_a_task_without_a_name_is_a_warning():
    process = inside(
        AROUND + "<userTask id='a'><extensionElements><c:review kind='b'/>"
        "</extensionElements></userTask>"
    )

    assert "no name" in warnings(process)["a"]


@pytest.mark.parametrize("where", ["boundary", "catch"])
@pytest.mark.parametrize(
    "said",
    [
        "<timeDuration>P11Y</timeDuration>",
        "<timeCycle>R3/PT0S</timeCycle>",
        "<timeDuration>= 1 +</timeDuration>",
        "",
    ],
)
def test_b18_a_timer_that_cannot_run_is_refused(where, said):
    definition = f"<timerEventDefinition>{said}</timerEventDefinition>"
    event = {
        "boundary": f"<userTask id='a'/><boundaryEvent id='t' attachedToRef='a'>{definition}"
        "</boundaryEvent><sequenceFlow id='h' sourceRef='t' targetRef='end'/>",
        "catch": f"<intermediateCatchEvent id='a'>{definition}</intermediateCatchEvent>",
    }[where]

    assert {"boundary": "t", "catch": "a"}[where] in errors(inside(AROUND + event))


# --- whole models ---


def test_a_model_that_cannot_run_says_everything_at_once():
    source = xml("start -> a", "a -> a", "b -> end").replace(b"c:review", b"c:revue")

    with pytest.raises(BpmnError) as caught:
        accept(source)

    assert len(caught.value.findings) >= 3
    assert all(finding.line > 1 and finding.element for finding in caught.value.findings)


def test_a_model_without_an_executable_process_is_refused():
    with pytest.raises(BpmnError, match="isExecutable"):
        accept(model('<startEvent id="s"/>', 'id="p"'))


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.bpmn")), ids=lambda p: p.stem)
def test_our_examples_run_without_a_warning(path):
    (process,) = accept(path.read_bytes())

    assert check(process) == []
    assert process.nodes.keys() <= process.diagram.shapes.keys()
    assert process.flows.keys() <= process.diagram.edges.keys()


def test_the_loan_example_says_how_it_runs():
    (process,) = accept((ROOT / "examples" / "loan_approval.bpmn").read_bytes())

    starts = [node for node in process.nodes.values() if node.kind is Kind.MESSAGE_START]
    assert [node.message for node in starts] == ["loan.application"]
    assert process.nodes["pay_out"].boundary == ("pay_out_late",)
    assert process.nodes["decided"].default_flow == "not_approved"


def models_of_other_tools():
    return sorted(
        path
        for folder in ("miwg", "camunda_examples", "hmcts")
        for path in (SHARED / folder).rglob("*")
        if path.name.endswith((".bpmn", ".bpmn.gz"))
    )


@pytest.mark.skipif(not models_of_other_tools(), reason="../shared/data has no BPMN models")
def test_models_of_other_tools_are_read_or_refused_with_a_sentence():
    read = 0
    for path in models_of_other_tools():
        source = path.read_bytes()
        try:
            processes = parse(gzip.decompress(source) if path.suffix == ".gz" else source)
        except BpmnError:
            continue
        read += 1
        assert all(finding.sentence for process in processes for finding in check(process)), path

    assert read > 0.9 * len(models_of_other_tools())
