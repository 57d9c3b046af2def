import { openCamera } from "./cameraform.js";
import { openCertificate } from "./certificateform.js";
import { editButton, nameOf } from "./definitions.js";
import { byId, h } from "./dom.js";
import { encryptionWords, isRefused } from "./encryption.js";
import { live } from "./live.js";
import { picture } from "./picture.js";
import { state } from "./state.js";

/** @type {Record<string, string>} */
const STATES = {
  CONNECTING: "connecting", LIVE: "live", STALLED: "stalled", OFFLINE: "offline", DISABLED: "disabled", ENDED: "ended",
};

const SILENT = "Its status has not come for some seconds. Check that the process that grabs it runs.";
const CHECK_MS = 1000;
let drawnLive = "";

/** The list of cameras with their states. */
export function startCameras() {
  byId("camera-add").addEventListener("click", () => openCamera(null));
  state.on(["cameras", "status"], draw);
  setInterval(() => liveOnes() === drawnLive || draw(), CHECK_MS);
  state.on("camera", () => {
    picture.clear();
    picture.pause(false);
    live.connect();
  });
  picture.on("shown", () => (byId("stage-empty").hidden = true));
}

/** Which cameras are live now: one stops to be so without a word when who grabs it dies. */
const liveOnes = () => [...state.cameras.keys()].filter((id) => state.isLive(id)).join(" ");

function draw() {
  drawnLive = liveOnes();
  const rows = [...state.cameras.values()].map(row);
  if (!rows.length) {
    rows.push(h("li", { class: "empty-line" },
      "No camera yet. Add an address such as rtsp://192.168.1.20/stream1, a video file or a webcam."));
  }
  byId("camera-list").replaceChildren(...rows);
  drawEmptyStage();
}

/**
 * What is known of a camera now: its state as the style sheet has it, in a word or two, and why.
 *
 * @param {Camera} camera
 */
function condition(camera) {
  const status = state.status.get(camera.id);
  if (camera.disabled) return { look: "disabled", how: STATES.DISABLED, why: status?.reason };
  if (state.isLive(camera.id)) return { look: "live", how: `${status?.fps.toFixed(1)} fps`, why: status?.reason };
  if (status?.state === "LIVE") return { look: "stalled", how: "no news", why: SILENT };
  return {
    look: (status?.state ?? "STATE_UNSPECIFIED").toLowerCase(), how: STATES[status?.state ?? ""] ?? "unknown",
    why: status?.reason,
  };
}

/** @param {Camera} camera */
function row(camera) {
  const { look, how, why } = condition(camera);
  const chosen = camera.id === state.camera;
  const seen = state.status.get(camera.id)?.encryption;
  return h("li", { class: `camera ${look}${chosen ? " chosen" : ""}`, "data-testid": "camera-item" },
    h("button", { type: "button", class: "pick", "aria-current": chosen ? "true" : null, onclick: () => state.show(camera.id) },
      h("span", { class: "dot", "aria-hidden": "true" }),
      h("span", { class: "who", title: encryptionWords(camera.url, seen) }, nameOf(camera)),
      h("span", { class: "how" }, how)),
    editButton(`camera ${nameOf(camera)}`, () => openCamera(camera)),
    why ? h("p", { class: "reason" }, why) : null,
    seen && isRefused(seen) && !camera.disabled
      ? h("button", { type: "button", class: "small", "data-testid": "camera-certificate", onclick: () => openCertificate(camera, seen) },
        "Look at the certificate")
      : null);
}

/** Says on the empty stage what to do next. */
function drawEmptyStage() {
  const empty = byId("stage-empty");
  const camera = state.cameras.get(state.camera);
  const status = state.status.get(state.camera);
  empty.hidden = Boolean(picture.shown);
  if (!camera) {
    empty.replaceChildren(
      h("h3", {}, "No camera yet"),
      h("p", {}, "Add an RTSP or HTTP address, a video file, or a webcam."),
      h("button", { class: "primary", type: "button", onclick: () => openCamera(null) }, "Add camera"));
  } else {
    const { look, how, why } = condition(camera);
    const reason = why || (look === "live" ? "The next frame is on its way." : "Waiting for the first frame.");
    empty.replaceChildren(
      h("h3", {}, `${nameOf(camera)}: ${look === "live" ? "live" : status ? how : "waiting"}`), h("p", {}, reason));
  }
}

/**
 * Shows the camera so many places further in the list.
 *
 * @param {number} by
 */
export function stepCamera(by) {
  const ids = [...state.cameras.keys()];
  if (ids.length) state.show(ids[(ids.indexOf(state.camera) + by + ids.length) % ids.length]);
}
