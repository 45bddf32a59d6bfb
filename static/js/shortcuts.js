// Single keys for the buttons that are on the page, and a sheet that lists them.

const root = document.documentElement;
const isOn = () => root.dataset.shortcuts !== "off";

function ownKeys() {
  try {
    return JSON.parse(root.dataset.keymap || "{}");
  } catch {
    return {};
  }
}

const keyOf = (element) => {
  const own = ownKeys();
  return own[element.dataset.action] ?? own[element.dataset.key] ?? element.dataset.key;
};

const isVisible = (element) => element.checkVisibility?.() ?? element.offsetParent !== null;
const isUsable = (element) => !element.matches(":disabled, [aria-disabled=true]") && !element.closest("template") && isVisible(element);

function bound() {
  return [...document.querySelectorAll("[data-key]")].filter(isUsable);
}

function isTyping(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches("textarea, select")) return true;
  // Boxes and radio buttons are pressed, not typed into.
  return target.matches("input") && !["checkbox", "radio", "button", "submit", "reset"].includes(target.type);
}

function sendForm(form) {
  const button = form.querySelector("[data-submit]") ?? form.querySelector("button:not([type=button], [type=reset]), input[type=submit]");
  // Pressed, not submitted: htmx takes the button's own value and address from the press.
  if (button) button.click();
  else form.requestSubmit();
}

function press(element, { stay }) {
  const form = element.form ?? element.closest("form");
  const field = form?.elements.namedItem("stay");
  if (field && "value" in field) field.value = stay ? "1" : "";
  element.click();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
  const dialogIsOpen = document.querySelector("dialog[open]");
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && !event.repeat) {
    const form = event.target.closest?.("form");
    if (form && !dialogIsOpen) {
      event.preventDefault();
      sendForm(form);
    }
    return;
  }
  if (!isOn() || event.repeat || event.ctrlKey || event.metaKey || event.altKey || dialogIsOpen || isTyping(event.target)) return;
  if (event.key === "?") {
    event.preventDefault();
    return showHelp();
  }
  const pressed = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const element = bound().find((candidate) => keyOf(candidate) === pressed);
  if (!element) return;
  event.preventDefault();
  press(element, { stay: event.shiftKey });
});

// The key that is shown is the key that works.
function label(within = document) {
  within.querySelectorAll?.("[data-key]").forEach((element) => {
    const key = keyOf(element);
    const shown = element.querySelector("kbd.key");
    if (shown && key !== element.dataset.key) shown.textContent = key.toUpperCase();
    if (isOn()) element.setAttribute("aria-keyshortcuts", key);
  });
}

function entry(keys, words) {
  const row = document.createElement("div");
  const term = document.createElement("dt");
  for (const key of keys) {
    const kbd = document.createElement("kbd");
    kbd.textContent = key;
    term.append(kbd);
  }
  const meaning = document.createElement("dd");
  meaning.textContent = words;
  row.append(term, meaning);
  return row;
}

function wordsOf(element) {
  if (element.dataset.keyLabel) return element.dataset.keyLabel;
  const source = element.matches("input") ? (element.labels?.[0] ?? element) : element;
  const copy = source.cloneNode(true);
  copy.querySelectorAll("kbd, .visually-hidden").forEach((part) => part.remove());
  return copy.textContent.trim().replace(/\s+/g, " ") || element.getAttribute("aria-label") || element.dataset.key;
}

function showHelp() {
  const dialog = document.getElementById("key-help");
  const list = dialog?.querySelector("[data-key-list]");
  if (!list || dialog.open) return;
  const seen = new Set(["?"]);
  const rows = [];
  for (const element of bound()) {
    const key = keyOf(element);
    if (seen.has(key)) continue;
    seen.add(key);
    rows.push(entry([key.length === 1 ? key.toUpperCase() : key], wordsOf(element)));
  }
  const command = navigator.platform.startsWith("Mac") ? "⌘" : "Ctrl";
  rows.push(entry([command, "Enter"], "Send the form you are typing in"), entry([command, "K"], "Go to a page or queue"), entry(["?"], "Show these keys"));
  list.replaceChildren(...rows);
  dialog.showModal();
}

document.addEventListener("dialogs:open", (event) => event.detail === "key-help" && showHelp());
document.addEventListener("htmx:load", (event) => label(event.detail.elt.parentElement ?? document));
label();
