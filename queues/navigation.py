"""Where a person can go: the menu, the palette and how their pages look."""

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from queues.models import Membership, User

REVIEWER, MANAGER, ADMIN = "Reviewer", "Manager", "Administrator"


@dataclass(frozen=True)
class Page:
    name: str
    address: str
    icon: str
    is_current: bool = False


@dataclass(frozen=True)
class Section:
    name: str
    pages: list[Page]


@dataclass(frozen=True)
class Place:
    """Something the palette leads to."""

    name: str
    address: str
    kind: str


WORK = ("Work", [("My work", "reviews:work", "inbox")])
WATCH = (
    "Watch",
    [
        ("Board", "queues:board", "board"),
        ("Items", "queues:items", "list"),
        ("Processes", "workflows:instances", "process"),
        ("Incidents", "workflows:incidents", "alert"),
        ("Event chains", "workflows:anomalies", "clock"),
    ],
)
CONFIGURE = (
    "Configure",
    [
        ("Queues and rules", "queues:configure", "settings"),
        ("Process definitions", "workflows:definitions", "document"),
        ("API", "docs", "book"),
    ],
)
FIRST_STEPS = {
    REVIEWER: [
        "Press Start working: the most urgent item that you may decide is reserved for you.",
        "Read the evidence on the left, decide on the right. The keys are on the buttons.",
        "Changed your mind? Press Z while the countdown runs.",
    ],
    MANAGER: [
        (
            "Each row of the board is a queue, each column how its clocks stand. "
            "Press a figure to see the items."
        ),
        (
            "Red is late, amber is next. A paused clock waits for somebody; "
            "outside office hours it waits for the morning."
        ),
        "Incidents are processes that cannot go on by themselves. Look there first in the morning.",
    ],
    ADMIN: [
        "Queues say who works on what; policies say by when; grids say how many people must agree.",
        "Every change makes a new version. Work that is under way keeps the one it started with.",
        "Processes come as BPMN files: upload one and it is checked before it runs.",
    ],
}


class Menu:
    """What one person's pages have around them. Looked up when a template asks, not before."""

    undo_windows = (0, 5, 10, 20, 30)

    def __init__(self, user: User, path: str) -> None:
        self.user, self.path = user, path

    @cached_property
    def memberships(self) -> list[Membership]:
        return list(self.user.memberships.select_related("queue").order_by("queue__name"))

    @cached_property
    def role(self) -> str:
        if self.user.is_admin:
            return ADMIN
        return MANAGER if self.manages_somewhere else REVIEWER

    @property
    def works_somewhere(self) -> bool:
        return any(membership.can_work for membership in self.memberships)

    @property
    def manages_somewhere(self) -> bool:
        return any(membership.can_manage for membership in self.memberships)

    @property
    def first_steps(self) -> list[str]:
        return FIRST_STEPS[self.role]

    @cached_property
    def sections(self) -> list[Section]:
        offered = [
            (WORK, self.works_somewhere or self.role == REVIEWER),
            (WATCH, self.role in {MANAGER, ADMIN}),
            (CONFIGURE, self.role == ADMIN),
        ]
        return [self.section(*section) for section, is_theirs in offered if is_theirs]

    def section(self, name: str, pages: list[tuple[str, str, str]]) -> Section:
        found = [(label, reverse(url), icon) for label, url, icon in pages]
        return Section(
            name,
            [
                Page(label, address, icon, is_current=address == self.current_address)
                for label, address, icon in found
            ],
        )

    @cached_property
    def current_address(self) -> str:
        """The longest address that the page lies under."""
        names = [url for _, pages in (WORK, WATCH, CONFIGURE) for _, url, _ in pages]
        under = [address for name in names if self.path.startswith(address := reverse(name))]
        return max(under, key=len, default="")

    @cached_property
    def places(self) -> list[Place]:
        pages = [
            Place(page.name, page.address, section.name)
            for section in self.sections
            for page in section.pages
        ]
        items = reverse("queues:items")
        queues = [
            Place(membership.queue.name, f"{items}?queue={membership.queue.slug}", "Queue")
            for membership in self.memberships
        ]
        return pages + queues


def appearance(user: User) -> dict[str, str]:
    return {
        "theme": user.theme,
        "density": user.density,
        "shortcuts": "on" if user.shortcuts_enabled else "off",
        "keymap": json.dumps(user.keymap),
    }


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context of every page. Strangers have neither menu nor preferences."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {}
    return {"menu": Menu(user, request.path), "appearance": appearance(user)}
