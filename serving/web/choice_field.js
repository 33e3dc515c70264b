/** A field with candidates: a chip for each, and an entry for any other value. */

import { likelyParent } from "./categories.js";
import { element } from "./elements.js";
import { percent, text, valueText } from "./texts.js";

/**
 * One field of the listing that is a choice. `fixed` are values that can always be chosen, and
 * `isClosed` leaves out other values than these and the candidates.
 * `chosen(field, value, action)` is called when the seller chooses, with an empty value when a
 * choice is taken back.
 */
export class ChoiceField {
  #field;
  #fixed;
  #isClosed;
  #chosen;
  #note = element("p", { class: "note" });
  #chips = element("div", { class: "chips" });
  #input = element("input", { maxlength: 200 });
  #own = element("div", { class: "own" }, this.#input);
  #isOpen = false;
  #state = {};

  constructor(field, { chosen, fixed = [], isClosed = false }) {
    this.#field = field;
    this.#fixed = fixed;
    this.#isClosed = isClosed;
    this.#chosen = chosen;
    this.#input.addEventListener("change", () => this.#enter(this.#input.value.trim()));
    this.legend = element("legend");
    this.element = element("fieldset", { class: "field", "data-field": field },
      this.legend, this.#note, this.#chips, this.#own);
  }

  /**
   * Show a state: `candidates`, the confirmed `value`, and of the model that answers the field
   * whether it `abstained` or is `missing`, and the parent that it `committed` to; `isUnknown`
   * where the models ignore the value.
   */
  show(state) {
    this.#state = state;
    const focused = document.activeElement?.dataset?.value;
    const hadFocus = this.#chips.contains(document.activeElement);

    this.legend.textContent = text(this.#field);
    this.#note.textContent = this.#noteText();
    this.#chips.replaceChildren(...this.#makeChips());
    this.#showEntry();
    if (hadFocus) this.#focusChip(focused);
  }

  #noteText() {
    const { candidates = [], value, abstained, missing, isUnknown } = this.#state;
    if (value && isUnknown) return text("unknown", { value: valueText(value) });
    if (value) return "";
    if (missing) return text("missing");
    const parent = this.#parent();
    if (parent) return text("parent", { parent: valueText(parent) });
    if (abstained) return text(candidates.length ? "unsure" : "cannotTell");
    return "";
  }

  #parent() {
    const { candidates = [], committed } = this.#state;
    return this.#field === "category" ? likelyParent(candidates, committed) : "";
  }

  #makeChips() {
    const { candidates = [], value } = this.#state;
    // All of them: the receipt says that they were shown.
    const shown = [...candidates];
    const parent = this.#parent();
    if (parent) shown.unshift({ value: parent });
    const extra = [...this.#fixed, value].filter(Boolean);
    for (const each of extra) {
      if (!shown.some((candidate) => candidate.value === each)) shown.push({ value: each });
    }
    return [...shown.map((candidate) => this.#chip(candidate)), this.#otherChip()];
  }

  #chip({ value, probability }) {
    const isChosen = value === this.#state.value;
    const levels = valueText(value).split(" › ");
    const onclick = () => this.#tap(isChosen ? "" : value);
    return element("button", {
      type: "button", class: "chip", "data-value": value, "aria-pressed": isChosen, onclick,
    },
    levels.length > 1 ? element("small", {}, `${levels.slice(0, -1).join(" › ")} › `) : "",
    levels.at(-1),
    probability === undefined ? "" : element("span", { class: "percent" }, percent(probability)));
  }

  #otherChip() {
    const onclick = () => {
      this.#isOpen = !this.#isOpen;
      this.#showEntry();
      if (this.#isOpen) this.#input.focus();
    };
    return element("button", { type: "button", class: "chip other", "data-value": "…", onclick },
      text("other"));
  }

  #showEntry() {
    const hasCandidates = Boolean(this.#state.candidates?.length || this.#state.value);
    const isOpen = !this.#isClosed && (this.#isOpen || !hasCandidates);
    const other = this.#chips.querySelector(".other");
    other.hidden = this.#isClosed || !hasCandidates;
    other.setAttribute("aria-expanded", isOpen);
    this.#own.hidden = !isOpen;
    this.#input.setAttribute("aria-label", text("ownValue", { field: text(this.#field) }));
    const hint = this.#field === "category" ? text("categoryHint") : "";
    this.#input.placeholder = hint;
  }

  #focusChip(value) {
    const chips = [...this.#chips.children].filter((chip) => !chip.hidden);
    const same = chips.find((chip) => chip.dataset.value === value);
    (same ?? chips[0] ?? this.#input).focus();
  }

  #tap(value) {
    this.#isOpen = false;
    this.#input.value = "";
    this.#choose(value);
  }

  #enter(value) {
    this.#isOpen = true; // the focus may still be in the entry
    this.#choose(value);
  }

  #choose(value) {
    const { candidates = [] } = this.#state;
    const suggested = [this.#parent(), ...candidates.map((candidate) => candidate.value)];
    this.#chosen(this.#field, value, suggested.includes(value) ? "accepted" : "changed");
  }
}
