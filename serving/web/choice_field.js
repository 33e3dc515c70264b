/** A field with candidates: a chip for each, and an entry for any other value. */

import { likelyParent } from "./categories.js";
import { actionOf } from "./choices.js";
import { element } from "./elements.js";
import { percent, text, valueText } from "./texts.js";

/**
 * `fixed` values can always be chosen; with `isClosed` no others than these and the candidates.
 * `chosen(field, value, action)` is called with an empty value when a choice is taken back.
 */
export class ChoiceField {
  #field;
  #fixed;
  #isClosed;
  #chosen;
  #note = element("p", { class: "note" });
  #other = element("button", { type: "button", class: "chip other", "data-value": "…" });
  #chips = element("div", { class: "chips" }, this.#other);
  #input = element("input", { maxlength: 200 });
  #own = element("div", { class: "own" }, this.#input);
  #isOpen = false;
  #state = { candidates: [] };

  constructor(field, { chosen, fixed = [], isClosed = false }) {
    this.#field = field;
    this.#fixed = fixed;
    this.#isClosed = isClosed;
    this.#chosen = chosen;
    this.#chips.addEventListener("click", ({ target }) => this.#tap(target));
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
    const focused = document.activeElement;
    const hadFocus = this.#chips.contains(focused);

    this.legend.textContent = text(this.#field);
    this.#note.textContent = this.#noteText();
    this.#showChips();
    this.#showEntry();
    if (hadFocus && document.activeElement !== focused) this.#focusAgain(focused);
  }

  #noteText() {
    const { candidates, value, abstained, missing, isUnknown } = this.#state;
    if (value && isUnknown) return text("unknown", { value: valueText(value) });
    if (value) return "";
    if (missing) return text("missing");
    const parent = this.#parent();
    if (parent) return text("parent", { parent: valueText(parent) });
    if (abstained) return text(candidates.length ? "unsure" : "cannotTell");
    return "";
  }

  #parent() {
    const { candidates, committed } = this.#state;
    return this.#field === "category" ? likelyParent(candidates, committed) : "";
  }

  /** Show a chip for each value. A chip that was there stays: a finger may be on it. */
  #showChips() {
    const values = this.#values();
    const chips = new Map([...this.#chips.children].map((chip) => [chip.dataset.value, chip]));
    for (const [value, chip] of chips) {
      if (chip !== this.#other && !values.includes(value)) chip.remove();
    }
    values.forEach((value, index) => {
      const chip = chips.get(value)
        ?? element("button", { type: "button", class: "chip", "data-value": value });
      this.#fill(chip, value);
      const next = this.#chips.children[index];
      if (next !== chip) next.before(chip);
    });
  }

  /** The values of the chips: all candidates, because the receipt says that they were shown. */
  #values() {
    const { candidates, value } = this.#state;
    const suggested = candidates.map((candidate) => candidate.value);
    const values = [this.#parent(), ...suggested, ...this.#fixed, value];
    return [...new Set(values.filter(Boolean))];
  }

  #fill(chip, value) {
    const { candidates, value: chosen } = this.#state;
    const probability = candidates.find((candidate) => candidate.value === value)?.probability;
    const levels = valueText(value).split(" › ");
    chip.setAttribute("aria-pressed", value === chosen);
    chip.replaceChildren(
      levels.length > 1 ? element("small", {}, `${levels.slice(0, -1).join(" › ")} › `) : "",
      levels.at(-1),
      probability === undefined ? "" : element("span", { class: "percent" }, percent(probability)));
  }

  #showEntry() {
    const hasCandidates = Boolean(this.#state.candidates.length || this.#state.value);
    const isOpen = !this.#isClosed && (this.#isOpen || !hasCandidates);
    this.#other.textContent = text("other");
    this.#other.hidden = this.#isClosed || !hasCandidates;
    this.#other.setAttribute("aria-expanded", isOpen);
    this.#own.hidden = !isOpen;
    this.#input.setAttribute("aria-label", text("ownValue", { field: text(this.#field) }));
    if (this.#field === "category") this.#input.placeholder = text("categoryHint");
  }

  #focusAgain(chip) {
    const first = [...this.#chips.children].find((each) => !each.hidden);
    (this.#chips.contains(chip) ? chip : first ?? this.#input).focus();
  }

  #tap(chip) {
    if (chip === this.#other) {
      this.#isOpen = !this.#isOpen;
      this.#showEntry();
      if (this.#isOpen) this.#input.focus();
    } else if (chip !== this.#chips) {
      const { value } = chip.dataset;
      this.#isOpen = false;
      this.#input.value = "";
      this.#choose(value === this.#state.value ? "" : value);
    }
  }

  #enter(value) {
    this.#isOpen = true; // the focus may still be in the entry
    this.#choose(value);
  }

  #choose(value) {
    const { candidates } = this.#state;
    // The parent of unsure categories is the page's own: the receipt does not have it.
    const suggested = candidates.map((candidate) => candidate.value);
    this.#chosen(this.#field, value, actionOf(value, suggested));
  }
}
