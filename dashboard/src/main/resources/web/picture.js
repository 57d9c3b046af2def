import { byId } from "./dom.js";
import { Emitter } from "./emitter.js";
import { live, seenCamera } from "./live.js";
import { DEFAULT_COLOR, paintShape, shapeOf } from "./overlay.js";
import { isStale } from "./staleness.js";
import { state } from "./state.js";

export { DEFAULT_COLOR, shapeOf };

/**
 * The live picture with what lies over it. Extras (zones, prompts) draw themselves through `layers`.
 *
 * @extends {Emitter<{shown: Shown}>}
 */
class Picture extends Emitter {
  canvas = byId("live", HTMLCanvasElement);
  #context = context2d(this.canvas);
  /** @type {{header: PictureHeader, jpeg: Blob} | null} */
  #next = null;
  #decoding = false;
  /** What is shown. @type {Shown | null} */
  shown = null;
  /** When it was drawn, by the page's own clock. */
  #shownAt = 0;
  paused = false;
  opacity = 0.45;
  /** @type {Layer[]} */
  layers = [];

  start() {
    live.on("picture", (next) => this.#received(next));
    new ResizeObserver(() => this.draw()).observe(byId("stage"));
    setInterval(() => this.#showAge(), 250);
  }

  /** Nothing is shown until the next picture comes. */
  clear() {
    this.shown = null;
    this.#next = null;
    this.draw();
    this.#showAge();
  }

  /** @param {boolean} paused */
  pause(paused) {
    this.paused = paused;
    byId("pause").textContent = paused ? "Resume" : "Pause";
    byId("pause").setAttribute("aria-pressed", String(paused));
    this.#showAge();
  }

  /**
   * One picture is decoded at a time; of those that come meanwhile only the newest is kept.
   *
   * @param {{header: PictureHeader, jpeg: Blob}} next
   */
  async #received(next) {
    if (next.header.camera !== seenCamera()) return;
    this.#next = next;
    if (this.#decoding) return;
    this.#decoding = true;
    while (this.#next) {
      const { header, jpeg } = this.#next;
      this.#next = null;
      try {
        const bitmap = await createImageBitmap(jpeg);
        await new Promise(requestAnimationFrame);
        if (header.camera === state.camera && !this.paused) this.#show(header, bitmap);
        else bitmap.close();
      } catch {
        // A picture that cannot be decoded is left out; the next one comes.
      }
      live.acknowledge(header);
    }
    this.#decoding = false;
  }

  /**
   * @param {PictureHeader} header
   * @param {ImageBitmap} bitmap
   */
  #show(header, bitmap) {
    this.shown?.bitmap.close();
    const masks = (header.queries ?? []).map((query) => ({ ...query, shape: shapeOf(query.mask) }));
    this.shown = { header, bitmap, masks };
    this.#shownAt = performance.now();
    this.draw();
    this.#showAge();
    this.emit("shown", this.shown);
  }

  draw() {
    const { shown } = this;
    const [w, h] = this.#fit(shown?.bitmap.width ?? 16, shown?.bitmap.height ?? 9);
    const context = this.#context;
    context.clearRect(0, 0, w, h);
    byId("stage").classList.toggle("blank", !shown);
    if (!shown) return;
    context.imageSmoothingQuality = "high";
    context.drawImage(shown.bitmap, 0, 0, w, h);
    for (const mask of shown.masks) {
      const query = state.queries.get(mask.id);
      if (query && !query.disabled && !state.hidden.has(mask.id)) this.paint(mask.shape, query.color || DEFAULT_COLOR);
    }
    for (const layer of this.layers) layer(context, w, h);
  }

  /**
   * Gives stage and canvas the picture's shape.
   *
   * @param {number} width of the picture
   * @param {number} height
   * @returns {[number, number]} the canvas's, in device pixels
   */
  #fit(width, height) {
    const { canvas } = this;
    const stage = byId("stage");
    stage.style.setProperty("--aspect", `${width} / ${height}`);
    stage.style.setProperty("--ratio", String(width / height));
    const scale = Math.min(2, window.devicePixelRatio || 1);
    const w = Math.max(1, Math.round(canvas.clientWidth * scale));
    const h = Math.max(1, Math.round((w * height) / width));
    if (canvas.width !== w || canvas.height !== h) {
      canvas.width = w;
      canvas.height = h;
    }
    return [w, h];
  }

  /**
   * Fills a mask softly and draws its outline.
   *
   * @param {Shape | null} shape
   * @param {string} color as "#36a3ff"
   * @param {{dashed?: boolean, fill?: number}} [style]
   */
  paint(shape, color, { dashed = false, fill = this.opacity } = {}) {
    if (shape) paintShape(this.#context, shape, color, { dashed, fill });
  }

  /** Age of what is shown, by the service's clock or this page's; never lets an old frame pass for live. */
  #showAge() {
    const badge = byId("badge");
    const { shown, paused } = this;
    const age = shown ? Math.max(state.now() - shown.header.capturedAt, performance.now() - this.#shownAt) : 0;
    const stale = Boolean(shown) && !paused && (isStale(age, shown?.header.fps) || !live.connected);
    byId("stage").classList.toggle("stale", stale);
    badge.hidden = !shown;
    badge.className = `badge ${paused ? "paused" : stale ? "old" : "live"}`;
    badge.textContent = ageText(Math.round(age / 1000), paused, stale, Boolean(shown?.header.observed));
    badge.title = shown?.header.observed === false ? "No observation came for this frame in time." : "";
  }
}

/**
 * @param {number} seconds
 * @param {boolean} paused
 * @param {boolean} stale
 * @param {boolean} observed
 */
function ageText(seconds, paused, stale, observed) {
  if (paused) return `Paused ${seconds} s ago`;
  if (stale) return `Last frame ${seconds} s ago`;
  return observed ? "Live" : "Live, no overlay";
}

/**
 * @param {HTMLCanvasElement} canvas
 * @returns {CanvasRenderingContext2D}
 */
function context2d(canvas) {
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("This browser cannot draw on a canvas");
  return context;
}

export const picture = new Picture();
