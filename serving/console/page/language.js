/** The language of the console: English or Japanese, as the browser is set or as it was chosen. */

let language = "en";

/** Return the code of the language that is shown. */
export function currentLanguage() {
  return language;
}

/** Choose a language by its code, and return it; other languages than Japanese get English. */
export function setLanguage(code) {
  language = code.startsWith("ja") ? "ja" : "en";
  document.documentElement.lang = language;
  return language;
}

/** Keep a language for the next visit, where the browser keeps anything. */
export function storeLanguage(code) {
  try {
    localStorage.setItem("language", code);
  } catch {
    // The choice ends with the page.
  }
}

/** Return the language that was chosen on an earlier visit, else null. */
export function storedLanguage() {
  try {
    return localStorage.getItem("language");
  } catch {
    return null;
  }
}
