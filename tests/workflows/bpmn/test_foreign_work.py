"""Work that names code of another engine: which topic stands for it, and what is said of it."""

import pytest

from tests.workflows.bpmn.test_reading import extended, model, node
from tests.workflows.bpmn.world import World
from workflows.bpmn.check import accept, check
from workflows.bpmn.details import Data, Foreseen, Mapped, Work
from workflows.bpmn.model import BpmnError, Severity
from workflows.bpmn.parser import parse
from workflows.bpmn.waits import has_job

PAY = '<message id="m" name="Pay"/><error id="late" errorCode="LATE"/>'


def around(element, *, before=PAY):
    """The process with this element, whose id is a, between a beginning and an end."""
    flows = '<sequenceFlow id="f" sourceRef="start" targetRef="a"/>'
    if "<endEvent" not in element:
        flows += '<endEvent id="end"/><sequenceFlow id="g" sourceRef="a" targetRef="end"/>'
    source = model(f'<startEvent id="start"/>{element}{flows}', before=before)
    (process,) = parse(source)
    return source, process


def said_of(process, severity=Severity.WARNING):
    found = check(process)
    return [each.sentence for each in found if each.severity is severity and each.element == "a"]


def task(attributes, inside="", tag="serviceTask"):
    return extended(tag, inside, f'name="Pay" {attributes}')


MAIL = '<flowable:field name="to" stringValue="ada@example.org"/>'
CONNECTOR = """<camunda:connector><camunda:inputOutput>
    <camunda:inputParameter name="url">${base}</camunda:inputParameter>
    <camunda:inputParameter name="headers"><camunda:map>
      <camunda:entry key="Accept">text/plain</camunda:entry>
      <camunda:entry key="Key">${key}</camunda:entry></camunda:map></camunda:inputParameter>
    <camunda:outputParameter name="answer">${response}</camunda:outputParameter>
    </camunda:inputOutput><camunda:connectorId>http-connector</camunda:connectorId>
    </camunda:connector>"""


@pytest.mark.parametrize(
    ("element", "topic", "what"),
    [
        (task('camunda:class="org.x.Pay"'), "org.x.Pay", "runs the Java class org.x.Pay elsewhere"),
        (task('camunda:delegateExpression="${payer}"'), "payer", "runs the delegate payer"),
        (task('camunda:delegateExpression="#{ payer }"'), "payer", "runs the delegate payer"),
        (
            task('camunda:delegateExpression="${beans.get(&quot;x&quot;)}"'), "beans.get",
            'runs the delegate ${beans.get("x")}',
        ),
        (
            task('flowable:expression="${shop.pay(order, 3)}"'), "shop.pay",
            "runs ${shop.pay(order, 3)} elsewhere",
        ),
        (task('camunda:type="mail"'), "mail", "is a mail task, done by the engine, elsewhere"),
        (task('flowable:type="http"'), "http", "is a http task"),
        (task("", CONNECTOR), "http-connector", "uses the connector http-connector"),
        (task('camunda:class="x.Y"', tag="sendTask"), "x.Y", "runs the Java class x.Y"),
        (task('camunda:class="x.Y"', tag="businessRuleTask"), "x.Y", "runs the Java class x.Y"),
        (
            ('<intermediateThrowEvent id="a" name="Pay"><messageEventDefinition '
            'camunda:delegateExpression="${payer}"/></intermediateThrowEvent>'),
            "payer", "runs the delegate payer",
        ),
        (
            ('<endEvent id="a" name="Pay"><messageEventDefinition messageRef="m" '
            'camunda:class="x.Y"/></endEvent>'),
            "x.Y", "runs the Java class x.Y",
        ),
    ],
)  # fmt: skip
def test_code_of_another_engine_is_a_topic_and_a_warning(element, topic, what):
    source, process = around(element)

    assert accept(source)
    assert has_job(process.nodes["a"])
    assert process.nodes["a"].work.name == topic
    [said] = said_of(process)
    assert what in said
    assert f"under the topic {topic}, for a worker outside or a handler of that name." in said


@pytest.mark.parametrize(
    ("element", "topic"),
    [
        (task('camunda:type="external" camunda:topic="pay"'), "pay"),
        (task('flowable:type="external-worker" flowable:topic="pay"'), "pay"),
        (task("", '<zeebe:taskDefinition type="io.x:http-json:1"/>'), "io.x:http-json:1"),
        (task("", '<zeebe:taskDefinition type="pay"/>', "scriptTask"), "pay"),
        (task("", '<zeebe:taskDefinition type="pay"/>', "sendTask"), "pay"),
        (task('camunda:type="external" camunda:topic="${kind}"'), "=kind"),
        (extended("endEvent", '<zeebe:taskDefinition type="pay"/>').replace(
            "</endEvent>", '<messageEventDefinition messageRef="m"/></endEvent>'), "pay"),
    ],
)  # fmt: skip
def test_a_topic_is_nothing_to_warn_of(element, topic):
    source, process = around(element)

    assert accept(source)
    assert has_job(process.nodes["a"])
    assert process.nodes["a"].work.name == topic
    assert not [each for each in said_of(process) if "topic" in each]


@pytest.mark.parametrize(
    ("element", "sentence"),
    [
        (task('camunda:type="external"'), "Pay names no topic. Give it one."),
        (task('camunda:type="external" camunda:topic="pay now"'), "none that a token can name"),
        (task(f'camunda:class="{"x" * 201}"'), "none that a token can name"),
        (task('camunda:expression="${a + b.c()}"'), "calls code of another engine (${a + b.c()})"),
        (task('camunda:delegateExpression="${a ? b : c}"'), "calls code of another engine"),
        (task(""), "Pay has no handler. Add countersign:job"),
        (task("", tag="businessRuleTask"), "Pay names no decision"),
        (task("", '<c:job handler="any"/><zeebe:taskDefinition type="b"/>'), "names topic b too"),
        (task('scriptFormat="groovy"', tag="scriptTask"), "is written in groovy"),
    ],
)
def test_work_that_nobody_can_be_told_of_is_refused(element, sentence):
    source, process = around(element)

    with pytest.raises(BpmnError):
        accept(source)

    assert sentence in " ".join(said_of(process, Severity.ERROR))


@pytest.mark.parametrize(
    ("said", "work"),
    [
        ("${execution.setVariable('foo', 'bar')}", Work("script", '"bar"', result="foo")),
        ("#{ execution.setVariable(\"n\", (n + 1) * 2) }", Work("script", "(n + 1) * 2", "n")),
    ],
)  # fmt: skip
def test_an_expression_that_sets_a_variable_is_calculated_here(said, work):
    source, process = around(task(f"camunda:expression='{said.replace(chr(39), '&apos;')}'"))

    assert accept(source)
    assert process.nodes["a"].work == work
    assert World(process, n=3).begin().over


def test_what_it_sets_to_code_is_code():
    said = node(task("camunda:expression=\"${execution.setVariable('n', b.c())}\""))

    assert said.work.form == "expression"
    assert said.work.name == "execution.setVariable"


def test_a_connector_is_given_its_parameters_and_lets_out_what_they_say():
    said = node(task("", CONNECTOR))

    assert said.data == Data(
        (Mapped("url", "=base"), Mapped("headers", '={"Accept": "text/plain", "Key": key}')),
        (Mapped("answer", "=response"),),
    )


def test_fields_of_code_are_given_to_the_worker():
    said = node(
        task(
            'flowable:type="mail"',
            MAIL + '<flowable:field name="text"><flowable:expression>${body}'
            "</flowable:expression></flowable:field>",
        )
    )

    assert said.data.inputs == (Mapped("to", "ada@example.org"), Mapped("text", "=body"))


def test_properties_and_expressions_are_headers():
    properties = '<camunda:properties><camunda:property name="a" value="b"/></camunda:properties>'
    said = node(task('camunda:expression="${x.y(1)}"', properties))

    assert said.work.headers == {"a": "b", "expression": "${x.y(1)}"}


def test_a_script_that_would_read_an_answer_is_the_workers_to_do():
    script = '<camunda:script scriptFormat="javascript">x</camunda:script>'
    inside = CONNECTOR.replace(">${response}<", f">{script}<")
    _, process = around(task("", inside))

    assert process.nodes["a"].data.outputs == ()
    assert any("whoever does the work has to bring answer" in each for each in said_of(process))
    assert not said_of(process, Severity.ERROR)


@pytest.mark.parametrize(
    "value",
    ['<camunda:script scriptFormat="freemarker" resource="a"/>', "${S(x).prop(&quot;y&quot;)}"],
)
def test_what_code_would_give_to_the_work_is_left_out_with_a_warning(value):
    given = f'<camunda:inputParameter name="body">{value}</camunda:inputParameter>'
    given += '<camunda:inputParameter name="to">${who}</camunda:inputParameter>'
    source, process = around(
        task('camunda:class="x.Y"', f"<camunda:inputOutput>{given}</camunda:inputOutput>")
    )

    assert accept(source)
    assert process.nodes["a"].data.inputs == (Mapped("to", "=who"),)
    assert any("whoever does the work is given nothing as body" in e for e in said_of(process))


def test_a_map_may_be_written_without_its_namespace():
    given = '<camunda:inputParameter name="h"><map><entry key="a">b</entry></map>'
    said = node(
        task("", CONNECTOR.replace("<camunda:inputParameter", f"{given}</camunda:inputParameter>"
                                   "<camunda:inputParameter", 1)))  # fmt: skip

    assert said.data.inputs[0] == Mapped("h", '={"a": "b"}')


def test_what_code_would_give_to_people_is_refused():
    value = '<camunda:script scriptFormat="groovy">x</camunda:script>'
    given = f'<camunda:inputParameter name="body">{value}</camunda:inputParameter>'
    _, process = around(
        extended("userTask", f"<camunda:inputOutput>{given}</camunda:inputOutput>", 'name="a"')
    )

    assert "The parameter body is a script." in said_of(process, Severity.ERROR)[0]


def test_flowable_runs_what_does_not_say_that_it_is_not_to_be_run():
    source, _ = around(task('flowable:class="x.Y"'))
    silent = source.replace(b' isExecutable="true"', b"")
    said = source.replace(b'isExecutable="true"', b'isExecutable="false"')
    standard = silent.replace(b'xmlns:flowable="http://flowable.org/bpmn"', b"")

    assert accept(silent)
    with pytest.raises(BpmnError, match="No process of the model is executable"):
        accept(said)
    with pytest.raises(BpmnError, match="No process of the model is executable"):
        accept(standard.replace(b"flowable:class", b"camunda:class"))


def test_failures_that_the_model_foresees_are_read_with_their_codes():
    inside = (
        '<camunda:errorEventDefinition errorRef="late" '
        "expression=\"${externalTask.errorMessage == 'x'}\"/>"
    )
    _, process = around(task('camunda:type="external" camunda:topic="pay"', inside))

    assert process.nodes["a"].work.errors == (Foreseen("LATE", 'externalTask.errorMessage = "x"'),)


def test_a_failure_that_cannot_be_foreseen_here_is_a_warning():
    inside = '<camunda:errorEventDefinition errorRef="late" expression="${b.c(externalTask)}"/>'
    _, process = around(task('camunda:type="external" camunda:topic="pay"', inside))

    [said] = said_of(process)
    assert "Which failures are the error late is not looked at" in said


def test_retries_that_say_nothing_are_a_warning():
    _, process = around(task("", '<zeebe:taskDefinition type="pay" retries="=n"/>'))

    assert "It is tried five times." in said_of(process)[0]


# --- listeners ---


@pytest.mark.parametrize(
    ("listeners", "said"),
    [
        ('<camunda:executionListener event="start" class="x.Y"/>', "start: x.Y"),
        ('<camunda:executionListener event="end" expression="${a.b()}"/>', "end: ${a.b()}"),
        (
            (
                '<camunda:executionListener event="end"><camunda:script scriptFormat="groovy"/>'
                "</camunda:executionListener>"
            ),
            "end: a script",
        ),
        (
            (
                '<zeebe:executionListeners><zeebe:executionListener eventType="start" '
                'type="audit"/></zeebe:executionListeners>'
            ),
            "start: audit",
        ),
        ('<flowable:executionListener event="start" class="x.Y"/>' * 5, "x.Y and 2 more"),
    ],
)
def test_code_that_listens_is_a_warning(listeners, said):
    source, process = around(extended("task", listeners, 'name="a"'))

    assert accept(source)
    [warning] = said_of(process)
    assert warning.startswith("What listens here is not run")
    assert said in warning


def test_listeners_of_flows_and_of_the_process_are_warned_of_too():
    listens = (
        '<extensionElements><camunda:executionListener event="start" class="x.Y"/>'
        "</extensionElements>"
    )
    flow = '<sequenceFlow id="f" sourceRef="s" targetRef="e">'
    condition = "<conditionExpression>n = 1</conditionExpression></sequenceFlow>"
    (process,) = parse(
        model(f'{listens}<startEvent id="s"/><endEvent id="e"/>{flow}{listens}{condition}')
    )

    found = {each.element for each in process.findings if "listens" in each.sentence}
    assert found == {"f", process.id}
    assert process.conditions["f"].text == "n = 1"


# --- texts ---


@pytest.mark.parametrize("language", ["groovy", "JavaScript"])
def test_a_condition_in_a_script_language_is_refused_unless_it_is_an_expression(language):
    def finding(said):
        condition = f'<conditionExpression language="{language}">{said}</conditionExpression>'
        flow = f'<sequenceFlow id="f" sourceRef="s" targetRef="e">{condition}</sequenceFlow>'
        (process,) = parse(model(f'<startEvent id="s"/><endEvent id="e"/>{flow}'))
        return [each.sentence for each in process.findings]

    assert finding("n = 1")[0].startswith(f"The condition is written in {language.lower()}. ")
    assert finding("${n == 1}") == []


def test_texts_with_expressions_inside_are_put_together_where_other_tools_do_so():
    inside = (
        '<camunda:inputOutput><camunda:inputParameter name="a">No. ${n}</camunda:inputParameter>'
        '<camunda:inputParameter name="b"><camunda:map><camunda:entry key="k">${n}.</camunda:entry>'
        "</camunda:map></camunda:inputParameter></camunda:inputOutput>"
    )
    _, process = around(task('camunda:class="x.Y"', inside))

    world = World(process, n=7).begin()

    assert world.rows[0].entered.inputs == {"a": "No. 7", "b": {"k": "7."}}


def test_what_a_call_is_given_may_be_computed():
    given = '<camunda:in sourceExpression="${n == 7}" target="is_seven"/>'
    said = node(extended("callActivity", given, 'calledElement="other"'))

    assert said.data.inputs == (Mapped("is_seven", "=n = 7"),)


# --- playing ---


def test_a_message_end_that_a_worker_sends_ends_once_it_is_sent():
    _, process = around(
        '<endEvent id="a" name="Pay"><messageEventDefinition camunda:class="x.Y"/></endEvent>'
    )
    world = World(process).begin()
    assert world.at == ["a"]

    world.complete("a", sent=True)

    assert world.over
    assert world.variables == {"sent": True}


def test_a_message_that_a_worker_sends_lets_out_what_its_mapping_says():
    mapping = '<zeebe:ioMapping><zeebe:output source="=x + 1" target="y"/></zeebe:ioMapping>'
    _, process = around(
        extended("intermediateThrowEvent", f'<zeebe:taskDefinition type="t"/>{mapping}').replace(
            "</inter", '<messageEventDefinition messageRef="m"/></inter'
        )
    )

    world = World(process).begin().complete("a", x=1)

    assert world.over
    assert world.variables == {"y": 2}


def test_a_loop_in_which_a_worker_sends_is_no_loop_without_a_wait():
    _, process = around(
        '<intermediateThrowEvent id="a" name="a"><messageEventDefinition camunda:class="x.Y"/>'
        '</intermediateThrowEvent><exclusiveGateway id="x" default="d"/>'
        '<sequenceFlow id="h" sourceRef="a" targetRef="x"/>'
        '<sequenceFlow id="d" sourceRef="x" targetRef="a"/>'
    )

    assert not [each for each in check(process) if "nothing waits" in each.sentence]


def test_outputs_may_read_the_ones_before_them():
    mapping = (
        '<camunda:outputParameter name="b">${a + 1}</camunda:outputParameter>'
        '<camunda:outputParameter name="c">${b + 1}</camunda:outputParameter>'
    )
    inside = f"<camunda:inputOutput>{mapping}</camunda:inputOutput>"
    _, process = around(task('camunda:class="x.Y"', inside))

    world = World(process).begin().complete("a", a=1)

    assert world.variables == {"a": 1, "b": 2, "c": 3}
