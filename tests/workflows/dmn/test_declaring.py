"""What a table reads is declared in its file when the table is saved."""

from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from tests.workflows import decided
from tests.workflows.builders import NOW
from tests.workflows.dmn.drawn import (
    component,
    decision,
    definitions,
    input_data,
    item,
    knowledge,
    literal,
    service,
    table,
)
from workflows import decision_definitions, decision_drafts, decision_imports, dmn
from workflows.dmn import parser
from workflows.dmn.declaring import declared, with_sheet
from workflows.dmn.sheet import Row, new_model, sheet_of
from workflows.dmn.sheet_source import Source

KIT = Path(__file__).parents[4] / "shared/data/dmn_tck"
FILES = sorted(KIT.rglob("*.dmn"))


def asking(*columns, needs=(), after=(), knows=(), name="D", cells=None, answer="1"):
    """A decision with a table of these columns and one rule."""
    rule = [*(cells or ["-"] * len(columns)), answer]
    return decision(
        name, table(list(columns), ["o"], [rule]), needs=needs, after=after, knows=knows
    )


def required(xml, name="D"):
    """The ids of what a decision requires, knowledge last."""
    (found,) = (each for each in parser.parse(xml).decisions if each.id == name)
    return [href.id for href in (*found.requires, *found.knowledge)]


def inputs(xml):
    """Input data by name, with their types."""
    return {each.name: each.variable.type_ref for each in parser.parse(xml).inputs}


def test_what_is_not_in_the_file_becomes_input_data_of_the_columns_type():
    xml = definitions(
        input_data("a"), asking("a", ("amount", "number", ""), "rate * 2", needs=["a"])
    )

    found = declared(xml, "D")

    assert inputs(found) == {"a": None, "amount": "number", "rate": None}
    assert required(found) == ["a", "input_amount", "input_rate"]


def test_a_table_over_undeclared_names_answers_once_they_are_declared():
    xml = definitions(input_data("a"), asking("amount", needs=["a"], cells=["> limit"]))

    found = dmn.load(declared(xml, "D")).evaluate("D", {"amount": 5, "limit": 3})

    assert dmn.load(xml).evaluate("D", {"amount": 5, "limit": 3}).value is None
    assert (found.value, found.errors) == (1, ())


def test_what_the_file_has_is_required():
    xml = definitions(
        input_data("a"),
        decision("Base", literal("1")),
        knowledge("twice", ["x"], literal("x * 2")),
        service("Offer", outputs=["Base"]),
        asking("a", "Base", "twice(a)", "Offer()"),
    )

    found = declared(xml, "D")

    assert inputs(found) == {"a": None}
    assert required(found) == ["a", "Base", "twice", "Offer"]
    assert dmn.load(found).evaluate("D", {"a": 1}).errors == ()


def test_a_circle_is_never_closed():
    xml = definitions(
        input_data("a"),
        asking("E", "F()", name="D"),
        decision("E", literal("D"), after=["D"]),
        service("F", outputs=["E"]),
    )

    assert declared(xml, "D") == xml


def test_names_with_spaces_are_required_and_made():
    xml = definitions(
        input_data("Applicant Age"),
        asking("Monthly  Income", cells=["> Applicant Age * 2"], answer="Monthly Income"),
    )

    found = declared(xml, "D")

    assert inputs(found) == {"Applicant Age": None, "Monthly Income": None}
    given = {"Applicant Age": 20, "Monthly Income": 50}
    assert dmn.load(found).evaluate("D", given).value == 50


def test_a_difference_of_what_is_in_sight_is_no_other_name():
    xml = definitions(
        *(input_data(name) for name in ("Tax", "Rate", "Tax - Rate")),
        asking("Tax - Rate", needs=["Tax", "Rate"]),
    )

    assert declared(xml, "D") == xml


@pytest.mark.parametrize(
    "text",
    [
        "count([1, 2])",
        "for x in [1] return x + sum(partial)",
        "some y in [1] satisfies y > 1",
        "{a: 1, b: a}.b",
        "(function(z) z)(1)",
        "[{a: 1}][a = 1 and item.a = 1]",
        '"north"',
        '@"2026-01-01"',
    ],
)
def test_built_in_and_bound_names_are_no_variables(text):
    xml = definitions(input_data("i"), asking("i", needs=["i"], cells=["? > 1"], answer=text))

    found = declared(xml, "D")

    assert set(inputs(found)) - {"i"} <= ({"a"} if "item" in text else set())


def test_entries_of_a_declared_type_are_no_input_of_a_filter():
    rows = item("tRow", "", component("dept", "string"), collection=True)
    xml = definitions(rows, input_data("rows", "tRow"), asking("count(rows[dept = wanted])"))

    found = declared(xml, "D")

    assert inputs(found) == {"rows": "tRow", "wanted": None}


def test_the_first_input_data_of_a_file_declares_what_its_other_decisions_read():
    xml = definitions(
        asking("amount", after=["E"]), decision("E", literal("{k: other, l: k + amount}.l"))
    )
    given = {"amount": 1, "other": 2}

    found = declared(xml, "D")

    assert required(found, "E") == ["input_amount", "input_other"]
    assert required(found) == ["E", "input_amount"]
    assert dmn.load(xml).evaluate("E", given).value == 3
    assert dmn.load(found).evaluate("E", given).value == 3


def test_types_that_differ_are_none():
    xml = definitions(asking(("a", "number", ""), ("a", "string", ""), ("b", "date", "")))

    assert inputs(declared(xml, "D")) == {"a": None, "b": "date"}


def test_the_table_of_a_function_requires_functions_alone():
    body = table(["x", "other", "twice(x)"], ["o"], [["-", "-", "-", "1"]])
    xml = definitions(
        input_data("i"), knowledge("F", ["x"], body), knowledge("twice", ["x"], literal("x"))
    )

    found = parser.parse(declared(xml, "F"))

    assert [href.id for href in found.knowledge[0].knowledge] == ["twice"]
    assert [each.name for each in found.inputs] == ["i"]


def test_files_of_camunda_are_left_alone():
    xml = definitions(asking("amount"), more='xmlns:camunda="http://camunda.org/schema/1.0/dmn"')

    assert declared(xml, "D") == xml


def test_nothing_else_in_the_file_changes():
    xml = definitions(input_data("a"), asking("a", "b", needs=["a"])).replace(b"\n", b"\r\n")

    found = declared(xml, "D")

    source = Source(found)
    new = [
        source.span(each)
        for each in source.root.iter("{*}inputData", "{*}informationRequirement")
        if "input_b" in source.outer(each)
    ]
    left = source.spliced([(span.start, span.end, "") for span in new])
    assert b"".join(left.split()) == b"".join(xml.split())
    assert b"\n" not in found.replace(b"\r\n", b"")


def test_elements_stand_where_the_schema_wants_them_with_ids_of_their_own():
    xml = definitions(
        input_data("a"),
        knowledge("f", ["x"], literal("x")),
        asking("a", "f(b)", knows=["f"]).replace('id="D"', 'id="input_b"'),
    )

    root = etree.fromstring(declared(xml, "input_b"))

    (found,) = root.findall("{*}decision")
    tags = [etree.QName(each).localname for each in found]
    assert tags == [
        *("variable", "informationRequirement", "informationRequirement"),
        *("knowledgeRequirement", "decisionTable"),
    ]
    ids = [value for each in root.iter("*") if (value := each.get("id"))]
    assert len(ids) == len(set(ids))


def test_the_diagram_shows_what_is_new_beside_the_rest():
    sheet = sheet_of(new_model("routing", "Routing"), "routing")
    more = replace(sheet.inputs[0], id="", expression="region")
    wider = replace(sheet, inputs=(*sheet.inputs, more))

    root = etree.fromstring(with_sheet(new_model("routing", "Routing"), "routing", wider))

    boxes = {
        each.get("dmnElementRef"): (float(each[0].get("x")), float(each[0].get("y")))
        for each in root.iter("{*}DMNShape")
    }
    assert boxes["input_region"] == (305, 220)
    assert boxes["data_routing"] == (160, 220)
    (edge,) = (
        each
        for each in root.iter("{*}DMNEdge")
        if each.get("dmnElementRef") == "requires_input_region"
    )
    assert [(each.get("x"), each.get("y")) for each in edge] == [("367.5", "220"), ("250", "160")]


def test_a_new_table_whose_column_gets_another_name_takes_its_input_along():
    xml = new_model("routing", "Routing")
    sheet = sheet_of(xml, "routing")
    column = replace(sheet.inputs[0], expression="Loan Amount", type="number")
    rules = (Row("", ("> 10",), ('"two"',)), Row("", ("<= 10",), ('"one"',)))

    written = with_sheet(xml, "routing", replace(sheet, inputs=(column,), rules=rules))

    assert inputs(written) == {"Loan Amount": "number"}
    assert dmn.load(written).evaluate("routing", {"Loan Amount": 11}).value == "two"


def test_input_that_others_read_too_keeps_its_name():
    xml = definitions(
        input_data("a", "number"),
        asking(("a", "number", ""), needs=["a"]),
        decision("E", literal("a"), needs=["a"]),
    )
    sheet = sheet_of(xml, "D")

    column = replace(sheet.inputs[0], expression="b", type="string")
    written = with_sheet(xml, "D", replace(sheet, inputs=(column,)))

    assert inputs(written) == {"a": "number", "b": "string"}
    assert required(written) == ["a", "input_b"]


@pytest.mark.django_db
def test_a_new_table_that_is_edited_and_published_answers():
    draft = decision_imports.begin(key="limits", name="Loan limits", by=decided.ADA, now=NOW)
    xml = bytes(draft.xml)
    table_of = sheet_of(xml, "limits")
    columns = (
        replace(table_of.inputs[0], expression="Applicant Age", type="number"),
        replace(table_of.inputs[0], id="", expression="region"),
    )
    rules = (Row("", (">= minimum", '"north"'), ('"yes"',)), Row("", ("< minimum", "-"), ('"no"',)))
    edited = with_sheet(xml, "limits", replace(table_of, inputs=columns, rules=rules))

    saved = decision_drafts.save(
        draft, xml=edited, revision=draft.revision, by=decided.ADA, now=NOW
    )
    decided.signed(decided.submitted(saved))

    given = {"Applicant Age": 30, "region": "north", "minimum": 18}
    _, found = decision_definitions.evaluate("limits", given, now=NOW)
    assert (found.value, found.errors) == ("yes", ())


def without_requirements(xml):
    """The file in which no decision requires anything."""
    source = Source(xml)
    spans = [
        source.span(each)
        for owner in source.children(source.root, "decision")
        for tag in ("informationRequirement", "knowledgeRequirement")
        for each in source.children(owner, tag)
    ]
    return source.spliced([(span.start, span.end, "") for span in spans])


@pytest.mark.skipif(not FILES, reason="../shared/data has no compatibility kit")
def test_real_files_declare_everything_already():
    for path in FILES:
        xml = path.read_bytes()
        for each in parser.parse(xml).decisions[:4]:
            assert declared(xml, each.id) == xml, (path.name, each.name)


@pytest.mark.skipif(not FILES, reason="../shared/data has no compatibility kit")
def test_requirements_that_were_lost_are_found_again():
    count = 0
    for path in FILES:
        xml = path.read_bytes()
        model = parser.parse(xml)
        if model.imports:
            continue
        for each in [each for each in model.decisions if each.is_table][:3]:
            before = [href.id for href in (*each.requires, *each.knowledge)]
            after = required(declared(without_requirements(xml), each.id), each.id)
            assert set(after) <= set(before), (path.name, each.name)
            count += set(after) == set(before)

    assert count >= 20
