import { h } from "./dom.js";
import { percent } from "./format.js";
import { shownBins, sum } from "./bins.js";

const WIDTH = 440;
const HEIGHT = 90;
/** Under the bars, for the labels. */
const FOOT = 14;

/**
 * How many frames had which value, logarithmic, for most have none. A second row of counts is drawn as a line over it,
 * scaled to the first.
 *
 * @param {object} values
 * @param {number[]} values.bins counts over equal parts of 0..to
 * @param {number} [values.to]
 * @param {number} values.enter is marked, as is exit
 * @param {number} values.exit
 * @param {number[]} [values.baseline]
 * @param {(value: number) => string} [values.label]
 * @param {string} values.about for those who cannot see it
 * @param {(enter: number, done: boolean) => void} [values.drag] hears where the threshold is drawn to
 */
export function histogram(values) {
  const canvas = h("canvas", { width: WIDTH, height: HEIGHT, role: "img", "aria-label": values.about });
  const range = paint(canvas, values);
  const { drag } = values;
  if (drag) {
    canvas.classList.add("draggable");
    const to = (/** @type {PointerEvent} */ event, /** @type {boolean} */ done) => {
      const box = canvas.getBoundingClientRect();
      const enter = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * range;
      paint(canvas, { ...values, enter });
      drag(enter, done);
    };
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      to(event, false);
    });
    canvas.addEventListener("pointermove", (event) => canvas.hasPointerCapture(event.pointerId) && to(event, false));
    canvas.addEventListener("pointerup", (event) => to(event, true));
  }
  return canvas;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Parameters<typeof histogram>[0]} values
 * @returns {number} the value at the right edge
 */
function paint(canvas, { bins, to = 1, enter, exit, baseline = [], label = percent }) {
  const context = canvas.getContext("2d");
  if (!context) return to;
  context.clearRect(0, 0, WIDTH, HEIGHT);
  const style = getComputedStyle(document.documentElement);
  const shown = shownBins(bins, baseline, enter / to);
  const top = Math.log1p(Math.max(1, ...bins));
  /** @param {number} value */
  const x = (value) => (value / to) * bins.length * (WIDTH / shown);
  /** @param {number} count */
  const y = (count) => HEIGHT - FOOT - (Math.log1p(count) / top) * (HEIGHT - FOOT - 2);
  context.fillStyle = style.getPropertyValue("--accent");
  for (let i = 0; i < shown; i++) {
    const barTop = y(bins[i] ?? 0);
    context.fillRect((i * WIDTH) / shown + 0.5, barTop, WIDTH / shown - 1, HEIGHT - FOOT - barTop);
  }
  if (sum(baseline)) {
    const scale = sum(bins) / sum(baseline);
    context.strokeStyle = style.getPropertyValue("--text");
    context.beginPath();
    for (let i = 0; i < shown; i++) context.lineTo(((i + 0.5) * WIDTH) / shown, y((baseline[i] ?? 0) * scale));
    context.stroke();
  }
  context.fillStyle = style.getPropertyValue("--muted");
  context.font = "10px system-ui, sans-serif";
  for (const [part, align] of /** @type {[number, CanvasTextAlign][]} */ ([[0, "left"], [0.5, "center"], [1, "right"]])) {
    const value = (part * to * shown) / bins.length;
    context.textAlign = align;
    context.fillText(label(value), x(value), HEIGHT - 2);
  }
  for (const [value, color] of /** @type {[number, string][]} */ ([[enter, "--bad"], [exit, "--good"]])) {
    context.fillStyle = style.getPropertyValue(color);
    context.fillRect(x(value) - 1, 0, 2, HEIGHT - FOOT);
  }
  return (to * shown) / bins.length;
}
