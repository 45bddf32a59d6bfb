"""Every door of the house, with somebody in front of it who means no good or knows no better."""

from tests.api.conftest import (
    ada,
    alice,
    bob,
    loan_process,
    loans,
    mallory,
    no_broker,
    webshop,
)

__all__ = ["ada", "alice", "bob", "loan_process", "loans", "mallory", "no_broker", "webshop"]
