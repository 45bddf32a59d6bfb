"""Types: what conforms, and what is converted (DMN 1.5, 10.3.2.9)."""

from decimal import Decimal

import pytest

from workflows import feel
from workflows.feel import types
from workflows.feel.parser import parse_type
from workflows.feel.temporal import Date, DateTime, Time


def type_named(text):
    return types.resolve(parse_type(text), {})


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("null", "Null"),
        ("1", "Any"),
        ("1", "number"),
        ('"a"', "string"),
        ("true", "boolean"),
        ('@"2026-11-21"', "date"),
        ('@"10:00:00"', "time"),
        ('@"2026-11-21T10:00:00"', "date and time"),
        ('@"P1D"', "days and time duration"),
        ('@"P1Y"', "years and months duration"),
        ("[1, null]", "list<number>"),
        ("[]", "list<string>"),
        ("[[1]]", "list<list<number>>"),
        ("[1..2]", "range<number>"),
        ("(< 2)", "range<number>"),
        ("{a: 1, b: 2}", "context<a: number>"),
        ("{a: null}", "context<a: number>"),
        ("function(a: number) a", "function<number> -> Any"),
        ("function(a) a", "function<number> -> Any"),
        ("function(a: context<x: string>) 1", "function<context<x: string, y: string>> -> Any"),
        ("abs", "function<number> -> Any"),
    ],
)
def test_a_value_is_an_instance(value, kind):
    assert feel.evaluate(f"({value}) instance of {kind}", {}) is True


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("null", "Any"),
        ("null", "list<Any>"),
        ("1", "string"),
        ("true", "number"),
        ("1", "list<number>"),
        ("[1]", "number"),
        ('[1, "a"]', "list<number>"),
        ('["a".."b"]', "range<number>"),
        ("{b: 1}", "context<a: number>"),
        ('{a: "x"}', "context<a: number>"),
        ('@"2026-11-21"', "date and time"),
        ('@"P1D"', "years and months duration"),
        ("function(a: string) a", "function<number> -> Any"),
        ("function(a) a", "function<number, number> -> Any"),
        ("function(a: context<x: string, y: string>) 1", "function<context<x: string>> -> Any"),
        ("1", "function<> -> Any"),
    ],
)
def test_a_value_is_no_instance(value, kind):
    assert feel.evaluate(f"({value}) instance of {kind}", {}) is False


@pytest.mark.parametrize(
    ("value", "kind", "converted"),
    [
        (Decimal(1), "number", Decimal(1)),
        (None, "number", None),
        (Decimal(1), "list<number>", [Decimal(1)]),
        ([Decimal(1)], "number", Decimal(1)),
        (Date(2026, 11, 21), "date and time", DateTime(Date(2026, 11, 21), Time(0, 0, 0, 0, 0))),
        ([Decimal(1)], "list<number>", [Decimal(1)]),
    ],
)
def test_a_value_is_converted_to_the_declared_type(value, kind, converted):
    run = feel.new_run()

    assert types.coerced(value, type_named(kind), run) == converted
    assert not run.notes


@pytest.mark.parametrize(
    ("value", "kind"),
    [("a", "number"), ([Decimal(1), Decimal(2)], "number"), (["a"], "number"),
     ("a", "list<number>"), ([None], "number"), (Decimal(1), "boolean")],
)  # fmt: skip
def test_what_does_not_conform_becomes_null_with_a_note(value, kind):
    run = feel.new_run()

    assert types.coerced(value, type_named(kind), run) is None
    assert kind in run.notes[0]


def test_allowed_values_restrict_what_conforms_but_are_no_part_of_the_type():
    """DMN 1.5, table 61 asks for the type in the lattice, which knows no allowed values."""
    risk = types.Constrained(types.STRING, "Risk", {"low", "high"}.__contains__)
    named = {"Risk": risk}

    assert types.conforms("low", risk)
    assert not types.conforms("middle", risk)
    assert feel.compile('"middle" instance of Risk', types=named)({}) is True
    assert feel.compile('["middle"] instance of list<Risk>', types=named)({}) is True
    assert feel.compile("1 instance of Risk", types=named)({}) is False
    assert types.is_subtype(risk, types.STRING)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("[1, 2]", "list<number>"),
        ('[1, "a"]', "list<Any>"),
        ("{a: [true]}", "context<a: list<boolean>>"),
        ("[1..2]", "range<number>"),
        ("function(a: string) a", "function<string> -> Any"),
        ("null", "Null"),
    ],
)
def test_a_value_has_a_type(text, title):
    assert str(types.type_of(feel.evaluate(text, {}))) == title


def test_an_unknown_type_is_named():
    with pytest.raises(feel.FeelError, match="no type `Loan`"):
        type_named("list<Loan>")
