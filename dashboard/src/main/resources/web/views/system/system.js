import { get, messageOf } from "../../api.js";
import { nameOf, saveDefinition } from "../../definitions.js";
import { h, mark, toastFailure, write } from "../../dom.js";
import { duration } from "../../format.js";
import { later } from "../../later.js";
import { link, router } from "../../router.js";
import { rows } from "../../rows.js";
import { state } from "../../state.js";
import { language, t } from "../../text.js";
import { bytesText, faultsOf, SILENT_WORKER_MS } from "./faults.js";
import { modelSection } from "./models.js";
import { storageSection } from "./storage.js";

/** @typedef {import("./faults.js").Fault} Fault */
/** @typedef {import("./faults.js").System} System */

const openCamera = later(async () => (await import("../../cameraform.js")).openCamera);
const openCertificate = later(async () => (await import("../../certificateform.js")).openCertificate);
const openWebhook = later(async () => (await import("../../webhookform.js")).openWebhook);
const ASK_MS = 5000;
const DRAW_MS = 1000;

/** @type {{faults: HTMLElement, cameras: HTMLElement, workers: HTMLElement, hooks: HTMLElement, lag: HTMLElement, process: HTMLElement,
 *   note: HTMLElement, admin: HTMLElement, models: ReturnType<typeof modelSection>,
 *   storage: ReturnType<typeof storageSection> | null} | null} */
let parts = null;
/** @type {System | null} */
let system = null;
/** @type {WebhookStatus[]} */
let webhooks = [];
let asking = 0;
let drawing = 0;

/** @param {HTMLElement} element */
export function show(element) {
  if (parts) return;
  parts = build(element);
  ask();
  asking = window.setInterval(ask, ASK_MS);
  drawing = window.setInterval(draw, DRAW_MS);
  draw();
}

export function hide() {
  clearInterval(asking);
  clearInterval(drawing);
  parts?.models.stop();
  parts?.storage?.stop();
  parts = null;
  system = null;
}

state.on(["cameras", "workers", "webhooks"], draw);

async function ask() {
  if (document.hidden) return;
  try {
    /** @type {[System, {webhooks: WebhookStatus[]}]} */
    const [now, hooks] = await Promise.all([get("api/system"),
      state.me.role === "ADMIN" ? get("api/webhook-status") : { webhooks: [] }]);
    system = now;
    webhooks = hooks.webhooks ?? [];
    if (parts) write(parts.note, "");
  } catch (failure) {
    if (parts) write(parts.note, messageOf(failure));
  }
  draw();
}

/** @param {HTMLElement} element */
function build(element) {
  /**
   * @param {import("../../text.js").TextKey} title
   * @param {string} testid
   * @param {import("../../text.js").TextKey[]} columns
   */
  const table = (title, testid, columns) => {
    const body = h("tbody", {});
    return { body, section: h("section", { class: "panel", "data-testid": testid }, h("h2", {}, t(title)),
      h("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": t(title) },
        h("table", { class: "cells" }, h("thead", {}, h("tr", {}, ...columns.map((column) => h("th", { scope: "col" }, t(column))))), body))) };
  };
  const cameras = table("system.cameras", "system-cameras", ["system.name", "system.state", "system.age", "system.fps", "system.picture",
    "system.codec", "system.reconnects", "system.skippedLately", "system.instance"]);
  const workers = table("system.workers", "system-workers", ["system.name", "system.state", "system.model", "system.provider",
    "system.encoder", "system.fps", "system.skipped"]);
  const hooks = table("system.webhooks", "system-webhooks", ["system.name", "system.state", "system.waiting", "system.failed"]);
  const lag = table("system.lag", "system-lag", ["system.role", "system.topic", "system.records"]);
  const made = {
    faults: h("ul", { class: "faults", "data-testid": "system-faults" }), cameras: cameras.body, workers: workers.body, hooks: hooks.body,
    lag: lag.body, process: h("dl", { class: "process", "data-testid": "system-process" }), note: h("p", { class: "note", role: "status" }),
    admin: h("div", { class: "for-admin" }, hooks.section, lag.section),
    models: modelSection(),
    storage: state.me.role === "ADMIN" ? storageSection() : null,
  };
  element.replaceChildren(h("h1", { class: "unseen-text" }, t("common.system")), made.note, made.process,
    h("section", { class: "panel" }, h("h2", {}, t("system.faults")), made.faults), cameras.section, workers.section, made.models.section,
    ...(made.storage ? [made.storage.section] : []), made.admin);
  return made;
}

function draw() {
  if (!parts || document.hidden) return;
  const cameras = [...state.cameras.values()].sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
  rows(parts.faults, faultsOf({ cameras, status: (id) => state.status.get(id), isLive: (id) => state.isLive(id),
    workers: [...state.workers.values()], system, webhooks, now: state.now() }), {
    key: ({ key }) => key, make: faultRow, update: updateFault, empty: t("system.noFaults") });
  rows(parts.cameras, cameras, { key: ({ id }) => id, make: cameraRow, update: (row, camera) => fill(row, cameraCells(camera)) });
  rows(parts.workers, [...state.workers.values()],
    { key: ({ worker }) => worker, make: tableRow, update: (row, worker) => fill(row, workerCells(worker)) });
  parts.admin.hidden = !system?.process;
  parts.process.hidden = !system?.process;
  rows(parts.hooks, webhooks, { key: ({ webhook }) => webhook, make: tableRow, update: (row, one) => fill(row, [
    hookName(one.webhook), t(HOOKS[one.state] ?? "system.unknown"), String(one.backlog), String(one.failedAttempts)]) });
  const lag = [...(system?.process?.lag ?? [])].sort((a, b) => b.records - a.records);
  rows(parts.lag, lag, { key: ({ role, topic }) => `${role}/${topic}`, make: tableRow,
    update: (row, { role, topic, records }) => fill(row, [role, topic, number(records)]) });
  drawProcess();
}

const tableRow = () => h("tr", {});
/** @param {number} value */
const number = (value) => new Intl.NumberFormat(language).format(value);
/** @param {number} value */
const fps = (value) => new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(value);
/** @param {string} id */
const hookName = (id) => {
  const webhook = state.webhooks.get(id);
  return webhook ? nameOf(webhook) : id;
};

/** @type {Record<string, import("../../text.js").TextKey>} */
const HOOKS = { WORKING: "system.works", RETRYING: "system.retrying", GONE: "system.stopped", BLOCKED: "system.stopped", DISABLED: "system.paused" };
/** @type {Record<string, import("../../text.js").TextKey>} */
const STATES = { LIVE: "system.live", CONNECTING: "system.connecting", STALLED: "system.stalled", OFFLINE: "system.offline",
  DISABLED: "system.paused", ENDED: "system.ended" };

/**
 * Writes the cells that have changed.
 *
 * @param {HTMLElement} row
 * @param {string[]} texts
 */
function fill(row, texts) {
  while (row.children.length < texts.length) row.append(h("td", {}));
  const names = row.closest("table")?.tHead?.rows[0].cells ?? [];
  texts.forEach((text, i) => {
    const cell = row.children[i];
    // A phone has no room for the heads.
    mark(cell, { "data-label": names[i]?.textContent ?? null });
    write(cell.querySelector("a") ?? cell, text);
  });
}

/** @param {Camera} camera */
const cameraRow = (camera) => h("tr", { "data-camera": camera.id }, h("td", {}, h("a", { href: link("camera", camera.id) })));

/**
 * @param {Camera} camera
 * @param {CameraStatus | undefined} status
 * @returns {import("../../text.js").TextKey}
 */
function stateOf(camera, status) {
  if (camera.disabled) return "system.paused";
  if (state.isLive(camera.id)) return "system.live";
  return status?.state === "LIVE" ? "system.noNews" : STATES[status?.state ?? ""] ?? "system.unknown";
}

/** @param {Camera} camera */
function cameraCells(camera) {
  const status = state.status.get(camera.id);
  const rate = camera.targetFps || status?.targetFps;
  const rates = (/** @type {number} */ got) => (rate ? t("system.fpsOf", { got: fps(got), wanted: fps(rate) }) : fps(got));
  const told = [nameOf(camera), t(stateOf(camera, status))];
  const lately = [system?.reconnectsLastHour, system?.skippedLastHour].map((counts) => number(counts?.[camera.id] ?? 0));
  if (!status) return [...told, "–", rates(0), "–", "–", ...lately, "–"];
  const last = Number(status.lastFrameAtMs);
  return [...told, last ? duration(Math.max(0, state.now() - last)) : "–", rates(state.isLive(camera.id) ? status.fps : 0),
    status.width ? `${status.width} × ${status.height}` : "–", status.codec || "–", ...lately, status.instance || "–"];
}

/** @param {WorkerStatus} worker */
function workerCells(worker) {
  const silent = state.now() - Number(worker.atMs) > SILENT_WORKER_MS;
  return [worker.worker, t(silent ? "system.noNews" : "system.works"), worker.model, worker.provider || "–", t("system.ms", { n: Math.round(worker.encoderMs) }),
    fps(silent ? 0 : system?.workerFps[worker.worker] ?? 0), number(Number(worker.framesSkipped))];
}

/**
 * @param {Fault} _
 * @param {() => Fault} current
 */
const faultRow = (_, current) => h("li", {}, h("span", { class: "sign", "aria-hidden": "true" }), h("span", { class: "what" }),
  h("span", { class: "remedy" }), h("button", { type: "button", class: "small", "data-testid": "fault-action", onclick: () => act(current()) }),
  h("button", { type: "button", class: "small", "data-testid": "fault-again", onclick: () => connectAgain(current()) }, t("system.again")));

/** @type {Record<string, import("../../text.js").TextKey>} */
const BUTTONS = { openCamera: "system.openCamera", resumeCamera: "system.resume", trustCertificate: "system.seeCertificate",
  openWebhook: "system.openWebhook", openQuery: "system.openQuery" };

/**
 * @param {HTMLElement} row
 * @param {Fault} fault
 */
function updateFault(row, { kind, text, values, remedy, action, again }) {
  row.className = `fault ${kind}`;
  const [, what, why, button, repeat] = /** @type {HTMLElement[]} */ ([...row.children]);
  const named = action === "openWebhook" ? { ...values, name: hookName(String(values.name)) } : values;
  write(what, t(text, named));
  write(why, remedy);
  const may = action && (action === "openQuery" || state.me.role === "ADMIN");
  button.hidden = !may;
  if (may) write(button, t(BUTTONS[action]));
  repeat.hidden = !again || state.me.role !== "ADMIN";
}

/** @param {Fault} fault */
async function act({ action, id }) {
  const camera = state.cameras.get(id);
  const webhook = state.webhooks.get(id);
  const seen = state.status.get(id)?.encryption;
  try {
    if (action === "openCamera" && camera) openCamera(camera);
    else if (action === "resumeCamera" && camera) await saveDefinition("cameras", { ...camera, disabled: false }, id);
    else if (action === "trustCertificate" && camera && seen) openCertificate(camera, seen);
    else if (action === "openWebhook" && webhook) openWebhook(webhook);
    else if (action === "openQuery") router.navigate(link("camera", state.camera));
    draw();
  } catch (failure) {
    toastFailure(failure);
  }
}

/** Now, and not when the next attempt is due. @param {Fault} fault */
async function connectAgain({ id }) {
  const camera = state.cameras.get(id);
  try {
    if (camera) await saveDefinition("cameras", { ...camera, connectAtMs: String(Math.round(state.now())) }, id);
  } catch (failure) {
    toastFailure(failure);
  }
}

/** Facts of the process that answers, for who may know them. */
function drawProcess() {
  const process = system?.process;
  if (!parts || !process) return;
  const size = (/** @type {number | undefined} */ bytes) => (bytes === undefined ? "–" : bytesText(bytes, language));
  const models = [...new Set([...state.workers.values()].map(({ model }) => model))].join(", ");
  /** @type {[import("../../text.js").TextKey, string][]} */
  const facts = [
    ["system.version", process.version || "–"], ["system.modelOf", models || "–"], ["system.java", process.java], ["system.uptime", duration(process.uptimeMs)],
    ["system.memory", t("system.memoryOf", { used: size(process.heapUsedBytes), most: size(process.heapMaxBytes), all: size(process.residentBytes) })],
    ["system.disk", t("system.diskOf", { used: size(process.dataUsedBytes), free: size(process.dataFreeBytes) })],
    ["system.roles", process.roles.map(({ role }) => role).join(", ") || "–"],
  ];
  rows(parts.process, facts, { key: ([name]) => name, make: ([name]) => h("div", {}, h("dt", {}, t(name)), h("dd", {})),
    update: (element, [, value]) => write(/** @type {HTMLElement} */ (element.lastElementChild), value) });
}
