import gzip
import json
from contextlib import suppress
from time import process_time

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from workflows.strict_json import NotJSON, StrictJSONParser, TooLarge, loads

TRAPS = [
    (b"NaN", "NaN is not JSON"),
    (b'{"a": -Infinity}', "-Infinity is not JSON"),
    (b"[Infinity]", "Infinity is not JSON"),
    (b"1e400", "too large"),
    (b"-1e400", "too large"),
    (b"1e-400", "too close to zero"),
    (b'{"a": 1, "a": 2}', "'a' is given twice"),
    (b'{"a": {"b": 1, "\\u0062": 2}}', "'b' is given twice"),
    (b"[" * 2000 + b"]" * 2000, "nested more than 64"),
    (b'{"a":' * 65 + b"1" + b"}" * 65, "nested more than 64"),
    (b"[" * 900_000, "nested more than 64"),
    (b"9" * 5000, "more than 1,000 digits"),
    (b"0." + b"1" * 5000, "more than 1,000 digits"),
    (b'"\\ud800"', "surrogate"),
    (b'{"\\udc00": 1}', "surrogate"),
    (b'"\\udc00\\ud800"', "surrogate"),
    (b'"\xed\xa0\x80"', "not UTF-8"),
    (b'["\\u0000"]', "U+0000"),
    (b'{"a\\u0000b": 1}', "U+0000"),
    (b'"a\x00b"', "NUL"),
    (b"\xff", "not UTF-8"),
    (b'"\xc0\x80"', "not UTF-8"),
    (b"\xef\xbb\xbf{}", "byte order mark"),
    ("{}".encode("utf-16"), "not UTF-8"),
    ("{}".encode("utf-16-le"), "not UTF-8"),
    ("{}".encode("utf-32"), "not UTF-8"),
    (b"", "empty"),
    (b" \n", "empty"),
    (b'"a\nb"', "control character at line 1"),
    (b"{'a': 1}", "at line 1, column 2"),
    (b'{"a": 1,}', "This is not JSON"),
    (b"[1] [2]", "extra data"),
    (b"01", "extra data"),
    (b'"open', "This is not JSON"),
    (b'"\\', "This is not JSON"),
]


@pytest.mark.parametrize(("body", "sentence"), TRAPS, ids=lambda value: repr(value)[:24])
def test_b20_a_trap_is_refused_with_a_sentence(body, sentence):
    with pytest.raises(NotJSON, match=sentence.replace("+", r"\+")) as refusal:
        loads(body)

    assert str(refusal.value).endswith(".")
    assert len(str(refusal.value)) < 200


def test_b20_more_than_a_megabyte_is_refused_before_it_is_read():
    with pytest.raises(TooLarge, match="1,000,000 bytes"):
        loads(b" " * 1_000_001)


@pytest.mark.parametrize(
    "body",
    [
        b'"\\"' * 300_000,
        b'"' + b'\\"' * 450_000,
        b"[]," * 300_000,
        b"[" + b"[]," * 300_000 + b"[]]",
        b"{" + b'"a":1,' * 150_000 + b'"a":1}',
        b"[" + b"1e400," * 150_000 + b"1]",
    ],
    ids=range(6),
)
def test_b20_hostile_bodies_cost_little(body):
    begun = process_time()
    with suppress(NotJSON):
        loads(body)

    assert process_time() - begun < 2


def test_what_is_fine_is_taken():
    assert loads(b'{"a": [1, 2.5, -0, 1e2, "\xf0\x9f\x98\x80", "\\ud83d\\ude00", null, true]}') == {
        "a": [1, 2.5, 0, 100.0, "😀", "😀", None, True]
    }
    assert loads(b"9" * 1000) == 10**1000 - 1
    assert loads(b"-" + b"9" * 1000) == 1 - 10**1000
    assert loads(b"[" * 64 + b"]" * 64)
    assert loads(b'"[[[{{{' + b"[" * 100 + b'"') == "[[[{{{" + "[" * 100
    assert loads(b"0e5") == 0
    assert loads(b"5e-324") == 5e-324


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc"), inner, max_size=4),
    max_leaves=12,
)


@given(json_values, st.booleans())
def test_whatever_json_can_say_comes_through_unchanged(value, ascii_only):
    assert loads(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


@given(st.binary(max_size=60) | st.text('{}[]",:\\u0d8e1-+. ', max_size=60).map(str.encode))
def test_any_bytes_are_a_value_or_a_sentence(body):
    with suppress(NotJSON):
        loads(body)


# --- the parser of the API ----------------------------------------------------------------------


def posted(body: bytes, content_type: str = "application/json", **headers: str) -> Request:
    plain = RequestFactory().generic("POST", "/", body, content_type=content_type, **headers)
    return Request(plain, parsers=[StrictJSONParser()])


@pytest.mark.parametrize("charset", ["", "; charset=utf-8", '; charset="UTF-8"'])
def test_json_in_utf8_is_parsed(charset):
    assert posted('{"a": "é"}'.encode(), f"application/json{charset}").data == {"a": "é"}


@pytest.mark.parametrize("body", [b"NaN", b'{"a":1,"a":2}', b"[" * 2000, b"\xff\xfe{\x00}\x00"])
def test_b20_the_api_answers_400_with_the_sentence(body):
    with pytest.raises(APIException) as refusal:
        _ = posted(body).data

    assert refusal.value.status_code == 400
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize(
    ("body", "content_type", "headers", "status"),
    [
        (b"{}", "text/plain", {}, 415),
        (b"{}", "application/xml", {}, 415),
        (b"{}", "application/jsonp", {}, 415),
        (b"{}", "application/json; charset=utf-16", {}, 400),
        ('{"a": "é"}'.encode("latin-1"), "application/json; charset=utf-8", {}, 400),
        ("{}".encode("utf-16"), "application/json", {}, 400),
        (gzip.compress(b"{}", mtime=0), "application/json", {"HTTP_CONTENT_ENCODING": "gzip"}, 415),
        (b"{}", "application/json", {"HTTP_CONTENT_ENCODING": "identity, br"}, 415),
        (gzip.compress(b"{}", mtime=0), "application/json", {}, 400),
        (b" " * 1_000_001, "application/json", {}, 413),
    ],
)
def test_b21_what_is_labelled_or_packed_wrongly_is_refused(body, content_type, headers, status):
    with pytest.raises(APIException) as refusal:
        _ = posted(body, content_type, **headers).data

    assert refusal.value.status_code == status
