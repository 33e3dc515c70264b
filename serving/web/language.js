/** The language of a page, as it was chosen or as the browser is set. */

import { byId } from "./elements.js";

/** The code of the language that is shown. */
export let language = "en";

/** Show the page in its language, and in any that is chosen later; `show` writes it. */
export function followLanguage(show) {
  const choice = byId("language");
  choice.addEventListener("change", () => {
    store(choice.value);
    use(choice.value);
  });
  use(stored() ?? navigator.language);

  function use(code) {
    language = code.startsWith("ja") ? "ja" : "en";
    document.documentElement.lang = language;
    choice.value = language;
    show();
  }
}

function store(code) {
  try {
    localStorage.setItem("language", code);
  } catch {
    // The choice ends with the page.
  }
}

function stored() {
  try {
    return localStorage.getItem("language");
  } catch {
    return null;
  }
}
