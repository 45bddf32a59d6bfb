"""What a file says, in whatever tool's words, as the nodes hold it."""

import pytest

from tests.workflows import drawn
from workflows.bpmn.details import (
    Assignment,
    Call,
    Data,
    Foreign,
    Form,
    FormField,
    Loop,
    Mapped,
    Work,
)
from workflows.bpmn.kinds import Kind
from workflows.bpmn.parser import parse, read

SEVEN = 'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
EIGHT = 'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'
FLOWABLE = 'xmlns:flowable="http://flowable.org/bpmn"'


def model(inside, *, spaces=f"{SEVEN} {EIGHT} {FLOWABLE}", before=""):
    source = drawn.model(inside).decode()
    source = source.replace("<definitions ", f"<definitions {spaces} ")
    return source.replace("<process ", before + "<process ", 1).encode()


def node(element, **more):
    """The node that this element, whose id is a, becomes."""
    (process,) = parse(model(element, **more))
    return process.nodes["a"]


def extended(tag, inside, attributes=""):
    return f'<{tag} id="a" {attributes}><extensionElements>{inside}</extensionElements></{tag}>'


@pytest.mark.parametrize(
    ("element", "work"),
    [
        (
            '<serviceTask id="a" camunda:type="external" camunda:topic="pay"/>',
            Work("topic", "pay"),
        ),
        ('<serviceTask id="a" flowable:class="x.Y"/>', Work("class", "x.Y")),
        ('<serviceTask id="a" camunda:delegateExpression="${payer}"/>', Work("delegate", "payer")),
        (
            '<serviceTask id="a" camunda:expression="${n + 1}" camunda:resultVariable="m"/>',
            Work("script", "n + 1", "m"),
        ),
        (
            '<serviceTask id="a" camunda:expression="${b.c()}"/>',
            Work("expression", "b.c", headers={"expression": "${b.c()}"}),
        ),
        (
            ('<businessRuleTask id="a" camunda:decisionRef="risk" camunda:resultVariable="r" '
            'camunda:decisionRefBinding="deployment"/>'),
            Work("decision", "risk", "r", binding="deployment", maps="resultList"),
        ),
        (
            extended("serviceTask", '<zeebe:taskDefinition type="pay" retries="3"/>'
                     '<zeebe:taskHeaders><zeebe:header key="k" value="v"/></zeebe:taskHeaders>'),
            Work("topic", "pay", retries="3", headers={"k": "v"}),
        ),
        (
            extended("businessRuleTask", '<zeebe:calledDecision decisionId="d" '
                     'resultVariable="r"/>'),
            Work("decision", "d", "r", binding="latest"),
        ),
        (
            extended("scriptTask", '<zeebe:script expression="= n + 1" resultVariable="m"/>'),
            Work("script", "= n + 1", "m"),
        ),
        (
            '<scriptTask id="a" scriptFormat="groovy"><script>x</script></scriptTask>',
            Work("code", "x", headers={"language": "groovy"}),
        ),
        (
            extended("serviceTask", "<camunda:connector><camunda:connectorId>http-connector"
                     "</camunda:connectorId></camunda:connector>"),
            Work("connector", "http-connector"),
        ),
    ],
)  # fmt: skip
def test_who_does_the_work(element, work):
    assert node(element).work == work


def test_a_loop_goes_through_what_an_expression_gives():
    inside = f'<{MULTIPLE} camunda:collection="${{order.items}}" camunda:elementVariable="i"/>'

    said = node(f'<serviceTask id="a" camunda:class="x.Y">{inside}</serviceTask>')

    assert said.loop.collection == "order.items"


def test_inputs_and_outputs_of_camunda_7():
    said = node(extended("serviceTask", """<camunda:inputOutput>
        <camunda:inputParameter name="event">NOTIFY</camunda:inputParameter>
        <camunda:inputParameter name="next">${n + 1}</camunda:inputParameter>
        <camunda:inputParameter name="all"><camunda:list><camunda:value>x</camunda:value>
        </camunda:list></camunda:inputParameter>
        <camunda:outputParameter name="m">${result}</camunda:outputParameter>
        </camunda:inputOutput>"""))  # fmt: skip

    assert said.data == Data(
        (Mapped("event", "NOTIFY"), Mapped("next", "=n + 1"), Mapped("all", '=["x"]')),
        (Mapped("m", "=result"),),
    )


def test_inputs_and_outputs_of_camunda_8_let_nothing_else_out():
    said = node(extended("serviceTask", '<zeebe:ioMapping><zeebe:input source="= a.b" target="c"/>'
                         '<zeebe:output source="= d" target="e"/></zeebe:ioMapping>'))  # fmt: skip

    assert said.data == Data((Mapped("c", "= a.b"),), (Mapped("e", "= d"),), all_out=False)


@pytest.mark.parametrize(
    ("element", "call", "data"),
    [
        (
            extended("callActivity", '<camunda:in variables="all"/><camunda:out source="x" '
                     'target="y"/><camunda:in businessKey="${key}"/>',
                     'calledElement="other" camunda:calledElementBinding="version" '
                     'camunda:calledElementVersion="3"'),
            Call("other", "version", "3", "=key"),
            Data((), (Mapped("y", "=x"),), all_in=True, all_out=False),
        ),
        (
            '<callActivity id="a" calledElement="other"/>',
            Call("other"),
            Data(all_in=False, all_out=False),
        ),
        (
            extended("callActivity", '<zeebe:calledElement processId="other" '
                     'propagateAllChildVariables="false"/>'),
            Call("other"),
            Data(all_in=True, all_out=False),
        ),
    ],
)  # fmt: skip
def test_called_processes(element, call, data):
    said = node(element)

    assert (said.call, said.data) == (call, data)


def test_a_call_of_a_file_that_is_nobodys_passes_everything():
    said = node('<callActivity id="a" calledElement="other"/>', spaces="")

    assert said.data == Data()


def test_people_and_forms():
    seven = node(extended(
        "userTask", '<camunda:formData><camunda:formField id="f" label="F" type="string"/>'
        "</camunda:formData>", 'camunda:assignee="demo" camunda:candidateGroups="x, y" '
        'camunda:dueDate="${due}"'))  # fmt: skip
    eight = node(extended("userTask", '<zeebe:assignmentDefinition candidateGroups="x"/>'
                          '<zeebe:formDefinition formId="g"/>'))  # fmt: skip

    assert seven.assignment == Assignment("demo", groups=("x", "y"), due="${due}")
    assert seven.form == Form("", (FormField("f", "F", "string"),))
    assert (eight.assignment, eight.form) == (Assignment(groups=("x",)), Form("g"))


MULTIPLE = "multiInstanceLoopCharacteristics"


@pytest.mark.parametrize(
    ("inside", "loop"),
    [
        (
            (
                f'<{MULTIPLE} isSequential="true" camunda:collection="items" '
                'camunda:elementVariable="i"><completionCondition>${done}</completionCondition>'
                f"</{MULTIPLE}>"
            ),
            Loop(sequential=True, collection="items", item="i", until="done = true", first=0),
        ),
        (
            (
                f"<{MULTIPLE}><extensionElements><zeebe:loopCharacteristics inputElement='i' "
                "inputCollection='= items' outputCollection='all' outputElement='= i + 1'/>"
                f"</extensionElements></{MULTIPLE}>"
            ),
            Loop(collection="items", item="i", results="all", result="i + 1", first=0),
        ),
        (
            f"<{MULTIPLE}><loopCardinality>3</loopCardinality></{MULTIPLE}>",
            Loop(cardinality="3", first=0),
        ),
        (
            (
                '<standardLoopCharacteristics testBefore="true" loopMaximum="5"><loopCondition>'
                "= more</loopCondition></standardLoopCharacteristics>"
            ),
            Loop(sequential=True, standard=True, again="more", before=True, most=5, first=0),
        ),
    ],
)
def test_loops(inside, loop):
    assert node(f'<userTask id="a">{inside}</userTask>').loop == loop


def test_rounds_are_counted_from_one_where_no_older_tool_speaks():
    inside = f"<{MULTIPLE}><loopCardinality>3</loopCardinality></{MULTIPLE}>"

    assert node(f'<userTask id="a">{inside}</userTask>', spaces=EIGHT).loop.first == 1


def test_what_has_no_meaning_here_is_kept():
    said = node(extended("userTask", '<camunda:properties x="1">text</camunda:properties>'))

    assert said.foreign == (
        Foreign("http://camunda.org/schema/1.0/bpmn", "properties", {"x": "1"}, "text"),
    )


def test_events_know_what_they_refer_to():
    before = (
        '<message id="m" name="paid"><extensionElements><zeebe:subscription '
        'correlationKey="= order"/></extensionElements></message><error id="e" errorCode="E1"/>'
        '<signal id="s" name="stop"/><escalation id="u" escalationCode="U"/>'
    )
    (process,) = parse(model(
        '<intermediateCatchEvent id="a"><messageEventDefinition messageRef="m"/>'
        '</intermediateCatchEvent><endEvent id="b"><errorEventDefinition errorRef="e"/></endEvent>'
        '<endEvent id="c"><signalEventDefinition signalRef="s"/></endEvent>'
        '<endEvent id="d"><escalationEventDefinition escalationRef="u"/></endEvent>',
        before=before))  # fmt: skip

    said = {name: each.event for name, each in process.nodes.items()}
    assert (said["a"].name, said["a"].key) == ("paid", "order")
    assert [said[name].name for name in "bcd"] == ["E1", "stop", "U"]


def test_sub_processes_hold_their_nodes():
    (process,) = parse(model(
        '<subProcess id="p"><startEvent id="s"/><subProcess id="q"><task id="a"/></subProcess>'
        "</subProcess>"))  # fmt: skip

    assert {name: each.within for name, each in process.nodes.items()} == {
        "p": "", "s": "p", "q": "p", "a": "q",
    }  # fmt: skip
    assert [each.id for each in process.inside("p")] == ["s", "q"]


def test_a_message_starts_the_process_on_its_own_level_alone():
    inside = (
        '<startEvent id="b"><messageEventDefinition messageRef="m"/></startEvent><subProcess '
        'id="p" triggeredByEvent="true"><startEvent id="a"><messageEventDefinition '
        'messageRef="m"/></startEvent></subProcess>'
    )
    (process,) = parse(model(inside, before='<message id="m" name="paid"/>'))

    assert process.nodes["b"].message == "paid"
    assert process.nodes["a"].message is None
    assert process.nodes["a"].event.name == "paid"


def test_lanes_pools_data_and_message_flows_are_kept():
    source = model(
        '<laneSet id="ls"><lane id="l1" name="Clerks"><flowNodeRef>a</flowNodeRef></lane></laneSet>'
        '<task id="a"/><dataObject id="d" name="File"/><dataObjectReference id="r" '
        'dataObjectRef="d" name="File"/>',
        before='<collaboration id="co"><participant id="pa" name="Court" processRef="drawn"/>'
        '<participant id="pb" name="Shop"/><messageFlow id="mf" sourceRef="pb" targetRef="a"/>'
        "</collaboration>",
    )

    found = read(source)

    (process,) = found.processes
    assert process.nodes["a"].lane == "l1"
    assert [(item.id, item.refers_to) for item in process.data] == [("d", ""), ("r", "d")]
    assert [(pool.name, pool.process) for pool in found.participants] == [
        ("Court", "drawn"), ("Shop", ""),
    ]  # fmt: skip
    assert [(each.source, each.target) for each in found.message_flows] == [("pb", "a")]
    assert {"co", "ls", "pa", "pb", "mf", "l1", "a", "d", "r", "drawn"} <= found.ids()


def test_what_no_family_knows_is_kept_and_refused():
    (process,) = parse(model('<complexGateway id="a" name="odd"/>'))

    assert process.nodes["a"].kind is Kind.UNKNOWN
    assert [(each.element, each.sentence) for each in process.findings] == [
        ("a", "complexGateway is not supported. Model the step in another way.")
    ]
