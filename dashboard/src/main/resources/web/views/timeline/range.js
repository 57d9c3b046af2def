/** @typedef {{from: number, to: number}} Range of time, milliseconds since 1970 */

export const LEAST_MS = 10_000;
export const MOST_MS = 400 * 86_400_000;
/** Spans that are offered, milliseconds. */
export const SPANS = /** @type {const} */ ({
  "15min": 900_000, "1h": 3_600_000, "6h": 21_600_000, "24h": 86_400_000, "7d": 604_800_000, "4w": 2_419_200_000,
});
export const DEFAULT_MS = SPANS["1h"];

/**
 * A span that can be shown: neither too short nor too long, and no further than now.
 *
 * @param {Range} range
 * @param {number} now
 * @returns {Range}
 */
export function bounded({ from, to }, now) {
  const length = Math.min(MOST_MS, Math.max(LEAST_MS, to - from));
  const end = Math.min(now, Math.max(length, (from + to + length) / 2));
  return { from: Math.round(end - length), to: Math.round(end) };
}

/**
 * @param {Range} range
 * @param {number} factor below 1 zooms in
 * @param {number} at what stays where it is
 * @returns {Range}
 */
export const zoomed = ({ from, to }, factor, at) => ({ from: at - (at - from) * factor, to: at + (to - at) * factor });

/**
 * @param {Range} range
 * @param {number} part of its length, negative for earlier
 * @returns {Range}
 */
export function panned({ from, to }, part) {
  const by = (to - from) * part;
  return { from: from + by, to: to + by };
}

/**
 * What the address says; null where it names no span, and the newest is followed.
 *
 * @param {URLSearchParams} parameters
 * @param {number} now
 * @returns {Range | null}
 */
export function rangeOf(parameters, now) {
  const [from, to] = [parameters.get("from"), parameters.get("to")].map((text) => (text === null || text === "" ? NaN : Number(text)));
  return Number.isFinite(from) && Number.isFinite(to) && from < to ? bounded({ from, to }, now) : null;
}

/**
 * The stretches in which no query has a value, as first and last step.
 *
 * @param {(number | null)[][]} columns of the queries
 * @param {number} count of steps
 * @returns {[number, number][]}
 */
export function gaps(columns, count) {
  /** @type {[number, number][]} */
  const found = [];
  for (let i = 0; i < count; i++) {
    if (columns.some((column) => column[i] !== null && column[i] !== undefined)) continue;
    const last = found[found.length - 1];
    if (last && last[1] === i - 1) last[1] = i;
    else found.push([i, i]);
  }
  return found;
}

/**
 * Marks that lie so close that a person could not hit one of them, together.
 *
 * @template {{at: number}} Mark
 * @param {Mark[]} marks in the order of time
 * @param {number} closeMs
 * @returns {Mark[][]}
 */
export function clusters(marks, closeMs) {
  /** @type {Mark[][]} */
  const found = [];
  for (const mark of marks) {
    const last = found[found.length - 1];
    if (last && mark.at - last[0].at < closeMs) last.push(mark);
    else found.push([mark]);
  }
  return found;
}

/**
 * The day of local time, as 2026-05-03.
 *
 * @param {number} ms since 1970
 */
export const dayOf = (ms) => new Date(ms).toLocaleDateString("sv-SE");
