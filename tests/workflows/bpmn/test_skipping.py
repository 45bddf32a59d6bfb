"""Skip expressions and mappings of Flowable: what they do, and what is said where they cannot."""

import pytest

from tests.workflows.bpmn.test_others_words import errors, read, warnings
from tests.workflows.bpmn.test_reading import model
from tests.workflows.bpmn.world import World


def flow(source, target, extra=""):
    return (
        f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}"{extra}/>'
    )


def one(step, *more):
    """A model with this step, whose id is a, and a person after it."""
    return read(model("".join(
        ['<startEvent id="start"/>', step, '<userTask id="b"/><endEvent id="end"/>',
         flow("start", "a"), flow("a", "b"), flow("b", "end"), *more]
    )))  # fmt: skip


def task(said, inside="", tag="userTask"):
    return f'<{tag} id="a" flowable:skipExpression="{said}">{inside}</{tag}>'


def test_a_task_is_skipped_while_its_expression_holds():
    process = one(task("${small}"))

    assert errors(process) == []
    assert World(process, small=True).begin().at == ["b"]
    assert World(process, small=False).begin().at == ["a"]
    assert World(process).begin().at == ["a"], "what is missing does not hold"


@pytest.mark.parametrize("name", ["_FLOWABLE_SKIP_EXPRESSION_ENABLED",
                                  "_ACTIVITI_SKIP_EXPRESSION_ENABLED"])  # fmt: skip
def test_a_variable_may_forbid_it(name):
    process = one(task("${small}"))

    assert World(process, small=True, **{name: False}).begin().at == ["a"]
    assert World(process, small=True, **{name: True}).begin().at == ["b"]


def test_the_story_tells_it_and_what_the_task_would_bring_is_not_brought():
    result = 'flowable:resultVariable="n" flowable:expression="${1 + 1}"'
    step = task("${skip}", tag="serviceTask").replace(' id="a"', f' id="a" {result}')
    world = World(one(step), skip=True).begin()

    assert world.last[:3] == ["Passed start", "Skipped a", "Passed a"]
    assert "n" not in world.variables
    assert World(one(step), skip=False).begin().variables["n"] == 2


def test_each_round_of_a_loop_is_skipped_by_itself():
    loop = (
        '<multiInstanceLoopCharacteristics flowable:collection="items" '
        'flowable:elementVariable="item"/>'
    )
    world = World(one(task("${item == 2}", loop)), items=[1, 2, 3]).begin()
    assert world.at == ["a", "a"]

    assert world.complete("a").complete("a").at == ["b"]


def test_an_expression_that_is_neither_true_nor_false_asks_a_person():
    world = World(one(task("${1 + n}")), n=1).begin()

    assert world.last[-1] == "Stuck a"


MAPPED = (
    '<userTask id="a"><extensionElements><flowable:in source="x"/><flowable:out/>'
    "</extensionElements></userTask>"
)


@pytest.mark.parametrize(
    ("step", "element", "sentence"),
    [
        (
            task("${bean.check(n)}"), "a",
            "The skip expression has no effect, so this is never skipped.",
        ),
        (
            '<intermediateThrowEvent id="a" flowable:skipExpression="${n}"/>', "a",
            "The skip expression has no effect here: activities alone are skipped.",
        ),
        (
            MAPPED, "a",
            "What in and out say here has no effect: calls are mapped, and errors",
        ),
    ],
)  # fmt: skip
def test_what_has_no_effect_is_said(step, element, sentence):
    process = one(step)

    assert errors(process) == []
    assert [each for each in warnings(process, element) if each.startswith(sentence)]
    assert World(process, n=True).begin().rows


def test_a_flow_with_a_skip_expression_is_told_of():
    skipped = flow("b", "c", ' flowable:skipExpression="${n}"')
    process = one('<userTask id="a"/>', '<userTask id="c"/>', skipped)

    assert warnings(process, "b_c") == [
        "The skip expression has no effect here: activities alone are skipped."
    ]


# --- what an error brings ---


def failing(ways, inside=""):
    return one(
        '<userTask id="a"/>',
        '<boundaryEvent id="e" attachedToRef="a"><extensionElements>' + ways
        + "</extensionElements><errorEventDefinition errorRef=\"E1\" "
        'flowable:errorVariableName="x" camunda:errorCodeVariable="code">' + inside
        + '</errorEventDefinition></boundaryEvent><userTask id="mend"/>',
        flow("e", "mend"),
    )  # fmt: skip


@pytest.mark.parametrize("inside", [False, True])
def test_of_an_error_what_its_event_names_is_kept(inside):
    ways = '<flowable:in source="why" target="reason"/>'
    ways += '<flowable:in sourceExpression="${amount * 2}" target="twice"/>'
    more = f"<extensionElements>{ways}</extensionElements>"
    process = failing("", more) if inside else failing(ways)
    assert errors(process) == []
    world = World(process).begin()

    world.fail("a", "E1", why="rain", amount=2, rest=1)

    assert world.at == ["mend"]
    assert world.variables == {"reason": "rain", "twice": 4, "code": "E1"}


def test_without_such_names_everything_is_kept():
    world = World(failing("")).begin()

    world.fail("a", "E1", why="rain")

    assert world.variables == {"why": "rain", "code": "E1"}
