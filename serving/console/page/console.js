/** The console: asks for what is known every half minute, and shows it. */

import { byId, element } from "./elements.js";
import { experiments } from "./experiments.js";
import { followLanguage } from "./language.js";
import { monitoring } from "./monitoring.js";
import { sentence } from "./parts.js";
import { sellers } from "./sellers.js";
import { showDown, showState } from "./state.js";
import { moment, text, writeTexts } from "./texts.js";
import { costs, releases, runs } from "./training.js";

const PAUSE_MS = 30_000;
const SOON_MS = 3_000; // where something is read for the first time
const SECTIONS = {
  releases: { of: "training", show: releases },
  runs: { of: "training", show: runs },
  costs: { of: "training", show: costs },
  sellers: {
    of: "sellers", show: (value, report) => sellers(value, report.keeps_events, report.time),
  },
  monitoring: { of: "monitoring", show: monitoring },
  experiments: { of: "experiments", show: experiments },
};

const shown = {}; // what each part of the page was made of, as JSON
let report = null;

start();

function start() {
  document.addEventListener("visibilitychange", () => document.hidden || refresh());
  followLanguage(showTexts);
  refresh();
  setInterval(() => document.hidden || refresh(), PAUSE_MS);
}

async function refresh() {
  try {
    const answer = await fetch("data");
    if (!answer.ok) throw new Error(answer.statusText);
    report = await answer.json();
    show();
    if (Object.values(report).some(isReadStill)) setTimeout(refresh, SOON_MS);
  } catch {
    delete shown.state;
    showDown();
  }
}

function showTexts() {
  for (const part of Object.keys(shown)) delete shown[part];
  writeTexts();
  if (report) show();
}

function show() {
  byId("as-of").textContent = text("asOf", { time: moment(report.time) });
  ifNew("state", report.findings, () => showState(report));
  for (const [name, { of, show: make }] of Object.entries(SECTIONS)) {
    const reading = report[of];
    // The day decides which days are shown, the time when it was read is no news.
    const made = [reading.value, reading.problem, report.time.slice(0, 10)];
    ifNew(name, made, () => replace(byId(name).querySelector(".content"), [
      unread(reading), ...(reading.value ? make(reading.value, report) : []),
    ]));
  }
}

function ifNew(part, made, make) {
  const words = JSON.stringify(made);
  if (shown[part] === words) return;
  make();
  shown[part] = words;
}

function isReadStill(part) {
  return part?.value === null && !part.problem;
}

/** Return why a section is not up to date, where it is not. */
function unread({ value, problem, read_at: time }) {
  if (!problem) return value ? "" : element("p", { class: "note" }, text("loading"));
  const since = time ? text("unreadSince", { time: moment(time) }) : text("unread");
  return element("p", { class: "unread" }, since, " ", sentence(problem));
}

/** Replace the content of a section; what was open stays open, and the focus where it was. */
function replace(content, parts) {
  const open = [...content.querySelectorAll("details[open]")].map(keyOf);
  const focused = content.contains(document.activeElement) ? document.activeElement : null;
  const key = focused && keyOf(focused.closest("[data-key]"));
  content.replaceChildren(...parts.filter(Boolean));
  for (const each of content.querySelectorAll("[data-key]")) {
    if (open.includes(keyOf(each))) each.open = true;
    if (key === keyOf(each)) (each.querySelector("summary") ?? each).focus();
  }
}

function keyOf(node) {
  return node?.dataset.key ?? "";
}
