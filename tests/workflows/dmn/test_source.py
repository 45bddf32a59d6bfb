"""DMN files of every version are read; hostile and broken ones are refused quickly."""

import time

import pytest

from tests.workflows.dmn.drawn import NAMESPACES, decision, definitions, literal
from workflows import dmn

GOOD = definitions(decision("D", literal("1 + 1")))
ROOT = b'<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" namespace="n">'


def refusal(source, within=5):
    """What is said about this file, after no more seconds of work than that."""
    begun = time.process_time()
    with pytest.raises(dmn.DmnError) as caught:
        dmn.load(source)
    assert time.process_time() - begun < within
    return caught.value.findings[0].sentence


def with_doctype(inside, use=b""):
    return b"<!DOCTYPE definitions [" + inside + b"]>" + ROOT + use + b"</definitions>"


@pytest.mark.parametrize("version", NAMESPACES)
def test_every_version_is_read(version):
    model = dmn.load(definitions(decision("D", literal("1 + 1")), version=version))

    assert model.version == version
    assert model.evaluate("D", {}).value == 2


@pytest.mark.parametrize("target", [b"file:///etc/passwd", b"http://169.254.169.254/"])
def test_external_entities_are_refused(target):
    source = with_doctype(b'<!ENTITY x SYSTEM "' + target + b'">', b"&x;")

    assert "DTD is not allowed" in refusal(source)


def test_entity_bombs_are_refused_quickly():
    laughs = b'<!ENTITY a "ha">' + b"".join(
        b'<!ENTITY %c "%s">' % (name, (b"&%c;" % (name - 1)) * 10) for name in b"bcdefghij"
    )

    assert "DTD is not allowed" in refusal(with_doctype(laughs, b"&j;"), within=0.1)


@pytest.mark.parametrize("depth", [101, 100_000])
def test_deep_nesting_is_refused(depth):
    assert "nested more than 100 deep" in refusal(
        ROOT + b"<list>" * depth + b"</list>" * depth + b"</definitions>"
    )


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (b"", "empty"),
        (b"hello", "not well-formed"),
        (b"<definitions/>", "not a DMN model"),
        (GOOD.replace(b"20230324", b"20990101"), "not a DMN model"),
        (GOOD.replace(b"definitions", b"decision"), "not a DMN model"),
        (b'<?xml-stylesheet href="x.xsl"?>' + ROOT + b"</definitions>", "Stylesheets"),
        (ROOT + b"<?php echo ?></definitions>", "Processing instructions"),
        (
            ROOT + b'<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="x"/></definitions>',
            "XInclude",
        ),
        (GOOD.decode().replace("UTF-8", "UTF-7").encode(), "UTF-8"),
        (GOOD.decode().encode("utf-16"), "UTF-8"),
        (GOOD + b" " * 6_000_000, "5,242,880 are allowed"),
        (ROOT + b"<a/>" * 100_001 + b"</definitions>", "more than 100,000 elements"),
    ],
)
def test_what_is_no_model_is_refused(source, sentence):
    assert sentence in refusal(source)


def test_vendors_elements_are_left_aside():
    vendor = '<v:decision xmlns:v="urn:vendor" id="D"><v:text>nonsense</v:text></v:decision>'
    extension = f"<extensionElements>{vendor}</extensionElements>"

    model = dmn.load(definitions(extension, vendor, decision("D", extension + literal("5"))))

    assert [each.name for each in model.decisions] == ["D"]
    assert model.evaluate("D", {}).value == 5


def test_names_and_texts_are_never_code():
    text = '"{{7*7}} ${7*7} __import__"'
    model = dmn.load(definitions(decision("().__class__", literal(text))))

    assert model.evaluate("().__class__", {}).value == "{{7*7}} ${7*7} __import__"
