import { byId } from "./dom.js";
import { clamp } from "./geometry.js";
import { picture } from "./picture.js";

/**
 * Used when no other tool is.
 *
 * @type {Tool}
 */
let standardTool = { hint: () => "" };
let activeTool = standardTool;
/** Where pointers are pressed, in pixels of the page. @type {Map<number, {x: number, y: number}>} */
const pressed = new Map();
/** The pointer that the tool has, or that moves the picture. @type {{id: number, from: Point, far: number, pans: boolean} | null} */
let drag = null;
/** A finger that moves farther than this does not tap. */
const TAP_PIXELS = 12;
/** What is done while a tool is loaded, at most. */
const MOST_KEPT = 500;
const KEPT_KEYS = /^(Arrow.*|Enter|Escape|Backspace|Delete|Insert|[izy])$/i;

/**
 * Gives the pointer and the keys to one tool at a time. Two fingers, the middle button and Ctrl move and magnify.
 *
 * @param {Tool} standard
 */
export function startTools(standard) {
  const { canvas } = picture;
  standardTool = standard;
  activeTool = standard;
  canvas.addEventListener("pointerdown", down);
  canvas.addEventListener("pointermove", move);
  canvas.addEventListener("pointerup", up);
  canvas.addEventListener("pointercancel", cancelled);
  canvas.addEventListener("pointerleave", () => hover(null));
  canvas.addEventListener("contextmenu", (event) => picture.shown && event.preventDefault());
  canvas.addEventListener("dblclick", (event) => {
    if (!picture.shown || event.ctrlKey) return;
    if (!activeTool.twice?.(pointOf(event))) zoomAt(event, event.shiftKey ? 0.5 : 2);
  });
  picture.layers.push((context, width, height) => activeTool.paint?.(context, width, height));
  toolChanged();
}

/** @param {PointerEvent} event */
function down(event) {
  if (!picture.shown || (event.pointerType === "mouse" && event.button > 2)) return;
  pressed.set(event.pointerId, { x: event.clientX, y: event.clientY });
  if (pressed.size > 1) {
    activeTool.cancel?.();
    drag = null;
    return;
  }
  picture.canvas.setPointerCapture(event.pointerId);
  const pans = event.button === 1 || (event.button === 0 && (event.ctrlKey || event.metaKey)) || fingerPans(event);
  if (event.button === 1) event.preventDefault();
  drag = { id: event.pointerId, from: { x: event.clientX, y: event.clientY }, far: 0, pans };
  if (!pans || fingerPans(event)) activeTool.down?.(pointOf(event), event);
}

/**
 * Whether a finger moves the picture, or the page, rather than draws on it.
 *
 * @param {PointerEvent} event
 */
const fingerPans = (event) => event.pointerType === "touch" && !activeTool.touch?.();

/** @param {PointerEvent} event */
function move(event) {
  const before = pressed.get(event.pointerId);
  if (!before) {
    if (event.pointerType !== "touch") hover(pointOf(event));
    return;
  }
  const now = { x: event.clientX, y: event.clientY };
  if (pressed.size > 1) {
    pinch(event.pointerId, before, now);
  } else if (drag) {
    drag.far = Math.max(drag.far, Math.hypot(now.x - drag.from.x, now.y - drag.from.y));
    if (drag.pans) pan(now.x - before.x, now.y - before.y);
    else activeTool.move?.(pointOf(event), drag.far, event);
  }
  pressed.set(event.pointerId, now);
  picture.draw();
}

/** @param {PointerEvent} event */
function up(event) {
  if (!pressed.delete(event.pointerId) || !drag || drag.id !== event.pointerId) return;
  const { far, pans } = drag;
  drag = null;
  if (pans && (event.pointerType !== "touch" || far > TAP_PIXELS)) activeTool.cancel?.();
  else activeTool.up?.(pointOf(event), event);
}

/** @param {PointerEvent} event */
function cancelled(event) {
  pressed.delete(event.pointerId);
  drag = null;
  activeTool.cancel?.();
}

/** @param {Point | null} at */
function hover(at) {
  if (!picture.shown) return;
  if (at && activeTool === standardTool) picture.emit("pointed", at);
  if (activeTool.hover?.(at)) picture.draw();
}

/**
 * @param {number} id of the finger that moved
 * @param {Point} before
 * @param {Point} now
 */
function pinch(id, before, now) {
  const other = [...pressed].find(([one]) => one !== id)?.[1];
  if (!other) return;
  const apart = Math.hypot(before.x - other.x, before.y - other.y) || 1;
  zoomAt({ clientX: (now.x + other.x) / 2, clientY: (now.y + other.y) / 2 }, Math.hypot(now.x - other.x, now.y - other.y) / apart);
  pan((now.x - before.x) / 2, (now.y - before.y) / 2);
}

/**
 * @param {number} dx pixels of the page
 * @param {number} dy
 */
function pan(dx, dy) {
  if (picture.view.isWhole) return;
  picture.view.pan(dx / picture.canvas.clientWidth, dy / picture.canvas.clientHeight);
  toolChanged();
}

/**
 * Magnifies around a place on the page.
 *
 * @param {{clientX: number, clientY: number}} place
 * @param {number} factor
 */
export function zoomAt(place, factor) {
  picture.view.zoom(onCanvas(place), factor);
  toolChanged();
}

/** @param {Tool} tool gets the pointer and the keys */
export function activate(tool) {
  activeTool.cancel?.();
  activeTool = tool;
  toolChanged();
}

/**
 * Takes the pointer and the keys for a tool that is still being loaded: it gets them once it is there.
 *
 * @returns {{also: (done: () => void) => void, handOver: () => void}} keeps what was done elsewhere, in its turn; and gives all to the
 *   tool that is active then, or drops it where none is
 */
export function hold() {
  /** @type {(() => void)[]} */
  const kept = [];
  const keep = (/** @type {(tool: Tool) => void} */ done) => {
    if (kept.length < MOST_KEPT) kept.push(() => activeTool !== standardTool && done(activeTool));
  };
  /** @type {Tool} */
  const holder = {
    hint: () => "",
    touch: () => true,
    down: (at, event) => keep((tool) => tool.down?.(at, event)),
    move: (at, distance, event) => keep((tool) => tool.move?.(at, distance, event)),
    up: (at, event) => keep((tool) => tool.up?.(at, event)),
    twice: (at) => {
      keep((tool) => tool.twice?.(at));
      return true;
    },
    key: (event, onPicture) => (onPicture && KEPT_KEYS.test(event.key) ? () => keep((tool) => tool.key?.(event, onPicture)?.()) : null),
  };
  activate(holder);
  picture.canvas.focus({ preventScroll: true });
  return {
    also: (done) => kept.push(done),
    handOver() {
      if (isActive(holder)) deactivate();
      for (const done of kept) done();
    },
  };
}

/** Gives pointer and keys back to the standard tool. */
export const deactivate = () => activate(standardTool);

/** @param {Tool} tool */
export const isActive = (tool) => activeTool === tool;

/**
 * What a key does with the active tool.
 *
 * @param {KeyboardEvent} event
 * @param {boolean} onPicture whether the picture has the focus
 * @returns {(() => void) | null} null for nothing
 */
export const keyAction = (event, onPicture) => activeTool.key?.(event, onPicture) ?? null;

/** Shows the active tool's hint and magnification, and draws it. */
export function toolChanged() {
  const text = activeTool.hint();
  if (byId("hint").textContent !== text) byId("hint").textContent = text;
  byId("hint").hidden = !text;
  const { isWhole, scale } = picture.view;
  byId("zoom-reset").hidden = isWhole;
  byId("zoom-reset").textContent = `${scale.toFixed(1)}×`;
  byId("stage").classList.toggle("drawn-on", Boolean(activeTool.touch?.()) || !isWhole);
  picture.draw();
}

/**
 * @param {{clientX: number, clientY: number}} event
 * @returns {Point} 0..1 of the canvas
 */
function onCanvas(event) {
  const rect = picture.canvas.getBoundingClientRect();
  return { x: clamp((event.clientX - rect.left) / rect.width), y: clamp((event.clientY - rect.top) / rect.height) };
}

/**
 * @param {MouseEvent} event
 * @returns {Point} 0..1 of the picture
 */
const pointOf = (event) => picture.view.toPicture(onCanvas(event));
