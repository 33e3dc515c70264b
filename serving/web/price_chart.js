/** A small chart of the suggested price: its 80 % interval, its middle half and its median. */

import { drawing } from "./elements.js";
import { money, text } from "./texts.js";

const WIDTH = 320;
const HEIGHT = 76;
const MARGIN = 34;
const BAR_TOP = 30;
const BAR_HEIGHT = 18;

/** Draw a price range, and the seller's own price where there is one. */
export function priceChart(price, own) {
  const x = scale(price, own);
  const quantile = Object.fromEntries(price.quantiles.map((each) => [each.level, each.price]));
  const [lower, upper] = [quantile[0.25] ?? price.low, quantile[0.75] ?? price.high];
  const shown = (amount) => money(amount, price.currency);

  const range = { median: shown(price.median), low: shown(price.low), high: shown(price.high) };
  const ownText = own ? ` ${text("chartOwn", { price: shown(own) })}` : "";
  return drawing("svg", {
    class: "chart", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img",
    "aria-label": text("chart", range) + ownText,
  },
  bar("interval", x(price.low), x(price.high)),
  bar("half", x(lower), x(upper)),
  line("median", x(price.median)),
  label(shown(price.median), x(price.median), BAR_TOP - 10, "strong"),
  label(shown(price.low), x(price.low), HEIGHT - 10),
  label(shown(price.high), x(price.high), HEIGHT - 10),
  ...(own ? [dot(x(own))] : []));
}

/** Return the place of a price: logarithmic, because prices differ by factors. */
function scale(price, own) {
  const amounts = [price.low, price.high, own || price.median];
  const [low, high] = [Math.min(...amounts), Math.max(...amounts)].map(Math.log);
  const width = high - low || 1;
  return (amount) => MARGIN + ((WIDTH - 2 * MARGIN) * (Math.log(amount) - low)) / width;
}

function bar(kind, from, to) {
  const width = Math.max(to - from, 2);
  return drawing("rect", {
    class: kind, x: from, y: BAR_TOP, width, height: BAR_HEIGHT, rx: BAR_HEIGHT / 2,
  });
}

function line(kind, at) {
  return drawing("line", {
    class: kind, x1: at, x2: at, y1: BAR_TOP - 5, y2: BAR_TOP + BAR_HEIGHT + 5,
  });
}

function label(content, at, y, kind = null) {
  const x = Math.min(Math.max(at, MARGIN), WIDTH - MARGIN);
  return drawing("text", { class: kind, x, y, "text-anchor": "middle" }, content);
}

function dot(at) {
  return drawing("circle", { class: "own", cx: at, cy: BAR_TOP + BAR_HEIGHT / 2, r: 7 });
}
