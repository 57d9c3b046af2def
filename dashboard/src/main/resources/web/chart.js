import uPlot from "./lib/uPlot.esm.js";
import { get } from "./api.js";
import { nameOf } from "./definitions.js";
import { byId, h } from "./dom.js";
import { clock, percent, when } from "./format.js";
import { live } from "./live.js";
import { DEFAULT_COLOR } from "./picture.js";
import { Series } from "./series.js";
import { state } from "./state.js";

const WINDOW_MS = 1000;
const DRAW_MS = 500;

/** @type {uPlot | null} */
let plot = null;
/** The queries that the plot was built for. */
let plotted = "";
const series = new Series();
let dirty = false;

const zone = () => byId("chart-zone", HTMLSelectElement).value;
const spanSeconds = () => Number(byId("chart-span", HTMLSelectElement).value);

/** Each query's share of the chosen zone over the last minutes, with gaps where no frame was seen. */
export function startChart() {
  state.on(["cameras", "camera"], zones);
  state.on("camera", load);
  state.on("queries", () => (dirty = true));
  live.on("open", load);
  live.on("area", addWindow);
  for (const id of ["chart-zone", "chart-span"]) byId(id).addEventListener("change", load);
  new ResizeObserver(() => plot?.setSize(size())).observe(byId("area-chart"));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", rebuild);
  window.addEventListener("themechange", rebuild);
  setInterval(draw, DRAW_MS);
}

function rebuild() {
  plotted = "";
  dirty = true;
}

function zones() {
  const select = byId("chart-zone", HTMLSelectElement);
  const before = select.value;
  select.replaceChildren(h("option", { value: "" }, "whole picture"),
    ...state.measuredZones().map((one) => h("option", { value: one.id }, nameOf(one))));
  select.value = state.measuredZones().some((one) => one.id === before) ? before : "";
}

async function load() {
  series.clear();
  dirty = true;
  if (!state.camera) return;
  const wanted = new URLSearchParams({
    camera: state.camera, zone: zone(), windowMs: String(WINDOW_MS),
    from: String(Math.max(0, Math.round(state.now() - spanSeconds() * 1000))),
  });
  try {
    /** @type {{areas: Area[]}} */
    const { areas } = await get(`api/areas?${wanted}`);
    areas.forEach(addWindow);
  } catch {
    // The banner already says that the service is away.
  }
}

/** @param {Area} area */
function addWindow(area) {
  if (area.camera !== state.camera || area.zone !== zone() || Number(area.windowMs) !== WINDOW_MS) return;
  series.addWindow(area);
  dirty = true;
}

function draw() {
  const newest = series.newest();
  byId("chart-empty").hidden = newest !== null;
  byId("area-chart").dataset.points = String(series.size);
  if (!dirty || newest === null || document.hidden) return;
  dirty = false;
  const from = newest - spanSeconds();
  series.removeBefore(from);
  const queries = state.cameraQueries().filter((query) => !query.disabled && series.has(query.id));
  const data = series.columns(queries.map((query) => query.id), from, newest);
  const wanted = queries.map((query) => query.id + query.color + query.text).join();
  if (plot && plotted === wanted) plot.setData(data);
  else build(queries, data);
  plotted = wanted;
}

/**
 * @param {Query[]} queries
 * @param {uPlot.AlignedData} data
 */
function build(queries, data) {
  plot?.destroy();
  const style = getComputedStyle(document.documentElement);
  const axis = {
    stroke: style.getPropertyValue("--muted").trim(), grid: { stroke: style.getPropertyValue("--line").trim(), width: 1 },
    ticks: { show: false }, font: "11px system-ui, sans-serif",
  };
  plot = new uPlot({
    ...size(),
    padding: [8, 8, 0, 0],
    legend: { live: true },
    cursor: { y: false, points: { size: 6 } },
    scales: { y: { range: (_, __, high) => [0, Math.max(0.02, Math.min(1, (high || 0) * 1.15))] } },
    axes: [{ ...axis, values: (_, ticks) => ticks.map(tick) }, { ...axis, size: 48, values: (_, ticks) => ticks.map(percent) }],
    series: [
      { label: "At", value: (_, second) => (second === null ? "–" : clock(second * 1000)) },
      ...queries.map((query) => ({
        label: query.text, stroke: query.color || DEFAULT_COLOR, width: 1.75, spanGaps: false, points: { show: false },
        fill: `${query.color || DEFAULT_COLOR}18`,
        value: (/** @type {uPlot} */ _, /** @type {number | null} */ value) => (value === null ? "–" : percent(value)),
      })),
    ],
  }, data, byId("area-chart"));
}

/**
 * Seconds only where they matter.
 *
 * @param {number} second
 */
const tick = (second) => (second % 60 === 0 ? when(second * 1000) : `:${String(second % 60).padStart(2, "0")}`);

const size = () => ({ width: Math.max(200, byId("area-chart").clientWidth), height: 150 });
