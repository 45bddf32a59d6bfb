"""Who does a user task, as the standard itself says it."""

import pytest

from tests.workflows import drawn
from tests.workflows.bpmn.test_others_words import read
from workflows.bpmn.details import Assignment

CAMUNDA = 'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'


def asked(inside, *, more="", around=""):
    """The assignment of a user task with this inside of it."""
    steps = (
        f'<startEvent id="s"/><userTask id="a" {more}>{inside}</userTask><endEvent id="e"/>'
        '<sequenceFlow id="f" sourceRef="s" targetRef="a"/>'
        '<sequenceFlow id="g" sourceRef="a" targetRef="e"/>'
    )
    source = drawn.model(steps).replace(b"<definitions ", f"<definitions {CAMUNDA} ".encode())
    return (
        read(source.replace(b"<process ", around.encode() + b"<process ", 1)).nodes["a"].assignment
    )


def role(kind, text):
    return (
        f"<{kind}><resourceAssignmentExpression><formalExpression>{text}</formalExpression>"
        f"</resourceAssignmentExpression></{kind}>"
    )


@pytest.mark.parametrize(
    ("text", "users", "groups"),
    [
        ("loans", (), ("loans",)),
        ("group(loans), user(anna) ,clerks", ("anna",), ("loans", "clerks")),
        ("user(${who}), ${team}", ("${who}",), ("${team}",)),
        ("${f(a, b)}", (), ("${f(a, b)}",)),
        ('= if a then "x, y" else "z"', (), ('= if a then "x, y" else "z"',)),
        (" , ", (), ()),
    ],
)
def test_potential_owners_are_users_and_groups(text, users, groups):
    found = asked(role("potentialOwner", text))

    assert found == (Assignment(users=users, groups=groups) if users or groups else None)


def test_several_roles_add_up():
    found = asked(role("humanPerformer", "user(anna)") + role("potentialOwner", "loans")
                  + role("potentialOwner", "user(bert)"))  # fmt: skip

    assert found == Assignment(assignee="anna", users=("bert",), groups=("loans",))


def test_a_role_may_refer_to_a_resource_of_the_file():
    inside = '<potentialOwner name="Owner"><resourceRef>r1</resourceRef></potentialOwner>'

    assert asked(inside, around='<resource id="r1" name="Approver"/>').groups == ("Approver",)
    assert asked(inside) is None


def test_what_another_tool_says_of_people_counts_and_its_due_date_is_kept():
    owner = role("potentialOwner", "loans")

    assert asked(owner, more='camunda:assignee="rosa"') == Assignment(assignee="rosa")
    with_date = asked(owner, more='camunda:dueDate="PT4H"')
    assert with_date == Assignment(groups=("loans",), due="PT4H")
