import { get } from "../../api.js";
import { live } from "../../live.js";

const MOST = 200;
/** By id, those that are open. @type {Map<string, Alert>} */
const opened = new Map();
let started = false;

/** Keeps the open alerts from now on. */
export function startOpenAlerts() {
  if (!started) {
    started = true;
    live.on("alert", note);
    live.on("open", load);
  }
  return load();
}

async function load() {
  try {
    /** @type {{alerts: Alert[]}} */
    const { alerts } = await get(`api/alerts?limit=${MOST}`);
    opened.clear();
    alerts.forEach(note);
  } catch {
    // The banner already says that the service is away.
  }
}

/** @param {Alert} alert */
function note(alert) {
  if (alert.state === "OPEN" || alert.state === "UPDATE") opened.set(alert.id, alert);
  else if (alert.state === "CLOSE") opened.delete(alert.id);
}

export const openAlerts = () => [...opened.values()];

/** @returns {Map<string, number>} by camera, how many are open */
export function openByCamera() {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { camera } of opened.values()) counts.set(camera, (counts.get(camera) ?? 0) + 1);
  return counts;
}
