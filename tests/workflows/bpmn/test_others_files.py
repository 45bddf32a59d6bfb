"""Files as other tools write them: what may stand by itself, and what they are if no BPMN 2.0."""

import pytest

from tests.workflows.bpmn.sketch import xml
from tests.workflows.bpmn.test_others_words import errors, read
from tests.workflows.bpmn.test_reading import model
from tests.workflows.bpmn.world import World
from workflows import feel
from workflows.bpmn.model import BpmnError
from workflows.bpmn.parser import parse

CAMUNDA = 'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'


def refused(source):
    """The first sentence about a file that cannot be read."""
    with pytest.raises(BpmnError) as refusal:
        parse(source)
    return refusal.value.findings[0].sentence


def one_step(step):
    """A process with this step alone, which is called a."""
    return model(
        f'<startEvent id="start"/><sequenceFlow sourceRef="start" targetRef="a"/>{step}'
        '<sequenceFlow sourceRef="a" targetRef="end"/><endEvent id="end"/>'
    )


def parameters(inside):
    """The inputs of a user task, worked out."""
    task = read(one_step(
        f'<userTask id="a"><extensionElements><camunda:inputOutput {CAMUNDA}>{inside}'
        '</camunda:inputOutput></extensionElements></userTask>'
    )).nodes["a"]  # fmt: skip
    known = {"who": "ada", "n": 2}
    return {
        each.name: feel.as_json(feel.evaluate(each.text[1:], known)) for each in task.data.inputs
    }


# --- event definitions that stand by themselves ---


APART = '<timerEventDefinition id="soon"><timeDuration>PT5M</timeDuration></timerEventDefinition>'
REFERRING = (
    '<intermediateCatchEvent id="a"><eventDefinitionRef>soon</eventDefinitionRef>'
    "</intermediateCatchEvent>"
)


def test_an_event_may_refer_to_a_definition_that_stands_by_itself():
    source = one_step(REFERRING).replace(b"<process ", APART.encode() + b"<process ", 1)

    process = read(source)

    assert errors(process) == []
    assert process.nodes["a"].timer.text == "PT5M"
    assert World(process).begin().complete("a").over


def test_an_event_that_refers_to_nothing_is_refused():
    [sentence] = errors(read(one_step(REFERRING)))

    assert sentence.startswith("intermediateCatchEvent with eventDefinitionRef is not supported.")


@pytest.mark.parametrize(
    ("inside", "said"),
    [("", "Later does not say what it waits for. Make it a message, a signal,"),
     ('<signalEventDefinition/><messageEventDefinition/>',
      "Later is several events at once: signalEventDefinition and messageEventDefinition.")],
)  # fmt: skip
def test_an_event_of_no_kind_or_of_several_says_what_to_do(inside, said):
    event = f'<intermediateCatchEvent id="a" name="Later">{inside}</intermediateCatchEvent>'

    assert any(each.startswith(said) for each in errors(read(one_step(event))))


# --- parameters of Camunda 7 ---


def test_lists_and_maps_of_parameters_may_lie_in_each_other():
    found = parameters(
        '<camunda:inputParameter name="x"><camunda:map><camunda:entry key="a"><camunda:list>'
        "<camunda:value>one</camunda:value><camunda:value>${n + 1}</camunda:value><camunda:list>"
        "<camunda:value>${who}</camunda:value></camunda:list></camunda:list></camunda:entry>"
        "</camunda:map></camunda:inputParameter>"
    )

    assert found == {"x": {"a": ["one", 3, ["ada"]]}}


def test_a_key_of_a_map_may_be_an_expression():
    found = parameters(
        '<camunda:inputParameter name="x"><camunda:map><camunda:entry key="${who}">1'
        '</camunda:entry><camunda:entry key="b">${n}</camunda:entry></camunda:map>'
        "</camunda:inputParameter>"
    )

    assert found == {"x": {"ada": "1", "b": 2}}


def test_a_value_may_be_a_script_in_feel_and_in_no_other_language():
    def said(language):
        return (
            f'<camunda:inputParameter name="x"><camunda:script scriptFormat="{language}">n * 2'
            "</camunda:script></camunda:inputParameter>"
        )

    assert parameters(said("feel")) == {"x": 4}
    assert parameters(said("groovy")) == {}


def test_a_script_in_expressions_is_worked_out():
    process = read(one_step(
        f'<scriptTask id="a" scriptFormat="juel" {CAMUNDA} camunda:resultVariable="twice">'
        "<script>${n * 2}</script></scriptTask>"
    ))  # fmt: skip
    world = World(process, n=4).begin()

    assert (errors(process), world.over, world.variables["twice"]) == ([], True, 8)


def test_what_a_sub_process_is_given_stays_inside_when_it_has_outputs():
    process = read(one_step(
        f'<subProcess id="a"><extensionElements><camunda:inputOutput {CAMUNDA}>'
        '<camunda:inputParameter name="x">${n + 1}</camunda:inputParameter>'
        '<camunda:outputParameter name="y">${x * 2}</camunda:outputParameter>'
        '</camunda:inputOutput></extensionElements><userTask id="inner"/></subProcess>'
    ))  # fmt: skip

    world = World(process, n=4).begin().complete("inner", x=7)

    assert world.variables == {"n": 4, "y": 14}


# --- calls of Camunda 7 ---


@pytest.mark.parametrize("sign", "$#")
def test_a_called_process_may_have_the_same_business_key(sign):
    call = read(one_step(
        f'<callActivity id="a" calledElement="other" {CAMUNDA}><extensionElements><camunda:in '
        f'businessKey="{sign}{{execution.processBusinessKey}}"/></extensionElements></callActivity>'
    )).nodes["a"].call  # fmt: skip

    assert (call.same_key, call.business_key) == (True, "")


def test_the_version_that_is_called_may_be_an_expression():
    call = read(one_step(
        f'<callActivity id="a" calledElement="other" {CAMUNDA} '
        'camunda:calledElementBinding="version" camunda:calledElementVersion="${n}"/>'
    )).nodes["a"].call  # fmt: skip

    assert (call.binding, call.version) == ("version", "=n")


def test_a_case_cannot_be_called():
    process = read(one_step(f'<callActivity id="a" {CAMUNDA} camunda:caseRef="a_case"/>'))

    assert "A case (CMMN) is called, which cannot be run here. Call a process." in errors(process)


# --- what a file is instead ---


@pytest.mark.parametrize(
    ("root", "said"),
    [('definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"', "It is a decision model"),
     ('definitions xmlns="http://www.omg.org/spec/CMMN/20151109/MODEL"', "It is a case model"),
     ('definitions xmlns="http://schema.omg.org/spec/BPMN/2.0"', "It is of another version"),
     ("definitions", "It says no namespace."),
     ('Package xmlns="http://www.wfmc.org/2008/XPDL2.1"', "It is Package."),
     ("html", "It is html.")],
)  # fmt: skip
def test_a_file_of_another_language_is_called_by_its_name(root, said):
    assert said in refused(f"<{root}/>".encode())


@pytest.mark.parametrize(
    ("inside", "said"),
    [("<choreography id='c'/>", "but a choreography"),
     ("<collaboration id='c'><participant id='p'/></collaboration>", "only empty pools"),
     ("", "The model has no process.")],
)  # fmt: skip
def test_a_model_without_a_process_says_what_it_has(inside, said):
    whole = model("")
    head, tail = whole[: whole.index(b"<process")], b"</definitions>"

    assert said in refused(head + inside.encode() + tail)


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "ISO-8859-15", "windows-1252"])
def test_a_file_may_be_in_an_encoding_of_the_west(encoding):
    drawn = xml("start -> a -> end").decode().replace('name="a"', 'name="Prüfen"')
    declared = drawn[drawn.index("<definitions") :]
    source = f'<?xml version="1.0" encoding="{encoding}"?>{declared}'.encode(encoding)

    assert read(source).nodes["a"].name == "Prüfen"
