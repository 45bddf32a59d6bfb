"""Forms of models as fields, and what flows ask where a model has no form."""

import json

import pytest

from tests.workflows.bpmn.sketch import draw, script, task, times
from workflows import form_defaults, form_fields, next_fields
from workflows.bpmn import parser
from workflows.bpmn.check import check
from workflows.form_fields import Asked

MODEL = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:flowable="http://flowable.org/bpmn"
  targetNamespace="urn:test"><process id="p" isExecutable="true">
  <extensionElements><zeebe:userTaskForm id="other">{{}}</zeebe:userTaskForm>
    <zeebe:userTaskForm id="own">{form}</zeebe:userTaskForm></extensionElements>
  <startEvent id="start"/><sequenceFlow id="f" sourceRef="start" targetRef="a"/>
  <userTask id="a" name="a"><extensionElements>{inside}</extensionElements></userTask>
  </process></definitions>"""
ZEEBE = '<zeebe:formDefinition formKey="camunda-forms:bpmn:own"/>'


def fields(inside=ZEEBE, form=""):
    text = json.dumps(form) if isinstance(form, dict) else form
    [process] = parser.parse(MODEL.format(inside=inside, form=text).encode())
    return form_fields.of_form(process.nodes["a"].form)


def form_of(*parts):
    return {"type": "default", "components": list(parts)}


def test_a_form_of_camunda_8_that_lies_in_the_file_is_read_with_its_rules():
    found = fields(form=form_of(
        {"type": "text", "text": "# Check it"},
        {"type": "textfield", "key": "name", "label": "Name", "description": "As on the card",
         "validate": {"required": True, "minLength": 2, "maxLength": 5}},
        {"type": "number", "key": "boxes", "label": "Boxes", "decimalDigits": 0,
         "validate": {"min": 1, "max": 9}, "defaultValue": 3},
        {"type": "checkbox", "key": "agreed", "label": "Agreed", "validate": {"required": True}},
        {"type": "select", "key": "way", "values": [{"label": "By post", "value": "post"},
                                                    {"label": "Two days", "value": 2}]},
        {"type": "datetime", "subtype": "date", "key": "day", "dateLabel": "Day"},
        {"type": "group", "label": "More", "components": [
            {"type": "textarea", "key": "why", "label": "Why", "disabled": True}]},
        {"type": "separator"},
    ))  # fmt: skip

    assert found == (
        Asked("", "# Check it", "note"),
        Asked("name", "Name", "text", required=True, shortest=2, longest=5, hint="As on the card"),
        Asked("boxes", "Boxes", "whole number", 3, least=1, most=9),
        Asked("agreed", "Agreed", "yes or no", required=True),
        Asked("way", "way", "choice", choices=(("post", "By post"), (2, "Two days"))),
        Asked("day", "Day", "date"),
        Asked("", "More", "note"),
        Asked("why", "Why", "long text", fixed=True),
    )


@pytest.mark.parametrize(
    "part",
    [
        {"type": "filepicker", "key": "file", "label": "Contract"},
        {"type": "select", "key": "file", "label": "Contract", "valuesKey": "files"},
        {
            "type": "datetime",
            "subtype": "time",
            "key": "at",
            "timeLabel": "At",
            "label": "Contract",
        },
        {"type": "textfield", "label": "Contract"},
    ],
)
def test_a_part_that_cannot_be_filled_in_here_is_told_on_the_form(part):
    [note] = fields(form=form_of(part))

    assert note.type == "note"
    assert note.label.startswith("Contract: this part of the form")


@pytest.mark.parametrize("form", ["", "{", "[]", '{"components": 7}', "[" * 9_000])
def test_a_form_that_cannot_be_read_is_told_and_refuses_nothing(form):
    [note] = fields(form=form)

    assert note == Asked("", "The form of this step cannot be read: it is no form in JSON.", "note")


def test_a_form_that_is_not_in_the_file_has_no_fields():
    assert fields('<zeebe:formDefinition formId="elsewhere"/>') == ()


def test_form_properties_of_flowable_are_fields():
    found = fields(
        '<flowable:formProperty id="days" name="Days" type="long" required="true" default="5"/>'
        '<flowable:formProperty id="x" variable="who" type="string" writable="false"/>'
        '<flowable:formProperty id="hidden" readable="false"/>'
        '<flowable:formProperty id="way" type="enum"><flowable:value id="a" name="A"/>'
        "</flowable:formProperty>"
    )

    assert found == (
        Asked("days", "Days", "whole number", "5", required=True),
        Asked("who", "who", "text", fixed=True),
        Asked("way", "way", "choice", choices=(("a", "A"),)),
    )


@pytest.mark.parametrize(
    ("field", "known", "shown"),
    [
        (Asked("n", "N", "whole number", "7"), {}, 7),
        (Asked("n", "N", "whole number", "seven"), {}, ""),
        (Asked("n", "N", "whole number", "7"), {"n": 8}, 8),
        (Asked("n", "N", "whole number", "7"), {"n": "eight"}, ""),
        (Asked("n", "N", "number", "${price * 2}"), {"price": 4}, 8),
        (Asked("n", "N", "text", "= customer.name"), {"customer": {"name": "Rosa"}}, "Rosa"),
        (Asked("n", "N", "text", "${bean.call()}"), {}, ""),
        (Asked("n", "N", "text", "No. ${number}"), {"number": "7"}, "No. 7"),
        (Asked("n", "N", "date", "31/12/2026"), {}, "2026-12-31"),
        (Asked("n", "N", "date", "2026-12-31"), {}, "2026-12-31"),
        (Asked("n", "N", "yes or no", "true"), {}, True),
        (Asked("n", "N", "choice", "2", choices=((2, "Two"),)), {}, 2),
        (Asked("n", "N", "choice", "3", choices=((2, "Two"),)), {}, ""),
    ],
)
def test_what_stands_in_a_field_at_first(field, known, shown):
    assert form_defaults.settled(field, known).default == shown


def test_fields_are_kept_as_json_and_read_again():
    kept = (Asked("n", "N", "choice", 2, choices=((2, "Two"), ("b", "B")), required=True),)

    assert form_fields.from_json(json.loads(json.dumps(form_fields.as_json(kept)))) == kept


# --- without a form ---


def next_of(*arrows, **made):
    process = draw(*arrows, **made)
    return [
        (each.name, each.type, [value for value, _ in each.choices])
        for each in next_fields.asked(process, process.nodes["a"])
    ]


def test_conditions_that_follow_tell_what_is_asked():
    assert next_of(
        "start -> a", "a -> x?", "x? -[not(approved)]-> end", "x? -[else]-> y?",
        'y? -[way = "van" and 4 < weight]-> end_y', 'y? -[way = "post"]-> b', "y? -[else]-> c",
        "b -> end", "c -> end",
    ) == [
        ("approved", "yes or no", []), ("way", "choice", ["van", "post"]), ("weight", "number", []),
    ]  # fmt: skip


def test_what_others_bring_or_is_asked_later_is_not_asked():
    assert next_of(
        "start -> count", "count -> a", "a -> x?", "x? -[total > 3]-> end", "x? -[ok]-> b",
        "x? -[order.total > 3]-> end_x", "x? -[else]-> c", "b -> y?", "y? -[late]-> end_y",
        "y? -[else]-> end", "c -> end", count=script("1", "total"),
    ) == [("ok", "yes or no", [])]  # fmt: skip


def test_whether_another_round_follows_is_asked_too():
    loop = times(3, until="vetoed or nrOfCompletedInstances > 1")
    process = draw("start -> a -> end", a=task(loop))

    assert [each.name for each in next_fields.asked(process, process.nodes["a"])] == ["vetoed"]


def test_a_form_beside_a_review_is_warned_of():
    field = '<flowable:formProperty id="days" type="long"/>'
    review = '<c:review xmlns:c="urn:countersign:bpmn:1" kind="loan"/>'

    assert any("is not shown" in each for each in warnings(field + review))
    assert not any("is not shown" in each for each in warnings(field))


def warnings(inside):
    [process] = parser.parse(MODEL.format(inside=inside, form="").encode())
    return [each.sentence for each in check(process)]
