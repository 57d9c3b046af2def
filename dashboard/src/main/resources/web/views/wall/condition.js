import { isStale } from "../../staleness.js";

/**
 * What a tile says of its camera.
 *
 * @typedef {"live" | "stale" | "waiting" | "connecting" | "stalled" | "offline" | "disabled" | "ended" | "silent"} Look
 * @typedef {{look: Look, ageMs: number}} Condition
 */

/** @type {Record<string, Look>} */
const LOOKS = { CONNECTING: "connecting", STALLED: "stalled", OFFLINE: "offline", DISABLED: "disabled", ENDED: "ended" };

/**
 * @param {object} camera
 * @param {boolean} camera.disabled
 * @param {string | undefined} camera.state as its status says
 * @param {boolean} camera.isLive whether the status says so, and is fresh
 * @param {number | null} ageMs of the picture that is shown; null when there is none
 * @param {number} fps that the tile is to be sent
 * @returns {Condition}
 */
export function conditionOf({ disabled, state, isLive }, ageMs, fps) {
  const age = ageMs ?? 0;
  if (disabled) return { look: "disabled", ageMs: age };
  if (isLive) return { look: ageMs === null ? "waiting" : isStale(age, fps) ? "stale" : "live", ageMs: age };
  if (state === "LIVE") return { look: "silent", ageMs: age };
  return { look: LOOKS[state ?? ""] ?? "waiting", ageMs: age };
}
