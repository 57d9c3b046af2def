import { get } from "./api.js";
import { nameOf } from "./definitions.js";
import { byId, h, toast, toastFailure } from "./dom.js";
import { clock, duration, percent } from "./format.js";
import { live } from "./live.js";
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
  const rows = [...alerts.values()]
    .sort((a, b) => Number(isOpen(b)) - Number(isOpen(a)) || Number(b.openedAtMs) - Number(a.openedAtMs))
    .slice(0, MAX_SHOWN)
    .map((alert) => (alert.state === "DIGEST" ? digestRow(alert) : alertRow(alert)));
  if (!rows.length) {
    rows.push(h("li", { class: "empty-line" },
      "No alert in the last 24 hours. A rule opens one when a query stays above its trigger for long enough."));
  }
  byId("alert-list").replaceChildren(...rows);
  const open = [...alerts.values()].filter(isOpen).length;
  document.title = open ? `(${open}) Segwatch` : "Segwatch";
}

/** @param {Alert} alert */
function alertRow(alert) {
  const open = isOpen(alert);
  const evidence = h("a", { href: `api/alerts/${encodeURIComponent(alert.id)}/evidence.jpg`, target: "_blank", rel: "noopener",
    title: "The frame that opened the alert, while Kafka keeps it" }, "evidence");
  const lasted = open ? state.now() - Number(alert.openedAtMs) : alert.durationMs;
  return row(alert, open ? "open" : "closed", alert.ruleName || alert.rule, [
    h("time", {}, clock(alert.openedAtMs)), " · ",
    h("span", { class: "lasts", "data-opened": open ? alert.openedAtMs : null }, duration(lasted)), " · ", evidence,
  ]);
}

/**
 * Sums up the alerts that a rule's cap suppressed.
 *
 * @param {Alert} digest
 */
const digestRow = (digest) => row(digest, "digest", `${digest.heldBack} alerts suppressed`, [
  h("time", {}, clock(digest.openedAtMs)), " · ", h("span", { class: "lasts" }, duration(digest.durationMs))]);

/**
 * @param {Alert} alert
 * @param {"open" | "closed" | "digest"} kind
 * @param {string} title
 * @param {(Node | string)[]} when
 */
function row(alert, kind, title, when) {
  const camera = state.cameras.get(alert.camera);
  const zone = camera?.zones.find((one) => one.id === alert.zone);
  const place = (camera ? nameOf(camera) : alert.camera) + (alert.zone ? ` · ${zone ? nameOf(zone) : alert.zone}` : "");
  return h("li", { class: `alert ${kind === "open" ? "open" : "closed"}`, "data-testid": "alert-item", "data-state": alert.state,
    "data-alert": alert.id },
    h("button", { type: "button", class: "pick", title: "Show this camera", onclick: () => state.show(alert.camera) },
      h("span", { class: "dot", "aria-hidden": "true" }), h("span", { class: "who" }, title), h("span", { class: "how" }, kind)),
    h("p", { class: "reason" }, alert.reason || `${percent(alert.value)} now, peak ${percent(alert.peak)}`),
    h("p", { class: "when" }, ...when, ` · ${place}`));
}

function durations() {
  for (const element of byId("alert-list").querySelectorAll(".lasts[data-opened]")) {
    element.textContent = duration(state.now() - Number(/** @type {HTMLElement} */ (element).dataset.opened));
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
