import { loadDefinition, nameOf, removeDefinition, saveDefinition } from "./definitions.js";
import { checkbox, h } from "./dom.js";
import { checked, field, openForm } from "./form.js";
import { state } from "./state.js";

/** @param {Camera | null} camera that is edited; null for a new one */
export function openCamera(camera) {
  const inputs = cameraInputs(camera ?? { timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone });
  openForm({
    title: camera ? `Camera ${nameOf(camera)}` : "Add camera",
    testid: "camera-form",
    body: [
      field("Address", inputs.url, "rtsp://, http://, file:/path/to/video.mp4 or v4l2:/dev/video0"),
      field("Name", inputs.name),
      h("div", { class: "pair" }, field("User", inputs.user), field("Password", inputs.password)),
      h("p", { class: "muted" }, "User and password stay on this machine; they are never shown again or sent on."),
      h("div", { class: "pair" }, field("Frame rate, fps", inputs.fps), field("Time zone", inputs.timeZone)),
      checked(inputs.enabled, "Enabled"),
      checked(inputs.once, "Play a video file once, without looping"),
    ],
    submitText: camera ? "Save" : "Add camera",
    remove: camera ? () => removeDefinition("cameras", camera) : undefined,
    reload: camera ? async () => openCamera(await loadDefinition("cameras", camera.id)) : undefined,
    submit: async () => {
      const stored = await saveDefinition("cameras", { ...camera, ...readCamera(inputs) }, camera?.id);
      if (!camera) state.show(stored.id);
    },
  });
}

/** @param {Partial<Camera>} camera */
function cameraInputs({ url = "", name = "", targetFps, timeZone = "", credentials, disabled = false, once = false }) {
  const kept = credentials ? "unchanged" : "";
  return {
    url: h("input", { name: "url", value: url, required: true, placeholder: "rtsp://192.168.1.20/stream1", maxlength: 2000,
      "data-testid": "camera-url", spellcheck: "false", autocapitalize: "off" }),
    name: h("input", { name: "name", value: name, placeholder: "Front door", maxlength: 100, "data-testid": "camera-name" }),
    timeZone: h("input", { name: "timeZone", value: timeZone, maxlength: 60, placeholder: "UTC", spellcheck: "false" }),
    fps: h("input", { name: "targetFps", type: "number", min: 0, max: 60, step: "any", value: targetFps || "", placeholder: "default" }),
    user: h("input", { name: "username", autocomplete: "off", maxlength: 200, placeholder: kept }),
    password: h("input", { name: "password", type: "password", autocomplete: "new-password", maxlength: 200, placeholder: kept }),
    enabled: checkbox({}, !disabled),
    once: checkbox({}, once),
  };
}

/**
 * @param {ReturnType<typeof cameraInputs>} inputs
 * @returns {Draft<"cameras">}
 */
function readCamera(inputs) {
  return {
    url: inputs.url.value.trim(), name: inputs.name.value.trim(), targetFps: Number(inputs.fps.value || 0),
    timeZone: inputs.timeZone.value.trim(), disabled: !inputs.enabled.checked, once: inputs.once.checked,
    ...(inputs.user.value && { username: inputs.user.value, password: inputs.password.value }),
  };
}
