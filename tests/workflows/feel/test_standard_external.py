"""Externally-defined functions (DMN 1.5, 10.3.2.13.3 and table 47), served without any Java."""

from decimal import Decimal

import pytest

from tests.workflows.feel.calling import new_run
from workflows import feel


def external(signature, *arguments, of="java.lang.Math"):
    """What a function with this method of Java answers, and the notes that it leaves."""
    names = [f"p{place}" for place in range(len(arguments))]
    mapping = f'java: {{class: "{of}", method signature: "{signature}"}}'
    text = f"(function({', '.join(names)}) external {{{mapping}}})({', '.join(arguments)})"
    run = new_run()
    return feel.compile(text).within({}, run), run.notes


@pytest.mark.parametrize(
    ("signature", "arguments", "expected"),
    [
        ("cos(double)", ["0"], 1),
        ("max(int, int)", ["1", "2"], 2),
        ("max(long,long)", ["1", "-2"], 1),
        ("max(float,float)", ["0.1", "0.05"], "0.1"),
        ("min(double,double)", ["1.5", "2"], "1.5"),
        ("abs( double )", ["-4"], 4),
        ("pow(double,double)", ["2", "10"], 1024),
        ("sqrt(double)", ["2"], "1.4142135623730951"),
        ("round(double)", ["2.5"], 3),
        ("round(double)", ["-2.5"], -2),
        ("rint(double)", ["2.5"], 2),
        ("floor(double)", ["-0.5"], -1),
        ("signum(double)", ["-7"], -1),
        ("floorMod(int,int)", ["-7", "3"], 2),
        ("abs(java.lang.Integer)", ["-3"], 3),
        ("cos(double)", ["[0]"], None),
    ],
)
def test_methods_of_math_are_served(signature, arguments, expected):
    value, notes = external(signature, *arguments)

    assert value == (None if expected is None else Decimal(expected))
    assert bool(notes) is (expected is None)


@pytest.mark.parametrize(
    ("of", "signature", "arguments", "expected"),
    [
        ("java.lang.Integer", "valueOf(java.lang.String)", ['"12"'], Decimal(12)),
        ("java.lang.Integer", "parseInt(String)", ['"-12"'], Decimal(-12)),
        ("java.lang.Long", "parseLong(java.lang.String)", ['"9000000000"'], Decimal(9000000000)),
        ("java.lang.Double", "valueOf(java.lang.String)", ['"1.5e3"'], Decimal(1500)),
        ("java.lang.Boolean", "parseBoolean(java.lang.String)", ['"TRUE"'], True),
        ("java.lang.String", "valueOf(double)", ["12345678"], "1.2345678E7"),
        ("java.lang.String", "valueOf(double)", ["1"], "1.0"),
        ("java.lang.String", "valueOf(int)", ["1"], "1"),
        ("java.lang.String", "valueOf(boolean)", ["true"], "true"),
        ("java.lang.String", "valueOf(java.lang.Object)", ["[1.50, null]"], "[1.50, null]"),
    ],
)
def test_texts_and_numbers_become_each_other(of, signature, arguments, expected):
    value, notes = external(signature, *arguments, of=of)

    assert value == expected
    assert not notes


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (['"foo %s"', '"bar"'], "foo bar"),
        (['"%s and %s"', '["a", 1.50]'], "a and 1.50"),
        (['"%2$s %1$s"', '["a", "b"]'], "b a"),
        (['"%.2f|%8.3f|%-5s|%05.1f"', '[3.14159, 2.5, "x", 1.25]'], "3.14|   2.500|x    |001.3"),
        (['"%,.1f %+.0f"', "[1234567.89, 5]"], "1,234,567.9 +5"),
        (['"%b %n%%"', "true"], "true \n%"),
        (['"%s"', '@"2020-01-01"'], "2020-01-01"),
        (['"%s"', "null"], "null"),
        (['"%d"', "1"], None),
        (['"%s %s"', '"a"'], None),
        (['"%q"', '"a"'], None),
        (['"100%"', '"a"'], None),
        (['"%9999s"', '"a"'], None),
        (["1", '"a"'], None),
    ],
)
def test_format_writes_as_java_does(arguments, expected):
    signature = "format(java.lang.String, [Ljava.lang.Object;)"

    value, notes = external(signature, *arguments, of="java.lang.String")

    assert value == expected
    assert bool(notes) is (expected is None)


@pytest.mark.parametrize(
    ("of", "signature", "arguments"),
    [
        ("java.lang.Math", "sqrt(double)", ["-1"]),
        ("java.lang.Math", "log(double)", ["0"]),
        ("java.lang.Math", "exp(double)", ["1000"]),
        ("java.lang.Math", "pow(double,double)", ["10", "400"]),
        ("java.lang.Math", "max(int,int)", ["1.5", "2"]),
        ("java.lang.Math", "max(int,int)", ["3000000000", "2"]),
        ("java.lang.Math", "max(int,int)", ["1"]),
        ("java.lang.Math", "max(double,double)", ["null", "2"]),
        ("java.lang.Math", "max(double,double)", ['"1"', "2"]),
        ("java.lang.Integer", "valueOf(java.lang.String)", ['"abc"']),
        ("java.lang.Integer", "valueOf(java.lang.String)", ['"3000000000"']),
        ("java.lang.Math", "random()", []),
        ("java.lang.Math", "cos(double", ["0"]),
        ("java.lang.System", "exit(int)", ["1"]),
        ("java.lang.Runtime", "exec(java.lang.String)", ['"ls"']),
        ("os", "system(java.lang.String)", ['"ls"']),
        ("builtins", "eval(java.lang.String)", ['"1"']),
    ],
)
def test_what_has_no_result_or_is_not_served_is_null_with_a_note(of, signature, arguments):
    value, notes = external(signature, *arguments, of=of)

    assert value is None
    assert notes


@pytest.mark.parametrize(
    "mapping",
    ["{}", "{java: 5}", "{java: {}}", '{pmml: {document: "a.pmml", model: "m"}}', "{java: null}"],
)
def test_mapping_information_without_a_method_gives_null(mapping):
    run = new_run()

    assert feel.compile(f"(function(a) external {mapping})(1)").within({}, run) is None
    assert "method signature" in run.notes[0]


def test_parameters_convert_and_refuse_as_those_of_other_functions():
    mapping = '{java: {class: "java.lang.Math", method signature: "abs(double)"}}'
    text = f"(function(a: number) external {mapping})"

    assert feel.evaluate(f"{text}(a: -4)", {}) == Decimal(4)
    assert feel.evaluate(f"{text}([-4])", {}) == Decimal(4)
    assert feel.evaluate(f'{text}("-4")', {}) is None
    assert feel.evaluate(f"{text}()", {}) is None
    assert feel.evaluate(f"{text} instance of function<number> -> Any", {}) is True
