import uPlot from "/lib/uPlot.esm.js";
import { get } from "./api.js";
import { byId, clock, h, percent } from "./dom.js";
import { live } from "./live.js";
import { state } from "./state.js";

const WINDOW_MS = 1000;

let plot = null;
let plotted = "";
/** Per query: window start in seconds -> mean share, null where no frame was seen. */
let series = new Map();
let dirty = false;

const zone = () => byId("chart-zone").value;
const span = () => Number(byId("chart-span").value);

/** Each query's share of the chosen zone over the last minutes, with gaps where no frame was seen. */
export function startChart() {
  state.on(["cameras", "camera"], zones);
  state.on("camera", load);
  state.on("queries", () => (dirty = true));
  live.addEventListener("open", load);
  live.addEventListener("area", (event) => take(event.detail));
  for (const id of ["chart-zone", "chart-span"]) byId(id).addEventListener("change", load);
  new ResizeObserver(size).observe(byId("area-chart"));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  window.addEventListener("themechange", redraw);
  setInterval(draw, 500);
}

function redraw() {
  plotted = "";
  dirty = true;
}

function zones() {
  const select = byId("chart-zone");
  const before = select.value;
  select.replaceChildren(h("option", { value: "" }, "the whole picture"),
    ...state.zones().filter((z) => z.kind !== "EXCLUDE").map((z) => h("option", { value: z.id }, z.name || z.id)));
  select.value = state.zones().some((z) => z.id === before) ? before : "";
}

async function load() {
  series = new Map();
  dirty = true;
  if (!state.camera) return;
  const wanted = new URLSearchParams({
    camera: state.camera, zone: zone(), windowMs: WINDOW_MS, from: Math.max(0, Math.round(state.now() - span() * 1000)),
  });
  try {
    const { areas } = await get(`/api/areas?${wanted}`);
    areas.forEach(take);
  } catch {
    // The banner already says that the service is away.
  }
}

function take(area) {
  if (area.camera !== state.camera || area.zone !== zone() || Number(area.windowMs) !== WINDOW_MS) return;
  if (!series.has(area.query)) series.set(area.query, new Map());
  series.get(area.query).set(Number(area.windowStartMs) / 1000, area.framesSeen > 0 ? area.mean : null);
  dirty = true;
}

function draw() {
  const newest = newestSecond();
  byId("chart-empty").hidden = newest !== null;
  byId("area-chart").dataset.points = newest === null ? 0 : [...series.values()].reduce((n, s) => n + s.size, 0);
  if (!dirty || newest === null || document.hidden) return;
  dirty = false;
  const from = newest - span();
  const queries = state.cameraQueries().filter((q) => !q.disabled && series.has(q.id));
  const seconds = [];
  for (let second = Math.floor(from); second <= newest; second++) seconds.push(second);
  for (const values of series.values()) {
    for (const second of values.keys()) if (second < from) values.delete(second);
  }
  const data = [seconds, ...queries.map((q) => seconds.map((s) => series.get(q.id).get(s) ?? null))];
  const shape = queries.map((q) => q.id + q.color + q.text).join();
  if (!plot || plotted !== shape) build(queries, data);
  else plot.setData(data);
  plotted = shape;
}

function newestSecond() {
  let newest = null;
  for (const values of series.values()) {
    for (const second of values.keys()) if (newest === null || second > newest) newest = second;
  }
  return newest;
}

function build(queries, data) {
  plot?.destroy();
  const style = getComputedStyle(document.documentElement);
  const axis = {
    stroke: style.getPropertyValue("--quiet").trim(), grid: { stroke: style.getPropertyValue("--line").trim(), width: 1 },
    ticks: { show: false }, font: "11px system-ui, sans-serif",
  };
  plot = new uPlot({
    ...box(),
    padding: [8, 8, 0, 0],
    legend: { live: true },
    cursor: { y: false, points: { size: 6 } },
    scales: { y: { range: (u, low, high) => [0, Math.max(0.02, Math.min(1, (high || 0) * 1.15))] } },
    axes: [{ ...axis, values: (u, ticks) => ticks.map(label) }, { ...axis, size: 48, values: (u, ticks) => ticks.map(percent) }],
    series: [
      { label: "At", value: (u, second) => (second === null ? "–" : clock(second * 1000)) },
      ...queries.map((q) => ({
        label: q.text, stroke: q.color || "#36a3ff", width: 1.75, spanGaps: false, points: { show: false },
        fill: `${q.color || "#36a3ff"}18`, value: (u, value) => (value === null ? "–" : percent(value)),
      })),
    ],
  }, data, byId("area-chart"));
}

/** Seconds only where they matter. */
const label = (second) => (second % 60 === 0 ? clock(second * 1000).slice(0, 5) : clock(second * 1000).slice(5));

const box = () => ({ width: Math.max(200, byId("area-chart").clientWidth), height: 150 });

function size() {
  plot?.setSize(box());
}
