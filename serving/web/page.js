/** The seller's page: what is entered goes to the service, and its suggestions are shown. */

import { AmountField } from "./amount_field.js";
import { showBanner } from "./banner.js";
import { ChoiceField } from "./choice_field.js";
import { Draft } from "./draft.js";
import { showEarnings } from "./earnings.js";
import { byId, element } from "./elements.js";
import { EntryTime } from "./entry_time.js";
import { followLanguage } from "./language.js";
import { ListingEnd } from "./listing_end.js";
import { Photos } from "./photos.js";
import { Suggester, send } from "./service.js";
import { currencyOf, isHoldout, isSuggested, stateOf } from "./suggested.js";
import { text, valueText, writeTexts } from "./texts.js";

const TYPING_MS = 250;
const SEEN_MS = 500; // an answer that is replaced sooner was not seen
const CONDITIONS = ["", "new", "like new", "good", "fair", "poor"];

const photos = new Photos(() => update(0));
const draft = new Draft(photos);
const entryTime = new EntryTime();
const suggester = new Suggester({
  answered, refused, down, forgot: (ids) => draft.forget(ids),
});
const listingEnd = new ListingEnd({
  hasContent: () => draft.hasContent, receipt, clicked, outcomes, ended,
});
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
let status = "start"; // as in `showBanner`
let refusal = "";
let shownReceipt = "";
let seenTimer = 0;

start();

function start() {
  byId("fields").append(...Object.values(fields).map((field) => field.element));
  for (const kind of ["input", "drop"]) {
    byId("listing").addEventListener(kind, () => entryTime.begin());
  }
  for (const id of ["title", "description"]) {
    byId(id).addEventListener("input", () => update(TYPING_MS));
  }
  byId("condition").addEventListener("change", () => update(0));
  addEventListener("online", () => status === "down" && update(0));
  followLanguage(showTexts);
  update(0); // for what was typed before this ran
}

/** Ask for suggestions for what is entered now, after a delay. */
function update(delayMs) {
  if (draft.hasContent) {
    byId("fields").setAttribute("aria-busy", !isHoldout(answer));
    suggester.ask(() => draft.request(currencyOf(answer)), delayMs);
    return;
  }
  suggester.stop();
  clearTimeout(seenTimer);
  answer = null;
  status = "start";
  show();
}

function chosen(field, value, action) {
  entryTime.begin();
  if (value === "") draft.choices.clear(field);
  else draft.choices.choose(field, value, action);
  show();
  update(0);
}

function answered(newest, body) {
  draft.received(body);
  status = status === "down" ? "back" : "ready";
  answer = newest;
  show();
  if (!isHoldout(answer)) byId("announcements").textContent = text("updated");
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
  await send("/v1/shown", { receipt: shownReceipt, listing: draft.id }).catch(() => {});
}

function receipt() {
  return answer?.receipt ?? "";
}

/** The time until the click, and whether the seller had been told that the listing is kept. */
function clicked() {
  return { seconds: entryTime.seconds, isTold: keepsListing() };
}

function keepsListing() {
  return Boolean(answer?.keeps_listing);
}

/** What the seller chose, and the listing where it is kept: the body of `/v1/outcomes`. */
function outcomes({ seconds, isTold }) {
  reportShown();
  const suggested = Object.keys(fields).filter((field) => isSuggested(field, answer));
  const price = draft.choices.value("price");
  const body = {
    receipt: receipt(), listing: draft.id, event: "listed", seconds,
    outcomes: draft.choices.outcomes(suggested), ...(price && { price }),
  };
  if (!isTold || !keepsListing()) return body;
  return draft.form("outcomes", { ...body, item: draft.listing(currencyOf(answer)) });
}

function ended() {
  suggester.stop();
  clearTimeout(seenTimer);
}

/** Show what has changed with an answer or a choice. */
function show() {
  for (const [name, field] of Object.entries(fields)) {
    field.show({ ...stateOf(name, answer), value: draft.choices.value(name) });
  }
  byId("fields").setAttribute("aria-busy", "false");
  showBanner(status, answer, refusal);
  showEarnings(answer?.earnings);
  byId("keeps-note").hidden = !keepsListing();
}

function showTexts() {
  writeTexts();
  const condition = byId("condition").value;
  byId("condition").replaceChildren(...CONDITIONS.map((value) =>
    element("option", { value }, valueText(value))));
  byId("condition").value = condition;
  photos.show();
  listingEnd.show();
  show();
}
