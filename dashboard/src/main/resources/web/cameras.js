import { post, put, remove } from "./api.js";
import { byId, field, h, openForm, toast } from "./dom.js";
import { live } from "./live.js";
import { picture } from "./picture.js";
import { state } from "./state.js";

const WORDS = {
  CONNECTING: "connecting", LIVE: "live", STALLED: "stalled", OFFLINE: "offline", DISABLED: "off", ENDED: "ended",
};

/** The list of cameras with their states, and the form that adds or changes one. */
export function startCameras() {
  byId("camera-add").addEventListener("click", () => openCamera(null));
  state.on(["cameras", "status"], draw);
  state.on("camera", () => {
    picture.clear();
    picture.pause(false);
    live.connect();
  });
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

function row(camera) {
  const status = state.status.get(camera.id);
  const condition = camera.disabled ? "DISABLED" : status?.state ?? "STATE_UNSPECIFIED";
  const chosen = camera.id === state.camera;
  return h("li", { class: `camera ${condition.toLowerCase()}${chosen ? " chosen" : ""}`, "data-testid": "camera-item" },
    h("button", { type: "button", class: "pick", "aria-current": chosen ? "true" : null, onclick: () => state.show(camera.id) },
      h("span", { class: "dot", "aria-hidden": "true" }),
      h("span", { class: "who" }, camera.name || camera.id),
      h("span", { class: "how" }, condition === "LIVE" ? `${status.fps.toFixed(1)} fps` : WORDS[condition] ?? "unknown")),
    h("button", { type: "button", class: "mini", "aria-label": `Change camera ${camera.name || camera.id}`, title: "Change",
      onclick: () => openCamera(camera) }, "⋯"),
    status?.reason && condition !== "LIVE" ? h("p", { class: "reason" }, status.reason) : null);
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
      h("p", {}, "Segwatch needs something to look at: an RTSP or HTTP address, a video file, or a webcam."),
      h("button", { class: "primary", type: "button", onclick: () => openCamera(null) }, "Add camera"));
  } else {
    const reason = status?.reason || (status?.state === "LIVE" ? "The next frame is on its way." : "Waiting for the first frame.");
    empty.replaceChildren(h("h3", {}, `${camera.name || camera.id}: ${WORDS[status?.state] ?? "waiting"}`), h("p", {}, reason));
  }
}

picture.addEventListener("shown", () => (byId("stage-empty").hidden = true));

export function openCamera(camera) {
  const url = h("input", { value: camera?.url ?? "", required: true, placeholder: "rtsp://192.168.1.20/stream1", maxlength: 2000,
    "data-testid": "camera-url", spellcheck: "false", autocapitalize: "off" });
  const name = h("input", { value: camera?.name ?? "", placeholder: "Front door", maxlength: 100, "data-testid": "camera-name" });
  const zone = h("input", { value: camera ? camera.timeZone : Intl.DateTimeFormat().resolvedOptions().timeZone, maxlength: 60,
    placeholder: "UTC", spellcheck: "false" });
  const fps = h("input", { type: "number", min: 0, max: 60, step: "any", value: camera?.targetFps || "", placeholder: "default" });
  const user = h("input", { autocomplete: "off", maxlength: 200, placeholder: camera?.credentials ? "unchanged" : "" });
  const password = h("input", { type: "password", autocomplete: "new-password", maxlength: 200, placeholder: camera?.credentials ? "unchanged" : "" });
  const on = h("input", { type: "checkbox" });
  on.checked = !camera?.disabled;
  const once = h("input", { type: "checkbox" });
  once.checked = Boolean(camera?.once);
  const dialog = openForm({
    title: camera ? `Camera ${camera.name || camera.id}` : "Add camera",
    testid: "camera-form",
    body: [
      field("Address", url, "rtsp://, http://, file:/path/to/video.mp4 or v4l2:/dev/video0"),
      field("Name", name),
      h("div", { class: "pair" }, field("User", user), field("Password", password)),
      h("p", { class: "quiet" }, "User and password stay on this machine; they are never shown again or sent on."),
      h("div", { class: "pair" }, field("Frames a second", fps), field("Time zone", zone)),
      h("label", { class: "check" }, on, " On"),
      h("label", { class: "check" }, once, " A video file plays once, not over and over"),
    ],
    submitText: camera ? "Save" : "Add camera",
    extra: camera ? [h("button", { type: "button", class: "danger", onclick: () => removeCamera(camera, dialog) }, "Remove")] : [],
    submit: async () => {
      const wanted = {
        ...camera, url: url.value.trim(), name: name.value.trim(), targetFps: Number(fps.value || 0), timeZone: zone.value.trim(),
        disabled: !on.checked, once: once.checked,
      };
      if (user.value) Object.assign(wanted, { username: user.value, password: password.value });
      const stored = camera ? await put(`/api/cameras/${camera.id}`, wanted) : await post("/api/cameras", wanted);
      state.changed({ kind: "cameras", id: stored.id, value: stored });
      if (!camera) state.show(stored.id);
    },
  });
}

async function removeCamera(camera, dialog) {
  try {
    await remove(`/api/cameras/${camera.id}`);
    dialog.close();
    state.changed({ kind: "cameras", id: camera.id, value: null });
  } catch (failure) {
    toast(failure.message);
  }
}

/** The camera so many places on in the list. */
export function stepCamera(by) {
  const ids = [...state.cameras.keys()];
  if (ids.length) state.show(ids[(ids.indexOf(state.camera) + by + ids.length) % ids.length]);
}
