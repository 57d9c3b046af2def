import { arrowStep, pastKey, stepped } from "./crosshair.js";
import { byId } from "./dom.js";
import { percent } from "./format.js";
import { picture } from "./picture.js";
import { keepPreference, preference } from "./preferences.js";
import { startThingBar } from "./thingbar.js";
import { things } from "./things.js";
import { t } from "./text.js";
import { startTools, toolChanged } from "./tools.js";
import { paintCrosshair } from "./zonepaint.js";

/** @typedef {import("./things.js").Thing} Thing */

/** A pointer that moves farther than this draws a box. */
const DRAG_PIXELS = 6;
/** Two clicks on one place within this time are a double click. */
const TWICE_MS = 450;
const SAME_PLACE = 0.01;

/** Where there are no keys to tell of. */
const fingers = matchMedia("(pointer: coarse)");

/** @type {{from: Point, to: Point, far: boolean} | null} */
let drag = null;
/** The last click, and whether it has set a point. @type {{at: Point, when: number} | null} */
let clicked = null;
/** Where the keys are. @type {Point | null} */
let crosshair = null;
/** Whether a finger draws on the picture, rather than scrolls the page. */
let outlining = false;
/** Whether the next points say what does not belong to the thing. */
let excluding = false;

/** A click on the picture outlines that one object, further clicks refine it, a drag draws a box around it. */
export function startPrompts() {
  picture.layers.push(paintThings);
  things.start();
  startThingBar();
  startTools({
    hint,
    touch: () => outlining,
    down: (at) => (drag = { from: at, to: at, far: false }),
    move(at, distance) {
      if (drag) drag = { from: drag.from, to: at, far: drag.far || distance > DRAG_PIXELS };
    },
    up: released,
    twice: undoClick,
    cancel: () => (drag = null),
    key,
    paint(context, w, h) {
      if (drag?.far) paintBox(context, w, h, boxOf(drag.from, drag.to));
      if (crosshair) paintCrosshair(context, w, h, crosshair);
    },
  });
  things.on("changed", show);
  picture.canvas.addEventListener("blur", () => {
    crosshair = null;
    toolChanged();
  });
  startModes();
}

function startModes() {
  const track = byId("track", HTMLInputElement);
  track.checked = preference("track", true);
  things.track = track.checked;
  track.addEventListener("change", () => {
    things.track = track.checked;
    keepPreference("track", track.checked);
  });
  byId("outline-mode").addEventListener("click", () => {
    outlining = !outlining;
    showModes();
    if (outlining) bringPictureIn();
  });
  byId("prompt-inside").addEventListener("click", () => exclude(false));
  byId("prompt-outside").addEventListener("click", () => exclude(true));
  showModes();
}

/** @param {boolean} outside */
function exclude(outside) {
  excluding = outside;
  showModes();
  bringPictureIn();
}

/** A page that was scrolled shows the picture again: the next tap is meant for it. */
function bringPictureIn() {
  if (fingers.matches) picture.canvas.scrollIntoView({ block: "nearest" });
}

function showModes() {
  byId("outline-mode").setAttribute("aria-pressed", String(outlining));
  byId("prompt-signs").hidden = !outlining && !things.all.length;
  byId("prompt-inside").setAttribute("aria-pressed", String(!excluding));
  byId("prompt-outside").setAttribute("aria-pressed", String(excluding));
  toolChanged();
}

/**
 * @param {Point} at
 * @param {PointerEvent} event
 */
function released(at, event) {
  const box = drag?.far ? boxOf(drag.from, at) : undefined;
  drag = null;
  if (box) {
    things.add(null, box);
    return;
  }
  const again = clicked && performance.now() - clicked.when < TWICE_MS
    && Math.hypot(clicked.at.x - at.x, clicked.at.y - at.y) < SAME_PLACE / picture.view.scale;
  if (again) return;
  clicked = { at, when: performance.now() };
  things.add({ at, inside: !(event.shiftKey || event.button === 2 || excluding) });
}

/** The first click of a double click has set a point. */
function undoClick() {
  if (clicked && performance.now() - clicked.when < 2 * TWICE_MS) things.undo();
  clicked = null;
  return false;
}

/**
 * @param {KeyboardEvent} event
 * @param {boolean} onPicture
 * @returns {(() => void) | null}
 */
function key(event, onPicture) {
  const past = pastKey(event);
  if (past) return (past === "undo" ? things.canUndo : things.canRedo) ? () => things[past]() : null;
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  if (event.key === "n" && things.all.length) return () => things.choose(null);
  if (event.key === "Escape") return escape();
  return onPicture && picture.shown ? crosshairKey(event) : null;
}

/**
 * @param {KeyboardEvent} event
 * @returns {(() => void) | null}
 */
function crosshairKey(event) {
  const step = arrowStep(event);
  if (step) {
    return () => {
      crosshair = stepped(crosshair ?? picture.view.toPicture({ x: 0.5, y: 0.5 }), step);
      toolChanged();
    };
  }
  const at = crosshair;
  return event.key === "Enter" && at ? () => things.add({ at, inside: !event.shiftKey && !excluding }) : null;
}

/** What Esc takes away: the chosen thing, then all, then the crosshair. */
function escape() {
  const { chosen } = things;
  if (chosen) return () => things.remove(chosen);
  if (things.all.length) return () => things.clear();
  return crosshair && (() => {
    crosshair = null;
    toolChanged();
  });
}

/**
 * @param {Point} from
 * @param {Point} to
 * @returns {Box}
 */
const boxOf = (from, to) =>
  ({ x0: Math.min(from.x, to.x), y0: Math.min(from.y, to.y), x1: Math.max(from.x, to.x), y1: Math.max(from.y, to.y) });

function hint() {
  const { chosen, all } = things;
  if (chosen?.answer) {
    const { share, iou } = chosen.answer;
    return t(fingers.matches ? "camera.thingHintTouch" : "camera.thingHint", { share: percent(share), iou: iou.toFixed(2) });
  }
  if (chosen) return chosen.waiting ? t("camera.segmenting") : "";
  if (crosshair) return t("camera.promptKeys", { x: (crosshair.x * 100).toFixed(1), y: (crosshair.y * 100).toFixed(1) });
  if (all.length) return t("camera.nextThing");
  return outlining ? t("camera.outlineHint") : "";
}

function show() {
  const shown = things.chosen ?? things.all.at(-1);
  byId("stage").dataset.instance = shown?.answer?.shape ? shown.id : "";
  if (!things.all.length) excluding = false;
  showModes();
}

/** @type {Layer} */
function paintThings(context, w, h) {
  if (!picture.shown) return;
  for (const thing of things.all) {
    const chosen = thing === things.chosen;
    const { points, box } = thing.asked.now;
    if (thing.answer?.shape) {
      const { header } = picture.shown;
      const same = thing.answer.epoch === header.epoch && thing.answer.sequence === header.sequence;
      picture.paint(thing.answer.shape, thing.color, { dashed: !same, fill: chosen || things.all.length === 1 ? 0.5 : 0.3 });
    }
    if (chosen) for (const point of points) paintPoint(context, w, h, point);
    if (box && !thing.answer) paintBox(context, w, h, box);
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} w
 * @param {number} h
 * @param {PromptPoint} point
 */
function paintPoint(context, w, h, { at, inside }) {
  const { unit } = picture;
  context.beginPath();
  context.arc(at.x * w, at.y * h, 4.5 * unit, 0, 2 * Math.PI);
  context.fillStyle = inside ? "#22c55e" : "#ef4444";
  context.fill();
  context.lineWidth = 1.5 * unit;
  context.strokeStyle = "#fff";
  context.stroke();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} w
 * @param {number} h
 * @param {Box} box
 */
function paintBox(context, w, h, box) {
  const { unit } = picture;
  context.setLineDash([5 * unit, 4 * unit]);
  context.lineWidth = 1.5 * unit;
  context.strokeStyle = "#fff";
  context.strokeRect(box.x0 * w, box.y0 * h, (box.x1 - box.x0) * w, (box.y1 - box.y0) * h);
  context.setLineDash([]);
}
