// The table editor: puts a grid in place of the plain form and wires its parts together.

import { actionsOf } from "./decision-editor-actions.js";
import { CellEditor } from "./decision-editor-cell.js";
import { ColumnDialog } from "./decision-editor-columns.js";
import { Keys } from "./decision-editor-keys.js";
import { Panels } from "./decision-editor-panels.js";
import { Selection } from "./decision-editor-selection.js";
import { Checker, Saver } from "./decision-editor-server.js";
import { setCells, Table } from "./decision-editor-state.js";
import { View } from "./decision-editor-view.js";

const form = document.getElementById("editor");
const json = (id) => JSON.parse(document.getElementById(id).textContent);
const title = document.title;

const table = new Table(JSON.parse(form.elements.sheet.value));
if ("changed" in form.dataset) table.forgetSaved();
form.querySelectorAll("[data-plain]").forEach((part) => part.remove());
const place = document.getElementById("sheet");
const view = new View(place, table);
const selection = new Selection(view, table);

// --- saying things ---

const state = document.getElementById("editor-state");
const noteTrouble = (text) => {
  state.textContent = text;
  state.classList.add("text-breach");
};
function announce(text, { isTrouble = false } = {}) {
  if (isTrouble) return noteTrouble(text);
  document.dispatchEvent(new CustomEvent("announce", { detail: text }));
}

// --- parts ---

const editor = new CellEditor({
  table,
  view,
  ofTypes: json("editor-types-allowed"),
  commit: ({ row, column }, text) => table.change(setCells(table.state, new Map([[row, new Map([[column, text]])]])), { row, column }),
  leave: ([rows, columns]) => {
    if (columns > 0 && selection.active.column === table.state.columns.length - 1) return selection.to({ row: selection.active.row + 1, column: 0 });
    if (rows < 0 && selection.active.row === 0) return selection.to(selection.active);
    return selection.by(rows, columns);
  },
});
const columnDialog = new ColumnDialog({ table, view, back: () => selection.show() });
const help = () => document.dispatchEvent(new CustomEvent("dialogs:open", { detail: "key-help" }));
const actions = actionsOf({ table, selection, editor, announce, columnDialog, save: () => saver.save(), help, panel: togglePanel });
const keys = new Keys({ table, view, selection, editor, actions, announce });
const panels = new Panels({ form, table, view, selection, actions, announce });
const checker = new Checker(form, table, view, (found) => {
  if (found) ofTable = found.filter((each) => !each.row && !each.column);
  panels.showProblems(ofTable);
  if (!editor.isOpen) selection.show({ focus: false });
});
const saver = new Saver(form, table, { saved, refused });
let ofTable = [];

// --- saving ---

const notices = document.getElementById("editor-notices");

function saved(said, at) {
  notices.replaceChildren();
  document.querySelector("[data-revision]").textContent = said.revision;
  document.querySelector("[data-saved-by]").textContent = "saved by you just now";
  if (table.state === at) checker.accept(said.problems);
  announce(said.said);
  state.classList.remove("text-breach");
  state.textContent = said.said;
  panels.refresh();
}

function refused(status, said) {
  const detail = said.detail ?? (status ? "The server did not take it. What you typed is still here; try again in a moment." : "The server cannot be reached. What you typed is still here.");
  const notice = document.getElementById(said.can_overwrite ? "notice-overtaken" : "notice-refused").content.firstElementChild.cloneNode(true);
  notice.querySelector("[data-said]").textContent = said.can_overwrite ? `${detail} What you typed is still here.` : detail;
  if (said.can_overwrite) {
    notice.querySelector("[data-newer]").textContent = said.revision;
    notice.querySelector("[data-do=overwrite]").addEventListener("click", () => saver.save(said.revision));
  }
  notices.replaceChildren(notice);
  notice.focus();
}

function showUnsaved() {
  const many = table.unsaved;
  const changes = many < 0 ? "changes" : `${many} change${many === 1 ? "" : "s"}`;
  document.getElementById("editor-save").firstChild.textContent = many ? `Save ${changes}` : "Save";
  document.title = many ? `${many > 0 ? `(${many})` : "•"} ${title}` : title;
  form.querySelector("[data-do=undo]").disabled = !table.past.length;
  form.querySelector("[data-do=redo]").disabled = !table.future.length;
}

window.addEventListener("beforeunload", (event) => {
  editor.close();
  if (table.unsaved !== 0) event.preventDefault();
});

// --- the page around the table ---

const policy = form.elements.policy;
const SIGNS = { "+": "SUM", "<": "MIN", ">": "MAX", "#": "COUNT" };
const letters = () => [...policy.options].find((option) => option.dataset.policy === table.state.policy && (SIGNS[option.value[1]] ?? "") === table.state.aggregation);

function showPolicy() {
  const option = letters();
  policy.value = option.value;
  const words = option.dataset.words;
  document.getElementById("policy-words").textContent = `${words[0].toUpperCase()}${words.slice(1)}.`;
}

policy.addEventListener("change", () => {
  const option = policy.selectedOptions[0];
  table.change({ ...table.state, policy: option.dataset.policy, aggregation: SIGNS[option.value[1]] ?? "" }, selection.active);
});

function togglePanel() {
  const isShown = form.classList.toggle("editor-without-panel") === false;
  form.querySelector("[data-do=panel]").setAttribute("aria-expanded", String(isShown));
}

table.onChange((reason) => {
  if (reason !== "saved") {
    view.draw();
    selection.show({ focus: false });
    showPolicy();
    checker.soon();
    panels.changed();
    if (!notices.querySelector("[data-do]")) state.textContent = "";
    state.classList.remove("text-breach");
  }
  showUnsaved();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (!button || !(button.dataset.do.split(":")[0] in actions)) return;
  event.preventDefault();
  const [name, said] = button.dataset.do.split(":");
  const head = button.closest("th");
  if (head) selection.to(view.placeOf(head));
  actions[name](said);
  button.closest("details.menu")?.removeAttribute("open");
});

// A press of the mouse on a tool leaves the cell where it is.
document.getElementById("editor-tools").addEventListener("pointerdown", (event) => event.target.closest("button") && event.preventDefault());

form.addEventListener("click", (event) => {
  if (!event.target.closest("button[name=do]")) return;
  editor.close();
  form.elements.sheet.value = JSON.stringify(table.sheet());
}, true);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (event.submitter?.value === "save") saver.save();
  else if (document.activeElement?.closest("#editor-trial")) document.getElementById("editor-try").click();
});
document.addEventListener("editor:save", () => saver.save());
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s" || event.defaultPrevented) return;
  event.preventDefault();
  actions.save();
});

// The keys of the table stand in the page's own list of keys.
const tableKeys = document.getElementById("table-keys");
document.querySelector("#key-help .dialog-body").prepend(tableKeys);
tableKeys.hidden = false;
document.getElementById("editor-tools").hidden = false;

const marks = json("editor-marks");
const byNumber = (numbers) => numbers.map((number) => table.state.rows[number - 1]?.key);
view.mark({ marked: byNumber(marks.marked), matched: byNumber(marks.matched) });
checker.accept(json("editor-problems"));
showUnsaved();
form.dataset.ready = "";
