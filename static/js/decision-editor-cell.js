// One field that floats into the cell that is being edited: thousands of cells need no field each.

import { ANYTHING, clean, titleOf } from "./decision-editor-state.js";

const MOST_OFFERED = 50;

// The constants of a list such as "low", "high"; ranges are nothing to choose.
function constants(text) {
  const parts = text.match(/"(?:[^"\\]|\\.)*"|[^,"]+/g)?.map((part) => part.trim()).filter(Boolean) ?? [];
  return parts.filter((part) => !/\.\.|[<>(]/.test(part));
}

export function offers(column, ofTypes) {
  const found = constants(column.allowed || ofTypes[column.type] || (column.type === "boolean" ? "true, false" : ""));
  return found.length && column.role === "input" ? [...found, ANYTHING] : found;
}

export class CellEditor {
  constructor({ table, view, ofTypes, commit, leave }) {
    Object.assign(this, { table, view, ofTypes, commit, leave });
    this.list = document.createElement("ul");
    this.list.className = "sheet-offers";
    this.list.id = "sheet-offers";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Allowed values");
    this.list.hidden = true;
    view.place.after(this.list);
    this.list.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const option = event.target.closest("[role=option]");
      if (option) this.#finish(option.textContent, [1, 0]);
    });
    view.place.addEventListener("scroll", () => this.#hideOffers());
  }

  get isOpen() {
    return Boolean(this.field);
  }

  // Without `isTyping` the text that is there is edited; with it, what is typed replaces it.
  open(at, { isTyping = false } = {}) {
    const column = this.table.state.columns[at.column];
    const row = this.table.state.rows[at.row];
    const cell = this.view.cell(at.row, at.column);
    if (!row || !cell || this.field) return;
    const text = row.cells[at.column];
    this.at = { ...at, row: row.key, place: at.row };
    this.isTyping = isTyping;
    this.offers = offers(column, this.ofTypes);
    this.field = this.#field(text);
    this.field.value = isTyping ? "" : text;
    this.field.setAttribute("aria-label", `${titleOf(column) || `Column ${at.column + 1}`}, rule ${at.row + 1}`);
    const described = cell.getAttribute("aria-describedby");
    if (described) this.field.setAttribute("aria-describedby", described);
    cell.classList.add("sheet-editing");
    cell.append(this.field);
    this.field.focus({ preventScroll: true });
    if (!isTyping) this.field.setSelectionRange(text.length, text.length);
    if (this.offers.length && !isTyping) this.#offer("");
  }

  #field(text) {
    const isChoice = this.offers.length && !text.includes("\n");
    const field = document.createElement(isChoice ? "input" : "textarea");
    field.className = "sheet-editor";
    field.dataset.editor = "";
    field.spellcheck = false;
    field.autocomplete = "off";
    field.autocapitalize = "off";
    if (isChoice) {
      field.type = "text";
      field.setAttribute("role", "combobox");
      field.setAttribute("aria-autocomplete", "list");
      field.setAttribute("aria-controls", this.list.id);
      field.setAttribute("aria-expanded", "false");
    } else field.rows = 1;
    field.addEventListener("keydown", (event) => this.#pressed(event));
    field.addEventListener("input", () => isChoice && this.#offer(field.value));
    field.addEventListener("blur", () => this.#finish(field.value, null));
    return field;
  }

  close() {
    if (this.field) this.#finish(this.field.value, null);
  }

  // Takes the text over, then moves on by so many rows and columns, or stays without a move.
  #finish(text, move) {
    if (!this.field) return;
    const { at } = this;
    this.#remove();
    const row = this.table.state.rows.findIndex((each) => each.key === at.row);
    if (row >= 0) this.commit({ row, column: at.column }, clean(text));
    if (move) this.leave(move);
  }

  #cancel() {
    this.#remove();
    this.leave([0, 0]);
  }

  #remove() {
    const { field } = this;
    this.field = null;
    this.#hideOffers();
    field.closest("td")?.classList.remove("sheet-editing");
    field.remove();
  }

  #pressed(event) {
    event.stopPropagation();
    if (event.isComposing || event.keyCode === 229) return;
    const isOffering = !this.list.hidden;
    const done = () => event.preventDefault();
    if (event.key === "Escape") {
      done();
      if (isOffering && this.chosen >= 0) return this.#hideOffers();
      return this.#cancel();
    }
    if (isOffering && !event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      done();
      return this.#choose(this.chosen + (event.key === "ArrowDown" ? 1 : -1));
    }
    if (event.altKey && event.key === "ArrowDown" && this.offers.length) {
      done();
      return this.#offer("");
    }
    const move = this.#moveFor(event);
    if (!move) return;
    done();
    const picked = isOffering && this.chosen >= 0 ? this.list.children[this.chosen].textContent : this.field.value;
    this.#finish(picked, move);
    if (event.key.toLowerCase() === "s") document.dispatchEvent(new CustomEvent("editor:save"));
  }

  #moveFor(event) {
    const { key, shiftKey, altKey } = event;
    const isCommand = event.ctrlKey || event.metaKey;
    if (isCommand && key.toLowerCase() === "s") return [0, 0];
    if (key === "Enter" && altKey) {
      this.field.setRangeText("\n", this.field.selectionStart, this.field.selectionEnd, "end");
      event.preventDefault();
      return null;
    }
    if (key === "Enter" && !isCommand) return [shiftKey ? -1 : 1, 0];
    if (key === "Tab") return [0, shiftKey ? -1 : 1];
    if (!this.isTyping || isCommand || altKey || shiftKey) return null;
    return { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[key] ?? null;
  }

  #offer(typed) {
    const words = typed.trim().replaceAll('"', "").toLowerCase();
    const found = this.offers.filter((offer) => offer.toLowerCase().includes(words)).slice(0, MOST_OFFERED);
    this.list.replaceChildren(...found.map((offer, place) => {
      const option = document.createElement("li");
      option.id = `sheet-offer-${place}`;
      option.setAttribute("role", "option");
      option.textContent = offer;
      return option;
    }));
    this.chosen = -1;
    this.field.removeAttribute("aria-activedescendant");
    const isShown = found.length > 0 && !(found.length === 1 && found[0] === typed.trim());
    this.list.hidden = !isShown;
    this.field.setAttribute("aria-expanded", String(isShown));
    if (isShown) this.#place();
  }

  #place() {
    const box = this.field.getBoundingClientRect();
    const height = this.list.offsetHeight;
    const isBelow = box.bottom + height + 8 < window.innerHeight;
    this.list.style.insetBlockStart = `${isBelow ? box.bottom + 2 : Math.max(box.top - height - 2, 0)}px`;
    this.list.style.insetInlineStart = `${Math.min(box.left, window.innerWidth - this.list.offsetWidth - 8)}px`;
    this.list.style.minInlineSize = `${box.width}px`;
  }

  #choose(place) {
    const options = [...this.list.children];
    this.chosen = (place + options.length) % options.length;
    options.forEach((option, index) => option.setAttribute("aria-selected", String(index === this.chosen)));
    this.field.setAttribute("aria-activedescendant", options[this.chosen].id);
    options[this.chosen].scrollIntoView({ block: "nearest" });
  }

  #hideOffers() {
    this.list.hidden = true;
    this.chosen = -1;
    this.field?.setAttribute("aria-expanded", "false");
    this.field?.removeAttribute("aria-activedescendant");
  }
}
