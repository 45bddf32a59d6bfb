"""Models of jBPM and Kogito: data associations, work items, and what is said of the rest."""

import pytest

from tests.workflows import drawn
from tests.workflows.bpmn.test_others_words import errors, read, warnings
from tests.workflows.bpmn.world import World
from workflows.bpmn.details import Assignment, FormField, Mapped

DROOLS = 'xmlns:drools="http://www.jboss.org/drools"'
FLOWS = (
    '<sequenceFlow id="f1" sourceRef="start" targetRef="a"/>'
    '<sequenceFlow id="f2" sourceRef="a" targetRef="b"/>'
    '<sequenceFlow id="f3" sourceRef="b" targetRef="end"/>'
)
NAMES = ("reason", "approved", "people")


def model(step, *, start='<startEvent id="start"/>', spaces=DROOLS):
    properties = "".join(f'<property id="{name}" name="{name}"/>' for name in NAMES)
    inside = f'{properties}{start}{step}<userTask id="b"/><endEvent id="end"/>{FLOWS}'
    return read(drawn.model(inside).replace(b"<definitions ", f"<definitions {spaces} ".encode()))


def given(name, source="", said=""):
    """An input of the step a: a variable, or what is assigned."""
    if source:
        ends = f"<sourceRef>{source}</sourceRef><targetRef>a_{name}</targetRef>"
    else:
        assigned = f"<from>{said}</from><to>a_{name}</to>"
        ends = f"<targetRef>a_{name}</targetRef><assignment>{assigned}</assignment>"
    return f"<dataInputAssociation>{ends}</dataInputAssociation>"


def brought(name, target):
    return (
        f"<dataOutputAssociation><sourceRef>a_out_{name}</sourceRef>"
        f"<targetRef>{target}</targetRef></dataOutputAssociation>"
    )


def step(*ways, inputs=(), outputs=(), tag="userTask", extra="", inside=""):
    declared = "".join(f'<dataInput id="a_{name}" name="{name}"/>' for name in inputs)
    for name in outputs:
        kind = "Boolean" if name.startswith("is") else "java.lang.String"
        declared += f'<dataOutput id="a_out_{name}" name="{name}" drools:dtype="{kind}"/>'
    return (
        f'<{tag} id="a"{extra}><ioSpecification>{declared}</ioSpecification>{"".join(ways)}'
        f"{inside}</{tag}>"
    )


def test_variables_go_in_and_come_out_under_other_names():
    process = model(step(
        given("why", "reason"), brought("isFine", "approved"), inputs=["why"], outputs=["isFine"],
    ))  # fmt: skip
    assert errors(process) == []
    world = World(process, reason="rain").begin()
    assert world.rows[0].entered.inputs == {"why": "rain"}

    world.complete("a", isFine=True, more=1)

    assert world.variables == {"reason": "rain", "approved": True}


def test_what_is_assigned_is_a_text_or_an_expression():
    data = model(step(
        given("title", said="Look here"), given("why", said="#{reason}"),
        given("both", said="It is #{reason}."), inputs=["title", "why", "both"],
    )).nodes["a"].data  # fmt: skip

    world = World(model(step(given("both", said="It is #{reason}."), inputs=["both"])),
                  reason="rain").begin()  # fmt: skip
    assert data.inputs[:2] == (Mapped("title", "Look here"), Mapped("why", "=reason"))
    assert world.rows[0].entered.inputs == {"both": "It is rain."}


def test_people_are_named_by_inputs_and_asked_for_the_outputs():
    node = model(step(
        given("ActorId", said="ann,bob"), given("GroupId", said="clerks"),
        given("TaskName", said="look"), inputs=["ActorId", "GroupId", "TaskName"],
        outputs=["isFine", "note"],
    )).nodes["a"]  # fmt: skip

    assert node.assignment == Assignment(users=("ann", "bob"), groups=("clerks",))
    assert node.data.inputs == ()
    assert node.form.fields == (
        FormField("isFine", "isFine", "boolean"), FormField("note", "note", "string"),
    )  # fmt: skip


def test_a_call_is_given_and_gives_back_what_is_mapped_alone():
    process = model(step(
        given("why", "reason"), brought("ok", "approved"), inputs=["why"], outputs=["ok"],
        tag="callActivity", extra=' calledElement="other"',
    ))  # fmt: skip
    data = process.nodes["a"].data

    assert (data.inputs, data.outputs) == (
        (Mapped("why", "=reason"),), (Mapped("approved", "=ok"),),
    )  # fmt: skip
    assert not data.all_in
    assert not data.all_out


def test_a_loop_goes_over_the_variable_that_its_input_stands_for():
    loop = (
        "<multiInstanceLoopCharacteristics><loopDataInputRef>a_many</loopDataInputRef>"
        '<inputDataItem id="i" name="one"/></multiInstanceLoopCharacteristics>'
    )
    process = model(step(given("many", "people"), inputs=["many"], inside=loop))

    assert World(process, people=["ann", "bob"]).begin().at == ["a", "a"]


def test_a_work_item_waits_for_a_worker_of_its_name():
    process = model('<task id="a" drools:taskName="Email"/>')

    assert errors(process) == []
    assert process.nodes["a"].work.name == "Email"
    [sentence] = [each for each in warnings(process, "a") if "Email" in each]
    assert "waits under the topic Email" in sentence
    assert World(process).begin().at == ["a"]


SCRIPT = (
    '<userTask id="a"><extensionElements><drools:onEntry-script scriptFormat="java">'
    "<drools:script>x();</drools:script></drools:onEntry-script></extensionElements></userTask>"
)
TOLD = (
    '<startEvent id="start"><dataOutput id="o" name="event"/><dataOutputAssociation>'
    "<sourceRef>o</sourceRef><targetRef>reason</targetRef></dataOutputAssociation></startEvent>"
)
CHANGED = brought("ok", "approved").replace(
    "</dataO", "<transformation>x()</transformation></dataO"
)


@pytest.mark.parametrize(
    ("process", "element", "sentence"),
    [
        (lambda: model(SCRIPT), "a", "What it runs as it is entered or left is not run."),
        (lambda: model('<userTask id="a"/>', start=TOLD), "start", "The data associations of ev"),
        (lambda: model(step(CHANGED, outputs=["ok"])), "a", "A data association with a transform"),
        (
            lambda: model(step(given("NotStartedNotify", said="x"), inputs=["NotStartedNotify"])),
            "a", "What NotStartedNotify says has no effect here.",
        ),
        (
            lambda: model(step(given("x", said="#{reason.substr(1, 2, 3)}"), inputs=["x"])),
            "a", "What is assigned to x is left out.",
        ),
    ],
)  # fmt: skip
def test_what_is_not_followed_is_said(process, element, sentence):
    found = process()

    assert errors(found) == []
    assert [each for each in warnings(found, element) if each.startswith(sentence)]


def test_data_that_is_only_drawn_means_nothing_and_needs_no_word():
    drawing = (
        '<dataObjectReference id="paper" name="Paper"/><userTask id="a"><property id="p" '
        'name="__targetRef_placeholder"/><dataInputAssociation><sourceRef>paper</sourceRef>'
        "<targetRef>p</targetRef></dataInputAssociation></userTask>"
    )

    for spaces in (DROOLS, ""):
        process = model(drawing, spaces=spaces)
        assert not [each for each in warnings(process, "a") if "ssociation" in each]
        assert process.nodes["a"].data.inputs == ()
