// What every page needs: htmx under a strict content policy, focus, drafts, menus and messages.

const root = document.documentElement;
root.classList.add("js");

const announcer = document.getElementById("announcer");

function isTypingIn(element) {
  return (
    element instanceof HTMLElement &&
    (element.isContentEditable ||
      element.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit], [type=reset])"))
  );
}

function announce(text) {
  if (!announcer || !text) return;
  announcer.textContent = "";
  requestAnimationFrame(() => (announcer.textContent = text));
}

function toast(text, kind = "info") {
  const place = document.getElementById("toasts");
  if (!place) return;
  const box = document.createElement("div");
  box.className = `toast toast-${kind}`;
  box.setAttribute("role", "status");
  box.dataset.toast = "8";
  const line = document.createElement("p");
  line.textContent = text;
  box.append(line);
  place.append(box);
  document.dispatchEvent(new CustomEvent("toasts:added"));
}

// The token lies in a field of any form on the page; requests without a form get it from there.
document.addEventListener("htmx:configRequest", (event) => {
  const field = document.querySelector("input[name=csrfmiddlewaretoken]");
  if (field && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = field.value;
});

document.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  if (event.detail.elt.closest("[data-live]") || event.detail.elt.closest("[data-heartbeat-url]")) return;
  if (status === 401 || status === 403) toast("This was not allowed, and nothing was changed. Reload the page to sign in again.", "error");
  else if (status === 404) toast("This is no longer there. Reload the page.", "error");
  else if (status === 429) toast("Too many tries. Wait a minute, then try again.", "warning");
  else toast("That did not work, and nothing was saved. Try again in a moment.", "error");
});
document.addEventListener("htmx:sendError", (event) => {
  if (!event.detail.elt.closest("[data-live]")) toast("The server cannot be reached. What you typed is still here.", "error");
});
document.addEventListener("announce", (event) => announce(event.detail.value ?? event.detail));

// Focus goes to what arrived, but never away from somebody who types.
document.addEventListener("htmx:afterSettle", (event) => {
  // What was swapped as a whole is gone: the event then comes from what took its place.
  const arrived = event.detail.target?.isConnected ? event.detail.target : event.detail.elt;
  if (arrived.closest?.("[data-live]")) return;
  const goal = arrived.matches?.("[data-focus]") ? arrived : arrived.querySelector?.("[data-focus]");
  if (goal && !isTypingIn(document.activeElement)) goal.focus({ preventScroll: false });
});
document.querySelector("[data-focus]")?.focus();

// Drafts: what is typed into a form with data-keep stays in this tab until it is answered well.
const draftName = (form) => `draft:${form.dataset.keep}`;
function isDraftable(field) {
  return field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type) && field.name !== "csrfmiddlewaretoken";
}
function keepDraft(form) {
  const kept = {};
  for (const field of form.elements) {
    if (!isDraftable(field)) continue;
    if (field.type === "checkbox" || field.type === "radio") {
      if (field.checked !== field.defaultChecked) kept[`${field.name}=${field.value}`] = field.checked;
    } else if (field.value !== (field.defaultValue ?? "")) kept[field.name] = field.value;
  }
  if (Object.keys(kept).length) sessionStorage.setItem(draftName(form), JSON.stringify(kept));
  else sessionStorage.removeItem(draftName(form));
}
function restoreDraft(form) {
  const kept = JSON.parse(sessionStorage.getItem(draftName(form)) ?? "{}");
  for (const field of form.elements) {
    if (!isDraftable(field)) continue;
    const choice = `${field.name}=${field.value}`;
    if ((field.type === "checkbox" || field.type === "radio") && choice in kept) field.checked = kept[choice];
    else if (field.name in kept && field.tagName !== "SELECT") field.value = kept[field.name];
  }
}
const restoreDrafts = (within) => within.querySelectorAll?.("form[data-keep]").forEach(restoreDraft);
document.addEventListener("input", (event) => event.target.form?.dataset.keep && keepDraft(event.target.form));
document.addEventListener("change", (event) => event.target.form?.dataset.keep && keepDraft(event.target.form));
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset?.keep && !form.hasAttribute("hx-post")) sessionStorage.removeItem(draftName(form));
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt.closest?.("form[data-keep]");
  if (form && event.detail.xhr.status >= 200 && event.detail.xhr.status < 300) sessionStorage.removeItem(draftName(form));
});
document.addEventListener("htmx:load", (event) => restoreDrafts(event.detail.elt));
restoreDrafts(document);

// A second press of the same button is one request.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "dialog" || form.hasAttribute("hx-post") || event.defaultPrevented) return;
  if (form.dataset.sent) return event.preventDefault();
  if (form.method === "post") form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

// Menus close when the person goes elsewhere, or presses Escape.
document.addEventListener("click", (event) => {
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  const dismissed = event.target.closest("[data-dismiss]");
  if (dismissed) dismissed.closest(".toast, .notice")?.remove();
  const opener = event.target.closest("[data-open]");
  if (opener) document.dispatchEvent(new CustomEvent("dialogs:open", { detail: opener.dataset.open }));
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// What is wider than the screen begins with what matters: the page one is on, the step where a process stands.
function showAcross(box, wanted) {
  const inmost = [...box.querySelectorAll(wanted)].at(-1);
  if (!inmost) return;
  const [seen, frame] = [inmost.getBoundingClientRect(), box.getBoundingClientRect()];
  if (seen.left >= frame.left && seen.right <= frame.right) return;
  box.scrollLeft += seen.left + seen.width / 2 - frame.left - frame.width / 2;
}
document.querySelectorAll(".side-links").forEach((box) => showAcross(box, "[aria-current]"));
document.querySelectorAll(".diagram-box").forEach((box) => showAcross(box, ".bpmn-node:is(.is-incident, .is-active)"));
