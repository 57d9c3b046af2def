import { get } from "./api.js";
import { nameOf } from "./definitions.js";
import { byId, h, mark, part, toast, toastFailure, write } from "./dom.js";
import { duration, percent, when } from "./format.js";
import { live } from "./live.js";
import { link } from "./router.js";
import { rows } from "./rows.js";
import { state } from "./state.js";

const MAX_SHOWN = 100;
const BEEP_SECONDS = 0.35;
/** @type {Map<string, Alert>} */
const alerts = new Map();
/** Made at the first click on the sound button: browsers let a page sound only after one. @type {AudioContext | null} */
let audio = null;
let muted = true;

/** Alerts, the open ones first, with why and for how long they are open. */
export function startAlerts() {
  live.on("open", load);
  live.on("alert", (alert) => {
    if (alert.state === "OPEN" && !alerts.has(alert.id)) notify(alert);
    update(alert);
    draw();
  });
  state.on("cameras", draw);
  byId("sound").addEventListener("click", toggleSound);
  setInterval(durations, 1000);
}

async function load() {
  try {
    /** @type {{alerts: Alert[]}} */
    const answer = await get(`api/alerts?limit=${MAX_SHOWN}`);
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
 * @param {Alert} alert
 */
function update(alert) {
  const known = alerts.get(alert.id);
  if (known?.state === "CLOSE" && alert.state !== "CLOSE") return;
  alerts.set(alert.id, alert);
}

/** @param {Alert} alert */
const isOpen = (alert) => alert.state === "OPEN" || alert.state === "UPDATE";

function draw() {
  const shown = [...alerts.values()]
    .sort((a, b) => Number(isOpen(b)) - Number(isOpen(a)) || Number(b.openedAtMs) - Number(a.openedAtMs))
    .slice(0, MAX_SHOWN);
  rows(byId("alert-list"), shown, {
    key: ({ id }) => id, make: alertRow, update: updateRow,
    empty: "No alert in the last 24 hours. A rule opens one when a query stays above its trigger for long enough.",
  });
  const open = [...alerts.values()].filter(isOpen).length;
  document.title = open ? `(${open}) Segwatch` : "Segwatch";
}

/** @param {Alert} alert */
const alertRow = (alert) => h("li", { "data-testid": "alert-item", "data-alert": alert.id },
  h("a", { class: "pick", title: "Show this camera", href: link("camera", alert.camera) },
    h("span", { class: "dot", "aria-hidden": "true" }), h("span", { class: "who" }), h("span", { class: "how" })),
  h("p", { class: "reason" }),
  h("p", { class: "when" }, h("time", {}), " · ", h("span", { class: "lasts" }), alert.state === "DIGEST" ? "" : " · ",
    alert.state === "DIGEST" ? null : h("a", { href: `api/alerts/${encodeURIComponent(alert.id)}/evidence.jpg`, target: "_blank", rel: "noopener",
      title: "The frame that opened the alert, while Kafka keeps it" }, "evidence"),
    " · ", h("span", { class: "place" })));

/**
 * @param {HTMLElement} row
 * @param {Alert} alert
 */
function updateRow(row, alert) {
  const open = isOpen(alert);
  const digest = alert.state === "DIGEST";
  const camera = state.cameras.get(alert.camera);
  const zone = camera?.zones.find((one) => one.id === alert.zone);
  mark(row, { class: `alert ${open ? "open" : "closed"}`, "data-state": alert.state });
  const title = digest ? `${alert.heldBack} alerts suppressed` : alert.ruleName || alert.rule;
  write(part(row, ".who"), title);
  mark(part(row, ".who"), { title });
  write(part(row, ".how"), digest ? "digest" : open ? "open" : "closed");
  write(part(row, ".reason"), alert.reason || `${percent(alert.value)} now, peak ${percent(alert.peak)}`);
  write(part(row, "time"), when(alert.openedAtMs));
  mark(part(row, ".lasts"), { "data-opened": open ? alert.openedAtMs : null });
  write(part(row, ".lasts"), duration(open ? state.now() - Number(alert.openedAtMs) : alert.durationMs));
  write(part(row, ".place"), (camera ? nameOf(camera) : alert.camera) + (alert.zone ? ` · ${zone ? nameOf(zone) : alert.zone}` : ""));
}

function durations() {
  for (const element of byId("alert-list").querySelectorAll(".lasts[data-opened]")) {
    write(element, duration(state.now() - Number(/** @type {HTMLElement} */ (element).dataset.opened)));
  }
}

function toggleSound() {
  muted = !muted;
  audio ??= new AudioContext();
  byId("sound").setAttribute("aria-pressed", String(!muted));
  beep();
}

/** @param {Alert} alert */
function notify(alert) {
  toast(`${alert.ruleName || alert.rule}: ${alert.reason || "alert"}`, "alarm");
  beep();
}

function beep() {
  if (muted || !audio) return;
  const tone = audio.createOscillator();
  const gain = audio.createGain();
  tone.frequency.value = 880;
  gain.gain.setValueAtTime(0.15, audio.currentTime);
  gain.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + BEEP_SECONDS);
  tone.connect(gain).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + BEEP_SECONDS);
}
