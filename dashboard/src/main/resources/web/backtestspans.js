import { namesIn } from "./dependents.js";

/**
 * When a rule would have been open, in the order of time; what had not closed is open to the end.
 *
 * @param {Pick<Alert, "id" | "state" | "openedAtMs" | "atMs">[]} alerts
 * @param {number} from
 * @param {number} to
 */
export function openSpans(alerts, from, to) {
  /** @type {Map<string, {from: number, to: number}>} */
  const spans = new Map();
  for (const { id, state, openedAtMs, atMs } of alerts) {
    if (state === "DIGEST") continue;
    const start = Math.min(to, Math.max(from, Number(openedAtMs || atMs)));
    const span = spans.get(id || openedAtMs) ?? { from: start, to };
    if (state === "CLOSE") span.to = Math.min(to, Math.max(start, Number(atMs)));
    spans.set(id || openedAtMs, span);
  }
  return [...spans.values()].sort((a, b) => a.from - b.from);
}

/**
 * How much of the time a rule would have been open, and how long at the longest.
 *
 * @param {{from: number, to: number}[]} spans in the order of time
 * @param {number} from
 * @param {number} to
 */
export function openShare(spans, from, to) {
  let open = 0;
  let end = from;
  for (const span of spans) {
    // Alerts of one rule do not overlap, those of several cameras may.
    open += Math.max(0, span.to - Math.max(end, span.from));
    end = Math.max(end, span.to);
  }
  return { share: to > from ? open / (to - from) : 0, longest: Math.max(0, ...spans.map((span) => span.to - span.from)) };
}

const FEWEST_SAMPLES = 200;
const SHORTEST_MS = 600_000;
/** A threshold that what is usual almost reaches would open all the time. */
const NEAR = 0.7;

/** @param {number} frames whether they are too few to suggest thresholds */
export const isFew = (frames) => frames < FEWEST_SAMPLES;

/**
 * Why thresholds should not be suggested; null when they may be.
 *
 * @param {{samples: number, sinceMs: number, untilMs: number, median: number, enter: number}} seen
 * @returns {"few" | "short" | "nothing" | "near" | null}
 */
export function tooLittle({ samples, sinceMs, untilMs, median, enter }) {
  if (isFew(samples)) return "few";
  if (untilMs - sinceMs < SHORTEST_MS) return "short";
  if (enter <= 0) return "nothing";
  return median >= enter * NEAR ? "near" : null;
}

/**
 * A share as its text says it: whole per cents, or tenths under ten.
 *
 * @param {number} share
 */
export const asShown = (share) => (share * 100 >= 9.95 ? Math.round(share * 100) / 100 : Math.round(share * 1000) / 1000);

/**
 * Whether a rule's queries were not looked for in all of a span, so that kept frames may tell more. They have no usual to compare with.
 *
 * @param {Pick<BacktestReport, "coarse" | "frames" | "unanswered">} report
 * @param {Partial<Pick<RuleFields, "measure" | "expression">>} rule
 */
export const wantsKeptFrames = ({ coarse, frames, unanswered }, { measure, expression }) => !coarse
  && (!Number(frames) || Number(unanswered) > 0)
  && (expression ? !/\bchange\b/.test(expression) : measure === "SHARE" || measure === "PEAK_PROBABILITY");

/**
 * The definitions of a rule's queries.
 *
 * @template Query
 * @param {Partial<Pick<RuleFields, "query" | "expression">>} rule
 * @param {Map<string, Query>} queries
 * @returns {Query[]}
 */
export const askedOf = ({ query, expression }, queries) => [...new Set(expression ? namesIn(expression) : [query ?? ""])]
  .flatMap((id) => queries.get(id) ?? []);
