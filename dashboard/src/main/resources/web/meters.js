import { byId, h } from "./dom.js";
import { live } from "./live.js";
import { picture } from "./picture.js";
import { rateWords } from "./staleness.js";
import { state } from "./state.js";
import { t } from "./text.js";

const STALE_WORKER_MS = 15_000;
const SPAN_MS = 5_000;
/** Of slow cameras: as many intervals. */
const INTERVALS = 4;
const MAX_FRAMES = 60;
/** The last frames: when each was drawn, and how long after its capture. @type {{drawnAt: number, delay: number}[]} */
const frames = [];

/** Frame rate of the page, the delay from capture to page, and what the model runs on. */
export function startMeters() {
  live.on(["heard", "silent"], draw);
  picture.on("shown", ({ header }) => {
    frames.push({ drawnAt: performance.now(), delay: state.now() - header.capturedAt });
    if (frames.length > MAX_FRAMES) frames.shift();
  });
  state.on("camera", () => (frames.length = 0));
  setInterval(draw, 1000);
}

function draw() {
  const now = performance.now();
  const expected = picture.shown?.header.fps ?? 0;
  const span = Math.max(SPAN_MS, expected > 0 ? (INTERVALS * 1000) / expected : 0);
  while (frames.length && now - frames[0].drawnAt > span) frames.shift();
  if (!live.connected) {
    byId("meters").replaceChildren(meter("", t("camera.meterNotLive"), t("camera.meterNotLiveHelp")));
    return;
  }
  const parts = [];
  if (frames.length > 1) {
    const fps = ((frames.length - 1) * 1000) / (frames[frames.length - 1].drawnAt - frames[0].drawnAt);
    const delays = frames.map((frame) => frame.delay).sort((a, b) => a - b);
    const median = Math.max(0, Math.round(delays[delays.length >> 1]));
    parts.push(meter(t("camera.meterPage"), rateWords(fps), t("camera.meterPageHelp")));
    parts.push(meter(t("camera.meterDelay"), t("system.ms", { n: median }), t("camera.meterDelayHelp")));
  }
  const encoderMs = picture.shown?.header.encoderMs;
  if (encoderMs) parts.push(meter(t("camera.meterModel"), t("system.ms", { n: Math.round(encoderMs) }), t("camera.meterModelHelp")));
  const worker = [...state.workers.values()].find((one) => state.now() - Number(one.atMs) < STALE_WORKER_MS);
  parts.push(worker
    ? meter("", worker.provider || "?", `${worker.model}. ${worker.providerReason}`)
    : meter("", t("camera.meterNoWorker"), t("camera.meterNoWorkerHelp")));
  byId("meters").replaceChildren(...parts);
}

/**
 * @param {string} name
 * @param {string} value
 * @param {string} title
 */
const meter = (name, value, title) => h("span", { class: "meter", title }, h("b", {}, value), ` ${name}`);
