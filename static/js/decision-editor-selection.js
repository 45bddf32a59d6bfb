// Where the person is: one active cell that has the focus, and a range of cells around it.
// Row -1 is the head.

const within = (number, most) => Math.min(Math.max(number, 0), Math.max(most, 0));

export class Selection {
  constructor(view, table) {
    this.view = view;
    this.table = table;
    this.active = { row: table.state.rows.length ? 0 : -1, column: 0 };
    this.anchor = this.active;
    this.shown = [];
    this.show({ focus: false });
  }

  get range() {
    const { active, anchor } = this;
    const [top, bottom] = [active.row, anchor.row].sort((a, b) => a - b);
    const [left, right] = [active.column, anchor.column].sort((a, b) => a - b);
    return { top, bottom, left, right };
  }

  get isMany() {
    return this.active.row !== this.anchor.row || this.active.column !== this.anchor.column;
  }

  #clamped({ row, column }) {
    const { rows, columns } = this.table.state;
    return { row: row < 0 || !rows.length ? -1 : within(row, rows.length - 1), column: within(column, columns.length - 1) };
  }

  to(place, { extend = false, focus = true } = {}) {
    this.active = this.#clamped(place);
    if (!extend || this.active.row < 0 || this.anchor.row < 0) this.anchor = this.active;
    this.show({ focus });
  }

  select(from, to) {
    this.anchor = this.#clamped(from);
    this.active = this.#clamped(to);
    this.show({ focus: true });
  }

  by(rows, columns, options) {
    const { row, column } = this.active;
    const next = options?.extend ? Math.max(row + rows, 0) : row + rows;
    this.to({ row: Math.max(next, -1), column: column + columns }, options);
  }

  // As spreadsheets do: to the last cell before an empty one, or to the next one that is filled.
  jump(rows, columns, options) {
    const { state } = this.table;
    const isFilled = ({ row, column }) => Boolean(state.rows[row]?.cells[column]);
    const isThere = ({ row, column }) => row >= 0 && row < state.rows.length && column >= 0 && column < state.columns.length;
    const next = ({ row, column }) => ({ row: row + rows, column: column + columns });
    let at = this.active;
    if (at.row < 0) return this.by(rows, columns, options);
    const wanted = isFilled(at) && isFilled(next(at));
    if (isThere(next(at))) at = next(at);
    while (isThere(next(at)) && isFilled(wanted ? next(at) : at) === wanted) at = next(at);
    this.to(at, options);
  }

  show({ focus = true } = {}) {
    this.active = this.#clamped(this.active);
    this.anchor = this.#clamped(this.anchor);
    for (const cell of this.shown) {
      cell.classList.remove("sheet-selected", "sheet-active");
      cell.removeAttribute("aria-selected");
    }
    const { top, bottom, left, right } = this.range;
    this.shown = [];
    for (let row = top; row <= bottom; row += 1) {
      for (let column = left; column <= right; column += 1) {
        const cell = this.view.cell(row, column);
        if (!cell) continue;
        cell.classList.add("sheet-selected");
        cell.setAttribute("aria-selected", "true");
        this.shown.push(cell);
      }
    }
    this.#showActive(focus);
  }

  #showActive(focus) {
    if (this.stop?.isConnected) this.stop.tabIndex = -1;
    this.stop = this.view.cell(this.active.row, this.active.column);
    if (!this.stop) return;
    this.stop.tabIndex = 0;
    this.stop.classList.add("sheet-active");
    if (!this.shown.includes(this.stop)) this.shown.push(this.stop);
    if (!focus) return;
    this.stop.focus({ preventScroll: true });
    this.stop.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}
