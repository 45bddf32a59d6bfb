import hashlib
import json
import math
from datetime import UTC, datetime
from decimal import Decimal

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from workflows.canonical import NotCanonical, digest, encode


def test_the_example_of_the_standard_comes_out_as_printed_there():
    value = {
        "numbers": [333333333.33333329, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/",
        "literals": [None, True, False],
    }

    assert encode(value).decode() == (
        '{"literals":[null,true,false],'
        '"numbers":[333333333.3333333,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


def test_keys_are_sorted_by_utf16_code_units():
    assert encode({"\ufb33": 1, "\U0001f600": 2, "a": 3}).decode() == (
        '{"a":3,"\U0001f600":2,"\ufb33":1}'
    )


def test_a_digest_is_sha256_of_the_canonical_text():
    assert digest({"b": 1, "a": 2}) == hashlib.sha256(b'{"a":2,"b":1}').hexdigest()


def test_a21_order_of_keys_and_spelling_of_numbers_do_not_matter():
    assert digest(json.loads('{"a": 1, "b": 10}')) == digest(json.loads('{"b":1e1,"a":1.0}'))
    assert digest(-0.0) == digest(0)


@pytest.mark.parametrize(
    ("one", "other"),
    [("é", "e\u0301"), ("a", "a "), (1, "1"), (1, True), (0, False), (None, "null"), ([], {})],
)
def test_a21_values_that_differ_have_different_digests(one, other):
    assert digest({"v": one}) != digest({"v": other})


DEEP: list[object] = []
for _ in range(100_000):
    DEEP = [DEEP]


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (math.nan, "NaN"),
        (math.inf, "infinity"),
        (2**53, "Send it as text"),
        (-(10**999), "Send it as text"),
        (2.0**53, "Send it as text"),
        (1e30, "Send it as text"),
        (Decimal("0.1"), "Send it as text"),
        (datetime(2026, 1, 1, tzinfo=UTC), "Send plain JSON"),
        ({1: 2}, "keys of an object"),
        ({"\ud800": 1}, "surrogate"),
        ("\udfff", "surrogate"),
        ({1, 2}, "Send plain JSON"),
        (b"bytes", "Send plain JSON"),
        (DEEP, "nested too deeply"),
    ],
    ids=range(14),
)
def test_what_has_no_canonical_form_is_refused_with_a_sentence(value, sentence):
    with pytest.raises(NotCanonical, match=sentence):
        digest({"value": [value]} if value is not DEEP else value)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(-(2.0**53) + 1, 2.0**53 - 1)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@given(json_values)
def test_the_canonical_text_reads_back_and_is_its_own_canonical_text(value):
    text = encode(value)

    assert json.loads(text) == value
    assert encode(json.loads(text)) == text


SIMPLE = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)  # fmt: skip


@given(SIMPLE)
def test_what_is_written_the_quick_way_is_what_the_standard_says(value):
    assert encode(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("text", ["\x7f", "\u2028", "\x00\x1f\b\f", '\\"/', "\U0001f600é"])
def test_no_letter_is_escaped_that_need_not_be(text):
    assert encode({"a": text}) == rfc8785.dumps({"a": text})
