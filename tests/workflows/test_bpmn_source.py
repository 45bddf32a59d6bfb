"""Hostile and broken files are refused with a sentence, quickly, before anything is expanded."""

import time

import pytest

from tests.workflows.drawn import model, xml
from workflows.bpmn.model import BpmnError
from workflows.bpmn.parser import parse

GOOD = xml("start -> a", "a -> end")
ROOT = b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">'


def refusal(source, within=5):
    """What the parser says about this file, after no more seconds of work than that."""
    begun = time.process_time()
    with pytest.raises(BpmnError) as caught:
        parse(source)
    assert time.process_time() - begun < within
    return caught.value.findings[0].sentence


def with_doctype(inside, use=b""):
    return b"<!DOCTYPE definitions [" + inside + b"]>" + ROOT + use + b"</definitions>"


@pytest.mark.parametrize("target", [b"file:///etc/passwd", b"http://169.254.169.254/"])
def test_b1_b2_an_external_entity_is_refused(target):
    source = with_doctype(b'<!ENTITY x SYSTEM "' + target + b'">', b"&x;")

    assert "DTD is not allowed" in refusal(source)


def test_b3_billion_laughs_is_refused_quickly():
    laughs = b'<!ENTITY a "ha">' + b"".join(
        b'<!ENTITY %c "%s">' % (name, (b"&%c;" % (name - 1)) * 10) for name in b"bcdefghij"
    )

    assert "DTD is not allowed" in refusal(with_doctype(laughs, b"&j;"), within=0.1)


def test_b4_quadratic_blow_up_is_refused_quickly():
    source = with_doctype(b'<!ENTITY a "' + b"x" * 50_000 + b'">', b"&a;" * 50_000)

    assert "DTD is not allowed" in refusal(source, within=0.1)


@pytest.mark.parametrize("depth", [101, 300, 100_000])
def test_b5_deep_nesting_is_refused(depth):
    source = ROOT + b"<a>" * depth + b"</a>" * depth + b"</definitions>"

    assert "nested more than 100 deep" in refusal(source)


def test_b6_a_million_attributes_are_refused():
    attributes = b" ".join(b'a%d=""' % index for index in range(400_000))

    assert "too long" in refusal(b"<definitions " + attributes + b"/>")


def test_b7_a_file_over_five_megabytes_is_refused():
    assert "5,242,880 are allowed" in refusal(GOOD + b" " * 6_000_000)


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (b'<?xml-stylesheet href="x.xsl" type="text/xsl"?>' + GOOD, "Stylesheets"),
        (b'<?xml version="1.0"?><!-- a --><?xsl x?>' + GOOD, "Stylesheets"),
        (GOOD + b"<?xml-stylesheet href='x'?>", "not allowed"),
        (model("<?php echo 1 ?>"), "Processing instructions"),
        (
            model('<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>'),
            "XInclude",
        ),
        (with_doctype(b'<!ENTITY % p SYSTEM "http://127.0.0.1/x"> %p;'), "DTD"),
        (b'<!DOCTYPE definitions SYSTEM "http://127.0.0.1/x.dtd">' + GOOD, "DTD"),
        (GOOD.replace(b"</process>", b"&unknown;</process>"), "not well-formed"),
    ],
)
def test_b8_inclusions_stylesheets_and_parameter_entities_are_refused(source, sentence):
    assert sentence in refusal(source)


@pytest.mark.parametrize(
    "source",
    [
        b'<?xml version="1.0" encoding="UTF-7"?>' + GOOD,
        b'<?xml version="1.0" encoding="UTF-16"?>' + GOOD,
        b'<?xml version="1.0" encoding="IBM037"?>' + GOOD,
        b'<?xml version="1.0" encoding="EBCDIC-CP-US"?>' + GOOD,
        b'<?xml version="1.0" encoding="utf-32"?>' + GOOD,
        GOOD.decode().encode("utf-16"),
        GOOD.decode().encode("utf-16-le"),
        GOOD.decode().encode("utf-32"),
        b"+/v8-" + GOOD,
        b'\xef\xbb\xbf<?xml version="1.0" encoding="ISO-8859-1"?>' + GOOD,
        GOOD.replace(b"drawn", b"dra\x00wn"),
        GOOD.replace(b"drawn", b"dra\xffwn"),
        ('<?xml version="1.0"?>' + GOOD.decode()).encode("cp037"),
    ],
)
def test_b9_other_encodings_and_nul_bytes_are_refused(source):
    assert "UTF-8" in refusal(source)


def test_a_byte_order_mark_of_utf_8_is_harmless():
    assert parse(b"\xef\xbb\xbf" + GOOD)[0].id == "drawn"


def test_the_old_western_encoding_is_read():
    source = b'<?xml version="1.0" encoding="ISO-8859-1"?>' + GOOD.replace(
        b'name="a"', b'name="pr\xfcfen"'
    )

    assert parse(source)[0].nodes["a"].name == "prüfen"


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (b"", "empty"),
        (b"   ", "empty"),
        (b"hello", "not well-formed"),
        (b"<html/>", "root has to be bpmn:definitions"),
        (ROOT + b"</definitions>", "no process"),
        (ROOT, "not well-formed"),
    ],
)
def test_what_is_no_model_is_refused(source, sentence):
    assert sentence in refusal(source)


def test_comments_do_not_make_the_reading_slow():
    assert "too long" not in refusal(b"<!---->" * 700_000 + b"<html/>")


def test_text_that_speaks_of_a_doctype_is_harmless():
    source = GOOD.replace(
        b"<userTask", b"<textAnnotation id='n'><text><![CDATA[<!DOCTYPE html>]]></text>"
        b"</textAnnotation><userTask"
    )  # fmt: skip

    assert parse(source)[0].annotations[0].text == "<!DOCTYPE html>"
