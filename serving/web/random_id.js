/** Return a random id of 128 bits; `crypto.randomUUID` is there on secure addresses only. */
export function randomId() {
  const parts = crypto.getRandomValues(new Uint32Array(4));
  return [...parts].map((part) => part.toString(16)).join("-");
}
