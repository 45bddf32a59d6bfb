"""Chains of events declared by files: read, uploaded in the browser, added or replaced."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse_lazy

from tests.reviews.builders import person, queue_of
from tests.workflows.watched import expects
from workflows import expecting
from workflows.models import Expectation, JournalEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(client):
    client.force_login(person("ada", is_admin=True))
    return client


@pytest.fixture
def max_():
    manager = person("max")
    queue_of(person("alice"), manager=manager)
    return manager


def body(answer):
    return answer.content.decode()


# --- files ---


def test_a_chain_is_read_from_a_file():
    chain, links = expecting.read(
        b'{"chain": "Booking", "links": ['
        b'{"after": "a", "process": "p", "publishes": "b", "within": "PT1H"},'
        b'{"calls": "check", "by": "booking", "within": "PT5M"}]}'
    )

    assert chain == "Booking"
    assert [(each.kind, each.after, each.process, each.publishes) for each in links] == [
        ("reaction", "a", "p", "b"), ("answer", "booking", "check", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (b"{", "no JSON"),
        (b"[]", "A chain is an object"),
        (b'{"chain": "x", "links": []}', "1 to 100 links"),
        (b'{"chain": "x", "links": 3}', "1 to 100 links"),
        (b'{"chain": 7, "links": [{}]}', "name of the chain"),
        (b'{"chain": "x", "links": [3]}', "Link 1 is not understood"),
        (b'{"chain": "x", "links": [{"after": "a", "within": "PT1H"}]}', "Link 1 is not"),
        (b'{"chain": "x", "links": [{"after": "a", "process": "p", "within": 3}]}', "within is"),
        (b'{"chain": "x", "links": [{"after": "a", "process": "p", "within": "-PT1H"}]}', "Link 1"),
        (b'{"chain": "x", "links": [{"after": "", "process": "p", "within": "PT1H"}]}', "event or"),
        (b'{"chain": "x", "links": [{"calls": "a", "by": "p", "within": "PT1H", "x": "y"}]}', "Li"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_the_place(source, sentence):
    with pytest.raises(expecting.NotValid, match=sentence):
        expecting.read(source)


def test_a_file_declared_twice_is_watched_once():
    for _ in range(2):
        expects()

    assert Expectation.objects.count() == 1
    assert JournalEntry.objects.filter(kind="expectation.declared").count() == 1


# --- files in the browser ---

FILE = reverse_lazy("workflows:chain-file")


def link_of(process, within="PT1H"):
    return f'{{"after": "trade.captured", "process": "{process}", "within": "{within}"}}'


def uploads(client, *links, chain="Settlement", **said):
    source = f'{{"chain": "{chain}", "links": [{", ".join(links)}]}}'
    return upload(client, source.encode(), **said)


def upload(client, source, **said):
    return client.post(FILE, {"file": SimpleUploadedFile("chain.json", source), **said})


def watched():
    found = Expectation.objects.filter(is_active=True).order_by("process")
    return [(each.process, each.within.total_seconds()) for each in found]


def test_a_file_in_the_browser_adds_links_and_changes_times(ada):
    uploads(ada, link_of("confirm"), link_of("clear"))

    answer = uploads(ada, link_of("confirm", "PT2H"), link_of("pay"))

    assert answer.status_code == 302
    assert "2 links of the file declared" in body(ada.get(answer["Location"]))
    assert watched() == [("clear", 3600), ("confirm", 7200), ("pay", 3600)]
    kinds = JournalEntry.objects.order_by("pk").values_list("kind", "actor")
    assert list(kinds) == [
        ("expectation.declared", "user:ada"), ("expectation.declared", "user:ada"),
        ("expectation.changed", "user:ada"), ("expectation.declared", "user:ada"),
    ]  # fmt: skip


def test_a_file_that_says_all_there_is_replaces_the_chain(ada):
    uploads(ada, link_of("confirm"), link_of("clear"))
    uploads(ada, link_of("book"), chain="Booking")

    uploads(ada, link_of("confirm"), link_of("pay"), replaces="on")
    assert watched() == [("book", 3600), ("confirm", 3600), ("pay", 3600)]

    uploads(ada, link_of("clear"), replaces="on")
    assert watched() == [("book", 3600), ("clear", 3600)], "what was off is watched again"
    switched = JournalEntry.objects.filter(kind="expectation.switched", actor="user:ada")
    assert switched.count() == 4


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (b"", "The file is no JSON."),
        (b"{", "The file is no JSON."),
        (b"\x00\xff", "The file is no JSON."),
        (b'{"chain": "x", "links": []}', "is a list of 1 to 100 links."),
        (
            b'{"chain": "x", "links": [{"after": "a", "within": "PT1H"}]}',
            "Link 1 is not understood",
        ),
        (b" " * (expecting.LARGEST_FILE + 1), "At most 262,144 are read."),
    ],
)
def test_a_wrong_file_is_refused_in_the_same_words_and_changes_nothing(ada, source, sentence):
    uploads(ada, link_of("confirm"))

    answer = upload(ada, source, replaces="on")

    assert answer.status_code == 422
    assert sentence in body(answer)
    assert watched() == [("confirm", 3600)]
    assert JournalEntry.objects.count() == 1


def test_a_missing_file_is_asked_for(ada):
    answer = ada.post(FILE, {})

    assert answer.status_code == 422
    assert "This field is required" in body(answer)


def test_only_administrators_upload_chains(client, max_):
    client.force_login(max_)

    assert client.get(FILE).status_code == 404
    assert uploads(client, link_of("confirm")).status_code == 404
    assert not Expectation.objects.exists()
