/** The end of the page: "List it" sends what the seller chose, until the service has kept it. */

import { Refused, send } from "./service.js";
import { text } from "./texts.js";

const RETRY_MS = 2_000;

/**
 * Sends the outcomes of a listing once. `events` has `hasContent()`, `receipt()`, the receipt of
 * the suggestions on the screen or an empty text, `outcomes()`, and `ended()`.
 */
export class ListingEnd {
  #events;
  #button = document.getElementById("list-it");
  #problem = document.getElementById("finish-problem");
  #isWaiting = false;
  #body = null;
  #keptFields = 0;

  constructor(events) {
    this.#events = events;
    // No button of type "submit": Enter in a text would list the item.
    this.#button.addEventListener("click", () => this.#submit());
    document.getElementById("again").addEventListener("click", () => location.reload());
  }

  /** Send what waits for a receipt: called when there is one. */
  proceed() {
    if (this.#isWaiting && !this.#body) this.#list();
  }

  /** Write the texts in the chosen language. */
  show() {
    this.#button.textContent = text(this.#isWaiting ? "listing" : "listIt");
    document.getElementById("done-text").textContent = text("kept", { count: this.#keptFields });
  }

  #submit() {
    const isEmpty = !this.#events.hasContent();
    this.#problem.textContent = isEmpty ? text("empty") : "";
    if (isEmpty) {
      document.getElementById("title").focus();
      return;
    }
    this.#wait(true);
    if (this.#events.receipt()) this.#list();
    else this.#problem.textContent = text("notKept");
  }

  /** Fix what is sent, so that a second try is the same event, and send it. */
  #list() {
    this.#body = {
      receipt: this.#events.receipt(), listing: listingId(), event: "listed",
      ...this.#events.outcomes(),
    };
    for (const section of document.querySelectorAll("form > section")) section.inert = true;
    this.#send();
  }

  async #send() {
    try {
      await send("/v1/outcomes", this.#body);
      this.#done();
    } catch (error) {
      if (error instanceof Refused) this.#refuse(error.message);
      else this.#retry();
    }
  }

  #retry() {
    this.#problem.textContent = text("notKept");
    setTimeout(() => this.#send(), RETRY_MS);
  }

  #refuse(detail) {
    this.#problem.textContent = text("refused", { detail });
    this.#body = null;
    this.#wait(false);
    for (const section of document.querySelectorAll("form > section")) section.inert = false;
  }

  #done() {
    this.#keptFields = this.#body.outcomes.length;
    this.#events.ended();
    this.show();
    document.getElementById("listing").hidden = true;
    document.getElementById("done").hidden = false;
    document.getElementById("done").focus();
  }

  #wait(isWaiting) {
    this.#isWaiting = isWaiting;
    this.#button.disabled = isWaiting;
    this.show();
  }
}

/** A random id; `crypto.randomUUID` is there on secure addresses only. */
function listingId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return [...bytes].map((each) => each.toString(16).padStart(2, "0")).join("");
}
