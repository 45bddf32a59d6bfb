"""Hostile BPMN at all three doors: the API, the page and the command line."""

import io
import time

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from tests.api.programs import is_problem, signed_in
from tests.journeys.house import EXAMPLES
from tests.workflows import drawn
from tests.workflows.bpmn import sketch
from workflows import calls
from workflows.models import JournalEntry, ProcessDefinition, ProcessInstance

pytestmark = pytest.mark.django_db

GOOD = (EXAMPLES / "loan_approval.bpmn").read_bytes()
ROOT = b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">'
BODY = GOOD.removeprefix(b'<?xml version="1.0" encoding="UTF-8"?>\n')


def with_doctype(inside: bytes, use: bytes = b"") -> bytes:
    return b"<!DOCTYPE definitions [" + inside + b"]>" + ROOT + use + b"</definitions>"


LAUGHS = b'<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "%s">' % (name, (b"&%c;" % (name - 1)) * 10) for name in b"bcdefghij"
)
HOSTILE = {
    "b1_file": with_doctype(b'<!ENTITY x SYSTEM "file:///etc/passwd">', b"&x;"),
    "b2_network": with_doctype(b'<!ENTITY x SYSTEM "http://169.254.169.254/">', b"&x;"),
    "b3_laughs": with_doctype(LAUGHS, b"&j;"),
    "b4_quadratic": with_doctype(b'<!ENTITY a "' + b"x" * 50_000 + b'">', b"&a;" * 50_000),
    "b5_deep": ROOT + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</definitions>",
    "b6_attributes": ROOT[:-1]
    + b" ".join(b'a%d=""' % number for number in range(150_000))
    + b"></definitions>",
    "b8_transformation": b'<?xml version="1.0"?><?xsl href="x.xsl"?>' + BODY,
    "b8_parameter_entity": with_doctype(b'<!ENTITY % x SYSTEM "http://127.0.0.1/x.dtd"> %x;'),
    "b8_stylesheet": b'<?xml-stylesheet href="x.xsl" type="text/xsl"?>' + BODY,
    "b8_inclusion": ROOT
    + b'<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="/etc/passwd"/></definitions>',
    "b9_utf16": GOOD.decode().replace("UTF-8", "UTF-16").encode("utf-16"),
    "b9_utf7": GOOD.replace(b"UTF-8", b"UTF-7"),
    "b9_ebcdic": GOOD.replace(b"UTF-8", b"cp037"),
    "b9_mark_that_disagrees": b"\xef\xbb\xbf" + GOOD.replace(b"UTF-8", b"ISO-8859-1"),
    "b9_nul": GOOD.replace(b"<bpmn:process", b"\x00<bpmn:process", 1),
}


@pytest.fixture(params=HOSTILE.values(), ids=HOSTILE.keys())
def hostile(request):
    assert request.param != GOOD
    return request.param


@pytest.fixture
def no_connections(monkeypatch):
    """Whoever opens a connection that is not the database's fails."""
    import socket

    def refuse(_self, address):
        raise AssertionError(f"A connection to {address}.")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def assert_nothing_was_kept():
    assert not ProcessDefinition.objects.exists()
    assert not JournalEntry.objects.filter(kind="definition.deployed").exists()


def test_b1_b2_b3_b4_b5_b8_b9_the_api_refuses_the_model(ada, hostile, no_connections, caplog):
    caller = signed_in(ada)
    caller.get("definitions")  # the first request of a process also loads the pages
    begun = time.process_time()

    said = is_problem(caller.post("definitions", hostile, content_type="application/xml"), 422)

    assert time.process_time() - begun < 1
    assert said["errors"][0]["sentence"]
    assert "root:" not in str(said)
    assert "model-refused" in caplog.text
    assert_nothing_was_kept()


def test_b1_b2_b3_b4_b5_b8_b9_the_page_refuses_the_model(ada, client, hostile, no_connections):
    client.force_login(ada)
    file = io.BytesIO(hostile)
    file.name = "loan.bpmn"

    answer = client.post(reverse("workflows:definitions"), {"file": file})

    assert answer.status_code == 422
    assert b"root:" not in answer.content
    assert_nothing_was_kept()


def test_b1_b2_b3_b4_b5_b8_b9_the_command_refuses_the_model(hostile, tmp_path, no_connections):
    path = tmp_path / "loan.bpmn"
    path.write_bytes(hostile)

    with pytest.raises(CommandError, match="cannot run"):
        call_command("deploy", str(path))

    assert_nothing_was_kept()


def test_b7_a_file_of_any_size_is_read_up_to_a_limit(ada):
    answer = signed_in(ada).post(
        "definitions", GOOD + b" " * 10_000_000, content_type="application/xml"
    )

    is_problem(answer, 413)
    assert_nothing_was_kept()


def test_b7_the_page_reads_a_file_up_to_a_limit_too(ada, client):
    client.force_login(ada)
    file = io.BytesIO(GOOD + b" " * 3_000_000)
    file.name = "loan.bpmn"

    answer = client.post(reverse("workflows:definitions"), {"file": file})

    assert answer.status_code == 422
    assert b"bytes. At most" in answer.content
    assert_nothing_was_kept()


# --- B10: models that are sound XML and no process ---

BROKEN = {
    "twice": (
        drawn.model('<startEvent id="a"/><endEvent id="a"/>'),
        "a",
        "The id a is used twice",
    ),
    "dangling": (
        drawn.xml("start -> a", "a -> end").replace(b'targetRef="end"', b'targetRef="gone"'),
        "f1",
        "refers to gone, which does not exist",
    ),
    "self": (drawn.xml("start -> a", "a -> a", "a -> end"), "f1", "back to itself"),
    "restless": (
        drawn.xml("start -> x?", "x? -[n]-> y?", "y? -> x?", "x? -[else]-> end"),
        "x",
        "a loop in which nothing waits",
    ),
    "two_starts": (
        drawn.xml("start -> a", "start_2 -> a", "a -> end"),
        "start_2",
        "two plain start events",
    ),
    "unsupported": (
        drawn.model('<startEvent id="s"/><complexGateway id="g"/>'),
        "g",
        "complexGateway is not supported",
    ),
}


@pytest.fixture(params=BROKEN.values(), ids=BROKEN.keys())
def broken(request):
    return request.param


def test_b10_the_api_says_which_element_is_wrong(ada, broken):
    source, element, sentence = broken

    answer = signed_in(ada).post("definitions", source, content_type="application/xml")

    places = is_problem(answer, 422)["errors"]
    [found] = [each for each in places if each["element"] == element and sentence in str(each)]
    assert found["line"] > 1
    assert_nothing_was_kept()


def test_b10_the_page_says_which_element_is_wrong(ada, client, broken):
    source, element, sentence = broken
    client.force_login(ada)
    file = io.BytesIO(source)
    file.name = "broken.bpmn"

    answer = client.post(reverse("workflows:definitions"), {"file": file})

    assert answer.status_code == 422
    assert f">{element}<" in answer.content.decode()
    assert sentence in answer.content.decode()
    assert_nothing_was_kept()


# --- B11, B12: models that go wrong as they run ---


def begun(ada, webshop, *arrows, **made):
    """An instance that a message of the shop began, after what follows from it has settled."""
    source = sketch.xml(*arrows, start=sketch.start("message", "go"), **made)
    deployed = signed_in(ada).post("definitions", source, content_type="application/xml")
    assert deployed.status_code == 201, deployed.content
    assert webshop.message("go", variables={"n": 7}).status_code == 201
    for _ in range(200):
        if not calls.settle_due(timezone.now()):
            break
    return ProcessInstance.objects.get(caller=None)


def test_b11_no_way_on_is_an_incident(ada, webshop):
    instance = begun(ada, webshop, "start -> x? -[n > 10]-> a -> end", "x? -[n < 5]-> end")

    [incident] = signed_in(ada).get("incidents").json()["results"]

    assert (incident["node"], incident["instance"]) == ("x", str(instance.pk))
    assert "No condition" in incident["message"]
    assert instance.status == "running"


def test_b12_a_process_that_calls_itself_ends_in_an_incident(ada, webshop):
    began = time.perf_counter()
    instance = begun(ada, webshop, "start -> c -> end", c=sketch.call("drawn"))

    [incident] = signed_in(ada).get("incidents").json()["results"]

    assert f"call each other {calls.DEEPEST} deep here, which is the most" in incident["message"]
    assert ProcessInstance.objects.filter(root=instance).count() == calls.DEEPEST
    assert time.perf_counter() - began < 30  # a limit, not a measurement


@pytest.mark.parametrize(
    ("body", "content_type", "headers", "status"),
    [
        (b"", "application/xml", {}, 400),
        (GOOD, "text/plain", {}, 415),
        (GOOD, "application/json", {}, 415),
        (GOOD, "application/xml", {"Content_Encoding": "gzip"}, 415),
    ],
)
def test_b21_a_model_that_is_labelled_wrongly_is_refused(ada, body, content_type, headers, status):
    answer = signed_in(ada).post("definitions", body, content_type=content_type, **headers)

    is_problem(answer, status)
    assert_nothing_was_kept()


def test_the_model_without_the_hostility_is_taken(ada):
    """Or these tests would prove nothing."""
    answer = signed_in(ada).post("definitions", GOOD, content_type="application/xml")

    assert answer.status_code == 201, answer.content
