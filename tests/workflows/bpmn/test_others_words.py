"""Models as other engines accept them: what they leave out, and what they mean by it."""

import pytest

from tests.workflows.bpmn.sketch import draw, on, sub, task, times, xml
from tests.workflows.bpmn.test_reading import model
from tests.workflows.bpmn.world import World
from workflows.bpmn.check import check, judge
from workflows.bpmn.model import Severity
from workflows.bpmn.parser import parse

UNNAMED = (
    '<startEvent id="start"/><sequenceFlow sourceRef="start" targetRef="choice"/>'
    '<exclusiveGateway id="choice"/><userTask id="a"/><endEvent id="end"/>'
    '<sequenceFlow sourceRef="choice" targetRef="a"><conditionExpression>n = 1'
    '</conditionExpression></sequenceFlow>'
    '<sequenceFlow sourceRef="choice" targetRef="a"><conditionExpression>n = 2'
    '</conditionExpression></sequenceFlow><sequenceFlow sourceRef="a" targetRef="end"/>'
)  # fmt: skip


def read(source):
    (process,) = parse(source)
    return process


def errors(process):  # of the model as such
    return [each.sentence for each in judge(process) if each.severity is Severity.ERROR]


def warnings(process, element):
    found = check(process)
    return [each.sentence for each in found if each.element == element]


def failing(catcher, thrower='errorRef="late"'):
    """Two ways out of one task: by an error, and by the event that may catch it."""
    return read(model(
        '<startEvent id="start"/><subProcess id="p"><startEvent id="begin"/>'
        '<endEvent id="fail"><errorEventDefinition ' + thrower + '/></endEvent>'
        '<sequenceFlow id="f1" sourceRef="begin" targetRef="fail"/></subProcess>'
        '<boundaryEvent id="caught" attachedToRef="p"><errorEventDefinition ' + catcher
        + '/></boundaryEvent><userTask id="a"/><endEvent id="end"/>'
        '<sequenceFlow id="f2" sourceRef="start" targetRef="p"/>'
        '<sequenceFlow id="f3" sourceRef="p" targetRef="end"/>'
        '<sequenceFlow id="f4" sourceRef="caught" targetRef="a"/>'
        '<sequenceFlow id="f5" sourceRef="a" targetRef="end"/>'
    ))  # fmt: skip


def with_stop(reach, *arrows, **made):
    """A drawing whose terminate ends reach as far as this attribute of Flowable says."""
    source = xml(*arrows, **made).replace(
        b"<terminateEventDefinition/>",
        f'<terminateEventDefinition xmlns:f="http://flowable.org/bpmn" {reach}/>'.encode(),
    )
    return read(source)


# --- flows without an id ---


def test_flows_without_an_id_get_one_from_their_ends_each_its_own():
    process = read(model(UNNAMED))

    assert errors(process) == []
    assert list(process.flows) == ["start-choice", "choice-a", "choice-a-2", "a-end"]
    assert World(process, n=2).begin().complete("a").over


def test_a_flow_without_an_id_takes_none_that_something_else_has():
    taken = UNNAMED.replace('<userTask id="a"/>', '<userTask id="a"/><task id="choice-a"/>')

    assert list(read(model(taken)).flows) == ["start-choice", "choice-a-2", "choice-a-3", "a-end"]


def test_ids_made_of_the_longest_names_are_no_longer_than_others():
    long = UNNAMED.replace('"choice"', f'"{"c" * 128}"')

    assert errors(read(model(long))) == []


# --- FEEL in Camunda's dialect ---


def test_what_camunda_adds_to_feel_is_known_in_conditions_and_loops():
    process = draw(
        "start -> x? -[get or else(n, 1) = 1]-> a -> end", "x? -[else]-> b -> end",
        a=task(times('count(duplicate values([1, 1, 2, 2]))')),
    )  # fmt: skip

    assert World(process).begin().at == ["a", "a"]
    assert World(process, n=2).begin().at == ["b"]


def test_a_text_may_run_over_several_lines():
    process = read(model(UNNAMED.replace("n = 1", 'n = "one\nline"')))

    assert errors(process) == []
    assert World(process, n="one\nline").begin().at == ["a"]


# --- errors and escalations that the model does not declare ---


def test_an_error_that_is_not_declared_is_its_own_code():
    process = failing('errorRef="late"')

    assert process.nodes["caught"].event.name == "late"
    assert World(process).begin().at == ["a"]


def test_an_event_that_names_an_error_does_not_catch_another_one():
    world = World(failing('errorRef="other"')).begin()

    assert world.at == ["fail"]
    assert world.last[-1] == "Stuck fail"


def test_an_escalation_that_is_not_declared_is_refused():
    inside = failing('errorRef="late"')
    assert errors(inside) == []

    process = read(model(
        '<startEvent id="start"/><endEvent id="end"><escalationEventDefinition '
        'escalationRef="Escalation_1"/></endEvent>'
        '<sequenceFlow id="f" sourceRef="start" targetRef="end"/>'
    ))  # fmt: skip

    assert errors(process) == ["The model declares no escalation Escalation_1. Add it."]


# --- timers that interrupt and repeat ---


@pytest.mark.parametrize("cycle", ["R3/PT10M", "0 0/5 * * * ?"])
def test_a_timer_that_interrupts_may_repeat_in_the_file_and_says_that_it_fires_once(cycle):
    process = draw("start -> a -> end", "late -> b -> end", late=on("a", "timer", cycle))

    assert errors(process) == []
    assert warnings(process, "late") == [
        "late repeats, but fires once, at its first moment. Use timeDuration."
    ]


# --- how far a terminate end of Flowable reaches ---


def test_a_terminate_end_that_means_all_ends_the_instance_from_within():
    inner = sub("start_q -> a -> stop")
    process = with_stop(
        'f:terminateAll="true"', "start -> x_split -> p -> b -> end", "x_split -> c -> end",
        p=sub("start_p -> q -> end_p", q=inner),
    )  # fmt: skip
    world = World(process).begin()
    assert world.at == ["a", "c"]

    world.complete("a")

    assert world.over
    assert world.at == []
    assert world.scopes == {}


def test_a_terminate_end_that_means_the_loop_ends_all_its_rounds_and_goes_on():
    inside = sub("start_p -> q -> end_p", q=sub("start_q -> a -> stop"), loop=times(3))
    process = with_stop(
        'f:terminateMultiInstance="true"', "start -> p -> b -> end", p=inside,
    )  # fmt: skip
    world = World(process).begin()
    assert world.at == ["a", "a", "a"]

    world.complete("a", at=1)

    assert world.at == ["b"]
    assert world.complete("b").over


def test_where_there_is_no_loop_the_scope_alone_is_meant():
    process = with_stop(
        'f:terminateMultiInstance="true"', "start -> p -> b -> end",
        p=sub("start_p -> x_split -> a -> stop", "x_split -> c -> end_p"),
    )  # fmt: skip

    assert World(process).begin().complete("a").at == ["b"]


# --- what would be done silently in another way ---


@pytest.mark.parametrize("text", ["n = n + 1", "done = true"])
def test_a_script_that_assigns_in_another_language_is_refused(text):
    process = read(model(
        f'<startEvent id="start"/><scriptTask id="s" name="Count"><script>{text}</script>'
        '</scriptTask><endEvent id="end"/><sequenceFlow sourceRef="start" targetRef="s"/>'
        '<sequenceFlow sourceRef="s" targetRef="end"/>'
    ))  # fmt: skip

    assert errors(process)[0].startswith("Count sets nothing: in FEEL = compares. ")


def test_a_worker_that_would_choose_in_an_ad_hoc_sub_process_is_told_of():
    process = read(model(
        '<startEvent id="start"/><adHocSubProcess id="p" name="Agent"><extensionElements>'
        '<zeebe:taskDefinition type="agent:1"/></extensionElements><userTask id="a"/>'
        '</adHocSubProcess><endEvent id="end"/><sequenceFlow sourceRef="start" targetRef="p"/>'
        '<sequenceFlow sourceRef="p" targetRef="end"/>'
    ))  # fmt: skip

    [sentence] = warnings(process, "p")

    assert sentence.startswith("In Camunda the worker agent:1 begins the activities in it. Here ")


@pytest.mark.parametrize(
    "language", ["JavaScript", "http://www.java.com/java", "http://www.mvel.org/2.0"]
)
def test_a_condition_in_another_language_is_told_by_the_name_of_the_language(language):
    condition = f'<conditionExpression language="{language}">return n == 1;</conditionExpression>'
    source = UNNAMED.replace("<conditionExpression>n = 1</conditionExpression>", condition)

    assert errors(read(model(source))) == [
        f"The condition is written in {language.lower()}. Write it in FEEL, without a language."
    ]


# --- loops of Flowable ---


def test_a_loop_of_flowable_gathers_variables_and_names_its_counter():
    gathered = (
        '<extensionElements><flowable:variableAggregation target="reviews">'
        '<variable source="approved"/><variable sourceExpression="${at + 1}" target="number"/>'
        "</flowable:variableAggregation></extensionElements>"
    )
    process = read(model(
        '<startEvent id="start"/><userTask id="a"><multiInstanceLoopCharacteristics '
        'flowable:collection="people" flowable:elementVariable="who" '
        f'flowable:elementIndexVariable="at">{gathered}</multiInstanceLoopCharacteristics>'
        '</userTask><endEvent id="end"/><sequenceFlow sourceRef="start" targetRef="a"/>'
        '<sequenceFlow sourceRef="a" targetRef="end"/>'
    ))  # fmt: skip
    assert errors(process) == []
    world = World(process, people=["ada", "bob"]).begin()

    world.complete("a", approved=True).complete("a", approved=False)

    assert world.over
    assert world.variables["reviews"] == [
        {"approved": True, "number": 1}, {"approved": False, "number": 2},
    ]  # fmt: skip


def test_functions_that_nobody_has_are_told_where_they_are_called():
    process = draw(
        "start -> x? -[fromAi(n) = 1]-> a -> end", "x? -[else]-> b -> end",
        a=task(times("count([uuid(), string(1)])")),
    )  # fmt: skip

    told = [each.sentence for each in check(process) if "FEEL does not have" in each.sentence]

    assert told == [
        "a calls uuid, a function that FEEL does not have here: the call gives null.",
        "The condition calls fromAi, a function that FEEL does not have here: the call gives null.",
    ]


# --- ways out of gateways ---


def test_a_parallel_gateway_takes_every_flow_whatever_they_say():
    process = draw("start -> p_split -[n > 1]-> a -> p_join", "p_split -[n > 2]-> b -> p_join",
                   "p_join -> end")  # fmt: skip

    [said] = warnings(process, "p_split")

    assert said.startswith("Conditions on flows that leave the parallel gateway p_split are not")
    world = World(process, n=0).begin()
    assert world.at == ["a", "b"]
    assert world.complete("a").complete("b").over


@pytest.mark.parametrize(
    ("ways", "warned"),
    [(("x? -> a -> end", "x? -[n > 1]-> b -> end"), True),
     (("x? -> a -> end", "x? -[else]-> b -> end"), True),
     (("x? -[n > 1]-> a -> end", "x? -> b -> end"), False),
     (("x? -[n > 1]-> a -> end", "x? -[else]-> b -> end"), False)],
)  # fmt: skip
def test_flows_that_are_never_taken_are_warned_of(ways, warned):
    process = draw("start -> x?", *ways)

    assert any("are never taken" in said for said in warnings(process, "x")) is warned


def test_a_negation_in_the_words_of_another_language_is_refused():
    process = draw("start -> x? -[not paid]-> a -> end", "x? -[else]-> b -> end")

    assert errors(process) == [
        "'not paid' is a name in FEEL. Write not(paid) where it is not so."
    ]  # fmt: skip


@pytest.mark.parametrize("said", ['instantiate="true"', 'eventGatewayType="Parallel"'])
def test_a_gateway_that_begins_processes_or_waits_for_all_says_what_to_do(said):
    process = read(model(f'<startEvent id="s"/><eventBasedGateway id="a" {said}/>'))

    assert any(each.startswith("a begins processes, or waits for all") for each in errors(process))
