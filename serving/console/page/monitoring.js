/** What the last monitoring found: quality, drift, and whether models are to be retrained. */

import { element } from "./elements.js";
import { badge, command, details, note, row, sentence, table } from "./parts.js";
import { sharePlot } from "./plots.js";
import { day, metric, moment, name, number, percent, text } from "./texts.js";

const SHARES = ["acceptance", "top_1_accuracy", "top_k_accuracy", "coverage",
  "expected_accuracy", "expected_coverage"];

/** Return what monitoring found, with the command that monitors again. */
export function monitoring({ record, history, command: words }) {
  if (!record) return [note(text("noMonitoring")), command(words)];
  const { now } = record;
  return [
    row(record.retrain ? badge(text("retrainNow"), "serious") : badge(text("noRetrain"), "fine"),
      element("span", {}, text("daysListings", {
        first: day(now.first), last: day(now.last), listings: number(now.listings),
      }))),
    ...record.reasons.map((reason) => element("p", {}, sentence(reason))),
    record.wait_until ? note(text("waits", { time: moment(record.wait_until) })) : "",
    record.started ? note(text("startedRun")) : "",
    ...plots(history),
    drift(record.drifts),
    figures(record.figures),
    ...record.notes.map((each) => note(sentence(each))),
    note(text("monitoredAt", { time: moment(record.time) })),
    command(words),
  ];
}

/** Return a plot for each field whose acceptance was monitored on several days. */
function plots(history) {
  const keys = Object.keys(history.at(-1)?.figures ?? {})
    .filter((key) => key.startsWith("acceptance "));
  const shown = keys.map((key) => {
    const points = history.filter(({ figures: each }) => key in each)
      .map((each) => ({ day: each.day, value: each.figures[key] }));
    const title = text("acceptedOf", { field: name(key.split(" ")[1]) });
    return points.length > 1 ? element("div", {}, note(title), sharePlot(points, title)) : "";
  });
  return [element("div", { class: "fields" }, ...shown)];
}

function drift(drifts) {
  const found = drifts.filter((each) => each.found);
  if (!drifts.length) return "";
  const rows = drifts.map((each) => [
    sentence(each.feature), text(each.found ? "drifts" : "asBefore"),
    { number: number(each.effect) },
  ]);
  const title = text("driftOf", { found: found.length, compared: drifts.length });
  return details("drift", title,
    table(title, [text("feature"), text("decision"), text("effect")], rows));
}

function figures(found) {
  if (!found.length) return "";
  const rows = found.map((each) => {
    const shown = SHARES.includes(each.metric) ? percent : number;
    const range = each.low === null ? "" : `${shown(each.low)} – ${shown(each.high)}`;
    return [`${name(each.field)}: ${metric(each.metric)}`, { number: shown(each.value) },
      { number: range }, { number: number(each.rows) }];
  });
  return details("figures", text("quality"), table(text("quality"),
    [text("metric"), text("value"), text("interval"), text("rows")], rows));
}
