"""Every page of every role, at the example lender: axe-core, keyboard, small screens, no motion."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from config.demo import history
from queues.models import User
from tests.browser import tour

NARROW, WIDE = {"width": 400, "height": 800}, {"width": 1280, "height": 900}
KEYS = 40  # presses of Tab on each page, at most

FOCUSED = """async () => {
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const style = getComputedStyle(at), box = at.getBoundingClientRect();
  const ring = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0)
    || style.boxShadow !== "none";
  return {
    what: `${at.tagName.toLowerCase()} ${(at.innerText || at.name || at.id || "").slice(0, 30)}`,
    shows: ring && box.width > 0 && box.height > 0
      && box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth,
  };
}"""
OVERFLOW = """() => document.documentElement.scrollWidth - document.documentElement.clientWidth"""
MOVING = """() => [...document.querySelectorAll("*")].filter((each) => {
  const style = getComputedStyle(each);
  const longest = (list) => Math.max(...list.split(",").map(parseFloat));
  return longest(style.transitionDuration) > 0.01
    || (style.animationName !== "none" && longest(style.animationDuration) > 0.01
        && style.animationIterationCount === "infinite");
}).map((each) => each.tagName + "." + each.className)"""


@pytest.fixture
def lender(transactional_db, tmp_path, monkeypatch):
    """Some minutes of the demo's past, so that pages have something on them."""
    monkeypatch.setenv("COUNTERSIGN_LEDGER", str(tmp_path / "ledger.jsonl"))
    monkeypatch.setattr(history, "CALM", timedelta(minutes=10))
    monkeypatch.setattr(history, "BUSY", timedelta(minutes=4))
    call_command("seed_demo", verbosity=0)
    User.objects.filter(kind="person").update(welcomed_at=timezone.now())


@pytest.mark.parametrize("role", tour.ROLES)
def test_every_page_is_there_for_everybody(role, lender, sit):
    seat = sit(User.objects.get(username=tour.ROLES[role]))
    stops = tour.stops(role)
    assert len(stops) >= 5

    found = {**on_a_desk(seat, stops), **on_a_telephone(seat, stops)}

    assert found == {}


def on_a_desk(seat, stops):
    """In the light, by keyboard, by somebody who asked for less motion."""
    seat.page.emulate_media(color_scheme="light", reduced_motion="reduce")
    seat.page.set_viewport_size(WIDE)
    looks = {
        "axe, light": seat.accessibility,
        "stopped by the content policy": seat.violations,
        "moves": lambda: seat.page.evaluate(MOVING),
        "focus does not show": lambda: unseen_stops(seat),
    }
    return findings(seat, stops, looks)


def on_a_telephone(seat, stops):
    """In the dark."""
    seat.page.emulate_media(color_scheme="dark")
    seat.page.set_viewport_size(NARROW)
    looks = {
        "axe, dark": seat.accessibility,
        "wider than the screen, pixels": lambda: max(0, seat.page.evaluate(OVERFLOW)),
    }
    return findings(seat, stops, looks)


def findings(seat, stops, looks):
    """What is wrong where; empty when nothing is."""
    found = {}
    for stop in stops:
        seat.open(stop.path)
        for name, look in looks.items():
            if what := look():
                found[f"{stop.name}: {name}"] = what
    return found


def unseen_stops(seat):
    """Places where Tab comes by and nothing shows it."""
    unseen, seen = [], 0
    for _ in range(KEYS):
        seat.press("Tab")
        at = seat.page.evaluate(FOCUSED)
        if at is None:
            break
        seen += 1
        if not at["shows"]:
            unseen.append(at["what"])
    return unseen if seen else ["Tab leads nowhere."]
