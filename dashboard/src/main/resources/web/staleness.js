import { t } from "./text.js";

/** A picture that is so old is not live, however often the camera sends one. */
const STALE_MS = 3000;
/** A camera's pictures come a little late. */
const INTERVALS = 2.5;
/** Below this rate, one counts seconds rather than pictures. */
const SLOW_FPS = 0.95;

/**
 * How old a picture may be and still pass for live: as the camera's own rate lets it.
 *
 * @param {number | undefined} fps pictures a second that are expected; 0 when nobody knows
 */
export const staleAfterMs = (fps) => Math.max(STALE_MS, fps && fps > 0 ? (INTERVALS * 1000) / fps : 0);

/**
 * @param {number} ageMs
 * @param {number | undefined} fps
 */
export const isStale = (ageMs, fps) => ageMs > staleAfterMs(fps);

/**
 * A rate in words that tell something: "4.0 fps", or "every 3 s".
 *
 * @param {number} fps
 */
export function rateWords(fps) {
  return fps > 0 && fps < SLOW_FPS ? t("common.everySeconds", { n: Math.round(1 / fps) }) : t("common.fps", { fps: fps.toFixed(1) });
}
