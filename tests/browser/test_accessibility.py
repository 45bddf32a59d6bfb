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

FOCUSED = """() => {
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


@pytest.fixture(params=tour.ROLES)
def visit(request, lender, sit):
    """Somebody of this role, and what they can open."""
    user = User.objects.get(username=tour.ROLES[request.param])
    return sit(user), tour.stops(request.param)


def findings(visit, look):
    """What each page shows when it is looked at, where that is not nothing."""
    seat, stops = visit
    assert len(stops) > 5
    found = {}
    for stop in stops:
        seat.open(stop.path)
        if what := look(seat):
            found[stop.name] = what
    return found


@pytest.mark.parametrize(("scheme", "size"), [("light", WIDE), ("dark", NARROW)])
def test_axe_finds_nothing_on_any_page(visit, scheme, size):
    seat, _ = visit
    seat.page.emulate_media(color_scheme=scheme)
    seat.page.set_viewport_size(size)

    assert findings(visit, lambda seat: seat.accessibility() or seat.violations()) == {}


def test_no_page_is_wider_than_a_telephone(visit):
    seat, _ = visit
    seat.page.set_viewport_size(NARROW)

    assert findings(visit, lambda seat: max(0, seat.page.evaluate(OVERFLOW))) == {}


def test_who_goes_by_keyboard_sees_where_they_are(visit):
    assert findings(visit, unseen_stops) == {}


def test_nothing_moves_for_those_who_asked_for_it(visit):
    seat, _ = visit
    seat.page.emulate_media(reduced_motion="reduce")

    assert findings(visit, lambda seat: seat.page.evaluate(MOVING)) == {}


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
