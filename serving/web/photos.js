/** The photos of the listing: added, shown as thumbnails, reordered and removed. */

import { byId, element } from "./elements.js";
import { makeDraggable } from "./photo_dragging.js";
import { randomId } from "./random_id.js";
import { text } from "./texts.js";

const MAX_PHOTOS = 10;
const MAX_SIDE = 800;
const QUALITY = 0.82;

/** Photos in their order. `changed()` is called after each change. */
export class Photos {
  #photos = [];
  #list = byId("thumbnails");
  #problems = byId("photo-problems");
  #changed;

  constructor(changed) {
    this.#changed = changed;
    for (const id of ["take-photo", "choose-photos"]) {
      byId(id).addEventListener("change", ({ target }) => {
        this.add([...target.files]);
        target.value = ""; // the same file may be chosen again
      });
    }
    this.#acceptDrops(byId("photos"));
    makeDraggable(this.#list, (from, to) => this.#move(from, to));
  }

  /** The photos, each with an `id` and a `blob`, JPEG without Exif. */
  get all() {
    return this.#photos;
  }

  /** Encode files anew and add them; files that are no photos are named to the seller. */
  async add(files) {
    const free = MAX_PHOTOS - this.#photos.length;
    const problems = files.length > free ? [text("tooManyPhotos", { limit: MAX_PHOTOS })] : [];
    for (const file of files.slice(0, free)) {
      try {
        this.#photos.push(await encode(file));
      } catch {
        problems.push(text("unreadablePhoto", { name: file.name }));
      }
    }
    this.#problems.textContent = problems.join(" ");
    this.show();
    this.#changed();
  }

  /** Draw the thumbnails, in the chosen language. */
  show() {
    this.#list.replaceChildren(...this.#photos.map((photo, index) => this.#thumbnail(photo, index)));
  }

  #thumbnail({ canvas }, index) {
    const number = index + 1;
    const last = this.#photos.length - 1;
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", text("photo", { number }));
    return element("li", {},
      canvas,
      index === 0 ? element("span", { class: "cover" }, text("cover")) : "",
      last > 0 ? element("span", { class: "grip", "aria-hidden": "true" }) : "",
      element("span", { class: "moves" },
        this.#button("‹", "earlier", number, index > 0, () => this.#move(index, index - 1)),
        this.#button("×", "remove", number, true, () => this.#remove(index)),
        this.#button("›", "later", number, index < last, () => this.#move(index, index + 1))));
  }

  #button(sign, key, number, enabled, onclick) {
    const disabled = enabled ? null : "";
    const label = text(key, { number });
    return element("button", { type: "button", "aria-label": label, disabled, onclick }, sign);
  }

  #move(from, to) {
    this.#photos.splice(to, 0, ...this.#photos.splice(from, 1));
    this.#redraw(to, from < to ? 2 : 0);
  }

  #remove(index) {
    this.#photos.splice(index, 1);
    this.#problems.textContent = "";
    this.#redraw(Math.min(index, this.#photos.length - 1), 1);
  }

  /** Draw again, and leave the focus on a button that was pressed, or on one that is enabled. */
  #redraw(index, buttonIndex) {
    const hadFocus = this.#list.contains(document.activeElement);
    this.show();
    this.#changed();
    if (!hadFocus) return;
    const buttons = this.#list.children[index]?.querySelectorAll("button") ?? [];
    const pressed = [buttons[buttonIndex], ...buttons].find((button) => button && !button.disabled);
    (pressed ?? byId("choose-photos")).focus();
  }

  #acceptDrops(area) {
    area.addEventListener("dragover", (event) => {
      event.preventDefault();
      area.classList.add("dragging");
    });
    area.addEventListener("dragleave", () => area.classList.remove("dragging"));
    area.addEventListener("drop", (event) => {
      event.preventDefault();
      area.classList.remove("dragging");
      this.add([...event.dataTransfer.files]);
    });
  }
}

/**
 * Draw a file smaller on a canvas and encode that: the place and the camera that Exif names stay
 * on the seller's device. The canvas is the thumbnail too.
 */
async function encode(file) {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, MAX_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = element("canvas", {
    width: Math.max(1, Math.round(bitmap.width * scale)),
    height: Math.max(1, Math.round(bitmap.height * scale)),
  });
  const context = canvas.getContext("2d");
  context.fillStyle = "white"; // JPEG has no transparency
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();

  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  if (!blob) throw new Error("the browser could not encode the photo");
  return { id: randomId(), canvas, blob };
}
