/** The seller's page: what is entered goes to the service, and its suggestions are shown. */

import { AmountField } from "./amount_field.js";
import { ChoiceField } from "./choice_field.js";
import { Choices } from "./choices.js";
import { showEarnings } from "./earnings.js";
import { element } from "./elements.js";
import { ListingEnd } from "./listing_end.js";
import { Photos } from "./photos.js";
import { Suggester, send } from "./service.js";
import { currencyOf, isSuggested, stateOf } from "./suggested.js";
import { setLanguage, storeLanguage, storedLanguage, text, valueText, writeTexts }
  from "./texts.js";

const TYPING_MS = 250;
const SEEN_MS = 500; // an answer that is replaced sooner was not seen
const CONDITIONS = ["", "new", "like new", "good", "fair", "poor"];

const byId = (id) => document.getElementById(id);
const choices = new Choices();
const photos = new Photos(() => update(0));
const suggester = new Suggester({ answered, refused, down });
const listingEnd = new ListingEnd({ hasContent, receipt, outcomes, ended });
const fields = {
  category: new ChoiceField("category", { chosen }),
  brand: new ChoiceField("brand", { chosen, fixed: ["no brand"] }),
  price: new AmountField("price", { chosen }),
  shipping_payer: new ChoiceField("shipping_payer",
    { chosen, fixed: ["seller", "buyer"], isClosed: true }),
  shipping_method: new ChoiceField("shipping_method", { chosen }),
  parcel_size: new ChoiceField("parcel_size", { chosen }),
  shipping_fee: new AmountField("shipping_fee", { chosen }),
};
let answer = null;
let status = "start"; // or "ready", "down", "back", "refused"
let refusal = "";
let shownReceipt = "";
let seenTimer = 0;

start();

function start() {
  byId("fields").append(...Object.values(fields).map((field) => field.element));
  byId("language").addEventListener("change", ({ target }) => {
    storeLanguage(target.value);
    showLanguage(target.value);
  });
  for (const id of ["title", "description"]) {
    byId(id).addEventListener("input", () => update(TYPING_MS));
  }
  byId("condition").addEventListener("change", () => update(0));
  addEventListener("online", () => status === "down" && update(0));
  showLanguage(storedLanguage() ?? navigator.language);
}

/** Ask for suggestions for what is entered now, after a delay. */
function update(delayMs) {
  if (hasContent()) {
    byId("fields").setAttribute("aria-busy", "true");
    suggester.ask(requestBody, delayMs);
    return;
  }
  suggester.stop();
  clearTimeout(seenTimer);
  answer = null;
  status = "start";
  show();
}

function chosen(field, value, action) {
  if (value === "") choices.clear(field);
  else choices.choose(field, value, action);
  show();
  update(0);
}

function hasContent() {
  const { title, description } = entered();
  return Boolean(title || description || photos.blobs.length);
}

function entered() {
  const [title, description, condition] = ["title", "description", "condition"]
    .map((id) => byId(id).value.trim());
  return { title, description, ...(condition && { condition }) };
}

/** The body of a request: JSON, or a form where there are photos. */
function requestBody() {
  const confirmed = choices.confirmed();
  const currency = currencyOf(answer);
  const hasAmount = "price" in confirmed || "shipping_fee" in confirmed;
  const listing = { ...entered(), ...confirmed, ...(hasAmount && currency && { currency }) };
  if (!photos.blobs.length) return { listing };

  const form = new FormData();
  form.append("listing", JSON.stringify(listing));
  photos.blobs.forEach((blob, index) => form.append("photos", blob, `${index + 1}.jpg`));
  return form;
}

function answered(newest) {
  status = status === "down" ? "back" : "ready";
  answer = newest;
  show();
  byId("announcements").textContent = text("updated");
  clearTimeout(seenTimer);
  seenTimer = setTimeout(reportShown, SEEN_MS);
  listingEnd.proceed();
}

function refused(detail) {
  status = "refused";
  refusal = detail;
  show();
}

function down() {
  status = "down";
  show();
}

/** Tell the service that the newest answer was on the screen. */
async function reportShown() {
  if (receipt() === shownReceipt) return;
  shownReceipt = receipt();
  // Nothing waits for this: an outcome carries the same receipt.
  await send("/v1/shown", { receipt: shownReceipt, listing: "" }).catch(() => {});
}

function receipt() {
  return answer?.receipt ?? "";
}

/** What the seller chose, as a part of the body of `/v1/outcomes`. */
function outcomes() {
  reportShown();
  const suggested = Object.keys(fields).filter((field) => isSuggested(field, answer));
  const price = choices.value("price");
  return { outcomes: choices.outcomes(suggested), ...(price && { price }) };
}

function ended() {
  suggester.stop();
  clearTimeout(seenTimer);
}

/** Show what has changed with an answer or a choice. */
function show() {
  for (const [name, field] of Object.entries(fields)) {
    field.show({ ...stateOf(name, answer), value: choices.value(name) });
  }
  byId("fields").setAttribute("aria-busy", "false");
  showBanner();
  showEarnings(answer?.earnings);
}

function showBanner() {
  const numbers = (answer?.problems ?? []).map((each) => /^photo (\d+)/.exec(each)?.[1]);
  const unusable = numbers.filter(Boolean).map((number) => text("unusablePhoto", { number }));
  const messages = { ready: unusable.join(" "), refused: text("refused", { detail: refusal }) };
  const message = messages[status] ?? text(status);
  const banner = byId("banner");
  banner.className = `banner ${status}`;
  // A status that is written again is read out again.
  if (banner.textContent !== message) banner.textContent = message;
}

function showLanguage(code) {
  setLanguage(code);
  byId("language").value = document.documentElement.lang;
  writeTexts();
  const condition = byId("condition").value;
  byId("condition").replaceChildren(...CONDITIONS.map((value) =>
    element("option", { value }, valueText(value))));
  byId("condition").value = condition;
  photos.show();
  listingEnd.show();
  show();
}
