"""A house for each test: the ledger in a place of its own, and nobody to wake."""

import pytest

# Nothing of Django at the top: this file is read before settings are there.


@pytest.fixture(autouse=True)
def own_ledger(tmp_path, monkeypatch):
    monkeypatch.setenv("COUNTERSIGN_LEDGER", str(tmp_path / "ledger.jsonl"))


@pytest.fixture
def house(db, monkeypatch):
    from examples.playing import House
    from workflows import wakeups

    monkeypatch.setattr(wakeups, "send", lambda *_what: True)
    return House()
