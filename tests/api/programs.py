"""Callers of the API: programs with tokens, people with sessions."""

import json
from typing import Any

from django.test import Client
from django.utils import timezone

from queues import tokens
from queues.models import User

JSON = "application/json"


class Caller:
    """Somebody who speaks JSON to /api/v1/."""

    def __init__(self, client: Client, **headers: str) -> None:
        self.client, self.headers = client, headers

    def get(self, path: str, **query: Any):
        return self.client.get(f"/api/v1/{path}", query, headers=self.headers)

    def post(self, path: str, body: Any = None, *, content_type: str = JSON, **headers: str):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        raw = body if isinstance(body, bytes) else json.dumps({} if body is None else body).encode()
        return self.client.post(
            f"/api/v1/{path}", raw, content_type=content_type, headers={**self.headers, **named}
        )

    def message(self, name: str = "loan.requested", key: str = "k-1", **said: Any):
        return self.post("messages", {"name": name, **said}, Idempotency_Key=key)


def with_token(account: User) -> Caller:
    _, secret = tokens.issue(user=account, name="Test", by="user:ada", now=timezone.now())
    return Caller(Client(), Authorization=f"Bearer {secret}")


def signed_in(account: User) -> Caller:
    client = Client()
    client.force_login(account)
    return Caller(client)


def is_problem(answer: Any, status: int, slug: str = "") -> dict[str, Any]:
    """The problem that an answer is, after a look at its form (RFC 9457)."""
    assert answer.status_code == status, (answer.status_code, answer.content[:500])
    assert answer.headers["Content-Type"] == "application/problem+json"
    said: dict[str, Any] = answer.json()
    assert said["status"] == status
    assert said["type"].startswith("urn:countersign:problem:")
    assert said["detail"]
    if slug:
        assert said["type"].endswith(f":{slug}")
    return said
