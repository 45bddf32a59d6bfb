"""Proposed inputs hit the rule that they are proposed for."""

from workflows.dmn.samples import samples
from workflows.dmn.sheet import InputColumn, OutputColumn, Row, Sheet, Surroundings

SHEET = Sheet(
    decision="fee",
    name="Fee",
    inputs=(
        InputColumn("i1", "", "loan.amount", "number"),
        InputColumn("i2", "", "Home Region", "string"),
    ),
    outputs=(OutputColumn("o1", "", "fee", "number"),),
    rules=(
        Row("r1", ("< 10", "-"), ("1",)),
        Row("r2", ("-", '"north"'), ("2",)),
        Row("r3", ("> limit", "-"), ("3",)),
        Row("r4", ("[3..1]", "-"), ("4",)),
    ),
)
AROUND = Surroundings(names=("Home Region",))


def test_each_rule_that_can_be_judged_gets_an_input_of_its_own_where_there_is_one():
    first, second = samples(SHEET, AROUND)

    assert (first.rule, first.values) == (1, ("0", '"something else"'))
    assert first.variables == {"loan": {"amount": 0}, "Home Region": "something else"}
    assert (second.rule, second.values) == (2, ("10", '"north"'))
    assert not first.alone  # rule 3 may match, too


def test_what_cannot_be_turned_round_has_no_variables():
    sheet = Sheet(
        decision="fee",
        name="Fee",
        inputs=(InputColumn("i1", "", "a + b", "number"),),
        outputs=SHEET.outputs,
        rules=(Row("r1", ("5",), ("1",)),),
    )

    (sample,) = samples(sheet)

    assert (sample.values, sample.variables, sample.alone) == (("5",), None, True)
