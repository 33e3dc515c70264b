/** The end of the page: "List it" sends what the seller chose, until the service has it. */

import { byId } from "./elements.js";
import { FIRST_RETRY_MS, LAST_RETRY_MS, Refused, send } from "./service.js";
import { text } from "./texts.js";

/**
 * Sends the outcomes of a listing once. `events` has `hasContent()`, `receipt()`, that of the
 * newest suggestions or an empty text, `clicked()`, what is to be known of the click,
 * `outcomes(clicked)`, the body that is sent, and `ended()`.
 */
export class ListingEnd {
  #events;
  #button = byId("list-it");
  #problem = byId("finish-problem");
  #isWaiting = false;
  #clicked = null;
  #body = null;
  #retryMs = FIRST_RETRY_MS;

  constructor(events) {
    this.#events = events;
    // No button of type "submit": Enter in a text would list the item.
    this.#button.addEventListener("click", () => this.#submit());
    byId("again").addEventListener("click", () => location.reload());
  }

  /** Send what waits for a receipt: called when there is one. */
  proceed() {
    if (this.#isWaiting && !this.#body) this.#list();
  }

  /** Write the text in the chosen language. */
  show() {
    this.#button.textContent = text(this.#isWaiting ? "listing" : "listIt");
  }

  #submit() {
    const isEmpty = !this.#events.hasContent();
    this.#problem.textContent = isEmpty ? text("empty") : "";
    if (isEmpty) {
      byId("title").focus();
      return;
    }
    this.#clicked = this.#events.clicked();
    this.#wait(true);
    if (this.#events.receipt()) this.#list();
    else this.#problem.textContent = text("notKept");
  }

  /** Fix what is sent, so that a second try is the same event, and send it. */
  #list() {
    this.#body = this.#events.outcomes(this.#clicked);
    this.#freeze(true);
    this.#send();
  }

  async #send() {
    try {
      const { stored } = await send("/v1/outcomes", this.#body);
      this.#done(stored > 0);
    } catch (error) {
      if (error instanceof Refused) this.#refuse(error.message);
      else this.#retry();
    }
  }

  #retry() {
    this.#problem.textContent = text("notKept");
    setTimeout(() => this.#send(), this.#retryMs);
    this.#retryMs = Math.min(2 * this.#retryMs, LAST_RETRY_MS);
  }

  #refuse(detail) {
    this.#problem.textContent = text("refused", { detail });
    this.#body = null;
    this.#wait(false);
    this.#freeze(false);
  }

  #done(isKept) {
    this.#events.ended();
    byId("kept").hidden = !isKept;
    byId("listing").hidden = true;
    byId("done").hidden = false;
    byId("done").focus();
  }

  #freeze(isFrozen) {
    for (const section of document.querySelectorAll("form > section")) section.inert = isFrozen;
  }

  #wait(isWaiting) {
    this.#isWaiting = isWaiting;
    this.#button.disabled = isWaiting;
    this.show();
  }
}
