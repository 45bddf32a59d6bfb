// The dialog in which a column is changed: its title, what it asks or answers, its type.

import { changeColumn, clean, titleOf } from "./decision-editor-state.js";

const MEMBERS = {
  input: ["label", "expression", "type", "allowed"],
  output: ["label", "name", "type", "allowed", "default"],
  annotation: ["name"],
};
const WORDS = { input: "Condition", output: "Answer", annotation: "Note" };

export class ColumnDialog {
  constructor({ table, view, back }) {
    Object.assign(this, { table, view, back });
    this.dialog = document.getElementById("column-dialog");
    this.form = this.dialog.querySelector("form");
    this.dialog.addEventListener("close", () => this.#closed());
    this.dialog.addEventListener("click", (event) => (event.target === this.dialog || event.target.closest("[data-close]")) && this.dialog.close("cancel"));
  }

  open(place) {
    const column = this.table.state.columns[place];
    if (!column || this.dialog.open) return;
    this.place = place;
    this.dialog.querySelector("[data-column-title]").textContent = `${WORDS[column.role]}: ${titleOf(column) || `column ${place + 1}`}`;
    const found = this.view.columnProblems.get(column.key) ?? [];
    for (const part of this.dialog.querySelectorAll("[data-member]")) this.#fill(part, column, found);
    this.dialog.returnValue = "";
    this.dialog.showModal();
    this.form.querySelector("[data-member]:not([hidden]) input").select();
  }

  #fill(part, column, found) {
    const { member } = part.dataset;
    const field = part.querySelector("input");
    const said = found.filter((each) => each.member === member).map((each) => each.sentence).join(" ");
    const error = part.querySelector("[data-error]");
    part.hidden = !MEMBERS[column.role].includes(member);
    field.value = part.hidden ? "" : (column[member] ?? "");
    field.toggleAttribute("aria-invalid", Boolean(said));
    if (said) field.setAttribute("aria-invalid", "true");
    error.hidden = !said;
    error.textContent = said;
  }

  #closed() {
    const column = this.table.state.columns[this.place];
    if (this.dialog.returnValue === "done" && column) {
      const said = MEMBERS[column.role].map((name) => [name, clean(this.form.elements[name].value)]);
      this.table.change(changeColumn(this.table.state, this.place, Object.fromEntries(said)), { row: -1, column: this.place });
    }
    this.back();
  }
}
