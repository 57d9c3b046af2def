import { openCamera } from "./cameraform.js";
import { editButton, nameOf } from "./definitions.js";
import { byId, h } from "./dom.js";
import { live } from "./live.js";
import { picture } from "./picture.js";
import { state } from "./state.js";

/** @type {Record<string, string>} */
const STATES = {
  CONNECTING: "connecting", LIVE: "live", STALLED: "stalled", OFFLINE: "offline", DISABLED: "disabled", ENDED: "ended",
};

/** The list of cameras with their states. */
export function startCameras() {
  byId("camera-add").addEventListener("click", () => openCamera(null));
  state.on(["cameras", "status"], draw);
  state.on("camera", () => {
    picture.clear();
    picture.pause(false);
    live.connect();
  });
  picture.on("shown", () => (byId("stage-empty").hidden = true));
}

function draw() {
  const rows = [...state.cameras.values()].map(row);
  if (!rows.length) {
    rows.push(h("li", { class: "empty-line" },
      "No camera yet. Add an address such as rtsp://192.168.1.20/stream1, a video file or a webcam."));
  }
  byId("camera-list").replaceChildren(...rows);
  drawEmptyStage();
}

/** @param {Camera} camera */
function row(camera) {
  const status = state.status.get(camera.id);
  const condition = camera.disabled ? "DISABLED" : status?.state ?? "STATE_UNSPECIFIED";
  const chosen = camera.id === state.camera;
  return h("li", { class: `camera ${condition.toLowerCase()}${chosen ? " chosen" : ""}`, "data-testid": "camera-item" },
    h("button", { type: "button", class: "pick", "aria-current": chosen ? "true" : null, onclick: () => state.show(camera.id) },
      h("span", { class: "dot", "aria-hidden": "true" }),
      h("span", { class: "who" }, nameOf(camera)),
      h("span", { class: "how" }, status && condition === "LIVE" ? `${status.fps.toFixed(1)} fps` : STATES[condition] ?? "unknown")),
    editButton(`camera ${nameOf(camera)}`, () => openCamera(camera)),
    status?.reason ? h("p", { class: "reason" }, status.reason) : null);
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
    const reason = status?.reason || (status?.state === "LIVE" ? "The next frame is on its way." : "Waiting for the first frame.");
    empty.replaceChildren(h("h3", {}, `${nameOf(camera)}: ${STATES[status?.state ?? ""] ?? "waiting"}`), h("p", {}, reason));
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
