import { h } from "../../dom.js";
import { clock, percent, when } from "../../format.js";
import { t } from "../../text.js";
import { tickLabels, ticks } from "../../timeaxis.js";

/** @typedef {import("./moments.js").Band} Band */

const HEIGHT = 34;
const LABEL_PX = 96;
const EDGE_PX = 28;
/** Shares below this fill the band's height in proportion. */
const LEAST_TOP = 0.02;

/** The share over the searched span, of one camera; a click is told with its time. */
export class BandStrip {
  #canvas = h("canvas", { class: "strip", role: "img" });
  #said = h("span", { class: "said" });
  /** @type {Band | null} */
  #band = null;
  #range = { from: 0, to: 1 };
  #drawing = 0;
  #resize = new ResizeObserver(() => this.draw());

  /**
   * @param {string} name
   * @param {(at: number) => void} [clicked]
   */
  constructor(name, clicked) {
    this.element = h("div", { class: "band", "data-testid": "search-band" }, h("span", { class: "name", title: name }, name),
      h("span", { class: "hold" }, this.#canvas), this.#said);
    this.name = name;
    this.#canvas.addEventListener("pointermove", (event) => this.#tell(this.#at(event)));
    this.#canvas.addEventListener("pointerleave", () => (this.#said.textContent = ""));
    if (clicked) this.#canvas.addEventListener("click", (event) => clicked(this.#at(event)));
    this.#resize.observe(this.#canvas);
  }

  /** How many columns there is room for. */
  static columns(/** @type {number} */ width) {
    return Math.max(100, Math.min(2000, Math.round(width - 140)));
  }

  /**
   * @param {Band} band
   * @param {{from: number, to: number}} range
   */
  show(band, range) {
    this.#band = band;
    this.#range = range;
    this.draw();
  }

  draw() {
    cancelAnimationFrame(this.#drawing);
    this.#drawing = requestAnimationFrame(() => this.#draw());
  }

  destroy() {
    cancelAnimationFrame(this.#drawing);
    this.#resize.disconnect();
    this.element.remove();
  }

  /** @param {PointerEvent | MouseEvent} event */
  #at(event) {
    const { left, width } = this.#canvas.getBoundingClientRect();
    return this.#range.from + (event.clientX - left) / Math.max(1, width) * (this.#range.to - this.#range.from);
  }

  /** @param {number} at */
  #tell(at) {
    const share = this.#band?.shareAt(at);
    this.#said.textContent = share === undefined || share < 0 ? t("search.bandUnseen", { time: when(at) })
      : t("search.bandAt", { time: clock(at), share: percent(share) });
  }

  #draw() {
    const band = this.#band;
    const context = this.#canvas.getContext("2d");
    if (!band || !context) return;
    const width = Math.max(1, Math.round(this.#canvas.clientWidth * devicePixelRatio));
    const height = Math.round(HEIGHT * devicePixelRatio);
    Object.assign(this.#canvas, { width, height });
    const style = getComputedStyle(this.#canvas);
    const [seen, found] = ["--raised", "--accent"].map((name) => style.getPropertyValue(name).trim());
    const perMs = width / (this.#range.to - this.#range.from);
    const top = Math.max(LEAST_TOP, band.most);
    for (const [from, share] of band.entries()) {
      if (share < 0) continue;
      const left = Math.floor((from - this.#range.from) * perMs);
      const wide = Math.max(1, Math.ceil(band.columnMs * perMs));
      context.fillStyle = seen;
      context.fillRect(left, 0, wide, height);
      if (share <= 0) continue;
      const high = Math.max(1, share / top * height);
      context.fillStyle = found;
      context.fillRect(left, height - high, Math.max(devicePixelRatio, wide), high);
    }
    this.#canvas.setAttribute("aria-label", t("search.bandOf", { name: this.name, share: percent(band.most) }));
  }
}

/**
 * The times below bands.
 *
 * @param {HTMLElement} axis
 * @param {{from: number, to: number}} range
 */
export function drawAxis(axis, { from, to }) {
  const seconds = ticks(from / 1000, to / 1000, Math.max(2, axis.clientWidth / LABEL_PX));
  const labels = tickLabels(seconds);
  axis.replaceChildren(...seconds.flatMap((second, i) => {
    const part = (second * 1000 - from) / (to - from);
    // It would be cut off at an end.
    if (Math.min(part, 1 - part) * axis.clientWidth < EDGE_PX) return [];
    const label = h("span", {}, labels[i]);
    label.style.left = `${part * 100}%`;
    return [label];
  }));
}
