/** A field that is an amount of money: the suggested one to accept, and an entry for another. */

import { actionOf } from "./choices.js";
import { element } from "./elements.js";
import { priceChart } from "./price_chart.js";
import { money, text, valueText } from "./texts.js";

/** One amount of the listing; `chosen(field, value, action)` is called as in `ChoiceField`. */
export class AmountField {
  #field;
  #chosen;
  #note = element("p", { class: "note" });
  #range = element("div", { class: "range" });
  #accept = element("button", { type: "button", class: "chip" });
  #label = element("label", { class: "label" });
  #input = element("input", { inputmode: "decimal", maxlength: 20 });
  #problem = element("p", { class: "problem", role: "alert" });
  #state = {};

  constructor(field, { chosen }) {
    this.#field = field;
    this.#chosen = chosen;
    this.#label.htmlFor = this.#input.id = `own-${field}`;
    this.#problem.id = `problem-${field}`;
    this.#input.setAttribute("aria-describedby", this.#problem.id);
    this.#accept.addEventListener("click", () => this.#toggle());
    this.#input.addEventListener("change", () => this.#enter(this.#input.value));
    this.legend = element("legend");
    this.element = element("fieldset", { class: "field", "data-field": field },
      this.legend, this.#note, this.#range,
      element("div", { class: "amounts" }, this.#accept,
        element("div", {}, this.#label, this.#input)),
      this.#problem);
  }

  /**
   * Show a state: the suggestion, as `price` with its quantiles or as `fee`, the confirmed
   * `value`, the `currency`, and of the model whether it `abstained` or is `missing`.
   */
  show(state) {
    this.#state = state;
    const { price, value, currency } = state;
    const name = text(this.#field);
    const suggested = this.#suggested();

    this.legend.textContent = name;
    this.#note.textContent = this.#noteText();
    this.#range.replaceChildren(...(price ? [priceChart(price, value)] : []));
    this.#accept.hidden = suggested === undefined;
    if (suggested !== undefined) {
      this.#accept.textContent = text("accept", { amount: money(suggested, currency) });
    }
    this.#accept.setAttribute("aria-pressed", value !== undefined && value === suggested);
    this.#label.textContent = text(currency ? "ownAmount" : "ownValue", { field: name, currency });
    this.#label.classList.toggle("hidden", !currency);
  }

  #suggested() {
    const amount = this.#state.price?.median ?? this.#state.fee?.amount;
    return amount === undefined ? undefined : Math.round(amount * 100) / 100;
  }

  #noteText() {
    const { price, fee, abstained, missing, value } = this.#state;
    if (value === undefined && missing) return text("missing");
    const notes = [];
    if (value === undefined && abstained) notes.push(text(price || fee ? "unsure" : "cannotTell"));
    if (price?.basis === "fee included") notes.push(text("feeIncluded"));
    if (fee?.method) {
      const [method, size] = [valueText(fee.method), valueText(fee.parcel_size)];
      notes.push(text("feeFor", { method, size }));
    }
    if (fee?.low != null && fee.high != null) {
      const [low, high] = [fee.low, fee.high].map((each) => money(each, fee.currency));
      notes.push(text("feeRange", { low, high }));
    }
    return notes.join(" ");
  }

  #toggle() {
    const isChosen = this.#accept.getAttribute("aria-pressed") === "true";
    this.#input.value = "";
    this.#showProblem(false);
    this.#choose(isChosen ? "" : this.#suggested());
  }

  #enter(entry) {
    const amount = parseAmount(entry);
    const isWrong = Number.isNaN(amount);
    this.#showProblem(isWrong);
    if (!isWrong) this.#choose(amount);
  }

  #choose(amount) {
    const suggested = this.#suggested();
    const action = actionOf(amount, suggested === undefined ? [] : [suggested]);
    this.#chosen(this.#field, amount, action);
  }

  #showProblem(isWrong) {
    this.#problem.textContent = isWrong ? text("badAmount") : "";
    this.#input.setAttribute("aria-invalid", isWrong);
  }
}

/** Return the amount of an entry such as `1,200.50` or `12,5`; empty for none, NaN for no amount. */
export function parseAmount(entry) {
  const digits = entry.normalize("NFKC").replace(/[\s¥$€£]/g, "");
  if (!digits) return "";
  const grouped = /^\d{1,3}(,\d{3})+(\.\d+)?$/.test(digits);
  const amount = Number(grouped ? digits.replaceAll(",", "") : digits.replace(",", "."));
  return amount > 0 && Number.isFinite(amount) ? amount : NaN;
}
