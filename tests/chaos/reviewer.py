"""A reviewer at a browser without JavaScript: signs in, takes the next item, answers, again."""

import html
import re

import httpx
from django.urls import reverse

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
DECISION = re.compile(r'<form class="decision".*?action="([^"]+)".*?</form>', re.DOTALL)
LOST = httpx.TransportError  # what a browser calls "this site can't be reached"


class Reviewer:
    def __init__(self, address: str) -> None:
        self.browser = httpx.Client(base_url=address, follow_redirects=True, timeout=10)

    def sign_in(self, username: str, password: str) -> None:
        self.browser.get("/sign-in/")
        self.send("/sign-in/", username=username, password=password)

    def take(self) -> str | None:
        """The page of the next item; None when nothing waits."""
        page = self.send(reverse("reviews:next"))
        return page if DECISION.search(page) else None

    def approve(self, page: str) -> str:
        form = DECISION.search(page)
        assert form is not None, page
        fields = {name: html.unescape(value) for name, value in HIDDEN.findall(form[0])}
        return self.send(form[1], **{**fields, "outcome": "approve"})

    def send(self, path: str, **fields: str) -> str:
        token = self.browser.cookies["csrftoken"]
        return self.browser.post(path, data={**fields, "csrfmiddlewaretoken": token}).text

    def close(self) -> None:
        self.browser.close()
