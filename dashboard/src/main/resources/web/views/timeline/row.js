import uPlot from "../../lib/uPlot.min.js";
import { nameOf } from "../../definitions.js";
import { h } from "../../dom.js";
import { dateAndTime, percent } from "../../format.js";
import { DEFAULT_COLOR } from "../../picture.js";
import { navigation } from "../../plotnav.js";
import { link } from "../../router.js";
import { state } from "../../state.js";
import { t } from "../../text.js";
import { tickLabels, timeTicks } from "../../timeaxis.js";
import { clusters, dayOf, gaps } from "./range.js";

/** @typedef {import("../../series.js").Columns} Columns */
/** @typedef {import("./range.js").Range} Range */
/** @typedef {{columns: Columns, before: Columns | null, alerts: Alert[]}} Past what one camera's row shows */

const HEIGHT = 116;
const MARK_PX = 26;
const SYNC = "timeline";

/** One camera's areas over time: of each query the mean as a line, up to the largest as a band; alerts as marks above. */
export class Row {
  /** @type {uPlot | null} */
  #plot = null;
  #built = "";
  /** @type {Past | null} */
  #past = null;
  /** @type {Range} */
  #range = { from: 0, to: 1 };
  #moment = 0;
  /** @type {[number, number][]} */
  #gaps = [];
  /** @type {Map<string, HTMLElement>} */
  #values = new Map();
  #legend = h("span", { class: "legend" });
  #csv = h("a", { class: "csv", download: "" }, t("timeline.csv"));
  #name = h("a", { class: "name" });
  #canvas = h("div", { class: "canvas" });
  #status = h("p", { class: "status", role: "status" });
  #resize = new ResizeObserver(() => this.#resized());

  /**
   * @param {string} camera
   * @param {import("../../plotnav.js").Navigation} moves
   * @param {(event: WheelEvent, at: number) => void} wheel with the moment under the pointer, seconds
   */
  constructor(camera, moves, wheel) {
    this.camera = camera;
    this.moves = moves;
    this.element = h("section", { class: "row", "data-testid": `timeline-row-${camera}` },
      h("div", { class: "line" }, this.#name, this.#legend, this.#csv), this.#canvas, this.#status);
    this.#canvas.addEventListener("wheel", (event) => {
      if (!this.#plot) return;
      const left = event.clientX - this.#plot.over.getBoundingClientRect().left;
      wheel(event, this.#plot.posToVal(left, "x"));
    }, { passive: false });
    this.#resize.observe(this.#canvas);
  }

  /** How many steps there is room for. */
  get points() {
    return Math.max(100, Math.min(2000, this.#canvas.clientWidth - 60));
  }

  /** @param {Range} range */
  show(range) {
    this.#range = range;
    this.#plot?.setScale("x", { min: range.from / 1000, max: range.to / 1000 });
    this.#marks();
  }

  /** @param {number} at milliseconds; 0 for none */
  set moment(at) {
    this.#moment = at;
    this.#plot?.redraw(false);
  }

  /** @param {string} text */
  set status(text) {
    if (this.#status.textContent !== text) this.#status.textContent = text;
  }

  /** @param {Past} past */
  set past(past) {
    this.#past = past;
    this.draw();
  }

  destroy() {
    this.#resize.disconnect();
    this.#plot?.destroy();
    this.element.remove();
  }

  /** @param {boolean} anew also what does not come with the data, as colours */
  draw(anew = false) {
    const camera = state.cameras.get(this.camera);
    const name = camera ? nameOf(camera) : this.camera;
    this.#name.textContent = name;
    this.#name.setAttribute("href", link("camera", this.camera));
    this.#csv.setAttribute("aria-label", t("timeline.csvOf", { camera: name }));
    if (!this.#past) return;
    const { columns, before } = this.#past;
    const queries = columns.queries.map(({ query }) => query);
    const looks = queries.map((id) => [id, state.queries.get(id)?.color, state.queries.get(id)?.text]);
    const built = JSON.stringify([looks, before?.queries.map(({ query }) => query)]);
    const data = this.#data(columns, before);
    this.#gaps = gaps(columns.queries.map(({ mean }) => mean), columns.count);
    if (anew || !this.#plot || built !== this.#built) this.#build(name, data);
    else this.#plot.setData(data, false);
    this.#built = built;
    this.element.dataset.points = String(columns.count);
    this.element.dataset.step = String(columns.stepMs);
    this.status = columns.queries.some(({ mean }) => mean.some((value) => value !== null)) ? "" : t("timeline.nothingIn");
    this.show(this.#range);
    this.#tell(null);
  }

  /** @param {string} href of the table of what is shown */
  set csv(href) {
    this.#csv.setAttribute("href", href);
  }

  /**
   * Seconds; of each query its mean and largest; and the means of the span that is compared with, where it lies.
   *
   * @param {Columns} columns
   * @param {Columns | null} before
   * @returns {uPlot.AlignedData}
   */
  #data(columns, before) {
    const seconds = Array.from({ length: columns.count }, (_, i) => (columns.fromMs + i * columns.stepMs) / 1000);
    const own = columns.queries.flatMap(({ mean, max }) => [mean, max]);
    const others = columns.queries.map(({ query }) => before?.queries.find((one) => one.query === query)?.mean ?? [])
      .map((mean) => seconds.map((_, i) => mean[i] ?? null));
    return [seconds, ...own, ...(before ? others : [])];
  }

  /**
   * @param {string} name
   * @param {uPlot.AlignedData} data
   */
  #build(name, data) {
    this.#plot?.destroy();
    const { columns, before } = /** @type {Past} */ (this.#past);
    const colors = columns.queries.map(({ query }) => state.queries.get(query)?.color || DEFAULT_COLOR);
    this.#legendOf(columns, colors);
    const moves = navigation(this.moves);
    const line = { spanGaps: false, points: { show: false } };
    this.#plot = new uPlot({
      width: this.#width(), height: HEIGHT, padding: [MARK_PX, 8, 0, 0], legend: { show: false },
      cursor: { ...moves.cursor, sync: { key: SYNC, setSeries: false,
        filters: { pub: (type) => type === "mousemove" || type === "mouseleave", sub: () => true } } },
      hooks: { ...moves.hooks, drawClear: [(plot) => this.#shade(plot)], draw: [(plot) => this.#line(plot)],
        setCursor: [(plot) => this.#tell(plot.cursor.idx ?? null)] },
      scales: { x: { auto: false, range: (_, low, high) => [low, high] },
        y: { range: (_, __, high) => [0, Math.max(0.02, Math.min(1, (high || 0) * 1.1))] } },
      axes: this.#axes(),
      series: [{}, ...colors.flatMap((stroke) => [{ ...line, stroke, width: 1.5 }, { ...line, stroke: "transparent", width: 0 }]),
        ...(before ? colors.map((stroke) => ({ ...line, stroke, width: 1, dash: [4, 4] })) : [])],
      bands: colors.map((color, i) => ({ series: /** @type {[number, number]} */ ([2 * i + 2, 2 * i + 1]), fill: `${color}40` })),
    }, data, this.#canvas);
    this.#plot.root.setAttribute("role", "img");
    this.#plot.root.setAttribute("aria-label", t("timeline.plot", { camera: name }));
  }

  /** @returns {uPlot.Axis[]} */
  #axes() {
    const style = getComputedStyle(document.documentElement);
    const axis = { stroke: style.getPropertyValue("--muted").trim(), ticks: { show: false }, font: "11px system-ui, sans-serif",
      grid: { stroke: style.getPropertyValue("--line").trim(), width: 1 } };
    return [
      { ...axis, size: 24, splits: timeTicks, values: (_, seconds) => tickLabels(seconds) },
      { ...axis, size: 46, space: 24, values: (_, shares) => shares.map(percent) },
    ];
  }

  /**
   * @param {Columns} columns
   * @param {string[]} colors
   */
  #legendOf(columns, colors) {
    this.#values = new Map();
    this.#legend.replaceChildren(...columns.queries.map(({ query }, i) => {
      const value = h("span", { class: "value" });
      this.#values.set(query, value);
      return h("span", { class: "query", color: colors[i] }, h("span", { class: "dot" }), state.queries.get(query)?.text ?? query, " ", value);
    }));
  }

  /** @param {number | null} step what is told of it beside the names */
  #tell(step) {
    for (const { query, mean } of this.#past?.columns.queries ?? []) {
      const value = step === null ? null : mean[step];
      const element = this.#values.get(query);
      if (element) element.textContent = value === null || value === undefined ? "" : percent(value);
    }
  }

  /** @param {uPlot} plot where nothing was observed is grey */
  #shade(plot) {
    const columns = this.#past?.columns;
    if (!columns) return;
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.fillStyle = getComputedStyle(document.documentElement).getPropertyValue("--raised").trim();
    for (const [first, last] of this.#gaps) {
      const [from, to] = [first, last + 1].map((step) => plot.valToPos((columns.fromMs + step * columns.stepMs) / 1000, "x", true));
      const left = Math.max(bbox.left, from);
      const right = Math.min(bbox.left + bbox.width, to);
      if (right > left) ctx.fillRect(left, bbox.top, right - left, bbox.height);
    }
    ctx.restore();
  }

  /** @param {uPlot} plot the moment whose pictures are shown */
  #line(plot) {
    if (!this.#moment) return;
    const { ctx, bbox } = plot;
    const x = plot.valToPos(this.#moment / 1000, "x", true);
    if (x < bbox.left || x > bbox.left + bbox.width) return;
    ctx.save();
    ctx.fillStyle = getComputedStyle(document.documentElement).getPropertyValue("--accent").trim();
    ctx.fillRect(Math.round(x) - 1, 0, 2, bbox.top + bbox.height);
    ctx.restore();
  }

  /** Alerts as links above the plot, where they opened. */
  #marks() {
    const plot = this.#plot;
    if (!plot || !this.#past) return;
    const { from, to } = this.#range;
    const perPixel = (to - from) / Math.max(1, plot.over.clientWidth || this.#width());
    const marks = this.#past.alerts.map((alert) => ({ alert, at: Number(alert.openedAtMs) }))
      .filter(({ at }) => at >= from && at <= to).sort((a, b) => a.at - b.at);
    const links = clusters(marks, MARK_PX * perPixel).map((cluster) => this.#mark(cluster, from, perPixel));
    this.#canvas.querySelector(".marks")?.remove();
    if (!links.length) return;
    const strip = h("div", { class: "marks" }, ...links);
    strip.style.left = `${plot.over.offsetLeft}px`;
    this.#canvas.append(strip);
  }

  /**
   * @param {{alert: Alert, at: number}[]} cluster
   * @param {number} from
   * @param {number} perPixel
   */
  #mark(cluster, from, perPixel) {
    const [{ alert, at }] = cluster;
    const n = cluster.length;
    const words = { n, rule: alert.ruleName || alert.rule, time: dateAndTime(at) };
    const label = n > 1 ? t("timeline.marks", words) : t("timeline.mark", words);
    const many = () => link("alerts", "", { camera: this.camera, from: dayOf(at), to: dayOf(cluster[n - 1].at) });
    const href = n > 1 ? many() : link("alerts", alert.id);
    const mark = h("a", { class: "mark", href, title: label, "aria-label": label, "data-state": alert.state }, n > 1 ? n : "");
    mark.style.left = `${(at - from) / perPixel}px`;
    return mark;
  }

  #width() {
    return Math.max(200, this.#canvas.clientWidth);
  }

  #resized() {
    this.#plot?.setSize({ width: this.#width(), height: HEIGHT });
    this.#marks();
  }
}
