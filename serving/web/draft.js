/** The listing as the seller has entered it so far. */

import { Choices } from "./choices.js";
import { byId } from "./elements.js";

const TEXTS = ["title", "description", "condition"];

/** One listing with an id of its own; `photos` are those of the page. */
export class Draft {
  id = randomId();
  choices = new Choices();
  #photos;

  constructor(photos) {
    this.#photos = photos;
  }

  /** Whether there is anything to suggest for. */
  get hasContent() {
    const { title, description } = entered();
    return Boolean(title || description || this.#photos.blobs.length);
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

  /** Return a form with the photos and one more part, an object that is sent as JSON. */
  form(name, content) {
    const form = new FormData();
    form.append(name, JSON.stringify(content));
    this.#photos.blobs.forEach((blob, index) => form.append("photos", blob, `${index + 1}.jpg`));
    return form;
  }

  /** Return the body of a request for suggestions: JSON, or a form where there are photos. */
  request(currency) {
    const listing = this.listing(currency);
    return this.#photos.blobs.length ? this.form("listing", listing) : { listing };
  }
}

function entered() {
  const [title, description, condition] = TEXTS.map((id) => byId(id).value.trim());
  return { title, description, ...(condition && { condition }) };
}

/** A random id; `crypto.randomUUID` is there on secure addresses only. */
function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return [...bytes].map((each) => each.toString(16).padStart(2, "0")).join("");
}
