// Beside the table: the cells to correct, what the analysis found, and the try-out.

import { titleOf } from "./decision-editor-state.js";

const MOST_LISTED = 100;

export class Panels {
  constructor({ form, table, view, selection, actions, announce }) {
    Object.assign(this, { form, table, view, selection, actions, announce });
    this.rows = table.state.rows; // as they were when the panels were asked for
    this.of = { "editor-findings": table.state.rows, "editor-trial": table.state.rows };
    this.asked = {};
    form.addEventListener("click", (event) => this.#clicked(event), true);
    document.addEventListener("htmx:beforeRequest", (event) => (this.asked[event.detail.target.id] = table.state.rows));
    document.addEventListener("htmx:afterSettle", (event) => this.#arrived(event.detail.elt));
    this.list = form.querySelector("[data-problem-list]");
  }

  #arrived(panel) {
    if (!(panel.id in this.of)) return;
    this.of[panel.id] = this.asked[panel.id] ?? this.table.state.rows;
    if (panel.id === "editor-trial" && "answered" in panel.dataset) this.view.mark({ matched: this.#keys(panel.dataset.matched, panel.id) });
  }

  #keys(numbers, panel) {
    const rows = this.of[panel] ?? this.table.state.rows;
    return numbers.split(/[ ,]+/).filter(Boolean).map((number) => rows[number - 1]?.key).filter(Boolean);
  }

  #clicked(event) {
    const button = event.target.closest("button[name=do]");
    if (!button) return;
    const [verb] = button.value.split(":", 1);
    const said = button.value.slice(verb.length + 1);
    if (verb === "show") this.#show(this.#keys(said, button.closest("section")?.id), button);
    else if (verb === "fill") this.#fill(JSON.parse(said));
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #show(keys, button) {
    const places = keys.map((key) => this.table.state.rows.findIndex((row) => row.key === key)).filter((place) => place >= 0);
    if (!places.length) return this.announce("These rules are gone. Look again.", { isTrouble: true });
    this.form.querySelectorAll(".editor-finding[aria-pressed]").forEach((each) => each.removeAttribute("aria-pressed"));
    if (button.matches(".editor-finding")) button.setAttribute("aria-pressed", "true");
    this.view.mark({ marked: keys });
    this.selection.to({ row: Math.min(...places), column: 0 });
    this.announce(places.length === 1 ? `Rule ${places[0] + 1} is marked.` : `${places.length} rules are marked: ${places.map((place) => place + 1).join(", ")}.`);
  }

  #fill(cells) {
    const { rows } = this.table.state;
    if (rows.length) this.selection.to({ row: rows.length - 1, column: 0 });
    this.actions["rule-add"](cells);
    const answer = this.table.state.columns.findIndex((column) => column.role === "output");
    this.selection.to({ row: this.table.state.rows.length - 1, column: answer });
  }

  // Numbers of rules in a panel are those of the table that was looked at.
  changed() {
    for (const panel of ["editor-findings", "editor-trial"]) {
      const note = document.querySelector(`#${panel} [data-stale]`);
      if (note) note.hidden = this.of[panel] === this.table.state.rows;
    }
    this.view.mark({ matched: this.of["editor-trial"] === this.table.state.rows ? this.view.matched : [] });
  }

  refresh() {
    if (document.querySelector("#editor-findings[data-analysed]")) document.getElementById("editor-analyse").click();
  }

  // --- cells to correct ---

  showProblems(ofTable) {
    const found = [...ofTable.map((each) => ({ ...each, row: null })), ...this.view.allProblems()];
    const errors = found.filter((each) => each.grade === "error").length;
    const count = this.form.querySelector("[data-problem-count]");
    count.textContent = errors;
    count.classList.toggle("count-breach", errors > 0);
    this.form.querySelector("[data-no-problem]").hidden = found.length > 0;
    this.list.replaceChildren(...found.slice(0, MOST_LISTED).map((each) => this.#listed(each)));
  }

  #listed({ row, column, sentence }) {
    const item = document.createElement("li");
    const place = row === null ? "Table" : `${row < 0 ? "Head" : `Rule ${row + 1}`}, ${titleOf(this.table.state.columns[column]) || `column ${column + 1}`}`;
    const button = document.createElement(row === null ? "p" : "button");
    button.className = "editor-finding";
    const words = document.createElement("span");
    const strong = document.createElement("strong");
    strong.textContent = place;
    words.append(strong, ` ${sentence}`);
    button.append(document.getElementById("icon-alert").content.firstElementChild.cloneNode(true), words);
    if (row !== null) {
      button.type = "button";
      button.addEventListener("click", () => this.selection.to({ row, column }));
    }
    item.append(button);
    return item;
  }
}
