import { byId } from "./dom.js";
import { contour } from "./contour.js";
import { decode } from "./rle.js";
import { live } from "./live.js";
import { state } from "./state.js";

const STALE_MS = 3000;

/** The live picture with what lies over it. Extras (zones, prompts) draw themselves through `layers`. */
class Picture extends EventTarget {
  canvas = byId("live");
  #context = this.canvas.getContext("2d", { willReadFrequently: true });
  #next = null;
  #decoding = false;
  /** Header and bitmap of what is shown. */
  shown = null;
  paused = false;
  opacity = 0.45;
  layers = [];

  start() {
    live.addEventListener("picture", (event) => this.#received(event.detail));
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

  pause(paused) {
    this.paused = paused;
    byId("pause").textContent = paused ? "Resume" : "Pause";
    byId("pause").setAttribute("aria-pressed", paused);
    this.#showAge();
  }

  /** One picture is decoded at a time; of those that come meanwhile only the newest is kept. */
  async #received(picture) {
    this.#next = picture;
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
      live.shown(header);
    }
    this.#decoding = false;
  }

  #show(header, bitmap) {
    this.shown?.bitmap.close();
    const masks = (header.queries ?? []).map((q) => ({ ...q, shape: shapeOf(q.mask) }));
    this.shown = { header, bitmap, masks };
    this.draw();
    this.#showAge();
    this.dispatchEvent(new CustomEvent("shown", { detail: this.shown }));
  }

  draw() {
    const stage = byId("stage");
    const { canvas } = this;
    const width = this.shown?.bitmap.width ?? 16;
    const height = this.shown?.bitmap.height ?? 9;
    stage.style.setProperty("--aspect", `${width} / ${height}`);
    stage.style.setProperty("--ratio", width / height);
    const scale = Math.min(2, window.devicePixelRatio || 1);
    const w = Math.max(1, Math.round(canvas.clientWidth * scale));
    const h = Math.max(1, Math.round((w * height) / width));
    if (canvas.width !== w || canvas.height !== h) {
      canvas.width = w;
      canvas.height = h;
    }
    const context = this.#context;
    context.clearRect(0, 0, w, h);
    byId("stage").classList.toggle("blank", !this.shown);
    if (!this.shown) return;
    context.imageSmoothingQuality = "high";
    context.drawImage(this.shown.bitmap, 0, 0, w, h);
    for (const mask of this.shown.masks) {
      const query = state.queries.get(mask.id);
      if (query && !query.disabled && !state.hidden.has(mask.id)) this.paint(mask.shape, query.color || "#36a3ff");
    }
    for (const layer of this.layers) layer(context, w, h);
  }

  /** Fills a mask softly and draws its outline. */
  paint(shape, color, { dashed = false, fill = this.opacity } = {}) {
    if (!shape) return;
    const context = this.#context;
    const { width, height } = this.canvas;
    context.save();
    context.globalAlpha = fill;
    context.drawImage(tinted(shape, color), 0, 0, width, height);
    context.globalAlpha = Math.min(1, fill * 2);
    context.scale(width / shape.width, height / shape.height);
    context.lineWidth = (1.6 * (window.devicePixelRatio || 1) * shape.width) / width;
    context.lineCap = "round";
    context.strokeStyle = color;
    if (dashed) context.setLineDash([context.lineWidth * 3, context.lineWidth * 3]);
    shape.outline ??= contour(shape.pixels, shape.width, shape.height);
    context.stroke(shape.outline);
    context.restore();
  }

  /** Age of what is shown, by the service's clock; never lets an old frame pass for live. */
  #showAge() {
    const stage = byId("stage");
    const badge = byId("badge");
    const age = this.shown ? state.now() - this.shown.header.capturedAt : 0;
    const stale = Boolean(this.shown) && !this.paused && (age > STALE_MS || !live.connected);
    stage.classList.toggle("stale", stale);
    badge.hidden = !this.shown;
    badge.className = `badge ${this.paused ? "paused" : stale ? "old" : "live"}`;
    badge.textContent = this.paused
      ? `Paused ${Math.round(age / 1000)} s ago`
      : stale ? `Last frame ${Math.round(age / 1000)} s ago` : this.shown?.header.observed ? "Live" : "Live, no overlay";
    badge.title = this.shown?.header.observed === false ? "No observation came for this frame in time." : "";
  }
}

export function shapeOf(mask) {
  const pixels = mask?.counts ? decode(mask) : null;
  return pixels && { pixels, width: mask.width, height: mask.height };
}

const spare = new OffscreenCanvas(1, 1);
const spareContext = spare.getContext("2d", { willReadFrequently: true });

/** The mask in one colour; drawn larger, its edge becomes soft. */
function tinted({ pixels, width, height }, color) {
  spare.width = width;
  spare.height = height;
  const image = spareContext.createImageData(width, height);
  const [red, green, blue] = [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16));
  for (let i = 0, to = 0; i < pixels.length; i++, to += 4) {
    image.data[to] = red;
    image.data[to + 1] = green;
    image.data[to + 2] = blue;
    image.data[to + 3] = pixels[i] ? 255 : 0;
  }
  spareContext.putImageData(image, 0, 0);
  return spare;
}

export const picture = new Picture();
