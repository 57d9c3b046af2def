import { post } from "./api.js";
import { CameraTrial } from "./cameratest.js";
import { dependentLines, loadDefinition, nameOf, removeDefinition, saveDefinition } from "./definitions.js";
import { checkbox, h, select, toast, toastFailure, whileBusy } from "./dom.js";
import { encryptionWords, isSealed } from "./encryption.js";
import { checked, field, openForm } from "./form.js";
import { state } from "./state.js";
import { optionLines, streamOf } from "./streamdraft.js";
import { t } from "./text.js";

/** Addresses as they may look, by kind of camera. */
const EXAMPLES = /** @type {const} */ ({
  "cameraform.ipCamera": "rtsp://192.168.1.20:554/stream1", "cameraform.httpCamera": "http://192.168.1.20/snapshot.jpg",
  "cameraform.file": "file:/path/to/video.mp4", "cameraform.usbCamera": "v4l2:/dev/video0",
});

/** @param {Camera | null} camera that is edited; null for a new one */
export function openCamera(camera) {
  const inputs = cameraInputs(camera ?? { timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone });
  const trial = new CameraTrial();
  const draft = () => ({ ...camera, ...readCamera(inputs, camera) });
  openForm({
    title: camera ? t("cameraform.title", { name: nameOf(camera) }) : t("cameraform.add"),
    testid: "camera-form",
    body: formBody(inputs, camera, trial, draft),
    submitText: camera ? t("common.save") : t("cameraform.add"),
    remove: camera ? () => Promise.resolve(confirmRemoval(camera)) : undefined,
    reload: camera ? async () => openCamera(await loadDefinition("cameras", camera.id)) : undefined,
    submit: async () => {
      if ((!camera || isMoved(inputs, camera)) && !(await trial.accepts(draft()))) return offerAnyway(trial);
      const stored = await saveDefinition("cameras", draft(), camera?.id);
      if (!camera) state.show(stored.id);
      return true;
    },
  });
}

/**
 * Whether it would be reached in another way than before.
 *
 * @param {ReturnType<typeof cameraInputs>} inputs
 * @param {Camera} camera
 */
const isMoved = (inputs, camera) => inputs.url.value.trim() !== camera.url || inputs.user.value !== "" || inputs.password.value !== "";

/** @param {CameraTrial} trial which has shown why the camera does not work */
function offerAnyway(trial) {
  const form = trial.element.closest("form");
  const save = form?.querySelector("button[type=submit]");
  if (!form || !save) return false;
  const before = save.textContent;
  save.textContent = t("cameraform.anyway");
  // What is changed is tried anew.
  form.addEventListener("input", () => (save.textContent = before), { once: true });
  return false;
}

/**
 * @param {ReturnType<typeof cameraInputs>} inputs
 * @param {Camera | null} camera
 * @param {CameraTrial} trial
 * @param {() => Draft<"cameras">} draft
 */
function formBody(inputs, camera, trial, draft) {
  const encryption = camera ? encryptionWords(camera.url, state.status.get(camera.id)?.encryption) : "";
  const test = h("button", { type: "button", class: "small", "data-testid": "camera-test", onclick: async () => {
    await whileBusy(test, () => trial.run(draft()).catch(toastFailure));
  } }, t("cameraform.test"));
  return [
    field(t("cameraform.address"), inputs.url),
    h("div", { class: "examples", role: "group", "aria-label": t("cameraform.examples") },
      ...Object.entries(EXAMPLES).map(([key, url]) => h("button", { type: "button", class: "small", title: url,
        onclick: () => example(inputs.url, url) }, t(/** @type {keyof typeof EXAMPLES} */ (key))))),
    encryption ? h("p", { class: "muted", "data-testid": "camera-encryption" }, t("cameraform.encryption", { how: encryption })) : null,
    field(t("cameraform.name"), inputs.name),
    sameName(inputs.name, camera),
    h("div", { class: "pair" }, field(t("cameraform.user"), inputs.user), field(t("cameraform.password"), inputs.password)),
    h("p", { class: "muted" }, t("cameraform.secret")),
    h("div", { class: "line" }, test), trial.element,
    h("div", { class: "pair" }, field(t("cameraform.rate"), inputs.fps), field(t("cameraform.timeZone"), inputs.timeZone)),
    checked(inputs.enabled, t("cameraform.enabled")),
    checked(inputs.once, t("cameraform.once")),
    hiddenFields(inputs.hidden),
    advancedFields(inputs, camera),
  ];
}

/**
 * An example to change, unless there is an address already.
 *
 * @param {HTMLInputElement} input
 * @param {string} url
 */
function example(input, url) {
  if (!input.value || Object.values(EXAMPLES).some((one) => one === input.value)) Object.assign(input, { value: url });
  input.focus();
  input.select();
}

/**
 * Says that another camera has the name, for two of them could not be told apart.
 *
 * @param {HTMLInputElement} input
 * @param {Camera | null} camera
 */
function sameName(input, camera) {
  const note = h("p", { class: "bad-note", role: "status", "data-testid": "camera-same-name" });
  const tell = () => {
    const name = input.value.trim().toLowerCase();
    const taken = name && [...state.cameras.values()].some((other) => other.id !== camera?.id && other.name.toLowerCase() === name);
    note.textContent = taken ? t("cameraform.sameName") : "";
  };
  input.addEventListener("input", tell);
  tell();
  return note;
}

/**
 * Asks whether the past goes with the camera.
 *
 * @param {Camera} camera
 */
function confirmRemoval(camera) {
  const all = checkbox({ "data-testid": "camera-erase" }, false);
  openForm({
    title: t("cameraform.removeTitle", { name: nameOf(camera) }),
    testid: "camera-removal",
    body: [
      ...dependentLines({ kind: "cameras", id: camera.id }).map((line) => h("p", {}, line)),
      h("p", {}, t("cameraform.removeHint")),
      checked(all, t("cameraform.removeAll")),
      h("p", { class: "muted" }, t("cameraform.removeAllHint")),
    ],
    submitText: t("cameraform.remove"),
    submit: async () => {
      if (!all.checked) return removeDefinition("cameras", camera, { asked: true });
      await post("api/erasures", { camera: camera.id });
      state.changed({ kind: "cameras", id: camera.id, value: null });
      toast(t("cameraform.removed", { name: nameOf(camera) }));
      return true;
    },
  });
}

/** @param {Partial<Camera>} camera */
function cameraInputs({
  url = "", name = "", targetFps, timeZone = "", credentials, disabled = false, once = false, stream, tls, hiddenQueries = [],
}) {
  const kept = credentials ? t("cameraform.unchanged") : "";
  return {
    url: h("input", { name: "url", value: url, required: true, placeholder: "rtsp://192.168.1.20/stream1", maxlength: 2000,
      "data-testid": "camera-url", spellcheck: "false", autocapitalize: "off" }),
    name: h("input", { name: "name", value: name, placeholder: t("cameraform.nameExample"), maxlength: 100, "data-testid": "camera-name" }),
    timeZone: h("input", { name: "timeZone", value: timeZone, maxlength: 60, placeholder: "UTC", spellcheck: "false" }),
    fps: h("input", { name: "targetFps", type: "number", min: 0, max: 60, step: "any", value: targetFps || "", placeholder: t("cameraform.rateDefault") }),
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
    h("summary", {}, t("cameraform.hide")),
    h("p", { class: "muted" }, boxes.size
      ? t("cameraform.hideHint")
      : t("cameraform.hideNone")),
    ...[...boxes].map(([id, box]) => checked(box, state.queries.get(id)?.text ?? t("cameraform.hideGone", { id }))));
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
    [["AUTOMATIC", t("cameraform.transportAuto")], ["TCP", "TCP"], ["UDP", "UDP"]]);
  transport.value = stream?.transport ?? "AUTOMATIC";
  const deinterlace = select({ name: "stream.deinterlace" },
    [["WHEN_INTERLACED", t("cameraform.deinterlaceAuto")], ["NEVER", t("cameraform.off")], ["ALWAYS", t("cameraform.deinterlaceAlways")]]);
  deinterlace.value = stream?.deinterlace ?? "WHEN_INTERLACED";
  return {
    transport, deinterlace,
    connectTimeout: seconds("connectTimeoutMs", stream?.connectTimeoutMs, 600, t("cameraform.connectDefault")),
    readTimeout: seconds("readTimeoutMs", stream?.readTimeoutMs, 3600, t("cameraform.readDefault")),
    interval: seconds("intervalMs", stream?.intervalMs, 3600, t("cameraform.byRate")),
    aspect: h("input", { name: "stream.aspect", value: stream?.aspect ?? "", maxlength: 9, placeholder: t("cameraform.asStream"),
      spellcheck: "false", autocapitalize: "off", "data-testid": "camera-aspect" }),
    options: h("textarea", { name: "stream.options", rows: 2, maxlength: 4000, placeholder: t("cameraform.optionsNone"),
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
    h("summary", {}, t("cameraform.advanced")),
    h("div", { class: "pair" },
      field(t("cameraform.transport"), inputs.transport),
      field(t("cameraform.deinterlace"), inputs.deinterlace)),
    h("div", { class: "pair three" },
      field(t("cameraform.within"), inputs.connectTimeout),
      field(t("cameraform.reconnect"), inputs.readTimeout, t("cameraform.without")),
      field(t("cameraform.every"), inputs.interval, t("cameraform.everyHint"))),
    field(t("cameraform.shape"), inputs.aspect, t("cameraform.shapeHint")),
    field(t("cameraform.options"), inputs.options, t("cameraform.optionsHint")),
    checked(anyCertificate, t("cameraform.anyCertificate")));
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
