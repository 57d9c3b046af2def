import { isMuted, isOpen, lasted } from "./alertwords.js";
import { why } from "./alertreason.js";
import { get } from "./api.js";
import { nameOf } from "./definitions.js";
import { byId, h, mark, part, toastFailure, write } from "./dom.js";
import { when } from "./format.js";
import { live } from "./live.js";
import { link, router } from "./router.js";
import { rows } from "./rows.js";
import { state } from "./state.js";
import { t } from "./text.js";

const MAX_SHOWN = 100;
const BEEP_SECONDS = 0.35;
const TOAST_MS = 8000;
/** @type {Map<string, Alert & {openedReason?: string}>} */
const alerts = new Map();
/** Rules of which this page has told since it was opened. @type {Set<string>} */
const told = new Set();
/** Made when the page is first touched: browsers let none sound before. @type {AudioContext | null} */
let audio = null;
let silent = localStorage.getItem("sound") !== "on";
/** @type {HTMLElement | null} */
let toasted = null;

/** Alerts, the open ones first, with why and for how long they are open. */
export function startAlerts() {
  live.on("open", load);
  live.on("alert", (alert) => {
    const known = alerts.get(alert.id);
    if (alert.state === "OPEN" && !known) notify(alert);
    update({ ...alert, openedReason: known?.openedReason ?? (alert.state === "OPEN" ? alert.reason : undefined) });
    draw();
  });
  state.on(["cameras", "rules", "queries"], draw);
  router.on("changed", drawTitle);
  state.on("camera", drawTitle);
  // Whoever looks at the list has seen what it holds.
  router.on("changed", ({ view }) => view === "alerts" && seen());
  byId("sound").addEventListener("click", toggleSound);
  showSound();
  if (!silent) {
    for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, () => (audio ??= new AudioContext()), { once: true });
  }
  setInterval(durations, 1000);
}

async function load() {
  try {
    /** @type {{alerts: WholeAlert[]}} */
    const answer = await get(`api/alerts?limit=${MAX_SHOWN}&from=${Math.max(0, Math.round(state.now() - 86_400_000))}`);
    alerts.clear();
    answer.alerts.forEach(update);
    draw();
  } catch (failure) {
    toastFailure(failure);
  }
}

/**
 * An alert that is closed stays closed, whatever comes late.
 *
 * @param {Alert & {openedReason?: string}} alert
 */
function update(alert) {
  const known = alerts.get(alert.id);
  if (known?.state === "CLOSE" && alert.state !== "CLOSE") return;
  alerts.set(alert.id, alert);
  if (alerts.size > 2 * MAX_SHOWN) {
    const old = [...alerts.values()].filter((one) => !isOpen(one)).sort((a, b) => Number(a.openedAtMs) - Number(b.openedAtMs));
    for (const { id } of old.slice(0, alerts.size - MAX_SHOWN)) alerts.delete(id);
  }
}

function draw() {
  const shown = [...alerts.values()]
    .sort((a, b) => Number(isOpen(b)) - Number(isOpen(a)) || Number(b.openedAtMs) - Number(a.openedAtMs))
    .slice(0, MAX_SHOWN);
  rows(byId("alert-list"), shown, { key: (alert) => alert.id, make: makeRow, update: updateRow, empty: t("alerts.recentEmpty") });
  drawTitle();
}

/** What tabs and the browser's history show: how many alerts are open, and where the page is. */
function drawTitle() {
  const open = [...alerts.values()].filter(isOpen).length;
  const { view } = router.here();
  const camera = state.cameras.get(state.camera);
  const place = view === "camera" ? camera && nameOf(camera) : view !== "home" && t(`common.${view}`);
  const title = [open ? `(${open})` : "", place && `${place} –`, "Segwatch"].filter(Boolean).join(" ");
  if (document.title !== title) document.title = title;
}

/** @param {Alert} alert */
const makeRow = (alert) => h("li", { "data-testid": "alert-item", "data-alert": alert.id },
  h("a", { class: "pick", href: link("alerts", alert.id) },
    h("span", { class: "dot", "aria-hidden": "true" }), h("span", { class: "who" }), h("span", { class: "how" })),
  h("p", { class: "reason" }),
  h("p", { class: "when" }, h("time", {}), " · ", h("span", { class: "lasts" }), h("span", { class: "place" })));

/**
 * @param {HTMLElement} element
 * @param {Alert & {openedReason?: string}} alert
 */
function updateRow(element, alert) {
  const digest = alert.state === "DIGEST";
  const open = isOpen(alert);
  const camera = state.cameras.get(alert.camera);
  const zone = camera?.zones.find((one) => one.id === alert.zone);
  const title = digest ? t("alerts.suppressed", { n: alert.heldBack }) : alert.ruleName || alert.rule;
  const place = (camera ? nameOf(camera) : alert.camera) + (alert.zone ? ` · ${zone ? nameOf(zone) : alert.zone}` : "");
  mark(element, { class: `alert ${open ? "open" : "closed"}`, "data-state": alert.state });
  write(part(element, ".who"), title);
  mark(part(element, ".who"), { title });
  write(part(element, ".how"), t(digest ? "alerts.digest" : open ? "alerts.open" : "alerts.closed"));
  write(part(element, ".reason"), digest ? alert.reason : why(alert));
  write(part(element, "time"), when(alert.openedAtMs));
  mark(part(element, ".lasts"), { "data-opened": open ? alert.openedAtMs : null });
  write(part(element, ".lasts"), lasted(alert, state.now()));
  write(part(element, ".place"), ` · ${place}`);
}

/** What is open goes on. */
function durations() {
  if (!byId("view-camera").hidden && [...alerts.values()].some(isOpen)) draw();
}

function toggleSound() {
  silent = !silent;
  localStorage.setItem("sound", silent ? "off" : "on");
  audio ??= new AudioContext();
  showSound();
  beep();
}

function showSound() {
  byId("sound").setAttribute("aria-pressed", String(!silent));
}

/**
 * One message at a time, and once for a rule until somebody looks: a rule that opens every ten seconds would cover the page.
 *
 * @param {Alert} alert
 */
function notify(alert) {
  if (isMuted(alert, state.mutes)) return;
  beep();
  const camera = state.cameras.get(alert.camera);
  const name = t("alerts.new", { name: alert.ruleName || alert.rule, camera: camera ? nameOf(camera) : alert.camera });
  write(byId("alert-newest"), name);
  if (told.has(alert.rule) || router.here().view === "alerts") return;
  told.add(alert.rule);
  toasted?.remove();
  const shown = h("div", { class: "toast alarm", "data-testid": "alert-toast" }, h("span", {}, name), " ",
    h("a", { href: link("alerts", alert.id), onclick: () => seen() }, t("alerts.show")), " ",
    h("button", { type: "button", class: "mini", "aria-label": t("alerts.close"), onclick: () => seen() }, "✕"));
  toasted = shown;
  byId("toasts").append(shown);
  setTimeout(() => shown.remove(), TOAST_MS);
}

function seen() {
  told.clear();
  toasted?.remove();
  toasted = null;
}

function beep() {
  if (silent || !audio) return;
  const tone = audio.createOscillator();
  const gain = audio.createGain();
  tone.frequency.value = 880;
  gain.gain.setValueAtTime(0.15, audio.currentTime);
  gain.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + BEEP_SECONDS);
  tone.connect(gain).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + BEEP_SECONDS);
}
