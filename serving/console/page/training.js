/** Releases, training runs and what they cost. */

import { element } from "./elements.js";
import { badge, command, details, id, note, row, sentence, table } from "./parts.js";
import { amount, duration, metric, moment, name, number, text } from "./texts.js";

const N_RUNS = 5; // older ones are folded away

const KINDS = {
  promoted: "fine", failed: "serious", lost: "serious", refused: "attention", held: "attention",
  "awaiting approval": "attention",
};

/** Return the releases, the champion first. */
export function releases({ releases: shown }) {
  if (!shown.length) return [note(text("noReleases"))];
  const earlier = shown.filter(({ state }) => state === "earlier");
  return [
    ...shown.filter(({ state }) => state !== "earlier").map(release),
    earlier.length ? details("earlier", text("earlierChampions", { number: earlier.length }),
      note(text("rollback")), command("listrec registry rollback --reason WHY"),
      ...earlier.map(release)) : "",
  ];
}

function release(each) {
  const why = each.promoted_at
    ? text("promotedBy", { time: moment(each.promoted_at), by: each.promoted_by || "?" })
    : text("published", { time: moment(each.created_at) });
  return element("div", { class: "entry" },
    row(id(each.id), badge(text(each.state), each.state === "champion" ? "fine" : ""),
      element("span", { class: "note" }, each.models.map(name).join(text("comma")))),
    note(why, each.reason ? sentence(` ${each.reason}`) : ""),
    judgements(`release ${each.id}`, each.judgements),
    each.state === "candidate" ? command(each.command) : "");
}

/** Return the training runs, the newest first. */
export function runs({ runs: shown }) {
  if (!shown.length) return [note(text("noRuns"))];
  const older = shown.slice(N_RUNS);
  return [
    ...shown.slice(0, N_RUNS).map(run),
    older.length
      ? details("older", text("olderRuns", { number: older.length }), ...older.map(run)) : "",
  ];
}

function run(each) {
  const facts = [each.seconds && duration(each.seconds), each.cost,
    each.targets.map(name).join(text("comma"))];
  return element("div", { class: "entry" },
    row(badge(text(each.state), KINDS[each.state]),
      element("span", {}, moment(each.started_at)),
      element("span", { class: "note" }, facts.filter(Boolean).join(" · "))),
    ...each.reasons.map((reason) => element("p", {}, sentence(reason))),
    judgements(`run ${each.name}`, each.judgements),
    each.state === "promoted" ? "" : command(each.command));
}

/** Return what the gate said of each model, folded away. */
function judgements(key, found) {
  if (!found.length) return "";
  const rows = found.map((each) => [
    name(each.target), text(each.passed ? "passed" : "missed"), because(each),
  ]);
  return details(key, text("gate"),
    table(text("gate"), [text("model"), text("decision"), text("because")], rows));
}

function because(each) {
  const parts = [];
  if (each.gain !== null) {
    parts.push(text(each.gain < 0 ? "worse" : "better", {
      metric: metric(each.metric), gain: number(Math.abs(each.gain)), rows: number(each.rows),
    }));
  }
  for (const floor of each.floors) {
    const value = floor.value === null ? "–" : number(floor.value);
    parts.push(`${metric(floor.metric)} ${value} (${floor.threshold})`);
  }
  const clauses = [...each.reasons, ...each.undecided];
  return element("div", {}, ...parts.map((part) => element("div", {}, part)),
    ...clauses.map((clause) => element("div", {}, sentence(clause))));
}

/** Return what runs took and cost. */
export function costs({ costs: periods }) {
  const hasAmounts = periods.some((each) => each.amount !== null);
  const hasGpus = periods.some((each) => each.gpu_hours > 0);
  const rows = periods.map((each) => [
    text("lastDays", { days: each.days }),
    { number: number(each.runs) },
    { number: each.amount === null ? "–" : amount(each.amount, each.currency) },
    { number: number(each.hours) },
    { number: number(each.cpu_hours) },
    ...(hasGpus ? [{ number: number(each.gpu_hours) }] : []),
  ]);
  const headings = [text("period"), text("nRuns"), text("cost"), text("hours"), text("cpuHours"),
    ...(hasGpus ? [text("gpuHours")] : [])];
  const unpriced = Math.max(...periods.map((each) => each.unpriced));
  return [
    table(text("costs"), headings, rows),
    hasAmounts
      ? note(text("estimate"), unpriced ? ` ${text("unpriced", { runs: unpriced })}` : "")
      : note(text("noPrices")),
  ];
}
