// The page of an item: which answer Ctrl+Enter sends, panels that open, and presses that were meant for the item before.

const desk = () => document.getElementById("desk");
const form = () => document.getElementById("decision");
const TOO_SOON = 350; // milliseconds in which nobody has seen that there is another item

// --- what Ctrl+Enter sends ---

function wanted(decision) {
  const way = decision.querySelector("details.way[open]");
  if (way?.contains(document.activeElement)) return way.querySelector("[data-way-submit]");
  const chosen = [...decision.querySelectorAll("[name=reasons]:checked")].map((box) => box.dataset.outcome).filter(Boolean);
  const outcomes = new Set(chosen);
  if (outcomes.size > 1) return null;
  if (outcomes.size === 1) return decision.querySelector(`[name=outcome][value="${CSS.escape([...outcomes][0])}"]`);
  return decision.querySelector("[data-suggested]");
}

function aim() {
  const decision = form();
  if (!decision) return;
  const goal = wanted(decision) ?? decision.querySelector("[data-nothing-chosen]");
  decision.querySelectorAll("[data-submit]").forEach((button) => button !== goal && button.removeAttribute("data-submit"));
  goal.setAttribute("data-submit", "");
  const words = decision.querySelector("[data-what-is-sent]");
  if (words) words.textContent = goal.name === "outcome" ? `sends ${goal.firstChild.textContent.trim()}` : "sends nothing until you choose an answer";
}

for (const name of ["focusin", "change", "toggle"]) document.addEventListener(name, aim, true);

// --- panels ---

document.addEventListener("toggle", (event) => {
  const way = event.target;
  if (!way.matches?.("details.way") || !way.open) return;
  way.querySelector(".way-body :is(input, select, textarea):not([name=skip_text])")?.focus();
}, true);

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  const way = document.querySelector("details.way[open]");
  if (way) {
    way.open = false;
    way.querySelector("summary").focus();
  } else if (document.activeElement?.closest("#decision")) document.activeElement.blur();
});

document.addEventListener("input", (event) => {
  if (!event.target.name?.startsWith("edit:")) return;
  event.target.toggleAttribute("data-changed", event.target.value !== event.target.defaultValue);
});

// --- a press that was meant for the item before ---

let shownAt = -Infinity;
const isTooSoon = () => performance.now() - shownAt < TOO_SOON;

function settle() {
  shownAt = performance.now();
  aim();
  desk()?.removeAttribute("data-settled");
  setTimeout(() => desk()?.setAttribute("data-settled", ""), TOO_SOON);
}

function holdBack(event) {
  const isDecision = event.target.closest?.(".decision-bar");
  if (!isDecision || !(isTooSoon() || event.detail > 1)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

document.addEventListener("click", (event) => {
  if (event.target.closest?.(".decision-bar summary")) return;
  holdBack(event);
}, true);
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.elt.id === "desk" || event.detail.target?.id === "desk") settle();
});

// Leaving by the history while an answer is on its way must not show a page that is over.
window.addEventListener("pageshow", (event) => event.persisted && window.location.reload());
aim();
desk()?.setAttribute("data-settled", "");
