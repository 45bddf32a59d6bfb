"""Decision tables out of their files and back: what was not changed stays letter by letter."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from workflows import dmn
from workflows.dmn.sheet import (
    InputColumn,
    NamedType,
    OutputColumn,
    Row,
    Sheet,
    SheetError,
    decisions_in,
    new_model,
    policy_of,
    sheet_of,
    surroundings_of,
    tables_in,
    types_in,
)
from workflows.dmn.sheet_writing import with_sheet

SHARED = Path(__file__).parents[4] / "shared/data"
FILES = sorted(SHARED.rglob("*.dmn"))

MODEL = b"""<?xml version="1.0" encoding="UTF-8"?>
<dmn:definitions xmlns:dmn="https://www.omg.org/spec/DMN/20230324/MODEL/"
    xmlns:v='urn:vendor' id="defs" name="Fees" namespace="urn:fees">
  <!-- kept -->
  <dmn:itemDefinition name="Region">
    <dmn:typeRef>string</dmn:typeRef>
    <dmn:allowedValues><dmn:text>"north", "south"</dmn:text></dmn:allowedValues>
  </dmn:itemDefinition>
  <dmn:inputData id="age" name="Applicant Age"/>
  <dmn:decision id="fee" name="Fee">
    <dmn:decisionTable id="table" hitPolicy='FIRST' v:wide = "yes">
      <dmn:input id="i1" label="Amount" v:width="120">
        <dmn:inputExpression id="e1" typeRef="number">
          <dmn:text>amount</dmn:text>
        </dmn:inputExpression>
      </dmn:input>
      <dmn:input id="i2">
        <dmn:inputExpression typeRef="Region"><dmn:text>region</dmn:text></dmn:inputExpression>
      </dmn:input>
      <dmn:output id="o1" name="fee" typeRef="number"/>
      <dmn:annotation name="Why"/>
      <!-- small ones -->
      <dmn:rule id="r1">
        <dmn:inputEntry id="c11"><dmn:text><![CDATA[< 10]]></dmn:text></dmn:inputEntry>
        <dmn:inputEntry id="c12"><dmn:text></dmn:text></dmn:inputEntry>
        <dmn:outputEntry id="c13" v:colour="red"><dmn:text>1</dmn:text></dmn:outputEntry>
        <dmn:annotationEntry><dmn:text>little</dmn:text></dmn:annotationEntry>
      </dmn:rule>
      <dmn:rule id="r2">
        <dmn:inputEntry id="c21"><dmn:text>&gt;= 10</dmn:text></dmn:inputEntry>
        <dmn:inputEntry id="c22"><dmn:text>&quot;north&quot;</dmn:text></dmn:inputEntry>
        <dmn:outputEntry id="c23"><dmn:text>2</dmn:text></dmn:outputEntry>
        <dmn:annotationEntry><dmn:text>more</dmn:text></dmn:annotationEntry>
      </dmn:rule>
    </dmn:decisionTable>
  </dmn:decision>
  <dmn:decision id="other" name="Other">
    <dmn:literalExpression><dmn:text>1</dmn:text></dmn:literalExpression>
  </dmn:decision>
</dmn:definitions>
"""


def test_a_table_is_read_with_its_columns_rules_and_annotations():
    sheet = sheet_of(MODEL, "fee")

    assert (sheet.decision, sheet.name, sheet.letters) == ("fee", "Fee", "F")
    assert sheet.inputs == (
        InputColumn("i1", "Amount", "amount", "number"),
        InputColumn("i2", "", "region", "Region"),
    )
    assert sheet.outputs == (OutputColumn("o1", "", "fee", "number"),)
    assert sheet.annotations == ("Why",)
    assert sheet.rules == (
        Row("r1", ("< 10", ""), ("1",), ("little",)),
        Row("r2", (">= 10", '"north"'), ("2",), ("more",)),
    )
    assert sheet.titles == ("Amount", "region", "fee", "Why")


def test_decisions_say_whether_they_are_tables():
    assert decisions_in(MODEL) == [("fee", "Fee", True), ("other", "Other", False)]


def test_what_is_no_table_is_refused():
    with pytest.raises(SheetError, match="Other is not a decision table"):
        sheet_of(MODEL, "other")
    with pytest.raises(SheetError, match="no decision missing"):
        sheet_of(MODEL, "missing")


def test_the_same_sheet_leaves_every_byte():
    assert with_sheet(MODEL, "fee", sheet_of(MODEL, "fee")) == MODEL


def test_one_changed_cell_changes_one_line():
    sheet = sheet_of(MODEL, "fee")
    second = replace(sheet.rules[1], inputs=(">= 20", '"north"'))

    written = with_sheet(MODEL, "fee", replace(sheet, rules=(sheet.rules[0], second)))

    before, after = MODEL.decode().splitlines(), written.decode().splitlines()
    changed = [new for old, new in zip(before, after, strict=True) if old != new]
    assert len(changed) <= 2  # the quotes beside it need no escape
    assert "&gt;= 20" in changed[0]
    assert sheet_of(written, "fee").rules[1] == second


def test_a_change_to_and_fro_gives_the_first_file_back():
    sheet = sheet_of(MODEL, "fee")
    turned = replace(sheet, rules=sheet.rules[::-1], hit_policy="UNIQUE")

    there = with_sheet(MODEL, "fee", turned)
    back = with_sheet(there, "fee", sheet)

    assert sheet_of(there, "fee") == turned
    assert back == MODEL.replace(b"hitPolicy='FIRST'", b'hitPolicy="FIRST"')


def test_new_rules_and_columns_get_new_ids_and_cells_keep_theirs():
    sheet = sheet_of(MODEL, "fee")
    changed = replace(
        sheet,
        inputs=(sheet.inputs[1], InputColumn("", "Day", "day", "date", ">= x"), sheet.inputs[0]),
        rules=(
            Row("", ('"south"', "-", "< 5"), ("0",), ("",)),
            *(replace(row, inputs=(row.inputs[1], "-", row.inputs[0])) for row in sheet.rules),
        ),
    )

    written = with_sheet(MODEL, "fee", changed)

    read = sheet_of(written, "fee")
    ids = [element.get("id") for element in etree.fromstring(written).iter("{*}rule", "{*}input")]
    assert [row.cells for row in read.rules] == [row.cells for row in changed.rules]
    assert [column.expression for column in read.inputs] == ["region", "day", "amount"]
    assert read.inputs[1].allowed == ">= x"
    assert [row.id for row in read.rules[1:]] == ["r1", "r2"]
    assert all(ids)
    assert len(ids) == len(set(ids))
    entries = etree.fromstring(written).findall(".//{*}rule[@id='r1']/{*}inputEntry")
    assert [entries[0].get("id"), entries[2].get("id")] == ["c12", "c11"]
    assert entries[1].get("id")
    assert b'v:colour="red"' in written
    assert b'v:width="120"' in written


def test_comments_of_removed_rules_stay():
    sheet = sheet_of(MODEL, "fee")

    written = with_sheet(MODEL, "fee", replace(sheet, rules=sheet.rules[1:]))

    assert b"<!-- small ones -->" in written
    assert b"<!-- kept -->" in written
    assert b'id="r1"' not in written


def test_a_removed_column_takes_its_cells_with_it():
    sheet = sheet_of(MODEL, "fee")
    rules = tuple(replace(row, inputs=row.inputs[1:]) for row in sheet.rules)

    written = with_sheet(MODEL, "fee", replace(sheet, inputs=sheet.inputs[1:], rules=rules))

    assert b'id="c11"' not in written
    assert b'id="c12"' in written
    assert sheet_of(written, "fee").rules == rules


def test_a_copied_rule_with_the_same_id_becomes_a_new_one():
    sheet = sheet_of(MODEL, "fee")

    written = with_sheet(MODEL, "fee", replace(sheet, rules=(*sheet.rules, sheet.rules[0])))

    ids = [row.id for row in sheet_of(written, "fee").rules]
    assert ids[:2] == ["r1", "r2"]
    assert ids[2] not in ids[:2]


def test_headers_are_written_and_emptied():
    sheet = sheet_of(MODEL, "fee")
    output = replace(sheet.outputs[0], label="Fee <&>", allowed="1, 2", default="2")
    inputs = (replace(sheet.inputs[0], label="", type="", expression='a > "b"'), sheet.inputs[1])
    changed = replace(sheet, inputs=inputs, outputs=(output,), annotations=("Reason",))

    written = with_sheet(MODEL, "fee", changed)
    read = sheet_of(written, "fee")
    emptied = with_sheet(written, "fee", replace(read, outputs=sheet.outputs))

    assert (read.inputs, read.outputs, read.annotations) == (inputs, (output,), ("Reason",))
    assert sheet_of(emptied, "fee").outputs == sheet.outputs
    assert b"outputValues" not in emptied


def test_hit_policy_and_aggregation_are_attributes():
    sheet = sheet_of(MODEL, "fee")

    summed = with_sheet(MODEL, "fee", replace(sheet, hit_policy="COLLECT", aggregation="SUM"))
    plain = with_sheet(summed, "fee", sheet)

    assert sheet_of(summed, "fee").letters == "C+"
    assert b"aggregation" not in plain


@pytest.mark.parametrize(
    ("letters", "names"),
    [("U", ("UNIQUE", "")), ("C", ("COLLECT", "")), ("C#", ("COLLECT", "COUNT"))],
)
def test_letters_name_hit_policies(letters, names):
    assert policy_of(letters) == names


@pytest.mark.parametrize("letters", ["", "X", "U+", "C!", "C++"])
def test_other_letters_are_refused(letters):
    with pytest.raises(SheetError, match="is not a hit policy"):
        policy_of(letters)


def test_line_ends_and_encoding_of_the_file_stay():
    latin = MODEL.replace(b"UTF-8", b"ISO-8859-1").replace(b"\n", b"\r\n")
    latin = latin.replace(b"little", "dürftig".encode("latin-1"))
    sheet = sheet_of(latin, "fee")
    row = replace(sheet.rules[0], outputs=('"é €"',))

    written = with_sheet(latin, "fee", replace(sheet, rules=(row, sheet.rules[1])))

    assert b"\xe9 &#8364;" in written
    assert b"\n" not in written.replace(b"\r\n", b"")
    assert sheet_of(written, "fee").rules[0] == row
    assert sheet.rules[0].annotations == ("dürftig",)


DMN_1_1 = (
    MODEL.replace(
        b"https://www.omg.org/spec/DMN/20230324/MODEL/",
        b"http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    )
    .replace(b'<dmn:annotation name="Why"/>', b"")
    .replace(b"<dmn:annotationEntry><dmn:text>little</dmn:text></dmn:annotationEntry>", b"")
    .replace(b"<dmn:annotationEntry><dmn:text>more</dmn:text></dmn:annotationEntry>", b"")
    .replace(b'<dmn:rule id="r1">', b'<dmn:rule id="r1"><dmn:description>old</dmn:description>')
)


def test_in_dmn_1_1_the_description_is_the_annotation():
    sheet = sheet_of(DMN_1_1, "fee")
    rules = (
        replace(sheet.rules[0], annotations=("",)),
        replace(sheet.rules[1], annotations=("n",)),
    )

    written = with_sheet(DMN_1_1, "fee", replace(sheet, rules=rules))

    assert sheet.annotations == ("Description",)
    assert [row.annotations for row in sheet.rules] == [("old",), ("",)]
    assert sheet_of(written, "fee").rules == rules
    assert b"<dmn:description>n</dmn:description>" in written
    with pytest.raises(SheetError, match=r"DMN 1\.1"):
        with_sheet(DMN_1_1, "fee", replace(sheet, annotations=("Why",)))


def test_columns_and_rules_without_ids_get_lasting_ones_with_the_first_change():
    bare = MODEL.replace(b' id="r1"', b"").replace(b' id="r2"', b"").replace(b' id="i1"', b"")
    sheet = sheet_of(bare, "fee")

    written = with_sheet(bare, "fee", replace(sheet, rules=sheet.rules[::-1]))

    assert [row.id for row in sheet.rules] == ["rule_1", "rule_2"]
    assert with_sheet(bare, "fee", sheet) == bare
    assert sheet_of(written, "fee") == replace(sheet, rules=sheet.rules[::-1])


def test_types_and_names_around_a_table_are_known():
    around = surroundings_of(MODEL)

    assert types_in(MODEL) == {"Region": NamedType("string", '"north", "south"')}
    assert around.names == ("Applicant Age",)
    assert not around.camunda


def test_a_type_that_names_itself_ends():
    model = MODEL.replace(b"<dmn:typeRef>string<", b"<dmn:typeRef>Region<")

    assert types_in(model) == {"Region": NamedType()}


def test_a_new_model_loads_and_takes_rules():
    xml = new_model("routing", 'A "first" & table')
    sheet = sheet_of(xml, "routing")

    rules = (Row("", ('"a"',), ('"b"',)), Row("", ("-",), ('"c"',)))
    written = with_sheet(xml, "routing", replace(sheet, rules=rules))

    assert sheet.name == 'A "first" & table'
    assert dmn.load(written).evaluate("routing", {"input": "a"}).errors
    assert dmn.load(written).evaluate("routing", {"input": "x"}).value == "c"


@pytest.mark.parametrize(("key", "name"), [("1a", "x"), ("a b", "x"), ("a", ""), ("a", "x\ny")])
def test_keys_and_names_of_new_models_are_checked(key, name):
    with pytest.raises(SheetError):
        new_model(key, name)


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"<a/>",
        b"no xml",
        b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>',
        MODEL.replace(b"20230324", b"19990101"),
        MODEL.replace(b"'FIRST'", b"'LAST'"),
        MODEL.replace(b"<dmn:annotation ", b"<dmn:input/><dmn:annotation ").replace(
            b'<dmn:outputEntry id="c13"', b"<dmn:outputEntry/><dmn:outputEntry "
        ),
    ],
)
def test_other_files_are_refused_with_a_sentence(xml):
    with pytest.raises(SheetError, match=r"[.:]"):
        sheet_of(xml, "fee")


CELL = st.sampled_from(["", "-", "< 10", '"a & b"', "x\ny", "]]>", "'"])


@st.composite
def edited(draw: st.DrawFn) -> Sheet:
    """The model's sheet after any number of moves, copies, additions and removals."""
    sheet = sheet_of(MODEL, "fee")
    new = [InputColumn("", "n", "new", "string", '"a"'), InputColumn("i9", "", "", "")]
    inputs = draw(st.lists(st.sampled_from([*sheet.inputs, *new]), unique=True, max_size=4))
    outputs = [sheet.outputs[0], OutputColumn("", "O", "o", "", "1, 2", "1")]
    outputs = draw(st.lists(st.sampled_from(outputs), unique=True, min_size=1))
    notes = draw(st.lists(st.sampled_from(["Why", "Who", ""]), max_size=3))
    cells = st.tuples(
        *(
            st.lists(CELL, min_size=len(columns), max_size=len(columns)).map(tuple)
            for columns in (inputs, outputs, notes)
        )
    )
    rows = draw(st.lists(st.tuples(st.sampled_from(["r1", "r2", "r1", "", "r9"]), cells)))
    return replace(
        sheet,
        hit_policy=draw(st.sampled_from(["FIRST", "UNIQUE", "COLLECT"])),
        inputs=tuple(inputs),
        outputs=tuple(outputs),
        annotations=tuple(notes),
        rules=tuple(Row(row_id, *of_row) for row_id, of_row in rows),
    )


def without_ids(sheet: Sheet) -> Sheet:
    return replace(
        sheet,
        inputs=tuple(replace(column, id="") for column in sheet.inputs),
        outputs=tuple(replace(column, id="") for column in sheet.outputs),
        rules=tuple(replace(row, id="") for row in sheet.rules),
    )


@settings(max_examples=200, deadline=None)
@given(edited())
def test_whatever_is_edited_is_what_the_file_says(sheet):
    written = with_sheet(MODEL, "fee", sheet)

    read = sheet_of(written, "fee")
    assert without_ids(read) == without_ids(sheet)
    ids = [value for e in etree.fromstring(written).iter("*") if (value := e.get("id"))]
    assert len(ids) == len(set(ids))
    assert written.startswith(MODEL[: MODEL.index(b"<dmn:decisionTable")])
    assert written.endswith(MODEL[MODEL.index(b"</dmn:decisionTable>") :])


def same_trees(one: bytes, two: bytes) -> bool:
    return etree.tostring(etree.fromstring(one), method="c14n") == etree.tostring(
        etree.fromstring(two), method="c14n"
    )


@pytest.mark.skipif(not FILES, reason="../shared/data has no DMN models")
def test_real_tables_come_back_as_they_were():
    count = 0
    for path in FILES:
        xml = path.read_bytes()
        for decision, _ in tables_in(xml):
            sheet = sheet_of(xml, decision)
            turned = replace(sheet, rules=sheet.rules[::-1])

            there = with_sheet(xml, decision, turned)

            assert with_sheet(xml, decision, sheet) == xml
            assert sheet_of(there, decision) == turned
            assert same_trees(with_sheet(there, decision, sheet), xml), path
            count += 1
    assert count > 50
