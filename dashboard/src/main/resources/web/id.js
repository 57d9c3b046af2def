const TRIAL = "trial-";

/** Of a query that is only tried and ends by itself: it is in no list and no chart. */
export const trialId = () => TRIAL + crypto.getRandomValues(new Uint32Array(2)).join("-");

/** @param {string} query its id */
export const isTrial = (query) => query.startsWith(TRIAL);

/**
 * A random UUID (version 4). `crypto.randomUUID` is missing where the page is not served from a secure context, which is
 * plain HTTP from another machine.
 *
 * @param {Pick<Crypto, "getRandomValues"> & {randomUUID?: () => string}} [source] of randomness
 */
export function randomId(source = crypto) {
  if (source.randomUUID) return source.randomUUID();
  const bytes = source.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
