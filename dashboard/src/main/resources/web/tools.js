import { byId } from "./dom.js";
import { picture } from "./picture.js";

/**
 * Used when no other tool is.
 *
 * @type {Tool}
 */
let standardTool = { hint: () => "" };
let activeTool = standardTool;
/** Where the pointer was pressed, in pixels of the page; null while it is up. @type {{x: number, y: number} | null} */
let pressedAt = null;

/**
 * Gives the pointer and the keys to one tool at a time.
 *
 * @param {Tool} standard
 */
export function startTools(standard) {
  const { canvas } = picture;
  standardTool = standard;
  activeTool = standard;
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !picture.shown) return;
    canvas.setPointerCapture(event.pointerId);
    pressedAt = { x: event.clientX, y: event.clientY };
    activeTool.down?.(pointOf(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!pressedAt) return;
    activeTool.move?.(pointOf(event), Math.hypot(event.clientX - pressedAt.x, event.clientY - pressedAt.y));
    picture.draw();
  });
  canvas.addEventListener("pointerup", (event) => {
    if (!pressedAt) return;
    pressedAt = null;
    activeTool.up?.(pointOf(event), event);
  });
  canvas.addEventListener("pointercancel", () => {
    pressedAt = null;
    activeTool.cancel?.();
  });
  picture.layers.push((context, width, height) => activeTool.paint?.(context, width, height));
}

/** @param {Tool} tool gets the pointer and the keys */
export function activate(tool) {
  activeTool.cancel?.();
  activeTool = tool;
  toolChanged();
}

/** Gives pointer and keys back to the standard tool. */
export const deactivate = () => activate(standardTool);

/**
 * What a key does with the active tool.
 *
 * @param {string} key
 * @returns {(() => void) | null} null for nothing
 */
export const keyAction = (key) => activeTool.key?.(key) ?? null;

/** Shows the active tool's hint, and draws it. */
export function toolChanged() {
  const text = activeTool.hint();
  byId("hint").textContent = text;
  byId("hint").hidden = !text;
  picture.draw();
}

/**
 * @param {PointerEvent} event
 * @returns {Point}
 */
function pointOf(event) {
  const rect = picture.canvas.getBoundingClientRect();
  /** @param {number} value */
  const clamp = (value) => Math.min(1, Math.max(0, value));
  return { x: clamp((event.clientX - rect.left) / rect.width), y: clamp((event.clientY - rect.top) / rect.height) };
}
