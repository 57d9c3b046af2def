import { editButton, inOrder, nameOf } from "./definitions.js";
import { byId, h, mark, part, write } from "./dom.js";
import { encryptionWords, isRefused } from "./encryption.js";
import { duration, when } from "./format.js";
import { later } from "./later.js";
import { live } from "./live.js";
import { picture } from "./picture.js";
import { link, router } from "./router.js";
import { rows } from "./rows.js";
import { rateWords } from "./staleness.js";
import { state } from "./state.js";
import { t } from "./text.js";

/** Statuses of many cameras come one by one, each second. */
const SETTLE_MS = 200;
const TICK_MS = 1000;
const openCamera = later(async () => (await import("./cameraform.js")).openCamera);
const openCertificate = later(async () => (await import("./certificateform.js")).openCertificate);
let due = 0;
/** The camera that was last brought into sight. */
let revealed = "";
/** What the empty stage says. */
let said = "";

/** The list of cameras with their states. */
export function startCameras() {
  byId("camera-add").addEventListener("click", () => openCamera(null));
  state.on("cameras", draw);
  state.on("status", drawSoon);
  router.on("changed", drawSoon);
  // A camera stops to be live without a word when who grabs it dies; and the next try comes nearer.
  setInterval(draw, TICK_MS);
  state.on("camera", () => {
    picture.clear();
    picture.pause(false);
    live.follow();
  });
  picture.on("shown", () => (byId("stage-empty").hidden = true));
}

function drawSoon() {
  due ||= window.setTimeout(draw, SETTLE_MS);
}

function draw() {
  clearTimeout(due);
  due = 0;
  if (document.hidden || byId("view-camera").hidden) return;
  rows(byId("camera-list"), inOrder(state.cameras.values()), {
    key: ({ id }) => id, make: cameraRow, update: updateRow, empty: t("cameras.none"),
  });
  drawEmptyStage();
  revealChosen();
}

/** On a phone the list is a strip: the camera that is shown is in sight, once each time that another one is. */
function revealChosen() {
  const chosen = byId("camera-list").querySelector(".chosen");
  if (!(chosen instanceof HTMLElement) || revealed === state.camera) return;
  revealed = state.camera;
  byId("camera-list").scrollLeft = chosen.offsetLeft - byId("camera-list").offsetLeft - 8;
}

/**
 * What is known of a camera now: its state as the style sheet has it, in a word or two, in a line, and why.
 *
 * @param {Camera} camera
 */
function condition(camera) {
  const status = state.status.get(camera.id);
  const why = status?.reason ?? "";
  if (camera.disabled) return { look: "disabled", how: t("cameras.disabled"), line: why, why };
  if (state.isLive(camera.id)) return { look: "live", how: status?.fps ? rateWords(status.fps) : t("cameras.live"), line: why, why };
  if (status?.state === "LIVE") return { look: "stalled", how: t("cameras.noNews"), line: t("cameras.silent"), why: t("cameras.silent") };
  const look = (status?.state ?? "STATE_UNSPECIFIED").toLowerCase();
  return { look, how: HOW[look]?.() ?? t("cameras.unknown"), line: since(status) || why, why };
}

/** @type {Record<string, () => string>} */
const HOW = {
  connecting: () => t("cameras.connecting"), stalled: () => t("cameras.stalled"), offline: () => t("cameras.offline"),
  ended: () => t("cameras.ended"), disabled: () => t("cameras.disabled"),
};

/**
 * Since when there is no picture, and when it is tried again.
 *
 * @param {CameraStatus | undefined} status
 */
function since(status) {
  if (!status || !["STALLED", "OFFLINE"].includes(status.state)) return "";
  const last = Number(status.lastFrameAtMs);
  const wait = Math.ceil((Number(status.retryAtMs) - state.now()) / 1000);
  const next = status.state === "OFFLINE" && wait > 0 ? t("cameras.nextTry", { time: duration(wait * 1000) }) : "";
  return [last ? t("cameras.since", { time: when(last) }) : next ? "" : t("cameras.never"), next].filter(Boolean).join(", ");
}

/**
 * @param {Camera} camera
 * @param {() => Camera} current
 */
const cameraRow = (camera, current) => h("li", { class: "camera", "data-testid": "camera-item", "data-camera": camera.id },
  h("a", { class: "pick", href: link("camera", camera.id) },
    h("span", { class: "dot", "aria-hidden": "true" }), h("span", { class: "who" }), h("span", { class: "how" })),
  editButton("", () => openCamera(current())),
  h("details", { class: "why" },
    h("summary", { "data-testid": "camera-since" }), h("p", { class: "reason", "data-testid": "camera-reason" }),
    h("button", { type: "button", class: "small", "data-testid": "camera-certificate", onclick: () => {
      const seen = state.status.get(current().id)?.encryption;
      if (seen) openCertificate(current(), seen);
    } }, t("cameras.certificate"))));

/**
 * @param {HTMLElement} row
 * @param {Camera} camera
 */
function updateRow(row, camera) {
  const { look, how, line, why } = condition(camera);
  const chosen = camera.id === state.camera;
  const seen = state.status.get(camera.id)?.encryption;
  const name = nameOf(camera);
  const sealed = encryptionWords(camera.url, seen);
  mark(row, { class: `camera ${look}${chosen ? " chosen" : ""}` });
  mark(part(row, ".pick"), { "aria-current": chosen ? "true" : null, title: sealed ? `${name}: ${sealed}` : name });
  write(part(row, ".who"), name);
  write(part(row, ".how"), how);
  mark(part(row, ".mini"), { "aria-label": t("common.editWhat", { what: t("cameras.one", { name }) }) });
  part(row, ".why").hidden = !line;
  write(part(row, "summary"), line);
  write(part(row, ".reason"), why === line ? "" : why);
  part(row, "[data-testid=camera-certificate]").hidden = !(seen && isRefused(seen) && !camera.disabled);
}

/** Says on the empty stage what to do next. */
function drawEmptyStage() {
  const empty = byId("stage-empty");
  const camera = state.cameras.get(state.camera);
  empty.hidden = Boolean(picture.shown);
  const { width, height } = state.status.get(state.camera) ?? {};
  picture.expect(width || 16, height || 9);
  const { look, how, line, why } = camera ? condition(camera) : { look: "", how: "", line: "", why: "" };
  const title = camera
    ? t("cameras.stateOf", { name: nameOf(camera), state: look === "live" ? t("cameras.live") : state.status.has(camera.id) ? how : t("cameras.waiting") })
    : t("cameras.noneYet");
  const reason = camera ? why || line || t(look === "live" ? "cameras.nextFrame" : "cameras.firstFrame") : t("cameras.addOne");
  if (said === title + reason) return;
  said = title + reason;
  empty.replaceChildren(h("h3", {}, title), h("p", {}, reason));
  if (!camera) {
    empty.append(h("button", { class: "primary needs-admin", type: "button", onclick: () => openCamera(null) }, t("cameras.add")));
  }
}

/**
 * Shows the camera so many places further in the list.
 *
 * @param {number} by
 */
export function stepCamera(by) {
  const ids = inOrder(state.cameras.values()).map(({ id }) => id);
  if (ids.length) state.show(ids[(ids.indexOf(state.camera) + by + ids.length) % ids.length]);
}
