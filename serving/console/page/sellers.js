/** What sellers did with suggestions in the last days. */

import { element } from "./elements.js";
import { details, note, table } from "./parts.js";
import { barPlot, sharePlot } from "./plots.js";
import { day, name, number, percent, text } from "./texts.js";

const WEEK = 7;

/** Return how often suggestions were accepted, and how many items were put up. */
export function sellers({ fields, listings }, keepsEvents, time) {
  if (!keepsEvents) return [note(text("noEvents"))];
  if (!listings.length && !fields.length) return [note(text("noSellers"))];
  const days = daysUntil(time);
  const names = [...new Set(fields.map((each) => each.field))];
  return [
    note(text("acceptance")),
    element("div", { class: "fields" },
      ...names.map((field) => acceptance(field, fields, days)), items(listings, days)),
    details("sellers", text("byDay"), byDay(names, fields, listings, days)),
  ];
}

function acceptance(field, fields, days) {
  const found = fields.filter((each) => each.field === field);
  const points = found.filter(answered)
    .map((each) => ({ day: each.day, value: each.accepted / answered(each) }));
  const week = sumUp(found, days.slice(-WEEK));
  const before = sumUp(found, days.slice(-2 * WEEK, -WEEK));
  return element("div", { class: "entry-field" },
    element("h3", {}, name(field)),
    element("p", {}, element("span", { class: "share" }, share(week)), " ",
      element("span", { class: "note" }, text("ofAnswers", {
        answers: number(answered(week)), before: share(before),
      }))),
    points.length ? sharePlot(points, text("acceptedOf", { field: name(field) })) : "");
}

function items(listings, days) {
  const byDay = new Map(listings.map((each) => [each.day, each]));
  const points = days.map((each) => ({ day: each, value: total(byDay.get(each)) }));
  const week = listings.filter((each) => days.slice(-WEEK).includes(each.day));
  const holdout = week.reduce((sum, each) => sum + each.holdout, 0);
  const all = week.reduce((sum, each) => sum + total(each), 0);
  return element("div", {},
    element("h3", {}, text("items")),
    element("p", {}, element("span", { class: "share" }, number(all)), " ",
      element("span", { class: "note" }, text("ofHoldout", { holdout: number(holdout) }))),
    barPlot(points, text("items")));
}

function byDay(names, fields, listings, days) {
  const rows = [...days].reverse().map((each) => {
    const items = listings.find((listing) => listing.day === each);
    return [
      day(each),
      { number: number(total(items)) }, { number: number(items?.holdout ?? 0) },
      ...names.map((field) => ({
        number: share(sumUp(fields.filter((one) => one.field === field), [each])),
      })),
    ];
  });
  return table(text("byDay"),
    [text("day"), text("items"), text("holdout"), ...names.map(name)], rows);
}

/** Return the days of UTC that are shown, until that of a time. */
function daysUntil(time) {
  const last = Date.parse(`${time.slice(0, 10)}T00:00:00Z`);
  return Array.from({ length: 2 * WEEK }, (_, index) =>
    new Date(last - (2 * WEEK - 1 - index) * 86_400_000).toISOString().slice(0, 10));
}

function sumUp(found, days) {
  const sum = { accepted: 0, changed: 0, ignored: 0 };
  for (const each of found.filter(({ day: one }) => days.includes(one))) {
    for (const action of Object.keys(sum)) sum[action] += each[action];
  }
  return sum;
}

function answered({ accepted, changed, ignored }) {
  return accepted + changed + ignored;
}

function share(sum) {
  return answered(sum) ? percent(sum.accepted / answered(sum)) : "–";
}

function total(listing) {
  return listing ? listing.with_suggestions + listing.holdout : 0;
}
