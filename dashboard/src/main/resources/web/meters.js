import { byId, h } from "./dom.js";
import { picture } from "./picture.js";
import { state } from "./state.js";

const STALE_WORKER_MS = 15_000;
const times = [];
const delays = [];

/** Frames a second on the page, the delay from capture to page, and what the model runs on. */
export function startMeters() {
  picture.addEventListener("shown", (event) => {
    times.push(performance.now());
    delays.push(state.now() - event.detail.header.capturedAt);
    if (times.length > 60) times.shift();
    if (delays.length > 60) delays.shift();
  });
  state.on(["camera"], () => {
    times.length = 0;
    delays.length = 0;
  });
  setInterval(draw, 1000);
}

function draw() {
  const now = performance.now();
  while (times.length && now - times[0] > 5000) {
    times.shift();
    delays.shift();
  }
  const parts = [];
  if (times.length > 1) {
    const fps = ((times.length - 1) * 1000) / (times[times.length - 1] - times[0]);
    const sorted = [...delays].sort((a, b) => a - b);
    const delay = Math.max(0, Math.round(sorted[sorted.length >> 1]));
    parts.push(meter("page", `${fps.toFixed(1)} fps`, "Frames drawn a second"));
    parts.push(meter("delay", `${delay} ms`, "From the capture of a frame until it is drawn here, median of the last seconds"));
  }
  const encoder = picture.shown?.header.encoderMs;
  if (encoder) parts.push(meter("model", `${Math.round(encoder)} ms`, "Time of the image encoder for a frame"));
  const workers = [...state.workers.values()].filter((w) => state.now() - Number(w.atMs) < STALE_WORKER_MS);
  if (workers.length) {
    const worker = workers[0];
    parts.push(meter("", worker.provider || "?", `${worker.model}. ${worker.providerReason}`));
  } else {
    parts.push(meter("", "No worker", "No inference worker has reported in the last 15 s; start one to see overlays."));
  }
  byId("meters").replaceChildren(...parts);
}

const meter = (name, value, title) => h("span", { class: "meter", title }, h("b", {}, value), ` ${name}`);
