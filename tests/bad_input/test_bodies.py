"""What programs send: bytes that are no JSON, JSON of another shape, values of another kind."""

import gzip
import math

import pytest

from queues.models import User, WorkItem
from reviews.models import Decision, Review
from tests.api.programs import is_problem, signed_in
from tests.reviews import builders
from workflows.models import JournalEntry, ProcessDefinition, ProcessInstance, Receipt

pytestmark = pytest.mark.django_db


@pytest.fixture
def message(loan_process):
    return ProcessDefinition.objects.get().messages[0]


@pytest.fixture
def held(alice, loans):
    """An item that Alice holds, with what a decision on it has to name."""
    from django.utils import timezone

    shown = builders.show(alice, builders.question(now=timezone.now()), now=timezone.now())
    return shown.item, {
        "epoch": shown.lease.epoch,
        "version": shown.version,
        "content_hash": shown.content_hash,
        "outcome": "approve",
    }


def assert_nothing_was_started():
    assert not ProcessInstance.objects.exists()
    assert not Receipt.objects.exists()


# --- no JSON ---

TRAPS = {
    "NaN": b'{"name": "m", "variables": {"score": NaN}}',
    "Infinity": b'{"name": "m", "variables": {"score": -Infinity}}',
    "1e400": b'{"name": "m", "variables": {"score": 1e400}}',
    "1e-400": b'{"name": "m", "variables": {"score": 1e-400}}',
    "twice": b'{"name": "m", "name": "n"}',
    "deep": b'{"variables": {"a":' + b"[" * 2_000 + b"]" * 2_000 + b"}}",
    "digits": b'{"variables": {"a": ' + b"9" * 5_000 + b"}}",
    "surrogate": b'{"name": "\\ud800"}',
    "nul": b'{"name": "a\\u0000b"}',
    "bytes": b"\xff\xfe\x00",
    "cut off": b'{"name": ',
}


@pytest.mark.parametrize("body", TRAPS.values(), ids=TRAPS.keys())
def test_b19_b20_what_is_no_sound_json_is_refused(webshop, message, body):
    answer = webshop.post("messages", body, Idempotency_Key="k-1")

    is_problem(answer, 400)
    assert_nothing_was_started()


@pytest.mark.parametrize("body", ["[]", '"text"', "1", "true", "null", "[[]]"])
def test_b21_a_body_of_another_shape_is_refused(webshop, message, body):
    said = is_problem(webshop.post("messages", body.encode(), Idempotency_Key="k-1"), 400)

    assert "object" in said["detail"] or said["errors"]
    assert_nothing_was_started()


@pytest.mark.parametrize(
    ("content_type", "headers", "status"),
    [
        ("text/plain", {}, 415),
        ("application/x-www-form-urlencoded", {}, 415),
        ("multipart/form-data; boundary=x", {}, 415),
        ("application/json; charset=utf-16", {}, 400),
        ("application/json", {"Content_Encoding": "gzip"}, 415),
    ],
)
def test_b21_a_body_that_is_labelled_wrongly_is_refused(
    webshop, message, content_type, headers, status
):
    body = b'{"name": "loan.requested"}'

    answer = webshop.post(
        "messages", body, content_type=content_type, Idempotency_Key="k-1", **headers
    )

    is_problem(answer, status)
    assert_nothing_was_started()


def test_b21_a_bomb_is_not_unpacked_and_a_flood_not_read(webshop, message):
    bomb = gzip.compress(b" " * 50_000_000, mtime=0)

    packed = webshop.post("messages", bomb, Idempotency_Key="k-1", Content_Encoding="gzip")
    is_problem(packed, 415)
    is_problem(webshop.post("messages", b" " * 3_000_000, Idempotency_Key="k-1"), 413)
    assert_nothing_was_started()


# --- confidence that is none ---


@pytest.mark.parametrize("confidence", [-0.1, 1.0000001, "0.9", None, True, [0.9], 9e15])
def test_b19_a_confidence_that_is_none_goes_to_a_person(loans, confidence):
    review = builders.question(confidence=confidence)

    assert review.disposition in ("review", "dual")
    assert review.confidence is None or not (math.isfinite(review.confidence) and
                                             0.9 <= review.confidence <= 1)  # fmt: skip
    assert builders.open_items(review)


@pytest.mark.parametrize("number", [1e308, 10**30, -(2**60)])
def test_b19_a_number_that_cannot_be_sealed_exactly_is_refused(webshop, message, number):
    said = is_problem(webshop.message(message, variables={"score": number}), 422)

    assert "as text" in said["detail"]
    assert_nothing_was_started()


@pytest.mark.parametrize("number", [1e308, 10**30])
def test_b19_nor_can_a_value_be_changed_to_one(alice, held, number):
    item, said = held
    del said["outcome"]

    answer = signed_in(alice).post(f"items/{item.pk}/edit", {**said, "edits": {"amount": number}})

    is_problem(answer, 422)
    assert Review.objects.get().version == 1


# --- names nobody asked for ---

SMUGGLED = ["status", "tenant_id", "approved_by", "is_superuser", "id", "created_at", "__proto__"]


@pytest.mark.parametrize("name", SMUGGLED)
def test_b22_unknown_fields_are_named_and_refused(webshop, message, name, caplog):
    said = is_problem(webshop.message(message, **{name: 1}), 400)

    [error] = said["errors"]
    assert error["pointer"] == f"/{name}"
    assert "unknown-fields" in caplog.text
    assert_nothing_was_started()


@pytest.mark.parametrize("name", [*SMUGGLED, "person", "account", "by", "decided_at"])
def test_b22_a_decision_takes_no_unknown_field(alice, held, name):
    item, said = held

    answer = signed_in(alice).post(f"items/{item.pk}/decide", {**said, name: "bob"})

    assert is_problem(answer, 400)["errors"][0]["pointer"] == f"/{name}"
    assert not Decision.objects.exists()


@pytest.mark.parametrize("action", ["claim", "heartbeat", "release", "skip", "edit"])
def test_b22_nor_does_anything_else_that_changes_an_item(alice, held, action):
    item, _ = held
    before = WorkItem.objects.values().get()

    answer = signed_in(alice).post(f"items/{item.pk}/{action}", {"is_superuser": True})

    pointers = [error["pointer"] for error in is_problem(answer, 400)["errors"]]
    assert "/is_superuser" in pointers
    assert WorkItem.objects.values().get() == before
    assert not User.objects.filter(is_superuser=True).exists()


def test_b22_a_name_is_pointed_at_as_rfc_6901_says(webshop, message):
    [error] = is_problem(webshop.message(message, **{"a/b~c": 1}), 400)["errors"]

    assert error["pointer"] == "/a~1b~0c"


def test_b22_a_thousand_unknown_names_are_not_all_repeated(webshop, message):
    said = is_problem(webshop.message(message, **{f"n{n}" * 100: n for n in range(1_000)}), 400)

    assert len(said["errors"]) <= 20
    assert len(str(said)) < 10_000


# --- values of another kind ---


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("epoch", "1"), ("epoch", 1.0), ("epoch", True), ("epoch", -1), ("epoch", 2**31),
        ("epoch", 10**400), ("epoch", None), ("epoch", [1]), ("version", "1"), ("version", 0),
        ("content_hash", 1), ("content_hash", "x" * 65), ("outcome", ["approve"]),
        ("outcome", {"$ne": "reject"}), ("outcome", True), ("reasons", "debts"),
        ("reasons", [1]), ("reasons", ["a"] * 11), ("reasons", {"0": "debts"}),
        ("rationale", 7), ("rationale", None),
    ],
)  # fmt: skip
def test_b21_no_value_is_coerced(alice, held, name, value):
    item, said = held

    answer = signed_in(alice).post(f"items/{item.pk}/decide", {**said, name: value})

    assert is_problem(answer, 400)["errors"][0]["pointer"].startswith(f"/{name}")
    assert not Decision.objects.exists()


@pytest.mark.parametrize("edits", [[], "amount", None, 1])
def test_b21_edits_are_an_object(alice, held, edits):
    item, said = held
    del said["outcome"]

    answer = signed_in(alice).post(f"items/{item.pk}/edit", {**said, "edits": edits})

    is_problem(answer, 400)
    assert Review.objects.get().version == 1


@pytest.mark.parametrize("edits", [{"no such": 1}, {"amount": "4000"}, {"amount": True}, {}])
def test_b23_an_edit_changes_nothing_but_values_of_their_kind(alice, held, edits):
    item, said = held
    del said["outcome"]

    answer = signed_in(alice).post(f"items/{item.pk}/edit", {**said, "edits": edits})

    is_problem(answer, 422)
    assert Review.objects.get().version == 1


# --- texts ---

TEXTS = [
    "'; DROP TABLE queues_workitem; --", '" OR 1=1', "{{7*7}} ${7*7} {% debug %}",
    "%' AND pg_sleep(9) --", "$.a[*] ? (@ > 0)", "../../etc/passwd", "👩‍👩‍👧 e\u0301 \u200b",
    "Loan\r\nERROR forged line", "<img src=x onerror=alert(1)>",
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_b28_text_is_stored_as_text(webshop, message, text):
    said = {"application": {"applicant": text, text: 1}}

    answer = webshop.message(message, business_key="L-1", variables=said)

    assert answer.status_code == 201, answer.content
    assert ProcessInstance.objects.get().variables["application"] == said["application"]


@pytest.mark.parametrize("text", TEXTS[:6])
def test_b28_a_search_finds_text_and_nothing_else(webshop, message, text):
    webshop.message(message, key="k-1", business_key=text)
    webshop.message(message, key="k-2", business_key="L-2")

    found = webshop.get("instances", business_key=text).json()["results"]

    assert [each["business_key"] for each in found] == [text]


def test_b57_a_rationale_of_ten_megabytes_is_refused(alice, held):
    item, said = held
    caller = signed_in(alice)

    is_problem(caller.post(f"items/{item.pk}/decide", {**said, "rationale": "x" * 10**7}), 413)
    is_problem(caller.post(f"items/{item.pk}/decide", {**said, "rationale": "x" * 10_001}), 400)
    is_problem(caller.post(f"items/{item.pk}/decide", {**said, "rationale": "é" * 9_000}), 422)
    assert not Decision.objects.exists()


def test_b57_what_turns_or_hides_text_is_left_out_and_forms_are_one(alice, held):
    item, said = held
    text = "e\u0301 \u202egnp.exe\u2066 👩‍👩‍👧"

    answer = signed_in(alice).post(f"items/{item.pk}/decide", {**said, "rationale": text})

    assert answer.status_code == 200, answer.content
    assert Decision.objects.get().rationale == "é gnp.exe 👩‍👩‍👧"


def test_b57_names_that_look_the_same_in_two_forms_are_one_name(alice):
    from django.db import IntegrityError, transaction

    builders.person(User.normalize_username("jose\u0301"))

    with pytest.raises(IntegrityError), transaction.atomic():
        builders.person(User.normalize_username("jos\u00e9"))


def test_b58_a_line_break_in_a_name_makes_no_line_of_its_own(webshop, message, caplog, monkeypatch):
    from workflows import security

    monkeypatch.setattr(
        security, "_written", {}
    )  # other tests may have used up this minute's lines
    webshop.message(message, **{"a\r\nERROR forged\x1b[31m": 1})

    [line] = [each for each in caplog.records if each.name == "countersign.security"]
    said = line.getMessage()
    assert "\n" not in said
    assert "\x1b" not in said


def test_a_flood_of_lines_is_cut_off(caplog, monkeypatch):
    from workflows import security

    monkeypatch.setattr(security, "_written", {})

    written = [security.note("flood", what="x") for _ in range(200)]

    assert sum(written) <= 2 * security.LINES_A_MINUTE
    assert sum("flood" in each.getMessage() for each in caplog.records) == sum(written)


def test_refused_input_leaves_no_trace_in_the_journal(webshop, message):
    before = JournalEntry.objects.count()

    for body in TRAPS.values():
        webshop.post("messages", body, Idempotency_Key="k-1")

    assert JournalEntry.objects.count() == before
