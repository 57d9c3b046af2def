import { duration, percent, seconds } from "./format.js";

/** @param {{state: AlertState}} alert */
export const isOpen = (alert) => alert.state === "OPEN" || alert.state === "UPDATE";

/**
 * How far an alert went, for example "8.2 %"; "" when its rule, which knows the unit, is gone or has none.
 *
 * @param {Alert} alert
 * @param {RuleFields | undefined} rule
 */
export function furthest(alert, rule) {
  // An expression's value is 1 while it holds, and the peak of an absence is its end.
  if (!rule || rule.expression || rule.below) return "";
  return rule.measure === "CHANGE" ? alert.peak.toFixed(1) : percent(alert.peak);
}

/**
 * How long an alert has been open; a second and more digits for a short one.
 *
 * @param {Alert} alert
 * @param {number} now
 */
export function lasted(alert, now) {
  const ms = isOpen(alert) ? now - Number(alert.openedAtMs) : Number(alert.durationMs);
  return ms < 10_000 ? seconds(Math.max(0, ms / 1000).toFixed(1)) : duration(ms);
}

/** Filters of the list, as the address and the API name them. */
export const FILTERS = /** @type {const} */ (["camera", "rule", "state", "review", "from", "to"]);

/**
 * What the API is asked for by an address: days are those of this machine, both inclusive.
 *
 * @param {URLSearchParams} address
 */
export function asked(address) {
  const query = new URLSearchParams();
  for (const name of FILTERS) {
    const value = address.get(name);
    if (!value) continue;
    const day = name === "from" || name === "to" ? dayOf(value, name === "to") : value;
    if (day !== null) query.set(name, String(day));
  }
  return query;
}

/**
 * The first moment of a day, or its last; null for what is no day.
 *
 * @param {string} day such as 2026-11-28
 * @param {boolean} last
 */
export function dayOf(day, last) {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return null;
  const start = new Date(`${day}T00:00:00`);
  if (Number.isNaN(start.getTime())) return null;
  if (last) start.setDate(start.getDate() + 1);
  const ms = start.getTime() - (last ? 1 : 0);
  return ms < 0 ? null : ms;
}

/**
 * Alerts of several answers, each once, the newest first.
 *
 * @template {Alert} A
 * @param {A[]} known
 * @param {A[]} fresh
 * @returns {A[]}
 */
export function merged(known, fresh) {
  const byId = new Map([...known, ...fresh].map((alert) => [alert.id, alert]));
  return [...byId.values()].sort((a, b) => Number(b.openedAtMs) - Number(a.openedAtMs) || (a.id < b.id ? -1 : 1));
}

/**
 * Whether a mute runs.
 *
 * @param {Mute} mute
 * @param {number} now
 */
export const isRunning = (mute, now) => Number(mute.now?.untilMs ?? 0) === 0 || now < Number(mute.now?.untilMs);

/**
 * Whether nobody is to be told of an alert.
 *
 * @param {Alert} alert
 * @param {Map<string, Mute>} mutes
 */
export function isMuted(alert, mutes) {
  const at = Number(alert.openedAtMs || alert.atMs);
  return [`camera/${alert.camera}`, `rule/${alert.rule}`].some((id) => {
    const mute = mutes.get(id);
    return mute !== undefined && [mute.now, ...mute.earlier].some((span) =>
      span && Number(span.fromMs) <= at && (Number(span.untilMs) === 0 || at < Number(span.untilMs)));
  });
}
