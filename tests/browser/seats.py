"""Somebody in front of a browser, and what they are asked."""

from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, Request

from config import sweeping
from queues import claims
from queues.models import User, WorkItem
from reviews import settlement
from reviews.models import Review
from tests.reviews import builders
from workflows import jobs
from workflows.models import Job

MARK_VIOLATIONS = """
  window.violations = [];
  document.addEventListener("securitypolicyviolation", (event) =>
    window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""


@dataclass
class Seat:
    """Somebody in front of a browser."""

    page: Page
    user: User
    address: str
    requests: list[Request] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page

    def press(self, *keys: str) -> None:
        """Keys on a page that shows its item long enough to have been seen."""
        for key in keys:
            self.page.keyboard.press(key)

    def ready(self) -> None:
        self.page.wait_for_selector("#desk[data-settled]")

    def posted(self) -> list[str]:
        return [request.url for request in self.requests if request.method == "POST"]

    def violations(self) -> list[str]:
        return list(self.page.evaluate("window.violations ?? []"))

    def accessibility(self) -> str:
        """What axe-core finds wrong; empty when nothing is."""
        found = Axe().run(self.page)
        return "" if not found.violations_count else found.generate_report()


def take(context: BrowserContext, user: User, address: str) -> Seat:
    """A page of this person, signed in and watched."""
    context.add_init_script(MARK_VIOLATIONS)
    context.add_cookies([_session_of(user, address)])
    seat = Seat(context.new_page(), user, address)
    _watch(seat)
    return seat


def _session_of(user: User, address: str) -> Any:
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME]
    return {"name": settings.SESSION_COOKIE_NAME, "value": session.value, "url": address}


def _watch(seat: Seat) -> None:
    """Scripts that fail and what the content policy stopped are faults of the page."""
    page = seat.page

    def note(request: Request) -> None:  # Playwright takes no built-in methods
        seat.requests.append(request)

    page.on("request", note)
    page.on("pageerror", lambda error: seat.errors.append(str(error)))
    page.on(
        "console",
        lambda line: (
            seat.errors.append(line.text) if "Content Security Policy" in line.text else None
        ),
    )


APPLICATION = {
    "currency": "EUR",
    "monthly_income": 3_840,
    "years_employed": 6,
    "purpose": "A used car, and the insurance for its first year on the road in the north.",
    "address": {"street": "Harbour Road 4", "town": "Emden"},
    "first_loan": True,
    "submitted_on": "2026-03-01",
}
REASONS = [
    {"sentence": "Income covers it 4 times", "contribution": 0.82},
    {"sentence": "6 years with the same employer", "contribution": 0.31},
    {"sentence": "Two other requests this month", "contribution": -0.24},
]


def ask(
    applicant: str = "Rosa", amount: float = 5_000, confidence: float = 0.78, **said: Any
) -> WorkItem:
    """A loan that waits for its first signature."""
    more = {name: said.pop(name) for name in list(said) if name in {"application", "mode"}}
    application = {"applicant": applicant, "amount": amount, "requested_by": "branch-7"}
    case = {
        "application": {**application, **APPLICATION, **more.get("application", {})},
        "score": {"confidence": confidence, "outcome": "approve", "reasons": REASONS},
    }
    attributes = {"mode": more["mode"]} if "mode" in more else {}
    started = builders.instance(case, now=timezone.now(), **attributes, **said)
    return builders.open_items(Review.objects.get(instance=started))[0]


def play(now: Any) -> None:
    """What the sweep and the workers would do, without a broker: effects, timers, clocks, jobs."""
    for _ in range(5):
        sweeping.sweep_once(now=now)
        settlement.execute_due(now)
        claims.expire_due(now)
        for job_id in Job.objects.filter(status="ready").values_list("pk", flat=True):
            jobs.run(job_id, "browser-test")
