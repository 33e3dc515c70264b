/** How long the seller works on the listing. */

/** Measures the time since the first entry, less the time that the page was hidden. */
export class EntryTime {
  #began;
  #hiddenAt = 0;
  #hiddenMs = 0;

  constructor() {
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.#hiddenAt = performance.now();
      else this.#hiddenMs += performance.now() - this.#hiddenAt;
    });
  }

  /** Begin with the first entry; later calls change nothing. */
  begin() {
    this.#began ??= this.#visibleMs();
  }

  /** The seconds since then, in tenths; null where nothing was entered. */
  get seconds() {
    if (this.#began === undefined) return null;
    return Math.round((this.#visibleMs() - this.#began) / 100) / 10;
  }

  /** The time since the page was loaded, by a clock that nobody sets. */
  #visibleMs() {
    return performance.now() - this.#hiddenMs;
  }
}
