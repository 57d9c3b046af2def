import { post, remove } from "./api.js";
import { byId, percent, toast } from "./dom.js";
import { live } from "./live.js";
import { picture, shapeOf } from "./picture.js";
import { addCorner, isDrawing } from "./zones.js";
import { state } from "./state.js";

const COLOR = "#ffffff";
const DRAG_PIXELS = 6;

/** What has been asked: {id, points, box, answer}; null when nothing is. */
let asked = null;
let drag = null;

/** A click on the picture outlines that one thing, further clicks refine it, a drag draws a box around it. */
export function startPrompts() {
  const { canvas } = picture;
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !picture.shown) return;
    canvas.setPointerCapture(event.pointerId);
    drag = { from: at(event), to: at(event), x: event.clientX, y: event.clientY, far: false };
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!drag) return;
    drag.to = at(event);
    drag.far ||= Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > DRAG_PIXELS;
    picture.draw();
  });
  canvas.addEventListener("pointerup", (event) => released(event));
  canvas.addEventListener("pointercancel", () => (drag = null));
  byId("prompt-clear").addEventListener("click", clearPrompt);
  live.addEventListener("instance", (event) => answered(event.detail));
  picture.addEventListener("shown", (event) => event.detail.header.instances.forEach(answered));
  picture.layers.push(paint);
  state.on("camera", forget);
}

function at(event) {
  const rect = picture.canvas.getBoundingClientRect();
  const clamp = (value) => Math.min(1, Math.max(0, value));
  return { x: clamp((event.clientX - rect.left) / rect.width), y: clamp((event.clientY - rect.top) / rect.height) };
}

function released(event) {
  if (!drag) return;
  const { from, to, far } = drag;
  drag = null;
  if (isDrawing()) {
    addCorner(to);
  } else if (far) {
    const box = { x0: Math.min(from.x, to.x), y0: Math.min(from.y, to.y), x1: Math.max(from.x, to.x), y1: Math.max(from.y, to.y) };
    ask({ points: [], box });
  } else {
    const point = { at: to, inside: !event.shiftKey };
    if (!asked && event.shiftKey) return;
    ask(asked ? { points: [...asked.points, point], box: asked.box } : { points: [point] });
  }
}

async function ask({ points, box }) {
  const { header } = picture.shown;
  const track = byId("track").checked;
  // A mask belongs to one frame: unless it is followed, that frame stays.
  if (!track) picture.pause(true);
  const before = asked;
  asked = { id: before?.id, points, box, answer: box && !points.length ? null : before?.answer ?? null, waiting: true };
  const mine = asked;
  show();
  try {
    const prompt = await post("/api/prompts", {
      ...(before?.id && { id: before.id }), camera: header.camera, epoch: header.epoch, sequence: header.sequence,
      points, ...(box && { box }), track,
    });
    if (asked === mine) asked.id = prompt.id;
    else if (asked?.id !== prompt.id) stop(prompt.id);
  } catch (failure) {
    toast(`Not asked: ${failure.message}`);
    if (asked === mine) forget();
  }
}

function answered(answer) {
  if (!asked || (asked.id && asked.id !== answer.prompt)) return;
  // The answer may overtake the reply that tells the prompt's id.
  if (!asked.id) {
    setTimeout(() => asked?.id === answer.prompt && answered(answer), 100);
    return;
  }
  asked.waiting = false;
  if (answer.error) {
    toast(answer.error);
  } else {
    asked.answer = { ...answer, shape: shapeOf(answer.mask) };
  }
  if (answer.lost) toast("The thing was lost from sight; click it again to follow it.", "good");
  show();
}

/** Ends the question; the worker stops following. */
export function clearPrompt() {
  const id = asked?.id;
  forget();
  picture.pause(false);
  if (id) stop(id);
}

export const isAsking = () => asked !== null;

function stop(id) {
  remove(`/api/prompts/${id}`).catch(() => {});
}

function forget() {
  asked = null;
  show();
}

function show() {
  const hint = byId("hint");
  byId("prompt-clear").hidden = !asked;
  const text = !asked ? "" : asked.waiting && !asked.answer
    ? "Asking…"
    : `${percent(asked.answer?.share ?? 0)} of the frame, sure to ${percent(asked.answer?.iou ?? 0)}. Click adds, Shift-click takes away, Esc clears.`;
  if (!isDrawing()) {
    hint.textContent = text;
    hint.hidden = !text;
  }
  byId("stage").dataset.instance = asked?.answer?.shape ? asked.answer.prompt : "";
  picture.draw();
}

function paint(context, w, h) {
  const unit = Math.max(1, w / 640);
  if (asked?.answer?.shape) {
    const { header } = picture.shown;
    const same = asked.answer.epoch === header.epoch && asked.answer.sequence === header.sequence;
    picture.paint(asked.answer.shape, COLOR, { dashed: !same, fill: 0.5 });
  }
  for (const { at: { x, y }, inside } of asked?.points ?? []) {
    context.beginPath();
    context.arc(x * w, y * h, 4.5 * unit, 0, 2 * Math.PI);
    context.fillStyle = inside ? "#22c55e" : "#ef4444";
    context.fill();
    context.lineWidth = 1.5 * unit;
    context.strokeStyle = "#fff";
    context.stroke();
  }
  const box = drag?.far && !isDrawing()
    ? { x0: drag.from.x, y0: drag.from.y, x1: drag.to.x, y1: drag.to.y }
    : asked?.answer ? null : asked?.box;
  if (box) {
    context.setLineDash([5 * unit, 4 * unit]);
    context.lineWidth = 1.5 * unit;
    context.strokeStyle = "#fff";
    context.strokeRect(box.x0 * w, box.y0 * h, (box.x1 - box.x0) * w, (box.y1 - box.y0) * h);
    context.setLineDash([]);
  }
}
