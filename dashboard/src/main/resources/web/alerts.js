import { get } from "./api.js";
import { byId, clock, duration, h, percent, toast } from "./dom.js";
import { live } from "./live.js";
import { state } from "./state.js";

const MAX_SHOWN = 100;
const alerts = new Map();
let sound = false;
let audio = null;

/** Alerts, the open ones first, with what made them open and for how long. */
export function startAlerts() {
  live.addEventListener("open", load);
  live.addEventListener("alert", (event) => {
    const alert = event.detail;
    if (alert.state === "OPEN" && !alerts.has(alert.id)) announce(alert);
    take(alert);
    draw();
  });
  state.on("cameras", draw);
  byId("sound").addEventListener("click", toggleSound);
  setInterval(durations, 1000);
}

async function load() {
  try {
    const answer = await get(`/api/alerts?limit=${MAX_SHOWN}`);
    alerts.clear();
    answer.alerts.forEach(take);
    draw();
  } catch (failure) {
    toast(failure.message);
  }
}

function take(alert) {
  const known = alerts.get(alert.id);
  if (known?.state === "CLOSE" && alert.state !== "CLOSE") return;
  alerts.set(alert.id, alert);
}

function draw() {
  const isOpen = (a) => a.state === "OPEN" || a.state === "UPDATE";
  const rows = [...alerts.values()]
    .sort((a, b) => isOpen(b) - isOpen(a) || Number(b.openedAtMs) - Number(a.openedAtMs))
    .slice(0, MAX_SHOWN)
    .map((alert) => row(alert, isOpen(alert)));
  if (!rows.length) {
    rows.push(h("li", { class: "empty-line" }, "No alert in the last hours. A rule opens one when a query covers enough of a zone for long enough."));
  }
  byId("alert-list").replaceChildren(...rows);
  const open = [...alerts.values()].filter(isOpen).length;
  document.title = open ? `(${open}) Segwatch` : "Segwatch";
}

function row(alert, open) {
  const camera = state.cameras.get(alert.camera);
  const digest = alert.state === "DIGEST";
  return h("li", { class: `alert ${open ? "open" : "closed"}`, "data-testid": "alert-item", "data-state": alert.state, "data-alert": alert.id },
    h("button", { type: "button", class: "pick", title: "Show this camera", onclick: () => state.show(alert.camera) },
      h("span", { class: "dot", "aria-hidden": "true" }),
      h("span", { class: "who" }, digest ? `${alert.heldBack} alerts held back` : alert.ruleName || alert.rule),
      h("span", { class: "how" }, open ? "open" : digest ? "digest" : "closed")),
    h("p", { class: "reason" }, alert.reason || `${percent(alert.value)} now, ${percent(alert.peak)} at most`),
    h("p", { class: "when" },
      h("time", {}, clock(alert.openedAtMs)), " · ",
      h("span", { class: "lasts", "data-opened": open ? alert.openedAtMs : null }, duration(open ? state.now() - Number(alert.openedAtMs) : Number(alert.durationMs))),
      digest ? null : [" · ", h("a", { href: `/api/alerts/${encodeURIComponent(alert.id)}/evidence.jpg`, target: "_blank", rel: "noopener",
        title: "The frame that opened it, while Kafka keeps it" }, "picture")],
      " · ", camera?.name || alert.camera, alert.zone ? ` · ${zoneName(camera, alert.zone)}` : ""));
}

function zoneName(camera, id) {
  return camera?.zones.find((zone) => zone.id === id)?.name || id;
}

function durations() {
  for (const element of byId("alert-list").querySelectorAll(".lasts[data-opened]")) {
    element.textContent = duration(state.now() - Number(element.dataset.opened));
  }
}

function toggleSound() {
  sound = !sound;
  // Browsers let a page sound only after a click on it.
  audio ??= new AudioContext();
  byId("sound").setAttribute("aria-pressed", sound);
  if (sound) beep();
}

function announce(alert) {
  toast(`${alert.ruleName || alert.rule}: ${alert.reason || "alert"}`, "alarm");
  if (sound) beep();
}

function beep() {
  const tone = audio.createOscillator();
  const gain = audio.createGain();
  tone.frequency.value = 880;
  gain.gain.setValueAtTime(0.15, audio.currentTime);
  gain.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.35);
  tone.connect(gain).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 0.35);
}
