/** Requests to the service: suggestions for the newest listing only, and what became of them. */

const TIMEOUT_MS = 20_000; // ten photos over a slow network take some
export const FIRST_RETRY_MS = 1_000;
export const LAST_RETRY_MS = 30_000;

/** A refusal of the service, with its sentence from the problem document (RFC 9457). */
export class Refused extends Error {}

/** Send a request; return the JSON of the answer. Raises `Refused`, or an error where it is down. */
export async function send(path, body, signal = null) {
  const isForm = body instanceof FormData;
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(path, {
    method: "POST",
    body: isForm ? body : JSON.stringify(body),
    headers: isForm ? {} : { "Content-Type": "application/json" },
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  });
  if (response.ok) return response.json();

  const problem = await response.json().catch(() => ({}));
  const detail = problem.detail ?? problem.title ?? `HTTP ${response.status}`;
  // A limit is reached for a while only, as is a timeout of a proxy.
  const isRefused = response.status < 500 && ![408, 429].includes(response.status);
  const error = isRefused ? new Refused(detail) : new Error(detail);
  throw Object.assign(error, { unknownPhotos: problem.unknown_photos });
}

/**
 * Asks for suggestions. A newer listing aborts the request for the older one, and an answer that
 * arrives late is dropped. While the service is down it is asked again, less and less often.
 *
 * `events` has `answered(answer, body)`, `refused(detail)`, `down()`, and `forgot(ids)` of
 * photos, which returns whether the next body has them.
 */
export class Suggester {
  #events;
  #number = 0;
  #request = new AbortController();
  #timer = 0;
  #retryMs = FIRST_RETRY_MS;

  constructor(events) {
    this.#events = events;
  }

  /** Ask for the body that `makeBody` returns after a delay, unless a newer one comes before. */
  ask(makeBody, delayMs) {
    this.stop();
    this.#request = new AbortController();
    const number = this.#number;
    this.#timer = setTimeout(() => this.#send(makeBody, number), delayMs);
  }

  /** Drop the request that runs or waits. */
  stop() {
    this.#number += 1;
    clearTimeout(this.#timer);
    this.#request.abort();
  }

  async #send(makeBody, number) {
    const body = makeBody();
    try {
      const answer = await send("/v1/suggest", body, this.#request.signal);
      if (number !== this.#number) return;
      this.#retryMs = FIRST_RETRY_MS;
      this.#events.answered(answer, body);
    } catch (error) {
      if (number !== this.#number) return;
      if (!(error instanceof Refused)) this.#retry(makeBody);
      else if (this.#events.forgot(error.unknownPhotos)) this.#send(makeBody, number);
      else this.#events.refused(error.message);
    }
  }

  #retry(makeBody) {
    this.#events.down();
    this.ask(makeBody, this.#retryMs);
    this.#retryMs = Math.min(2 * this.#retryMs, LAST_RETRY_MS);
  }
}
