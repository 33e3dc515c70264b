/** The listing as the seller has entered it so far. */

import { Choices } from "./choices.js";
import { byId } from "./elements.js";
import { randomId } from "./random_id.js";

/** One listing with an id of its own; `photos` are those of the page. */
export class Draft {
  id = randomId();
  choices = new Choices();
  #photos;
  #received = new Set(); // ids of photos that the service has

  constructor(photos) {
    this.#photos = photos;
  }

  /** Whether there is anything to suggest for. */
  get hasContent() {
    const { title, description } = entered();
    return Boolean(title || description || this.#photos.all.length);
  }

  /** Return all that is entered but for photos, as the JSON of a listing. */
  listing(currency) {
    const confirmed = this.choices.confirmed();
    const hasAmount = "price" in confirmed || "shipping_fee" in confirmed;
    return {
      ...entered(), ...confirmed, ...(hasAmount && currency && { currency }),
      listing_id: this.id,
    };
  }

  /** Return a form with photos and one more part, an object that is sent as JSON. */
  form(name, content, photos = this.#photos.all) {
    const form = new FormData();
    form.append(name, JSON.stringify(content));
    for (const { id, blob } of photos) form.append("photos", blob, id);
    return form;
  }

  /** Return the body of a request for suggestions: JSON, or a form with new photos. */
  request(currency) {
    const listing = this.listing(currency);
    const photos = this.#photos.all;
    const ids = photos.map(({ id }) => id);
    const unsent = photos.filter(({ id }) => !this.#received.has(id));
    if (!unsent.length) return { listing, photo_ids: ids };
    const form = this.form("listing", listing, unsent);
    form.append("photo_ids", ids.join());
    return form;
  }

  /** Note that a request was answered: its photos are not sent again. */
  received(body) {
    for (const { name } of body.getAll?.("photos") ?? []) this.#received.add(name);
  }

  /** Note that the service does not have photos; return whether that is news. */
  forget(ids = []) {
    return ids.filter((id) => this.#received.delete(id)).length > 0;
  }
}

function entered() {
  const [title, description, condition] = ["title", "description", "condition"]
    .map((id) => byId(id).value.trim());
  return { title, description, ...(condition && { condition }) };
}
