/** What the seller has chosen, and by which action. */

/**
 * Return what choosing a value does to the suggested values of its field: "accepted" for one of
 * them, "changed" for another value, "entered" where there are none.
 */
export function actionOf(value, suggested) {
  if (!suggested.length) return "entered";
  return suggested.includes(value) ? "accepted" : "changed";
}

/** The values that the seller has confirmed, by field. */
export class Choices {
  #chosen = new Map();

  /** Confirm a value, by an action: see `actionOf`. */
  choose(field, value, action) {
    this.#chosen.set(field, { value, action });
  }

  /** Take a confirmed value back. */
  clear(field) {
    this.#chosen.delete(field);
  }

  /** Return the confirmed value of a field, else undefined. */
  value(field) {
    return this.#chosen.get(field)?.value;
  }

  /** Return all confirmed values by field, as a part of a listing. */
  confirmed() {
    return Object.fromEntries([...this.#chosen].map(([field, { value }]) => [field, value]));
  }

  /** Return the outcomes of all confirmed fields, and of suggested ones that were left empty. */
  outcomes(suggested) {
    const chosen = [...this.#chosen].map(([field, choice]) => ({ field, ...choice }));
    const ignored = suggested
      .filter((field) => !this.#chosen.has(field))
      .map((field) => ({ field, value: null, action: "ignored" }));
    return [...chosen, ...ignored];
  }
}
