import { post } from "./api.js";
import { dependentLines, loadDefinition, nameOf, removeDefinition, saveDefinition } from "./definitions.js";
import { checkbox, h, select, toast } from "./dom.js";
import { encryptionWords, isSealed } from "./encryption.js";
import { checked, field, openForm } from "./form.js";
import { state } from "./state.js";
import { optionLines, streamOf } from "./streamdraft.js";

/** @param {Camera | null} camera that is edited; null for a new one */
export function openCamera(camera) {
  const encryption = camera ? encryptionWords(camera.url, state.status.get(camera.id)?.encryption) : "";
  const inputs = cameraInputs(camera ?? { timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone });
  openForm({
    title: camera ? `Camera ${nameOf(camera)}` : "Add camera",
    testid: "camera-form",
    body: [
      field("Address", inputs.url, "rtsp://, http://, file:/path/to/video.mp4 or v4l2:/dev/video0"),
      encryption ? h("p", { class: "muted", "data-testid": "camera-encryption" }, `The connection is ${encryption}.`) : null,
      field("Name", inputs.name),
      h("div", { class: "pair" }, field("User", inputs.user), field("Password", inputs.password)),
      h("p", { class: "muted" }, "User and password stay on this machine; they are never shown again or sent on."),
      h("div", { class: "pair" }, field("Frame rate, fps", inputs.fps), field("Time zone", inputs.timeZone)),
      checked(inputs.enabled, "Enabled"),
      checked(inputs.once, "Play a video file once, without looping"),
      hiddenFields(inputs.hidden),
      advancedFields(inputs, camera),
    ],
    submitText: camera ? "Save" : "Add camera",
    remove: camera ? () => Promise.resolve(confirmRemoval(camera)) : undefined,
    reload: camera ? async () => openCamera(await loadDefinition("cameras", camera.id)) : undefined,
    submit: async () => {
      const stored = await saveDefinition("cameras", { ...camera, ...readCamera(inputs, camera) }, camera?.id);
      if (!camera) state.show(stored.id);
    },
  });
}

/**
 * Asks whether the past goes with the camera.
 *
 * @param {Camera} camera
 */
function confirmRemoval(camera) {
  const all = checkbox({ "data-testid": "camera-erase" }, false);
  openForm({
    title: `Remove camera ${nameOf(camera)}`,
    testid: "camera-removal",
    body: [
      ...dependentLines({ kind: "cameras", id: camera.id }).map((line) => h("p", {}, line)),
      h("p", {}, "It is no longer read or shown. Its areas and alerts stay until their time is over, unless they go with it."),
      checked(all, "Also delete everything that was kept of it"),
      h("p", { class: "muted" }, "That is: pictures, observations, areas, alerts and their evidence, answers to clicks, states, "
        + "baselines, what is usual, dead letters. All of it is hidden at once; what Kafka cannot delete at once goes when its time is "
        + "over, and /api/erasures says when. It cannot be undone."),
    ],
    submitText: "Remove",
    submit: async () => {
      if (!all.checked) return removeDefinition("cameras", camera, { asked: true });
      await post("api/erasures", { camera: camera.id });
      state.changed({ kind: "cameras", id: camera.id, value: null });
      toast(`Everything that was kept of ${nameOf(camera)} is hidden and being deleted.`);
      return true;
    },
  });
}

/** @param {Partial<Camera>} camera */
function cameraInputs({
  url = "", name = "", targetFps, timeZone = "", credentials, disabled = false, once = false, stream, tls, hiddenQueries = [],
}) {
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
    anyCertificate: checkbox({ name: "tls.insecureAnyCertificate", "data-testid": "camera-any-certificate" },
      Boolean(tls?.insecureAnyCertificate)),
    stream: streamInputs(stream),
    hidden: hiddenInputs(hiddenQueries),
  };
}

/**
 * A box for each query; one that is gone stays as long as it is ticked.
 *
 * @param {string[]} hidden ids
 * @returns {Map<string, HTMLInputElement>}
 */
const hiddenInputs = (hidden) => new Map([...new Set([...hidden, ...state.queries.keys()])].map((id) =>
  [id, checkbox({ name: "hiddenQueries", "data-testid": `camera-hide-${id}` }, hidden.includes(id))]));

/** @param {Map<string, HTMLInputElement>} boxes */
function hiddenFields(boxes) {
  return h("details", { "data-testid": "camera-hidden", open: [...boxes.values()].some((box) => box.checked) },
    h("summary", {}, "Hide in evidence and past pictures"),
    h("p", { class: "muted" }, boxes.size
      ? "What these queries find is made unrecognisable there; a picture of which it is not known where they are, whole. The live "
        + "picture shows it. What must never be seen belongs under a privacy mask."
      : "Add a query first, for example person."),
    ...[...boxes].map(([id, box]) => checked(box, state.queries.get(id)?.text ?? `${id} (no longer there)`)));
}

/** @param {Camera["stream"]} stream */
function streamInputs(stream) {
  /**
   * @param {string} name
   * @param {number | undefined} ms
   * @param {number} most seconds
   * @param {string} placeholder
   */
  const seconds = (name, ms, most, placeholder) => h("input", { name: `stream.${name}`, type: "number", min: 0.1, max: most, step: "any",
    value: ms ? ms / 1000 : "", placeholder, "data-testid": `camera-${name}` });
  const transport = select({ name: "stream.transport", "data-testid": "camera-transport" },
    [["AUTOMATIC", "automatic: TCP, else UDP"], ["TCP", "TCP"], ["UDP", "UDP"]]);
  transport.value = stream?.transport ?? "AUTOMATIC";
  const deinterlace = select({ name: "stream.deinterlace" },
    [["WHEN_INTERLACED", "automatic: interlaced pictures"], ["NEVER", "off"], ["ALWAYS", "on: every picture"]]);
  deinterlace.value = stream?.deinterlace ?? "WHEN_INTERLACED";
  return {
    transport, deinterlace,
    connectTimeout: seconds("connectTimeoutMs", stream?.connectTimeoutMs, 600, "10 by default"),
    readTimeout: seconds("readTimeoutMs", stream?.readTimeoutMs, 3600, "10 by default, learnt when slow"),
    interval: seconds("intervalMs", stream?.intervalMs, 3600, "by the frame rate"),
    aspect: h("input", { name: "stream.aspect", value: stream?.aspect ?? "", maxlength: 9, placeholder: "as the stream says",
      spellcheck: "false", autocapitalize: "off", "data-testid": "camera-aspect" }),
    options: h("textarea", { name: "stream.options", rows: 2, maxlength: 4000, placeholder: "none; one a line, such as max_delay=500000",
      spellcheck: "false", autocapitalize: "off" }, optionLines(stream?.options ?? {})),
  };
}

/**
 * @param {ReturnType<typeof cameraInputs>} all
 * @param {Camera | null} camera opens the fields where something is set
 */
function advancedFields({ stream: inputs, anyCertificate }, camera) {
  const set = anyCertificate.checked || Boolean(camera?.stream && streamOf(read(inputs)));
  return h("details", { "data-testid": "camera-advanced", open: set },
    h("summary", {}, "Advanced: transport, time limits, deinterlacing, shape, FFmpeg"),
    h("div", { class: "pair" },
      field("Transport of rtsp://", inputs.transport),
      field("Deinterlace", inputs.deinterlace)),
    h("div", { class: "pair three" },
      field("First picture within, s", inputs.connectTimeout),
      field("Reconnect after, s", inputs.readTimeout, "without a picture"),
      field("Fetch a still picture every, s", inputs.interval, "of http:// addresses")),
    field("Shape of the picture", inputs.aspect, "16:9, 4:3, … or square for square pixels"),
    field("FFmpeg options", inputs.options, "name=value; the guide lists those that can be set"),
    checked(anyCertificate, "Accept any certificate of rtsps:// and https:// (insecure: anybody in between can read the password)"));
}

/** @param {ReturnType<typeof streamInputs>} inputs */
const read = (inputs) => ({
  transport: inputs.transport.value, deinterlace: inputs.deinterlace.value, aspect: inputs.aspect.value,
  connectTimeout: inputs.connectTimeout.value, readTimeout: inputs.readTimeout.value, interval: inputs.interval.value,
  options: inputs.options.value,
});

/**
 * @param {ReturnType<typeof cameraInputs>} inputs
 * @param {Camera | null} camera
 * @returns {Draft<"cameras">}
 */
function readCamera(inputs, camera) {
  return {
    url: inputs.url.value.trim(), name: inputs.name.value.trim(), targetFps: Number(inputs.fps.value || 0),
    timeZone: inputs.timeZone.value.trim(), disabled: !inputs.enabled.checked, once: inputs.once.checked,
    stream: streamOf(read(inputs.stream)), tls: tlsOf(inputs, camera),
    hiddenQueries: [...inputs.hidden].filter(([, box]) => box.checked).map(([id]) => id),
    ...(inputs.user.value && { username: inputs.user.value, password: inputs.password.value }),
  };
}

/**
 * A certificate is trusted at the address that showed it.
 *
 * @param {ReturnType<typeof cameraInputs>} inputs
 * @param {Camera | null} camera
 * @returns {Camera["tls"]}
 */
function tlsOf(inputs, camera) {
  const url = inputs.url.value.trim();
  if (!isSealed(url)) return undefined;
  if (inputs.anyCertificate.checked) return { fingerprint: "", insecureAnyCertificate: true };
  return camera?.url === url && camera.tls?.fingerprint ? camera.tls : undefined;
}
