// Regions that stay up to date by themselves, without taking focus, scroll or typing away.

const LIVE = "[data-live]";
const FAILURES_UNTIL_STALE = 2;
const states = new WeakMap();
const failures = new Map();

const nameOf = (region) => region.id || region.getAttribute("hx-get");

function isBusy(region) {
  const active = document.activeElement;
  const types = active && region.contains(active) && active.matches("input, textarea, select, [contenteditable]");
  return Boolean(types || region.querySelector("details.menu[open], dialog[open], .htmx-request") || region.querySelector("form[data-dirty]"));
}

function refresh(region) {
  if (!region.isConnected || document.hidden || isBusy(region) || !window.htmx) return;
  window.htmx.trigger(region, "live");
}

function watch(region) {
  if (states.has(region)) return;
  const every = Math.max(Number(region.dataset.live) || 15, 2) * 1000;
  if (!region.hasAttribute("hx-trigger")) {
    region.setAttribute("hx-trigger", "live");
    window.htmx?.process(region);
  }
  states.set(region, setInterval(() => (region.isConnected ? refresh(region) : clearInterval(states.get(region))), every));
}

const watchAll = (within = document) => {
  if (within.matches?.(LIVE)) watch(within);
  within.querySelectorAll?.(LIVE).forEach(watch);
};

// What a person has in hand before the new rows come in, and gets back after.
let held = null;

document.addEventListener("htmx:beforeSwap", (event) => {
  const region = event.detail.elt.closest?.(LIVE);
  if (!region || event.detail.elt !== region) return;
  if (isBusy(region) && !region.classList.contains("htmx-request")) {
    event.detail.shouldSwap = false;
    return;
  }
  const active = document.activeElement;
  held = {
    focus: active && region.contains(active) ? place(active, region) : null,
    scroll: [...region.querySelectorAll(".table-scroll[id]")].map((box) => [box.id, box.scrollTop, box.scrollLeft]),
    open: [...region.querySelectorAll("details[id][open]")].map((details) => details.id),
    page: [window.scrollX, window.scrollY],
  };
});

// An element without an id is found again by its address, or by its place in the nearest thing that has one.
function place(element, region) {
  if (element.id) return { id: element.id };
  const anchor = element.closest("[id]") ?? region;
  const alike = [...anchor.querySelectorAll("a[href], button, summary, [tabindex]")];
  return { anchor: anchor.id, position: alike.indexOf(element), href: element.getAttribute("href") };
}

function find({ id, anchor, position, href }) {
  if (id) return document.getElementById(id);
  const within = document.getElementById(anchor);
  if (!within) return null;
  const alike = [...within.querySelectorAll("a[href], button, summary, [tabindex]")];
  return alike.find((element) => href && element.getAttribute("href") === href) ?? alike[position] ?? null;
}

document.addEventListener("htmx:afterSettle", (event) => {
  watchAll(event.detail.elt);
  if (!held || !event.detail.elt.matches?.(LIVE)) return;
  const { focus, scroll, open, page } = held;
  held = null;
  open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
  scroll.forEach(([id, top, left]) => document.getElementById(id)?.scrollTo(left, top));
  if (focus && document.activeElement === document.body) find(focus)?.focus({ preventScroll: true });
  window.scrollTo(...page);
});

// Rows that stop arriving say so, rather than looking fresh.
function markStale(region) {
  const name = nameOf(region);
  const failed = failures.get(name) ?? { count: 0, since: new Date() };
  failed.count += 1;
  failures.set(name, failed);
  if (failed.count < FAILURES_UNTIL_STALE || region.querySelector(":scope > .stale-note")) return;
  const note = document.createElement("p");
  note.className = "stale-note";
  note.setAttribute("role", "status");
  note.textContent = `Not updated since ${failed.since.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false })}. Trying again.`;
  region.dataset.stale = "yes";
  region.prepend(note);
}

for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    if (event.detail.elt.matches?.(LIVE)) markStale(event.detail.elt);
  });
}
document.addEventListener("htmx:afterOnLoad", (event) => {
  const region = event.detail.elt;
  if (!region.matches?.(LIVE) || event.detail.xhr.status >= 400) return;
  failures.delete(nameOf(region));
  delete region.dataset.stale;
  region.querySelector(":scope > .stale-note")?.remove();
});

document.addEventListener("input", (event) => event.target.closest(`${LIVE} form`)?.setAttribute("data-dirty", ""));
document.addEventListener("submit", (event) => event.target.removeAttribute("data-dirty"));
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) document.querySelectorAll(LIVE).forEach(refresh);
});
watchAll();
