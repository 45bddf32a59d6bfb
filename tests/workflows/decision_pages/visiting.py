"""What administrators do in the pages of decision models."""

import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.queues import builders
from workflows.models import DecisionDraft

PAGES = ["decisions", "decision-new", "decision-import"]
OF_VERSIONS = [
    f"decision-{page}" for page in ("version", "test", "analysis", "file", "workbook", "changes")
]
OF_DRAFTS = [
    f"decision-draft{page}" for page in ("", "-tables", "-test", "-analysis", "-file", "-workbook")
]
EVIL = "<script>alert(1)</script>"


def signed_in(name: str, **said) -> Client:
    client = Client()
    client.force_login(builders.person(name, is_admin=True, **said))
    return client


def at(name: str, *args: object) -> str:
    return reverse(f"workflows:{name}", args=args)


def text(answer) -> str:
    """What a page says, tags left out."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def upload(client: Client, content: bytes, name: str = "model.dmn", **said: str):
    return client.post(at("decision-import"), {"file": SimpleUploadedFile(name, content), **said})


def draft() -> DecisionDraft:
    return DecisionDraft.objects.get()


def submit(client: Client, **said):
    return client.post(
        at("decision-submit", draft().pk),
        {"revision": draft().revision, "note": "Fairer.", **said},
    )


def decide(client: Client, do: str = "sign", **said):
    sent = {"digest": draft().submitted_digest, "do": do, **said}
    return client.post(at("decision-sign", draft().pk), sent)
