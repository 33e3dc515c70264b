/** Small plots by day, as SVG with their content in words. */

import { drawing } from "./elements.js";
import { day, number, percent, text } from "./texts.js";

const WIDTH = 340;
const HEIGHT = 96;
const LEFT = 40;
const RIGHT = 10;
const TOP = 10;
const BOTTOM = 22;

/** Draw shares of days, `[{day, value}]`, from 0 to 1. */
export function sharePlot(points, title) {
  const x = across(points.length);
  const y = up(0, 1);
  return plot(points, text("plotShares", {
    title, first: percent(points[0].value), last: percent(points.at(-1).value),
    ...ends(points),
  }),
  ...[0, 0.5, 1].flatMap((level) => axis(y(level), percent(level))),
  line(points.map(({ value }, index) => [x(index), y(value)])));
}

/** Draw numbers of days, `[{day, value}]`, as bars from 0. */
export function barPlot(points, title) {
  const most = Math.max(...points.map(({ value }) => value), 1);
  const y = up(0, most);
  const step = (WIDTH - LEFT - RIGHT) / points.length;
  const total = points.reduce((sum, { value }) => sum + value, 0);
  return plot(points, text("plotBars", {
    title, total: number(total), most: number(most), ...ends(points),
  }),
  ...axis(y(0), "0"), ...axis(y(most), number(most)),
  ...points.map(({ value }, index) => drawing("rect", {
    class: "bar", x: LEFT + index * step + 1, y: y(value), width: Math.max(step - 2, 1),
    height: y(0) - y(value),
  })));
}

/** Draw an effect with its interval, `[{day, effect, low, high}]`, and the line of no effect. */
export function effectPlot(points, title) {
  const values = points.flatMap(({ effect, low, high }) => [effect, low, high, 0]);
  const [bottom, top] = [Math.min(...values), Math.max(...values)];
  const x = across(points.length);
  const y = up(bottom, top > bottom ? top : bottom + 1);
  const at = (name) => points.map((each, index) => [x(index), y(each[name])]);
  const { effect, low, high } = points.at(-1);
  return plot(points, text("plotEffect", {
    title, effect: number(effect), low: number(low), high: number(high), ...ends(points),
  }),
  drawing("polygon", { class: "band", points: join([...at("low"), ...at("high").reverse()]) }),
  ...axis(y(0), "0", "zero"), ...axis(y(top), top ? number(top) : ""),
  line(at("effect")));
}

function plot(points, label, ...content) {
  const { from, to } = ends(points);
  return drawing("svg", {
    class: "plot", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label,
  },
  ...content,
  drawing("text", { x: LEFT, y: HEIGHT - 6 }, from),
  drawing("text", { x: WIDTH - RIGHT, y: HEIGHT - 6, "text-anchor": "end" }, to));
}

function ends(points) {
  return { from: day(points[0].day), to: day(points.at(-1).day) };
}

function across(length) {
  const step = (WIDTH - LEFT - RIGHT) / Math.max(length - 1, 1);
  return (index) => LEFT + index * step;
}

function up(bottom, top) {
  const height = HEIGHT - TOP - BOTTOM;
  return (value) => TOP + height * (1 - (value - bottom) / (top - bottom));
}

function line(points) {
  if (points.length === 1) {
    const [[cx, cy]] = points;
    return drawing("circle", { class: "dot", cx, cy, r: 4 });
  }
  return drawing("polyline", { class: "line", points: join(points) });
}

function axis(y, label, kind = "") {
  return [
    drawing("line", { class: `axis ${kind}`, x1: LEFT, x2: WIDTH - RIGHT, y1: y, y2: y }),
    drawing("text", { x: LEFT - 6, y: y + 4, "text-anchor": "end" }, label),
  ];
}

function join(points) {
  return points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
}
