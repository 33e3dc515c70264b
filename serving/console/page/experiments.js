/** Experiments: what is compared, what the last analysis said, and how to stop them. */

import { element } from "./elements.js";
import { badge, command, details, note, row, sentence, table } from "./parts.js";
import { effectPlot } from "./plots.js";
import { day, metric, moment, name, number, percent, text } from "./texts.js";

const KINDS = { void: "serious", harm: "serious", better: "fine", worse: "attention" };

/** Return the experiments that are published. */
export function experiments({ experiments: shown, at, by }) {
  if (!shown.length) return [note(text("noExperiments"))];
  const isOpen = ({ state }) => state === "running" || state === "planned";
  const over = shown.filter((each) => !isOpen(each));
  return [
    ...shown.filter(isOpen).map(experiment),
    over.length ? details("over", text("overExperiments", { number: over.length }),
      ...over.map(experiment)) : "",
    note(text("changedAt", { time: moment(at), by })),
  ];
}

function experiment(each) {
  const { analysis } = each;
  return element("div", { class: "entry" },
    row(element("h3", {}, each.key), badge(text(each.state)),
      analysis ? badge(text(`verdict ${analysis.verdict}`), KINDS[analysis.verdict]) : ""),
    element("p", {}, sentence(each.hypothesis)),
    note(text("facts", {
      layer: each.layer === "page" ? text("wholePage") : name(each.layer),
      metric: metric(each.metric), start: day(each.start), end: day(each.end), owner: each.owner,
    })),
    ...(analysis ? analyzed(analysis) : [note(text("notAnalyzed"))]),
    each.problem ? element("p", { class: "unread" }, sentence(each.problem)) : "",
    variants(each),
    ...each.stops.map((stop) => note(text("stoppedBy", {
      variant: stop.variant || each.key, by: stop.by, time: moment(stop.at),
    }), sentence(` ${stop.reason}`))),
    command(each.analyze),
    each.stop ? command(each.stop) : "");
}

function analyzed(analysis) {
  const plots = analysis.variants.map((variant) => {
    const points = variant.history.filter((each) => each.low !== null && each.effect !== null);
    const title = text("effectOf", {
      variant: variant.name, control: analysis.control, metric: metric(analysis.metric),
    });
    return points.length > 1 ? element("div", {}, note(title), effectPlot(points, title)) : "";
  });
  return [
    element("p", {}, sentence(analysis.sentence)),
    ...plots,
    ...analysis.warnings.map((warning) => note(sentence(warning))),
    effects(analysis),
    note(text("analyzedAt", {
      time: moment(analysis.time), day: analysis.day, days: analysis.days,
    })),
  ];
}

function effects(analysis) {
  const rows = analysis.variants.flatMap((variant) => variant.metrics.map((each) => [
    `${variant.name}: ${metric(each.metric)}`,
    { number: shown(each.control) }, { number: shown(each.treatment) },
    { number: shown(each.effect) },
    { number: each.low === null ? "–" : `${number(each.low)} – ${number(each.high)}` },
    text(`verdict ${each.verdict}`),
  ]));
  return rows.length ? details(`effects ${analysis.key}`, text("effects"), table(text("effects"),
    [text("metric"), analysis.control, text("variant"), text("difference"), text("interval"),
      text("decision")], rows)) : "";
}

function shown(value) {
  return value === null ? "–" : number(value);
}

function variants(each) {
  const sellers = each.analysis?.sellers ?? {};
  const rows = each.variants.map((variant) => [
    variant.name, { number: percent(variant.share) },
    { number: variant.name in sellers ? number(sellers[variant.name]) : "–" },
    [variant.is_shadow && text("shadow"), variant.is_stopped && text("stopped"), variant.release]
      .filter(Boolean).join(text("comma")),
  ]);
  return details(`variants ${each.key}`, text("variants"),
    table(text("variants"),
      [text("variant"), text("shareOfSellers"), text("sellersSeen"), text("whatItGets")], rows),
    ...each.variants.map((variant) => command(variant.command)));
}
