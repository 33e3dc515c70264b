/** The state in one sentence, and what should be looked at. */

import { byId, element } from "./elements.js";
import { command, sentence } from "./parts.js";
import { moment, text } from "./texts.js";

/** Show what was found. */
export function showState({ findings, training }) {
  if (!findings.length && !training.value) return; // it is read still
  const isSerious = findings.some((each) => each.is_serious);
  const kind = isSerious ? "serious" : findings.length ? "attention" : "fine";
  byId("state").className = `state ${kind}`;
  byId("state-heading").textContent = findings.length
    ? text(kind) : text("allWell", { champion: training.value.champion.slice(0, 8) });
  byId("findings").replaceChildren(...findings.map(finding));
}

/** Say that the console itself does not answer. */
export function showDown() {
  byId("state").className = "state serious";
  byId("state-heading").textContent = text("down");
  byId("findings").replaceChildren();
}

function finding(each) {
  const subject = subjects[each.kind]?.(each.subject) ?? each.subject;
  return element("li", { class: each.is_serious ? "serious" : null },
    element("p", {}, text(`found ${each.kind}`, { subject }), " ",
      each.detail ? sentence(each.detail) : ""),
    command(each.command));
}

const subjects = {
  unread: (section) => text(section === "training" ? "releasesAndRuns" : section),
  held: moment,
  monitoring_old: moment,
  awaiting_approval: (release) => release.slice(0, 8),
};
