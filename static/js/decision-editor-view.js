// Draws a state as a grid of plain cells. A row that is the same object as before is left alone,
// so that typing in one of thousands of cells touches one of them.

import { ANYTHING, titleOf } from "./decision-editor-state.js";
import { widthsOf } from "./decision-editor-widths.js";

const WORDS = { input: "Condition", output: "Answer", annotation: "Note" };

const icon = (name) => document.getElementById(`icon-${name}`).content.firstElementChild.cloneNode(true);

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

export class View {
  constructor(place, table) {
    this.place = place;
    this.table = table;
    this.problems = new WeakMap(); // row -> Map(column key -> problem)
    this.columnProblems = new Map(); // column key -> problems
    this.marked = new Set(); // keys of rows
    this.matched = new Set();
    this.lines = new Map(); // key of a row -> { row, line }
    this.grid = element("table", "sheet sheet-grid");
    this.grid.setAttribute("role", "grid");
    this.grid.setAttribute("aria-label", table.name);
    this.grid.setAttribute("aria-multiselectable", "true");
    this.grid.setAttribute("aria-describedby", "sheet-hint");
    this.widths = element("colgroup");
    this.head = element("thead");
    this.body = element("tbody");
    this.grid.append(this.widths, this.head, this.body);
    place.replaceChildren(this.grid);
    place.hidden = false;
    this.draw();
  }

  // Row -1 is the head.
  cell(row, column) {
    const line = row < 0 ? this.head.rows[0] : this.body.rows[row];
    return line?.cells[column + 1] ?? null;
  }

  placeOf(target) {
    const cell = target.closest?.("td, th");
    if (!cell || !this.grid.contains(cell)) return null;
    const line = cell.parentElement;
    return { row: line.parentElement === this.head ? -1 : line.sectionRowIndex, column: cell.cellIndex - 1 };
  }

  draw() {
    const { state } = this.table;
    if (this.columns !== state.columns) this.#drawHead(state);
    const wanted = state.rows;
    const known = new Set(wanted.map((row) => row.key));
    for (const [key, { line }] of this.lines) {
      if (known.has(key)) continue;
      line.remove();
      this.lines.delete(key);
    }
    let there = this.body.firstElementChild;
    wanted.forEach((row, place) => {
      const line = this.#lineFor(row);
      if (line === there) there = there.nextElementSibling;
      else this.body.insertBefore(line, there);
      const number = line.firstElementChild;
      if (number.dataset.number !== String(place + 1)) this.#number(number, row, place + 1);
    });
    this.grid.setAttribute("aria-rowcount", wanted.length + 1);
    this.grid.setAttribute("aria-colcount", state.columns.length + 1);
    this.#sayIfEmpty(wanted.length === 0);
  }

  #sayIfEmpty(isEmpty) {
    this.nothing ??= element("p", "hint sheet-nothing", "There is no rule yet. Press Add, Ctrl+Enter, or paste cells from a spreadsheet.");
    if (isEmpty) this.place.append(this.nothing);
    else this.nothing.remove();
  }

  #drawHead(state) {
    this.columns = state.columns;
    this.lines.clear();
    this.body.replaceChildren();
    const line = element("tr");
    const corner = element("th", "sheet-number", "No.");
    corner.scope = "col";
    line.append(corner);
    const firstAnswer = state.columns.findIndex((column) => column.role === "output");
    state.columns.forEach((column, place) => line.append(this.#headCell(column, place, place === firstAnswer)));
    this.head.replaceChildren(line);
    this.firstAnswer = firstAnswer;
    this.#measure(state);
  }

  #headCell(column, place, isFirstAnswer) {
    const cell = element("th", `sheet-${column.role}${isFirstAnswer ? " sheet-answer" : ""}`);
    cell.scope = "col";
    cell.tabIndex = -1;
    const asked = column.role === "input" ? column.expression : column.role === "output" ? column.name : "";
    const detail = [column.label ? asked : "", column.type].filter(Boolean).join(" ");
    const role = element("small", "sheet-role", WORDS[column.role]);
    const edit = element("button", "sheet-edit");
    edit.type = "button";
    edit.tabIndex = -1;
    edit.dataset.do = "column-edit";
    edit.setAttribute("aria-label", `Change column ${titleOf(column) || place + 1}`);
    edit.append(icon("edit"));
    cell.append(role, element("span", "sheet-title", titleOf(column) || `Column ${place + 1}`), element("small", "", detail), edit);
    const found = this.columnProblems.get(column.key) ?? [];
    if (found.length) this.#say(cell, found, `hp${place + 1}`);
    return cell;
  }

  #lineFor(row) {
    const known = this.lines.get(row.key);
    if (known?.row === row) return known.line;
    const line = known?.line ?? this.#newLine();
    if (known) this.#carryProblems(known.row, row);
    row.cells.forEach((text, column) => {
      const cell = line.cells[column + 1];
      if (known && known.row.cells[column] === text && !this.#hasNews(known.row, row, column)) return;
      this.#fill(cell, text, column, row);
    });
    this.lines.set(row.key, { row, line });
    return line;
  }

  #newLine() {
    const line = element("tr");
    const number = element("th", "sheet-number");
    number.scope = "row";
    line.append(number);
    this.columns.forEach((column, place) => {
      const cell = element("td", place === this.firstAnswer ? "sheet-answer" : column.role === "annotation" ? "sheet-note" : "");
      cell.tabIndex = -1;
      line.append(cell);
    });
    return line;
  }

  #problem(row, column) {
    return this.problems.get(row)?.get(this.columns[column].key) ?? null;
  }

  #hasNews(before, after, column) {
    return this.#problem(before, column) !== this.#problem(after, column);
  }

  #fill(cell, text, column, row) {
    const isAnything = this.columns[column].role === "input" && (text === "" || text === ANYTHING);
    if (isAnything) cell.replaceChildren(element("span", "sheet-any", "–"));
    else cell.textContent = text;
    const problem = this.#problem(row, column);
    if (problem) return this.#say(cell, [problem], `p${row.key}.${column}`);
    cell.removeAttribute("aria-invalid");
    cell.removeAttribute("aria-describedby");
  }

  #say(cell, found, id) {
    const said = element("span", "sheet-problem");
    said.id = id;
    said.append(icon("alert"), element("span", "", found.map((each) => each.sentence).join(" ")));
    cell.append(said);
    cell.setAttribute("aria-describedby", id);
    if (cell.matches("td") && found.some((each) => each.grade === "error")) cell.setAttribute("aria-invalid", "true");
  }

  #number(cell, row, number) {
    cell.dataset.number = number;
    const isMatched = this.matched.has(row.key);
    const isMarked = this.marked.has(row.key);
    cell.replaceChildren(...(isMatched ? [icon("check")] : isMarked ? [icon("mark")] : []), String(number));
    cell.parentElement.classList.toggle("sheet-matched", isMatched);
    cell.parentElement.classList.toggle("sheet-marked", isMarked && !isMatched);
  }

  mark({ marked = this.marked, matched = this.matched }) {
    const touched = new Set([...this.marked, ...this.matched, ...marked, ...matched]);
    this.marked = new Set(marked);
    this.matched = new Set(matched);
    for (const key of touched) {
      const known = this.lines.get(key);
      if (known) this.#number(known.line.cells[0], known.row, known.line.sectionRowIndex + 1);
    }
  }

  // Problems arrive for rows as they were when they were sent; a row that has changed is skipped.
  setProblems(rows, found, columns) {
    const byRow = new Map(rows.map((row) => [row, new Map()]));
    const heads = new Map();
    for (const each of found) {
      const column = columns[each.column - 1];
      if (!column) continue;
      if (each.row) byRow.get(rows[each.row - 1])?.set(column.key, each);
      else heads.set(column.key, [...(heads.get(column.key) ?? []), each]);
    }
    for (const [row, problems] of byRow) this.#setRow(row, problems);
    this.#setHeads(heads);
  }

  #setRow(row, problems) {
    const before = this.problems.get(row);
    this.problems.set(row, problems);
    const known = this.lines.get(row.key);
    if (known?.row !== row) return;
    row.cells.forEach((text, column) => {
      const { key } = this.columns[column];
      const cell = known.line.cells[column + 1];
      if (before?.get(key)?.sentence === problems.get(key)?.sentence || cell.querySelector("[data-editor]")) return;
      this.#fill(cell, text, column, row);
    });
  }

  #setHeads(heads) {
    const said = (map) => JSON.stringify([...map].map(([key, found]) => [key, found.map((each) => each.sentence)]));
    if (said(heads) === said(this.columnProblems)) return;
    this.columnProblems = heads;
    const focused = document.activeElement?.closest?.("thead th")?.cellIndex;
    const cells = this.columns.map((column, place) => this.#headCell(column, place, place === this.firstAnswer));
    this.head.rows[0].replaceChildren(this.head.rows[0].cells[0], ...cells);
    if (focused) this.head.rows[0].cells[focused].focus();
  }

  // Until the server has looked again, a cell that did not change is as right or wrong as before.
  #carryProblems(before, after) {
    const known = this.problems.get(before);
    if (!known?.size || this.problems.has(after)) return;
    const same = this.columns.flatMap(({ key }, place) => (known.has(key) && before.cells[place] === after.cells[place] ? [[key, known.get(key)]] : []));
    this.problems.set(after, new Map(same));
  }

  allProblems() {
    const { rows, columns } = this.table.state;
    const found = columns.flatMap((column, place) => (this.columnProblems.get(column.key) ?? []).map((each) => ({ ...each, row: -1, column: place })));
    rows.forEach((row, number) => {
      const mine = this.problems.get(row);
      if (!mine?.size) return;
      columns.forEach((column, place) => mine.has(column.key) && found.push({ ...mine.get(column.key), row: number, column: place }));
    });
    return found;
  }

  #measure(state) {
    const { characters, sum } = widthsOf(state, this.#room());
    this.widths.replaceChildren(element("col", "sheet-number-width"), ...characters.map((width) => {
      const col = element("col");
      col.style.inlineSize = `${width}ch`;
      return col;
    }));
    this.grid.style.inlineSize = `calc(${sum}ch + 3.5rem)`;
  }

  // How many characters fit beside the numbers of the rules.
  #room() {
    const character = parseFloat(getComputedStyle(this.grid).fontSize) * 0.6;
    return (this.place.clientWidth - 60) / character;
  }
}
