import { messageOf } from "./api.js";
import { byId, mark, toast } from "./dom.js";
import { dateAndTime } from "./format.js";
import { picture } from "./picture.js";
import { router } from "./router.js";
import { state } from "./state.js";
import { t } from "./text.js";

/** The newest that was asked for: an answer for another one is too late. */
let asked = 0;

/** A moment of the past that the address names: its frame is shown while it is kept, and a button leads back. */
export function startMoments() {
  byId("to-live").addEventListener("click", () => picture.toggle());
  byId("full-size").addEventListener("click", showFull);
  router.on("changed", follow);
  state.on("camera", follow);
  picture.on("resumed", () => {
    asked++;
    if (router.here().parameters.has("at")) router.setParameters({ at: null });
  });
  picture.on("shown", () => mark(byId("to-live"), { hidden: !picture.past }));
}

/** Shows what the address names. */
async function follow() {
  const { view, id, parameters } = router.here();
  const at = Number(parameters.get("at"));
  const turn = ++asked;
  if (view !== "camera" || id !== state.camera || !(at > 0)) {
    if (picture.past) picture.pause(false);
    return;
  }
  picture.pause(true);
  try {
    const answer = await fetch(`api/cameras/${encodeURIComponent(id)}/frames?atMs=${Math.round(at)}`);
    if (!answer.ok) throw new Error(t(answer.status === 404 ? "camera.notKept" : "camera.notLoaded", { when: dateAndTime(at) }));
    await show(id, answer, turn);
  } catch (failure) {
    if (turn !== asked) return;
    toast(messageOf(failure));
    picture.pause(false);
  }
}

/** Shows the next picture in the camera's own size. */
async function showFull() {
  const turn = ++asked;
  const { camera } = state;
  const button = byId("full-size", HTMLButtonElement);
  button.disabled = true;
  try {
    const answer = await fetch(`api/cameras/${encodeURIComponent(camera)}/full.jpg`);
    if (!answer.ok) throw new Error((await answer.json().catch(() => ({}))).detail ?? String(answer.status));
    await show(camera, answer, turn);
  } catch (failure) {
    if (turn === asked) toast(t("camera.fullFailed", { problem: messageOf(failure) }));
  } finally {
    button.disabled = false;
  }
}

/**
 * @param {string} camera
 * @param {Response} answer
 * @param {number} turn what it answers is shown unless something else was asked for meanwhile
 */
async function show(camera, answer, turn) {
  const number = (/** @type {string} */ name) => Number(answer.headers.get(name));
  const bitmap = await createImageBitmap(await answer.blob());
  if (turn !== asked || camera !== state.camera) return;
  picture.showPast({
    camera, epoch: number("X-Epoch"), sequence: number("X-Sequence"), capturedAt: number("X-Captured-At-Ms"), fps: 0,
    width: bitmap.width, height: bitmap.height, observed: true, queries: [],
  }, bitmap);
}
