/** The sentence above the fields, about the suggestions as a whole. */

import { byId } from "./elements.js";
import { isHoldout } from "./suggested.js";
import { text } from "./texts.js";

/**
 * Show a status, "start", "ready", "down", "back" or "refused", and what the newest answer says.
 * `refusal` is the service's own sentence.
 */
export function showBanner(status, answer, refusal) {
  const messages = {
    ready: photoProblems(answer),
    refused: text("refused", { detail: refusal }),
  };
  // Sellers of the holdout miss nothing while the service is down.
  const isPlain = isHoldout(answer) && status !== "refused";
  const message = isPlain ? text("holdout") : messages[status] ?? text(status);
  const banner = byId("banner");
  banner.className = `banner ${isPlain ? "ready" : status}`;
  // A status that is written again is read out again.
  if (banner.textContent !== message) banner.textContent = message;
}

function photoProblems(answer) {
  const numbers = (answer?.problems ?? []).map((each) => /^photo (\d+)/.exec(each)?.[1]);
  return numbers.filter(Boolean).map((number) => text("unusablePhoto", { number })).join(" ");
}
