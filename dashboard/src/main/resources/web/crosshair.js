import { clamp } from "./geometry.js";

const STEP = 0.01;
const SMALL_STEP = 0.001;
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * How far an arrow key moves, in shares of the picture: 1 %, with Shift 0.1 %.
 *
 * @param {KeyboardEvent} event
 * @returns {[dx: number, dy: number] | null} null for another key
 */
export function arrowStep({ key, shiftKey }) {
  const arrow = ARROWS[key];
  const step = shiftKey ? SMALL_STEP : STEP;
  return arrow ? [arrow[0] * step, arrow[1] * step] : null;
}

/**
 * @param {Point} at
 * @param {[dx: number, dy: number]} step
 * @returns {Point}
 */
export const stepped = ({ x, y }, [dx, dy]) =>
  ({ x: clamp(Math.round((x + dx) * 1e4) / 1e4), y: clamp(Math.round((y + dy) * 1e4) / 1e4) });

/**
 * Which change of the past a key asks for.
 *
 * @param {KeyboardEvent} event
 * @returns {"undo" | "redo" | null}
 */
export function pastKey({ key, ctrlKey, metaKey, shiftKey, altKey }) {
  if (!(ctrlKey || metaKey) || altKey) return null;
  if (key.toLowerCase() === "z") return shiftKey ? "redo" : "undo";
  return key.toLowerCase() === "y" && !shiftKey ? "redo" : null;
}
