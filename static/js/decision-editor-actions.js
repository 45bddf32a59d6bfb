// What the buttons and keys of the table do. Each knows where the person is and says what it did.

import * as steps from "./decision-editor-state.js";

const MOST_RULES = 2000;
const MOST_COLUMNS = 50;

export function actionsOf({ table, selection, editor, announce, columnDialog, save, help, panel }) {
  const rules = () => {
    const { top, bottom } = selection.range;
    return { first: Math.max(top, 0), last: bottom, many: bottom - Math.max(top, 0) + 1 };
  };
  const named = ({ first, last }) => (first === last ? `Rule ${first + 1}` : `Rules ${first + 1} to ${last + 1}`);
  const change = (next) => table.change(next, selection.active);
  const isFull = (more) => {
    if (table.state.rows.length + more <= MOST_RULES) return false;
    announce(`A table has at most ${MOST_RULES} rules. Remove some first.`, { isTrouble: true });
    return true;
  };
  const isWide = () => {
    if (table.state.columns.length < MOST_COLUMNS) return false;
    announce(`A table has at most ${MOST_COLUMNS} columns. Remove one first.`, { isTrouble: true });
    return true;
  };

  function moveRules(by) {
    const { first, last } = rules();
    const { active, anchor } = selection;
    if (last < 0 || !change(steps.moveRows(table.state, first, last, by))) return selection.show();
    selection.select({ ...anchor, row: anchor.row + by }, { ...active, row: active.row + by });
    announce(`Moved ${by < 0 ? "up" : "down"}: now ${named(rules()).toLowerCase()}.`);
  }

  function moveColumn(by) {
    const { active } = selection;
    if (!change(steps.moveColumn(table.state, active.column, by))) return announce("It is at its end already.");
    selection.to({ row: active.row, column: active.column + by });
  }

  function travel(way) {
    const at = table[way](selection.active);
    if (at) selection.to(at);
    else announce(way === "undo" ? "There is nothing to undo." : "There is nothing to do again.");
  }

  const actions = {
    "rule-add"(cells) {
      if (isFull(1)) return;
      const at = Math.max(selection.range.bottom + 1, 0);
      change(steps.insertRows(table.state, at, [steps.emptyRow(table.state, cells)]));
      selection.to({ row: at, column: 0 });
      announce(`Rule ${at + 1} added.`);
    },
    "rule-copy"() {
      const { first, last, many } = rules();
      if (last < 0 || isFull(many)) return;
      change(steps.copyRows(table.state, first, last));
      const { active, anchor } = selection;
      selection.select({ ...anchor, row: anchor.row + many }, { ...active, row: active.row + many });
      announce(`${named({ first, last })} copied below.`);
    },
    "rule-up": () => moveRules(-1),
    "rule-down": () => moveRules(1),
    "rule-remove"() {
      const { first, last } = rules();
      const { active } = selection;
      if (last < 0) return;
      change(steps.removeRows(table.state, first, last));
      selection.to({ row: Math.min(first, table.state.rows.length - 1), column: active.column });
      announce(`${named({ first, last })} removed.`);
    },
    "column-add"(role) {
      if (isWide()) return;
      const [next, place] = steps.addColumn(table.state, role);
      change(next);
      selection.to({ row: -1, column: place });
      columnDialog.open(place);
    },
    "column-edit": () => columnDialog.open(selection.active.column),
    "column-copy"() {
      if (isWide()) return;
      const { active } = selection;
      change(steps.copyColumn(table.state, active.column));
      selection.to({ row: active.row, column: active.column + 1 });
      announce("Column copied.");
    },
    "column-left": () => moveColumn(-1),
    "column-right": () => moveColumn(1),
    "column-remove"() {
      const { active } = selection;
      if (!change(steps.removeColumn(table.state, active.column))) return announce("A table has at least one answer. Add another one first.", { isTrouble: true });
      selection.to(active);
      announce("Column removed.");
    },
    undo: () => travel("undo"),
    redo: () => travel("redo"),
    save,
    help,
    panel,
  };
  // Whatever is being typed is taken over before something else happens to the table.
  return Object.fromEntries(Object.entries(actions).map(([name, act]) => [name, (...said) => {
    editor.close();
    return act(...said);
  }]));
}
