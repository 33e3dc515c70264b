/** Parts that several sections are made of: commands, badges, tables, sentences of the service. */

import { byId, element } from "./elements.js";
import { text } from "./texts.js";

/** Return a command with a button that copies it; nothing without a command. */
export function command(words) {
  if (!words) return "";
  const code = element("code", { "data-key": `code ${words}` }, words);
  return element("div", { class: "command" }, code, element("button", {
    type: "button", "data-key": `copy ${words}`, "aria-label": text("copyIt", { words }),
    onclick: () => copy(words, code),
  }, text("copy")));
}

async function copy(words, code) {
  let done = text("copied");
  try {
    await navigator.clipboard.writeText(words);
  } catch {
    // Browsers do not copy for a page without encryption.
    getSelection().selectAllChildren(code);
    done = text("selected");
  }
  byId("announcements").textContent = done;
  const button = code.nextElementSibling;
  button.textContent = done;
  setTimeout(() => { button.textContent = text("copy"); }, 2000);
}

/** Return a state in a word, with a colour for how serious it is. */
export function badge(label, kind = "") {
  return element("span", { class: `badge ${kind}` }, label);
}

/** Return a sentence of the service, which speaks English. */
export function sentence(words) {
  return element("span", { lang: "en" }, words);
}

/** Return a line of parts, without those that are empty. */
export function row(...parts) {
  return element("div", { class: "line" }, ...parts.filter(Boolean));
}

/** Return a note. */
export function note(...parts) {
  return element("p", { class: "note" }, ...parts);
}

/** Return a table; cells that are numbers in words are `{number: text}`. */
export function table(label, headings, rows) {
  return element("div", { class: "scroll", role: "group", "aria-label": label, tabindex: 0 },
    element("table", {},
      element("thead", {}, element("tr", {},
        ...headings.map((each) => element("th", { scope: "col" }, each)))),
      element("tbody", {}, ...rows.map(([first, ...cells]) => element("tr", {},
        element("th", { scope: "row" }, first), ...cells.map(cell))))));
}

function cell(content) {
  const isNumber = content?.number !== undefined;
  return element("td", { class: isNumber ? "number" : null },
    isNumber ? content.number : content);
}

/** Return what is folded away until somebody asks for it. */
export function details(key, title, ...content) {
  return element("details", { "data-key": key }, element("summary", {}, title), ...content);
}

/** Return the first characters of an id, with all of it as a title. */
export function id(full) {
  return element("span", { class: "id", title: full }, full.slice(0, 8));
}
