"""Whatever is sent, the API answers with what it did or with a problem, and never with a 5xx."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.programs import signed_in

pytestmark = pytest.mark.django_db

NOWHERE = "01930000-0000-7000-8000-000000000000"
PATHS = [
    "signals", "messages/{}/again", "messages/{}/withdraw",
    "messages", "queues/next", "incidents/{}/retry", "decisions/{}/undo", "items/{}/claim",
    "items/{}/heartbeat", "items/{}/release", "items/{}/skip", "items/{}/decide", "items/{}/edit",
]  # fmt: skip
NAMES = st.sampled_from(
    ["name", "business_key", "variables", "epoch", "version", "content_hash", "outcome", "edits",
     "reasons", "reason", "rationale", "text", "amount", "id"]
)  # fmt: skip
texts = st.text(st.characters(exclude_categories=[]), max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts
    | st.sampled_from(["approve", "edit", "unsure", "loan.application", 1, 2**31, -1]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | texts, inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
bodies = st.dictionaries(NAMES | texts, values, max_size=8).map(json.dumps).map(str.encode)


@pytest.fixture
def callers(ada, alice, webshop, loan_process):
    """An administrator, a reviewer with an item in hand, and a program."""
    from django.utils import timezone

    from tests.reviews import builders

    shown = builders.show(alice, builders.question(now=timezone.now()), now=timezone.now())
    return [signed_in(ada), signed_in(alice), webshop], str(shown.item.pk)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    who=st.integers(0, 2),
    path=st.sampled_from(PATHS),
    body=bodies | st.binary(max_size=40),
    is_known=st.booleans(),
    key=st.text(st.characters(codec="latin-1"), max_size=8),
)
def test_whatever_is_sent_is_answered(callers, who, path, body, is_known, key):
    people, item = callers
    key = key.replace("\r", "").replace("\n", "")

    answer = people[who].post(path.format(item if is_known else NOWHERE), body, Idempotency_Key=key)

    assert answer.status_code < 500, answer.content
    is_refused = answer.status_code >= 400
    kind = "application/problem+json" if is_refused else "application/json"
    assert answer.headers["Content-Type"] == kind
    json.loads(answer.content)


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    who=st.integers(0, 2),
    path=st.sampled_from(
        ["instances", "events", "incidents", "items", "queues", "items/" + NOWHERE]
    ),
    query=st.dictionaries(
        st.sampled_from(["after", "page_size", "state", "business_key"]) | texts,
        texts | st.integers().map(str) | st.sampled_from([NOWHERE, "running"]),
        max_size=3,
    ),
)
def test_whatever_is_asked_is_answered(callers, who, path, query):
    people, _ = callers
    sound = {
        name.encode(errors="replace").decode(): text.encode(errors="replace").decode()
        for name, text in query.items()
    }

    answer = people[who].get(path, **sound)

    assert answer.status_code < 500, answer.content
    json.loads(answer.content)
