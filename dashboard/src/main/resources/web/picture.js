import { byId } from "./dom.js";
import { Emitter } from "./emitter.js";
import { dateAndTime } from "./format.js";
import { live, seenCamera } from "./live.js";
import { NewestPicture } from "./newest.js";
import { DEFAULT_COLOR, paintShape, shapeOf } from "./overlay.js";
import { preference } from "./preferences.js";
import { isStale } from "./staleness.js";
import { state } from "./state.js";
import { t } from "./text.js";
import { View } from "./view.js";

export { DEFAULT_COLOR, shapeOf };

/** A camera whose pictures are farther apart says so. */
const SLOW_MS = 1500;
/** Lines and names over a large picture grow no further, pixels of the page. */
const LARGEST_UNIT = 1.25;

/**
 * The live picture with what lies over it. Extras (zones, prompts) draw themselves through `layers`.
 *
 * @extends {Emitter<{shown: Shown, pointed: Point, resumed: void}>}
 */
class Picture extends Emitter {
  canvas = byId("live", HTMLCanvasElement);
  #context = context2d(this.canvas);
  #newest = new NewestPicture((header, bitmap) => {
    if (header.camera === state.camera && !this.paused) this.#show(header, bitmap);
    else bitmap.close();
  });
  /** What is shown. @type {Shown | null} */
  shown = null;
  /** When it was drawn, by the page's own clock. */
  #shownAt = 0;
  /** What the badge said last, without its seconds. */
  #said = "";
  paused = false;
  /** Whether what is shown is of a moment that was asked for, and not the last that came. */
  past = false;
  opacity = preference("opacity", 0.45);
  /** What is seen of it. */
  view = new View();
  /** A pixel of a picture 640 wide, in pixels of the canvas. */
  unit = 1;
  /** Shape of the stage while nothing is shown. */
  #awaited = { width: 16, height: 9 };
  /** Size of the whole picture as magnified, in pixels of the canvas. */
  #drawn = { width: 1, height: 1 };
  /** How a query's mask is drawn; null for not at all. @type {(mask: QueryMask) => {color: string, fill: number} | null} */
  style = () => null;
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
    this.#newest.clear();
    this.view.reset();
    this.draw();
    this.#showAge();
  }

  /** @param {boolean} paused */
  pause(paused) {
    this.paused = paused;
    byId("pause").textContent = paused ? t("camera.resume") : t("camera.pause");
    byId("pause").setAttribute("aria-pressed", String(paused));
    if (!paused) this.past = false;
    this.#showAge();
  }

  /** Somebody pauses the picture, or wants the live one again. */
  toggle() {
    this.pause(!this.paused);
    if (!this.paused) this.emit("resumed");
  }

  /** @param {{header: PictureHeader, jpeg: Blob}} next */
  #received(next) {
    if (next.header.camera === seenCamera()) this.#newest.receive(next);
  }

  /**
   * Shows a picture of the past until live ones are wanted again.
   *
   * @param {PictureHeader} header
   * @param {ImageBitmap} bitmap
   */
  showPast(header, bitmap) {
    this.pause(true);
    this.past = true;
    this.#show(header, bitmap);
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

  /**
   * The stage has the shape of what the camera sends before its first picture comes, so that nothing below it jumps then.
   *
   * @param {number} width
   * @param {number} height
   */
  expect(width, height) {
    if (this.#awaited.width === width && this.#awaited.height === height) return;
    this.#awaited = { width, height };
    if (!this.shown) this.draw();
  }

  draw() {
    const { shown } = this;
    const { width, height } = shown?.bitmap ?? this.#awaited;
    const [w, h] = this.#fit(width, height);
    const context = this.#context;
    context.clearRect(0, 0, w, h);
    byId("stage").classList.toggle("blank", !shown);
    if (!shown) return;
    const scale = w / (this.canvas.clientWidth || w);
    this.unit = Math.max(1, Math.min(scale * LARGEST_UNIT, w / 640));
    this.#paintAll(context, this.view, w, h);
  }

  /**
   * The picture with what lies over it, at its own size.
   *
   * @returns {OffscreenCanvas | null}
   */
  withOverlay() {
    const { shown } = this;
    if (!shown) return null;
    const { width, height } = shown.bitmap;
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d");
    if (!context) return null;
    const live2d = this.#context;
    this.#context = /** @type {CanvasRenderingContext2D} */ (/** @type {unknown} */ (context));
    this.unit = Math.max(1, width / 640);
    try {
      this.#paintAll(this.#context, new View(), width, height);
    } finally {
      this.#context = live2d;
      this.draw();
    }
    return canvas;
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {View} view
   * @param {number} w of the canvas
   * @param {number} h
   */
  #paintAll(context, view, w, h) {
    const { shown } = this;
    if (!shown) return;
    const [width, height] = [w * view.scale, h * view.scale];
    this.#drawn = { width, height };
    context.save();
    context.translate(-view.x * width, -view.y * height);
    context.imageSmoothingQuality = "high";
    context.drawImage(shown.bitmap, 0, 0, width, height);
    for (const mask of shown.masks) {
      const style = this.style(mask);
      if (style) this.paint(mask.shape, style.color, { fill: style.fill });
    }
    for (const layer of this.layers) layer(context, width, height);
    context.restore();
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
    if (shape) paintShape(this.#context, shape, color, { dashed, fill, size: this.#drawn });
  }

  /**
   * @param {number} age ms
   * @param {boolean} stale
   */
  #ageText(age, stale) {
    const { header } = this.shown ?? {};
    if (!header) return "";
    if (this.past) return dateAndTime(header.capturedAt);
    return ageText(Math.round(age / 1000), this.paused, stale, header.observed, 1000 / (header.fps || NaN));
  }

  #age() {
    return this.shown ? Math.max(state.now() - this.shown.header.capturedAt, performance.now() - this.#shownAt) : 0;
  }

  /** @param {number} age ms */
  #isStale(age) {
    return isStale(age, this.shown?.header.fps) || !live.connected;
  }

  /** Age of what is shown, by the service's clock or this page's; never lets an old frame pass for live. */
  #showAge() {
    const badge = byId("badge");
    const { shown, paused } = this;
    const age = this.#age();
    const stale = Boolean(shown) && !paused && this.#isStale(age);
    byId("stage").classList.toggle("stale", stale);
    badge.hidden = !shown;
    const look = `badge ${paused ? "paused" : stale ? "old" : "live"}`;
    if (badge.className !== look) badge.className = look;
    const text = this.#ageText(age, stale);
    if (badge.textContent !== text) {
      badge.textContent = text;
      badge.title = shown?.header.observed === false ? t("camera.noOverlayWhy") : "";
    }
    this.#say(shown ? (paused ? t("camera.paused") : stale ? t("camera.stale") : t("camera.live")) : "");
  }

  /** @param {string} text for screen readers, which need no seconds */
  #say(text) {
    if (text === this.#said) return;
    this.#said = text;
    byId("badge-said").textContent = text;
  }
}

/**
 * @param {number} seconds
 * @param {boolean} paused
 * @param {boolean} stale
 * @param {boolean} observed
 * @param {number} intervalMs between pictures
 */
function ageText(seconds, paused, stale, observed, intervalMs) {
  if (paused) return t("camera.pausedAgo", { s: seconds });
  if (stale) return t("camera.lastFrameAgo", { s: seconds });
  if (!observed) return t("camera.liveNoOverlay");
  return intervalMs > SLOW_MS ? t("camera.liveEvery", { s: Math.round(intervalMs / 1000) }) : t("camera.live");
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
