// What keys, mouse and clipboard do in the grid. Editing a cell has keys of its own.

import { read, written } from "./decision-editor-clipboard.js";
import { emptyRow, insertRows, pasteCells, setCells } from "./decision-editor-state.js";

const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const MOST_RULES = 2000;

export class Keys {
  constructor({ table, view, selection, editor, actions, announce }) {
    Object.assign(this, { table, view, selection, editor, actions, announce });
    const { grid } = view;
    grid.addEventListener("keydown", (event) => this.#pressed(event));
    grid.addEventListener("pointerdown", (event) => this.#down(event));
    grid.addEventListener("pointerover", (event) => this.#over(event));
    grid.addEventListener("dblclick", (event) => this.#open(event));
    grid.addEventListener("focusin", (event) => this.#focused(event));
    document.addEventListener("pointerup", () => (this.isDragging = false));
    for (const name of ["copy", "cut", "paste"]) document.addEventListener(name, (event) => this.#clipboard(event));
  }

  get #isHere() {
    return !this.editor.isOpen && this.view.grid.contains(document.activeElement);
  }

  // --- keys ---

  #pressed(event) {
    if (event.isComposing && this.editor.isOpen) return;
    if (event.target.closest("[data-editor], button")) return;
    const { key } = event;
    const isCommand = event.ctrlKey || event.metaKey;
    const act = this.#command(event) ?? this.#move(event);
    if (act) {
      event.preventDefault();
      event.stopPropagation();
      return act();
    }
    if (isCommand || event.altKey) return;
    const isText = key.length === 1 || key === "Process" || key === "Dead" || event.keyCode === 229;
    if (!isText) return;
    // The page's own single keys are for those who do not type: here a letter begins a cell.
    event.stopPropagation();
    if (this.selection.active.row >= 0) this.editor.open(this.selection.active, { isTyping: true });
  }

  #command(event) {
    const { actions } = this;
    const isCommand = event.ctrlKey || event.metaKey;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (isCommand && event.shiftKey && key === "z") return () => actions.redo();
    if (isCommand) {
      return {
        z: () => actions.undo(),
        y: () => actions.redo(),
        d: () => actions["rule-copy"](),
        a: () => this.#all(),
        s: () => actions.save(),
        "/": () => actions.help(),
        " ": () => this.#wholeColumn(),
        Enter: () => actions["rule-add"](),
        Delete: () => actions["rule-remove"](),
      }[key];
    }
    if (event.altKey && !event.shiftKey) return { ArrowUp: () => actions["rule-up"](), ArrowDown: () => actions["rule-down"]() }[key];
    if (event.shiftKey && key === " ") return () => this.#wholeRow();
    if (key === "F2" || key === "Enter") return () => this.#edit(event.shiftKey && key === "Enter");
    if (key === "Delete" || key === "Backspace") return () => this.clear();
    if (key === "Escape") return () => this.#escape();
    return null;
  }

  #move(event) {
    const { selection, table } = this;
    const isCommand = event.ctrlKey || event.metaKey;
    const extend = event.shiftKey;
    const arrow = event.altKey ? null : ARROWS[event.key];
    if (arrow) return () => (isCommand ? selection.jump(...arrow, { extend }) : selection.by(...arrow, { extend }));
    const { rows, columns } = table.state;
    const { row } = selection.active;
    switch (event.key) {
      case "Home":
        return () => selection.to({ row: isCommand ? 0 : row, column: 0 }, { extend });
      case "End":
        return () => selection.to({ row: isCommand ? rows.length - 1 : row, column: columns.length - 1 }, { extend });
      case "PageUp":
      case "PageDown":
        return () => selection.by(this.#page() * (event.key === "PageUp" ? -1 : 1), 0, { extend });
      case "Tab":
        return this.#tab(event.shiftKey ? -1 : 1);
      default:
        return null;
    }
  }

  #page() {
    const height = this.view.body.rows[0]?.offsetHeight || 30;
    return Math.max(Math.floor(this.view.place.clientHeight / height) - 2, 1);
  }

  // Tab goes from cell to cell; at the ends, and after Escape, it leaves the table.
  #tab(step) {
    const { rows, columns } = this.table.state;
    const { row, column } = this.selection.active;
    if (this.mayLeave || row < 0) return null;
    const place = row * columns.length + column + step;
    if (place < 0 || place >= rows.length * columns.length) return null;
    return () => this.selection.to({ row: Math.floor(place / columns.length), column: place % columns.length });
  }

  #escape() {
    this.mayLeave = true;
    if (this.selection.isMany) this.selection.to(this.selection.active);
    this.announce("Tab leaves the table.");
  }

  #focused(event) {
    const place = this.view.placeOf(event.target);
    if (!place || event.target.closest("[data-editor], button") || place.column < 0) return;
    const { active } = this.selection;
    if (place.row !== active.row || place.column !== active.column) this.mayLeave = false;
  }

  #edit(isUp) {
    const { active } = this.selection;
    if (isUp) return this.selection.by(-1, 0);
    if (active.row < 0) return this.actions["column-edit"]();
    this.editor.open(active);
  }

  clear() {
    const { top, bottom, left, right } = this.selection.range;
    if (top < 0) return;
    const texts = new Map();
    for (let row = top; row <= bottom; row += 1) {
      texts.set(row, new Map(Array.from({ length: right - left + 1 }, (_, step) => [left + step, ""])));
    }
    this.table.change(setCells(this.table.state, texts), this.selection.active);
    this.selection.show();
  }

  #all() {
    const { rows, columns } = this.table.state;
    if (rows.length) this.selection.select({ row: 0, column: 0 }, { row: rows.length - 1, column: columns.length - 1 });
  }

  #wholeRow() {
    const { top, bottom } = this.selection.range;
    if (top >= 0) this.selection.select({ row: top, column: 0 }, { row: bottom, column: this.table.state.columns.length - 1 });
  }

  #wholeColumn() {
    const { left, right } = this.selection.range;
    if (this.table.state.rows.length) this.selection.select({ row: 0, column: left }, { row: this.table.state.rows.length - 1, column: right });
  }

  // --- mouse and finger ---

  #down(event) {
    if (event.button !== 0 || event.target.closest("[data-editor], button")) return;
    const place = this.view.placeOf(event.target);
    if (!place) return;
    const { active } = this.selection;
    const isAgain = active.row === place.row && active.column === place.column;
    this.editor.close();
    event.preventDefault();
    if (place.column < 0) return this.#numberDown(place, event);
    if (event.pointerType === "touch" && isAgain && document.activeElement === this.selection.stop) return this.#edit(false);
    this.mayLeave = false;
    this.selection.to(place, { extend: event.shiftKey });
    this.isDragging = place.row >= 0 && event.pointerType !== "touch";
  }

  #numberDown(place, event) {
    if (place.row < 0) return this.#all();
    const from = event.shiftKey ? this.selection.anchor.row : place.row;
    this.selection.select({ row: from, column: 0 }, { row: place.row, column: this.table.state.columns.length - 1 });
  }

  #over(event) {
    if (!this.isDragging || !(event.buttons & 1)) return;
    const place = this.view.placeOf(event.target);
    if (place && place.row >= 0 && place.column >= 0) this.selection.to(place, { extend: true });
  }

  #open(event) {
    if (event.target.closest("[data-editor], button")) return;
    const place = this.view.placeOf(event.target);
    if (place && place.column >= 0) this.#edit(false);
  }

  // --- clipboard ---

  #clipboard(event) {
    if (!this.#isHere || this.selection.active.row < 0) return;
    event.preventDefault();
    if (event.type === "paste") return this.paste(event.clipboardData.getData("text/plain"));
    event.clipboardData.setData("text/plain", written(this.#selected()));
    if (event.type === "cut") this.clear();
    const cells = this.#selected().flat().length;
    this.announce(`${cells} cell${cells === 1 ? "" : "s"} ${event.type === "cut" ? "cut" : "copied"}.`);
  }

  #selected() {
    const { top, bottom, left, right } = this.selection.range;
    return this.table.state.rows.slice(Math.max(top, 0), bottom + 1).map((row) => row.cells.slice(left, right + 1));
  }

  paste(text) {
    if (!text) return;
    const { selection, table } = this;
    const { top, left, bottom, right } = selection.range;
    let lines = read(text);
    // One copied cell fills every selected one.
    if (lines.length === 1 && lines[0].length === 1) lines = Array.from({ length: bottom - top + 1 }, () => Array(right - left + 1).fill(lines[0][0]));
    const width = Math.max(...lines.map((line) => line.length));
    const lost = left + width - table.state.columns.length;
    if (top + lines.length > MOST_RULES) return this.announce(`A table has at most ${MOST_RULES} rules. Nothing was pasted.`, { isTrouble: true });
    if (lost > 0) this.announce(`The last ${lost === 1 ? "column" : `${lost} columns`} of what you pasted had no place. Add columns first.`, { isTrouble: true });
    table.change(pasteCells(table.state, top, left, lines), selection.active);
    selection.select({ row: top, column: left }, { row: top + lines.length - 1, column: left + width - 1 });
    if (lost <= 0) this.announce(`${lines.length} row${lines.length === 1 ? "" : "s"} pasted.`);
  }

  // Into a table without rules there is no cell to paste into: the first one is made.
  firstRow() {
    const { table } = this;
    if (!table.state.rows.length) table.change(insertRows(table.state, 0, [emptyRow(table.state)]), this.selection.active);
  }
}
