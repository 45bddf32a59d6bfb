"""Context functions of DMN 1.5, 10.3.4.10."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.feel.calling import answer, answer_named, feel, noted

CONTEXTS = st.dictionaries(st.text("abc", max_size=2), st.integers() | st.none(), max_size=6)


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("get value", ({"key1": "value1"}, "key1"), "value1"),
        ("get entries", ({"a": 1, "b": None},),
         [{"key": "a", "value": 1}, {"key": "b", "value": None}]),
        ("get entries", ({},), []),
        ("context", ([{"key": "a", "value": 1}, {"key": "b", "value": None}],),
         {"a": 1, "b": None}),
        ("context", ([{"key": "a", "value": 1, "something": "else"}],), {"a": 1}),
        ("context", ({"key": "a", "value": 1},), {"a": 1}),
        ("context", ([],), {}),
        ("context put", ({"x": 1}, "y", 2), {"x": 1, "y": 2}),
        ("context put", ({"x": 1, "y": 0}, "y", 2), {"x": 1, "y": 2}),
        ("context put", ({"x": 1, "y": 0, "z": 0}, "y", 2), {"x": 1, "y": 2, "z": 0}),
        ("context put", ({"x": 1}, ["y"], 2), {"x": 1, "y": 2}),
        ("context put", ({}, "", None), {"": None}),
        ("context put", ({"x": 1, "y": {"a": 0}}, ["y", "a"], 2), {"x": 1, "y": {"a": 2}}),
        ("context put", ({"y": {"a": {"b": {"c": 1}}}}, ["y", "a", "b", "c"], 2),
         {"y": {"a": {"b": {"c": 2}}}}),
        ("context merge", ([{"x": 1}, {"y": 2}],), {"x": 1, "y": 2}),
        ("context merge", ([{"x": 1, "y": 0}, {"y": 2}],), {"x": 1, "y": 2}),
        ("context merge", ({"x": 1},), {"x": 1}),
        ("context merge", ([],), {}),
    ],
)  # fmt: skip
def test_context_functions_follow_the_table_of_the_standard(name, arguments, expected):
    value = answer(name, *arguments)

    assert value == feel(expected)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("get value", ({"a": 1}, "b")),
        ("get value", ({"a": 1}, None)),
        ("get value", ({"a": 1}, 123)),
        ("get value", ("foo", "foo")),
        ("get value", ({"a": 1},)),
        ("get entries", (None,)),
        ("get entries", ([1],)),
        ("context", ([{"key": "a", "value": 1}, {"key": "b"}],)),
        ("context", ([{"value": 1}],)),
        ("context", ([{"key": None, "value": 1}],)),
        ("context", ([{"key": 1, "value": 1}],)),
        ("context", ([{"key": "a", "value": 1}, {"key": "a", "value": 2}],)),
        ("context", ([1],)),
        ("context", (None,)),
        ("context put", ({}, None, 1)),
        ("context put", (None, "a", 1)),
        ("context put", ([], "a", 1)),
        ("context put", ({}, 1, 1)),
        ("context put", ({}, "a")),
        ("context put", ({}, "a", 1, 1)),
        ("context put", ({"y": {"a": 0}}, ["y", None], 2)),
        ("context put", ({"y": {"a": 0}}, [None, "a"], 2)),
        ("context put", ({"y": {"a": 0}}, [None], 2)),
        ("context put", ({"y": {"a": 0}}, [], 2)),
        ("context put", ({"y": {"a": 0}}, ["y", "a", "b"], 2)),
        ("context put", ({"y": {"a": 0}}, ["z", "a"], 2)),
        ("context merge", ([{"a": 1}, None],)),
        ("context merge", (None,)),
        ("context merge", ({"a": 1}, {"b": 2})),
    ],
)
def test_what_is_outside_of_the_domain_gives_null_and_a_note(name, arguments):
    notes = noted(name, *arguments)

    assert len(notes) == 1
    assert notes[0].startswith(f"{name}: ")


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("get value", {"key": "a", "m": {"a": "foo"}}, "foo"),
        ("get value", {"k": "a", "m": {"a": "foo"}}, None),
        ("get entries", {"m": {}}, []),
        ("context", {"entries": []}, {}),
        ("context put", {"context": {}, "key": "a", "value": 1}, {"a": 1}),
        ("context put", {"context": {"y": {}}, "keys": ["y", "a"], "value": 1}, {"y": {"a": 1}}),
        ("context put", {"context": {"y": {}}, "key": ["y", "a"], "value": 1}, None),
        ("context put", {"context": {}, "ky": "a", "value": 1}, None),
        ("context merge", {"contexts": [{"a": 1}]}, {"a": 1}),
    ],
)
def test_names_are_those_of_the_standard(name, arguments, expected):
    value = answer_named(name, arguments)

    assert value == feel(expected)


def test_a_replaced_entry_keeps_its_place():
    changed = answer("context put", {"a": 1, "b": 2, "c": 3}, "a", 9)

    assert list(changed) == ["a", "b", "c"]


def test_the_context_that_is_given_does_not_change():
    original = feel({"a": {"b": 1}})

    changed = answer("context put", original, ["a", "b"], 2)

    assert original == {"a": {"b": 1}}
    assert changed == {"a": {"b": 2}}


@given(context=CONTEXTS)
def test_a_context_can_be_taken_apart_and_put_together(context):
    entries = answer("get entries", context)

    assert answer("context", entries) == feel(context)


@given(one=CONTEXTS, other=CONTEXTS)
def test_merging_is_putting_one_entry_after_another(one, other):
    merged = answer("context merge", [one, other])
    put = feel(one)
    for key, value in other.items():
        put = answer("context put", put, key, value)

    assert merged == put
    assert list(merged) == list(put)
