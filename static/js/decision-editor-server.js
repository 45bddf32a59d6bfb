// Talks to the server: checks cells as they are left, and saves when asked to.

const PAUSE = 250; // milliseconds without a change before cells are checked

async function ask(form, address, fields) {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  const response = await fetch(address, { method: "POST", body, credentials: "same-origin", headers: { Accept: "application/json" } });
  const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
  return { isOk: response.ok && Boolean(isJson), status: response.status, said: isJson ? await response.json() : {} };
}

// Rows that were not looked at yet, in one request at a time. Rows never change: once is enough,
// for as long as the columns are the same.
export class Checker {
  constructor(form, table, view, onProblems) {
    Object.assign(this, { form, table, view, onProblems });
    this.checked = new WeakMap();
    this.isAsking = false;
  }

  accept(found) {
    const { state } = this.table;
    this.#note(state, state.rows);
    this.view.setProblems(state.rows, found, state.columns);
    this.onProblems(found);
  }

  #note(state, rows) {
    const seen = this.checked.get(state.columns) ?? new WeakSet();
    rows.forEach((row) => seen.add(row));
    this.checked.set(state.columns, seen);
    this.head = state;
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#run(), PAUSE);
  }

  #isHeadKnown(state) {
    const { head } = this;
    return head && head.columns === state.columns && head.policy === state.policy && head.aggregation === state.aggregation;
  }

  async #run() {
    if (this.isAsking) return (this.isWaiting = true);
    const { state } = this.table;
    const seen = this.checked.get(state.columns);
    const rows = state.rows.filter((row) => !seen?.has(row));
    if (!rows.length && this.#isHeadKnown(state)) return this.onProblems(null);
    this.isAsking = true;
    const sheet = JSON.stringify(this.table.sheet(state, rows));
    const { isOk, said } = await ask(this.form, this.form.dataset.check, { sheet }).catch(() => ({ isOk: false, said: {} }));
    this.isAsking = false;
    if (isOk && this.table.state.columns === state.columns) {
      this.#note(state, rows);
      this.view.setProblems(rows, said.problems, state.columns);
      this.onProblems(said.problems);
    } else if (said.detail) this.onProblems([{ row: 0, column: 0, grade: "error", sentence: said.detail }]);
    if (this.isWaiting || this.table.state.columns !== state.columns) this.soon();
    this.isWaiting = false;
  }
}

export class Saver {
  constructor(form, table, { saved, refused }) {
    Object.assign(this, { form, table, saved, refused });
    this.isSaving = false;
  }

  get revision() {
    return this.form.elements.revision.value;
  }

  async save(revision = this.revision) {
    if (this.isSaving) return;
    this.isSaving = true;
    const { state } = this.table;
    const fields = { revision, sheet: JSON.stringify(this.table.sheet(state)) };
    const { isOk, status, said } = await ask(this.form, this.form.dataset.save, fields).catch(() => ({ isOk: false, status: 0, said: {} }));
    this.isSaving = false;
    if (!isOk) return this.refused(status, said);
    this.form.elements.revision.value = said.revision;
    this.table.markSaved(state, said.ids);
    this.saved(said, state);
  }
}
