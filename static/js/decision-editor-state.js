// The table as a value: every change makes the next state, so that undoing is going back to one.
// A row is never changed in place; whoever holds one can tell by identity whether it is the same.

const GROUPS = { input: "inputs", output: "outputs", annotation: "annotations" };
const STEPS_KEPT = 200;
export const ANYTHING = "-";
export const clean = (text) => text.replace(/\r\n?/g, "\n").trim();

let lastKey = 0;
const newKey = () => ++lastKey;

export function stateOf(sheet) {
  const columns = [
    ...sheet.inputs.map((column) => ({ key: newKey(), role: "input", ...column })),
    ...sheet.outputs.map((column) => ({ key: newKey(), role: "output", ...column })),
    ...sheet.annotations.map((name) => ({ key: newKey(), role: "annotation", id: "", name })),
  ];
  const rows = sheet.rules.map((rule) => ({ key: newKey(), id: rule.id, cells: [...rule.inputs, ...rule.outputs, ...rule.annotations] }));
  return { columns, rows, policy: sheet.hit_policy, aggregation: sheet.aggregation };
}

// What the server knows by id keeps its id, also after undoing: ids live beside the states.
export class Table {
  constructor(sheet) {
    this.decision = sheet.decision;
    this.name = sheet.name;
    this.state = stateOf(sheet);
    this.ids = new Map([...this.state.rows, ...this.state.columns].map((part) => [part.key, part.id]));
    this.past = [];
    this.future = [];
    this.saved = this.state;
    this.watchers = [];
  }

  onChange(watcher) {
    this.watchers.push(watcher);
  }

  #show(reason) {
    this.watchers.forEach((watcher) => watcher(reason));
  }

  // `at` is where the person was, and where undoing takes them back to.
  change(next, at, reason = "change") {
    if (next === this.state) return false;
    this.past.push({ state: this.state, at });
    if (this.past.length > STEPS_KEPT) this.past.shift();
    this.future = [];
    this.state = next;
    this.#show(reason);
    return true;
  }

  undo(at) {
    return this.#travel(this.past, this.future, at);
  }

  redo(at) {
    return this.#travel(this.future, this.past, at);
  }

  #travel(from, to, at) {
    const step = from.pop();
    if (!step) return null;
    to.push({ state: this.state, at });
    this.state = step.state;
    this.#show("travel");
    return step.at;
  }

  // How many steps lie between what is saved and what is shown; -1 when it cannot be counted.
  get unsaved() {
    if (this.state === this.saved) return 0;
    const back = this.past.findIndex((step) => step.state === this.saved);
    if (back >= 0) return this.past.length - back;
    const ahead = this.future.findIndex((step) => step.state === this.saved);
    return ahead >= 0 ? this.future.length - ahead : -1;
  }

  markSaved(state, ids) {
    state.rows.forEach((row, place) => this.ids.set(row.key, ids.rules[place] ?? ""));
    for (const [role, group] of [["input", "inputs"], ["output", "outputs"]]) {
      state.columns.filter((column) => column.role === role).forEach((column, place) => this.ids.set(column.key, ids[group][place] ?? ""));
    }
    this.saved = state;
    this.#show("saved");
  }

  forgetSaved() {
    this.saved = null;
  }

  // The JSON that the server takes; with `rows`, only these.
  sheet(state = this.state, rows = state.rows) {
    const { columns } = state;
    const of = (role) => columns.filter((column) => column.role === role);
    const places = (role) => columns.flatMap((column, place) => (column.role === role ? [place] : []));
    const groups = Object.entries(GROUPS).map(([role, group]) => [group, places(role)]);
    const id = (part) => this.ids.get(part.key) ?? "";
    return {
      decision: this.decision,
      name: this.name,
      hit_policy: state.policy,
      aggregation: state.aggregation,
      inputs: of("input").map((column) => ({ id: id(column), label: column.label, expression: column.expression, type: column.type, allowed: column.allowed })),
      outputs: of("output").map((column) => ({ id: id(column), label: column.label, name: column.name, type: column.type, allowed: column.allowed, default: column.default })),
      annotations: of("annotation").map((column) => column.name),
      rules: rows.map((row) => ({ id: id(row), ...Object.fromEntries(groups.map(([group, at]) => [group, at.map((place) => row.cells[place])])) })),
    };
  }
}

// --- steps: a state in, a state out ---

const withCells = (row, cells) => ({ ...row, cells });

export function emptyRow(state, cells = []) {
  const made = state.columns.map((column, place) => cells[place] ?? (column.role === "input" ? ANYTHING : ""));
  return { key: newKey(), id: "", cells: made };
}

// `texts`: Map from row to a Map from column to text.
export function setCells(state, texts) {
  let isChanged = false;
  const rows = state.rows.map((row, place) => {
    const wanted = texts.get(place);
    if (!wanted || [...wanted].every(([column, text]) => row.cells[column] === text)) return row;
    isChanged = true;
    return withCells(row, row.cells.map((text, column) => wanted.get(column) ?? text));
  });
  return isChanged ? { ...state, rows } : state;
}

export function insertRows(state, at, made) {
  return { ...state, rows: state.rows.toSpliced(at, 0, ...made) };
}

export function copyRows(state, first, last) {
  const copies = state.rows.slice(first, last + 1).map((row) => ({ ...row, key: newKey(), id: "" }));
  return insertRows(state, last + 1, copies);
}

export function moveRows(state, first, last, by) {
  if (first + by < 0 || last + by >= state.rows.length) return state;
  const moved = state.rows.slice(first, last + 1);
  const rest = state.rows.toSpliced(first, moved.length);
  return { ...state, rows: rest.toSpliced(first + by, 0, ...moved) };
}

export function removeRows(state, first, last) {
  return { ...state, rows: state.rows.toSpliced(first, last - first + 1) };
}

export function pasteCells(state, row, column, lines) {
  const missing = row + lines.length - state.rows.length;
  const grown = missing > 0 ? insertRows(state, state.rows.length, Array.from({ length: missing }, () => emptyRow(state))) : state;
  const width = state.columns.length - column;
  return setCells(grown, new Map(lines.map((line, down) => [row + down, new Map(line.slice(0, width).map((text, right) => [column + right, clean(text)]))])));
}

const eachRow = (state, change) => state.rows.map((row) => withCells(row, change(row.cells)));

function freeName(state, like) {
  const taken = new Set(state.columns.map((column) => column.name));
  const stem = like || "result";
  let number = 2;
  while (taken.has(`${stem}_${number}`)) number += 1;
  return `${stem}_${number}`;
}

export function addColumn(state, role) {
  const place = state.columns.findLastIndex((column) => column.role === role) + 1 || placeOf(state, role);
  const name = role === "output" ? freeName(state, "") : role === "annotation" ? "Note" : "";
  const made = { key: newKey(), role, id: "", label: "", expression: "", name, type: "", allowed: "", default: "" };
  const cell = role === "input" ? ANYTHING : "";
  return [{ ...state, columns: state.columns.toSpliced(place, 0, made), rows: eachRow(state, (cells) => cells.toSpliced(place, 0, cell)) }, place];
}

function placeOf(state, role) {
  if (role === "input") return 0;
  const inputs = state.columns.filter((column) => column.role === "input").length;
  return role === "output" ? inputs : state.columns.length;
}

export function copyColumn(state, place) {
  const column = state.columns[place];
  const name = column.role === "output" ? freeName(state, column.name) : column.name;
  const copy = { ...column, key: newKey(), id: "", name };
  return { ...state, columns: state.columns.toSpliced(place + 1, 0, copy), rows: eachRow(state, (cells) => cells.toSpliced(place + 1, 0, cells[place])) };
}

export function moveColumn(state, place, by) {
  if (state.columns[place + by]?.role !== state.columns[place].role) return state;
  const moved = (parts) => parts.toSpliced(place, 1).toSpliced(place + by, 0, parts[place]);
  return { ...state, columns: moved(state.columns), rows: eachRow(state, moved) };
}

export function removeColumn(state, place) {
  const { role } = state.columns[place];
  if (role === "output" && state.columns.filter((column) => column.role === role).length === 1) return state;
  return { ...state, columns: state.columns.toSpliced(place, 1), rows: eachRow(state, (cells) => cells.toSpliced(place, 1)) };
}

export function changeColumn(state, place, members) {
  const old = state.columns[place];
  if (Object.entries(members).every(([name, text]) => old[name] === text)) return state;
  return { ...state, columns: state.columns.with(place, { ...old, ...members }) };
}

export const titleOf = (column) => column.label || (column.role === "input" ? column.expression : column.name) || "";
