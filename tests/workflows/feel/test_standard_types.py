"""Types, conformance and `instance of` (DMN 1.5, 10.3.2.9, tables 43, 44 and 61)."""

import pytest

from tests.workflows.feel.standard import cases, written
from workflows import feel
from workflows.feel import types


@pytest.mark.parametrize(
    ("text", "expected"),
    cases(r"""
        1 instance of number        ⇒ true
        1 instance of string        ⇒ false
        1 instance of Any           ⇒ true
        1 instance of Null          ⇒ false
        null instance of Null       ⇒ true
        null instance of Any        ⇒ false
        null instance of number     ⇒ false
        null instance of list<Any>  ⇒ false
        "a" instance of string      ⇒ true
        true instance of boolean    ⇒ true
        true instance of number     ⇒ false
        @"2020-01-01" instance of date ⇒ true
        @"2020-01-01" instance of date and time ⇒ false
        @"2020-01-01T10:00:00" instance of date and time ⇒ true
        @"2020-01-01T10:00:00" instance of date ⇒ false
        @"10:00:00" instance of time ⇒ true
        @"P1D" instance of days and time duration ⇒ true
        @"P1D" instance of years and months duration ⇒ false
        @"P1Y" instance of years and months duration ⇒ true
        [1, 2] instance of list<number> ⇒ true
        [1, "a"] instance of list<number> ⇒ false
        [1, "a"] instance of list<Any> ⇒ true
        [1, null] instance of list<number> ⇒ true
        [] instance of list<number> ⇒ true
        [[1]] instance of list<list<number>> ⇒ true
        1 instance of list<number>  ⇒ false
        [1] instance of number      ⇒ false
        {a: 1} instance of context<a: number> ⇒ true
        {a: 1, b: 2} instance of context<a: number> ⇒ true
        {b: 2} instance of context<a: number> ⇒ false
        {a: "x"} instance of context<a: number> ⇒ false
        {a: null} instance of context<a: number> ⇒ true
        {a: {b: 1}} instance of context<a: context<b: number>> ⇒ true
        [{a: 1}] instance of list<context<a: number>> ⇒ true
        [1..10) instance of range<number> ⇒ true
        [1..10) instance of range<string> ⇒ false
        (>= @"2019-01-01") instance of range<date> ⇒ true
        [1..10] instance of list<number> ⇒ false
        (function(x: number) x) instance of function<number> -> Any ⇒ true
        (function(x: Any) x) instance of function<number> -> Any ⇒ true
        (function(x: number) x) instance of function<Any> -> Any ⇒ false
        (function(x: number) x) instance of function<string> -> Any ⇒ false
        (function(x: number) x) instance of function<number, number> -> Any ⇒ false
        (function() 1) instance of function<> -> Any ⇒ true
        abs instance of function<number> -> Any ⇒ true
        1 instance of function<> -> Any ⇒ false
        [1] instance of list        ⇒ null
        {a: 1} instance of context  ⇒ null
        [1..2] instance of range    ⇒ null
    """),
)
def test_instance_of_asks_for_the_type_in_the_lattice(text, expected):
    """Table 61, with the conformance of 10.3.2.9.2; a type without its parameters is no type."""
    assert written(text) == expected


@pytest.mark.parametrize("name", ["list", "context", "range"])
def test_camundas_dialect_knows_types_without_parameters(name):
    values = {"list": "[1]", "context": "{a: 1}", "range": "[1..2]"}

    assert feel.evaluate(f"{values[name]} instance of {name}", {}, dialect="camunda") is True


@pytest.mark.parametrize(
    ("narrow", "wide", "conforms"),
    [
        ("number", "number", True),
        ("string", "date", False),
        ("date", "date and time", False),
        ("number", "Any", True),
        ("Null", "string", True),
        ("Any", "string", False),
        ("list<number>", "list<Any>", True),
        ("list<Any>", "list<number>", False),
        ("range<number>", "range<number>", True),
        ("range<number>", "range<string>", False),
        ("context<id: number, name: string>", "context<name: string, id: number>", True),
        ("context<id: number, name: string>", "context<id: number>", True),
        ("context<id: number>", "context<id: number, name: string>", False),
        ("list<context<id: number, name: string>>", "list<context<id: number>>", True),
        ("function<number> -> number", "function<number> -> Any", True),
        ("function<Any> -> number", "function<number> -> number", True),
        ("function<number> -> number", "function<Any> -> number", False),
        ("function<number> -> number", "function<number> -> string", False),
        ("function<number> -> number", "function<number, number> -> number", False),
    ],
)
def test_types_conform_as_the_lattice_says(narrow, wide, conforms):
    """10.3.2.9.2 and table 44: functions are contravariant in what they take."""
    kinds = [types.resolve(feel.parser.parse_type(text), {}) for text in (narrow, wide)]

    assert types.is_subtype(*kinds) is conforms
