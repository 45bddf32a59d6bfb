// A column is as wide as most of what stands in it; what is longer wraps.

import { titleOf } from "./decision-editor-state.js";

const NARROWEST = 13; // characters
const WIDEST = 44;
const MOST_STRETCHED = 2; // times, where there is room
const USUAL = 0.9; // of the cells fit on one line

function widthOf(state, column, place) {
  const lengths = state.rows.map((row) => Math.max(...row.cells[place].split("\n", 3).map((line) => line.length)));
  const usual = lengths.sort((a, b) => a - b)[Math.floor(lengths.length * USUAL)] ?? 0;
  const title = titleOf(column) || "Column 1";
  const longestWord = Math.max(...title.split(/\s+/).map((word) => word.length));
  const wanted = Math.max(usual + 2, longestWord + 4, Math.min(title.length, 18) + 4, NARROWEST);
  return Math.min(wanted, WIDEST);
}

export function widthsOf(state, room) {
  const wanted = state.columns.map((column, place) => widthOf(state, column, place));
  const all = wanted.reduce((sum, width) => sum + width, 0);
  const stretched = Math.min(Math.max(room / all, 1), MOST_STRETCHED);
  const characters = wanted.map((width) => Math.floor(width * stretched * 100) / 100);
  return { characters, sum: characters.reduce((sum, width) => sum + width, 0).toFixed(2) };
}
