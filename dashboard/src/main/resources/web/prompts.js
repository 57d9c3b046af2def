import { PendingAnswers, isAfter } from "./answers.js";
import { messageOf, post, remove } from "./api.js";
import { byId, toast } from "./dom.js";
import { percent } from "./format.js";
import { randomId } from "./id.js";
import { live } from "./live.js";
import { picture, shapeOf } from "./picture.js";
import { startTools, toolChanged } from "./tools.js";
import { state } from "./state.js";

const COLOR = "#ffffff";
/** A pointer that moves farther than this draws a box. */
const DRAG_PIXELS = 6;

/**
 * @typedef {object} Prompt
 * @property {string} id
 * @property {PromptPoint[]} points
 * @property {Box} [box]
 * @property {(InstanceAnswer & {shape: Shape | null}) | null} answer the newest
 * @property {boolean} waiting for an answer to these points
 * @property {Promise<unknown>} sent ends when the service has it
 */

/** The prompt that is shown. @type {Prompt | null} */
let prompt = null;
const pending = new PendingAnswers();
/** @type {{from: Point, to: Point, far: boolean} | null} */
let drag = null;

/** A click on the picture outlines that one object, further clicks refine it, a drag draws a box around it. */
export function startPrompts() {
  picture.layers.push(paintPrompt);
  startTools({
    hint,
    down: (at) => (drag = { from: at, to: at, far: false }),
    move(at, distance) {
      if (drag) drag = { from: drag.from, to: at, far: drag.far || distance > DRAG_PIXELS };
    },
    up: released,
    cancel: () => (drag = null),
    key: (key) => (key === "Escape" && prompt ? clearPrompt : null),
    paint(context, w, h) {
      if (drag?.far) paintBox(context, w, h, boxOf(drag.from, drag.to));
    },
  });
  byId("prompt-clear").addEventListener("click", clearPrompt);
  live.on("instance", received);
  picture.on("shown", ({ header }) => {
    const due = pending.upTo(header);
    if (due) apply(due);
  });
  state.on("camera", clearPrompt);
}

/**
 * @param {Point} at
 * @param {PointerEvent} event
 */
function released(at, event) {
  const box = drag?.far ? boxOf(drag.from, at) : undefined;
  drag = null;
  if (box) {
    ask([], box);
  } else if (prompt || !event.shiftKey) {
    ask([...(prompt?.points ?? []), { at, inside: !event.shiftKey }], prompt?.box);
  }
}

/**
 * @param {Point} from
 * @param {Point} to
 * @returns {Box}
 */
const boxOf = (from, to) =>
  ({ x0: Math.min(from.x, to.x), y0: Math.min(from.y, to.y), x1: Math.max(from.x, to.x), y1: Math.max(from.y, to.y) });

/**
 * Asks for the mask of one object; a prompt that is shown is refined.
 *
 * @param {PromptPoint[]} points
 * @param {Box} [box]
 */
async function ask(points, box) {
  if (!picture.shown) return;
  const { camera, epoch, sequence } = picture.shown.header;
  const track = byId("track", HTMLInputElement).checked;
  // A mask belongs to one frame: unless it is followed, that frame stays.
  if (!track) picture.pause(true);
  const id = prompt?.id ?? randomId();
  const before = prompt?.sent.catch(() => {});
  const request = { id, camera, epoch, sequence, points, ...(box && { box }), track };
  const current = {
    id, points, box, answer: box && !points.length ? null : prompt?.answer ?? null, waiting: true,
    // In order: a refinement must not overtake what it refines.
    sent: Promise.resolve(before).then(() => post("api/prompts", request)),
  };
  prompt = current;
  show();
  try {
    await current.sent;
  } catch (failure) {
    toast(`The prompt was not sent: ${messageOf(failure)}`);
    if (prompt === current) forget();
  }
}

/** @param {InstanceAnswer} answer */
function received(answer) {
  if (answer.prompt !== prompt?.id) return;
  if (picture.shown && isAfter(answer, picture.shown.header)) pending.add(answer);
  else apply(answer);
}

/** @param {InstanceAnswer} answer */
function apply(answer) {
  if (!prompt) return;
  prompt.waiting = false;
  if (answer.lost) toast("The tracked object was lost. Click it again to follow it.", "good");
  else if (answer.error) toast(answer.error);
  if (!answer.error) prompt.answer = { ...answer, shape: shapeOf(answer.mask) };
  show();
}

/** Ends the prompt; the worker stops following. */
function clearPrompt() {
  const ended = prompt;
  forget();
  picture.pause(false);
  ended?.sent.then(() => remove(`api/prompts/${ended.id}`)).catch(() => {
    // The service has no such prompt, or is away: there is nothing to end.
  });
}

function forget() {
  prompt = null;
  pending.clear();
  show();
}

function hint() {
  if (!prompt) return "";
  if (!prompt.answer) return prompt.waiting ? "Segmenting…" : "";
  const { share, iou } = prompt.answer;
  return `${percent(share)} of the frame, predicted IoU ${iou.toFixed(2)}. Click adds, Shift-click subtracts, Esc clears.`;
}

function show() {
  byId("prompt-clear").hidden = !prompt;
  byId("stage").dataset.instance = prompt?.answer?.shape ? prompt.answer.prompt : "";
  toolChanged();
}

/** @type {Layer} */
function paintPrompt(context, w, h) {
  if (!prompt || !picture.shown) return;
  const { answer, points, box } = prompt;
  if (answer?.shape) {
    const { header } = picture.shown;
    const same = answer.epoch === header.epoch && answer.sequence === header.sequence;
    picture.paint(answer.shape, COLOR, { dashed: !same, fill: 0.5 });
  }
  for (const point of points) paintPoint(context, w, h, point);
  if (box && !answer) paintBox(context, w, h, box);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} w
 * @param {number} h
 * @param {PromptPoint} point
 */
function paintPoint(context, w, h, { at, inside }) {
  const unit = Math.max(1, w / 640);
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
  const unit = Math.max(1, w / 640);
  context.setLineDash([5 * unit, 4 * unit]);
  context.lineWidth = 1.5 * unit;
  context.strokeStyle = "#fff";
  context.strokeRect(box.x0 * w, box.y0 * h, (box.x1 - box.x0) * w, (box.y1 - box.y0) * h);
  context.setLineDash([]);
}
