import { wall } from "./wallstate.js";

const TOGETHER_MS = 100;
/** So few that drawing each at once costs little. */
const FEW = 9;

/** @type {Promise<void> | null} */
let next = null;

/**
 * Resolves when a tile may be drawn. On a wall of many, what comes within a tenth of a second is drawn in one frame of
 * the browser, which looks at every canvas of the page for each frame, however few have changed.
 */
export function together() {
  next ??= new Promise((resolve) => {
    const draw = () => requestAnimationFrame(() => {
      next = null;
      resolve();
    });
    if (wall.tiles > FEW) window.setTimeout(draw, TOGETHER_MS);
    else draw();
  });
  return next;
}
