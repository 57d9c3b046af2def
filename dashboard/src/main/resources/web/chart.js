import uPlot from "./lib/uPlot.min.js";
import { get } from "./api.js";
import { nameOf } from "./definitions.js";
import { byId, h } from "./dom.js";
import { clock, percent, when } from "./format.js";
import { live } from "./live.js";
import { DEFAULT_COLOR } from "./picture.js";
import { navigation } from "./plotnav.js";
import { link, router } from "./router.js";
import { Series } from "./series.js";
import { state } from "./state.js";
import { t } from "./text.js";
import { tickLabels, timeTicks } from "./timeaxis.js";

const WINDOW_MS = 1000;
const DRAW_MS = 500;
/** Most steps of an answer; up to so many seconds are drawn each by itself, and go on live. */
const POINTS = 900;
/** A connection that opens so soon asks for the past itself. */
const OPENS_WITHIN_MS = 600;
/** Without anything new for so long, that is said. */
const QUIET_MS = 10_000;
const LEAST_SPAN_S = 60;
const SPAN_KEPT = "chart-span";

/** @type {uPlot | null} */
let plot = null;
/** The queries that the plot was built for. */
let plotted = "";
const series = new Series();
let dirty = false;
let loading = false;
/** End of the newest window that is known, milliseconds; 0 for none. */
let newestMs = 0;
/** What a person has zoomed to, seconds; null while the newest is followed. @type {{from: number, to: number} | null} */
let zoomed = null;
let asking = 0;
/** Answers of what is no longer shown are passed over. */
let turn = 0;
let loadedAt = 0;
/** Windows that came while an answer was under way. @type {Area[]} */
let meanwhile = [];

const zone = () => byId("chart-zone", HTMLSelectElement).value;
const spanSeconds = () => Number(byId("chart-span", HTMLSelectElement).value);
const isShown = () => router.here().view === "camera" && !document.hidden;

/** Each query's share of the chosen zone over the last minutes or hours, with gaps where no frame was seen. */
export function startChart() {
  const span = byId("chart-span", HTMLSelectElement);
  const kept = localStorage.getItem(SPAN_KEPT) ?? "";
  if ([...span.options].some((option) => option.value === kept)) span.value = kept;
  state.on(["cameras", "camera"], zones);
  state.on("camera", () => {
    clear();
    // The live connection follows the camera, and asks as soon as it is open, so that nothing is missed in between.
    asking = window.setTimeout(load, OPENS_WITHIN_MS);
  });
  state.on("queries", () => (dirty = true));
  live.on("open", load);
  live.on("area", addWindow);
  byId("chart-zone").addEventListener("change", reload);
  span.addEventListener("change", () => {
    localStorage.setItem(SPAN_KEPT, span.value);
    reload();
  });
  byId("chart-live").addEventListener("click", follow);
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
  select.replaceChildren(h("option", { value: "" }, t("timeline.wholePicture")),
    ...state.measuredZones().map((one) => h("option", { value: one.id }, nameOf(one))));
  select.value = state.measuredZones().some((one) => one.id === before) ? before : "";
  byId("chart-timeline").setAttribute("href", link("timeline", "", { cameras: state.camera }));
}

/** Nothing of another camera, zone or span stays. */
function clear() {
  clearTimeout(asking);
  turn++;
  series.clear();
  newestMs = 0;
  loading = true;
  zoomed = null;
  plot?.destroy();
  plot = null;
  rebuild();
  draw();
}

function reload() {
  clear();
  load();
}

/** Goes on with what is newest. */
function follow() {
  zoomed = null;
  dirty = true;
  draw();
}

async function load() {
  clearTimeout(asking);
  const asked = turn;
  if (!state.camera) {
    loading = false;
    return;
  }
  const to = Math.round(state.now());
  const wanted = new URLSearchParams({ camera: state.camera, zone: zone(), from: String(Math.max(0, to - spanSeconds() * 1000)),
    to: String(to), points: String(Math.min(POINTS, spanSeconds())) });
  loadedAt = performance.now();
  meanwhile = [];
  try {
    /** @type {import("./series.js").Columns} */
    const columns = await get(`api/areas/columns?${wanted}`);
    if (asked !== turn) return;
    newestMs = columns.newestMs;
    series.fill(columns);
    if (series.step === 1) meanwhile.forEach((area) => series.addWindow(area));
  } catch {
    // The banner already says that the service is away.
  }
  meanwhile = [];
  loading = false;
  dirty = true;
  draw();
}

/** @param {Area} area */
function addWindow(area) {
  if (area.camera !== state.camera || area.zone !== zone() || Number(area.windowMs) !== WINDOW_MS) return;
  newestMs = Math.max(newestMs, Number(area.windowStartMs) + WINDOW_MS);
  if (series.step > 1) return;
  if (loading) meanwhile.push(area);
  series.addWindow(area);
  dirty = true;
}

function draw() {
  if (!isShown()) return;
  // Longer steps than a second come from the service, each when it is over.
  if (!loading && series.step > 1 && performance.now() - loadedAt > Math.max(5, series.step) * 1000) load();
  const quiet = newestMs > 0 && state.now() - newestMs > Math.max(QUIET_MS, 3000 * series.step);
  const end = quiet ? state.now() / 1000 : series.newest() ?? 0;
  if (!zoomed && series.newest() !== null) series.removeBefore(end - spanSeconds() - series.step);
  const empty = series.newest() === null;
  tell(empty, quiet);
  if (empty || (!dirty && !quiet)) return;
  dirty = false;
  drawPlot(end);
}

/**
 * @param {boolean} empty whether there is nothing to draw
 * @param {boolean} quiet whether nothing new has come
 */
function tell(empty, quiet) {
  const status = byId("chart-empty");
  status.hidden = !empty && !quiet;
  const words = loading ? t("timeline.loading") : newestMs ? t("timeline.noDataSince", { time: when(newestMs) }) : t("timeline.noData");
  if (status.textContent !== words) status.textContent = words;
  byId("area-chart").hidden = empty;
  byId("area-chart").dataset.points = String(series.size);
  byId("chart-live").hidden = !zoomed;
}

/** @param {number} end second up to which is shown when nobody has zoomed */
function drawPlot(end) {
  const oldest = series.oldest() ?? end;
  const from = Math.min(Math.max(end - spanSeconds(), oldest), end - LEAST_SPAN_S);
  const queries = state.cameraQueries().filter((query) => !query.disabled && series.has(query.id));
  const data = series.columns(queries.map((query) => query.id), Math.min(oldest, from), Math.max(end, series.newest() ?? end));
  const wanted = queries.map((query) => query.id + query.color + query.text).join();
  if (plot && plotted === wanted) plot.setData(data, false);
  else build(queries, data);
  plotted = wanted;
  const shown = zoomed ?? { from, to: end };
  plot?.setScale("x", { min: shown.from, max: shown.to });
  if (plot && (plot.cursor.left ?? -1) < 0) plot.setLegend({ idx: data[0].length - 1 });
}

/**
 * @param {number} from second
 * @param {number} to second
 */
function zoomTo(from, to) {
  zoomed = { from, to: Math.max(to, from + 2 * series.step) };
  dirty = true;
  draw();
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
    padding: [8, 24, 0, 0],
    legend: { live: true },
    ...navigation({ zoom: zoomTo, pan: zoomTo, reset: follow }),
    scales: { x: { auto: false }, y: { range: (_, __, high) => [0, Math.max(0.02, Math.min(1, (high || 0) * 1.15))] } },
    axes: [
      { ...axis, size: 26, splits: timeTicks, values: (_, seconds) => tickLabels(seconds) },
      { ...axis, size: 48, values: (_, shares) => shares.map(percent) },
    ],
    series: [
      { label: t("timeline.at"), value: (_, second) => (second === null ? "–" : clock(second * 1000)) },
      ...queries.map((query) => ({
        label: query.text, stroke: query.color || DEFAULT_COLOR, width: 1.75, spanGaps: false, points: { show: false },
        fill: `${query.color || DEFAULT_COLOR}18`,
        value: (/** @type {uPlot} */ _, /** @type {number | null} */ value) => (value === null ? "–" : percent(value)),
      })),
    ],
  }, data, byId("area-chart"));
}

const size = () => ({ width: Math.max(200, byId("area-chart").clientWidth), height: 150 });
