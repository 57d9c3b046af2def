import { contour } from "./contour.js";
import { decode } from "./rle.js";

export const DEFAULT_COLOR = "#36a3ff";

/**
 * @param {Mask | undefined} mask
 * @returns {Shape | null}
 */
export function shapeOf(mask) {
  if (!mask?.counts) return null;
  const pixels = decode(mask);
  return pixels && { pixels, width: mask.width, height: mask.height };
}

/**
 * Fills a mask softly over the whole canvas, or a place of this size, and draws its outline.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Shape} shape
 * @param {string} color as "#36a3ff"
 * @param {{dashed?: boolean, fill?: number, size?: {width: number, height: number}}} [style]
 */
export function paintShape(context, shape, color, { dashed = false, fill = 0.45, size = context.canvas } = {}) {
  const { width, height } = size;
  context.save();
  context.globalAlpha = fill;
  context.drawImage(tinted(shape, color), 0, 0, width, height);
  context.globalAlpha = Math.min(1, fill * 2);
  context.scale(width / shape.width, height / shape.height);
  context.lineWidth = (1.6 * (window.devicePixelRatio || 1) * shape.width) / width;
  context.lineCap = "round";
  context.strokeStyle = color;
  if (dashed) context.setLineDash([context.lineWidth * 3, context.lineWidth * 3]);
  shape.outline ??= contour(shape.pixels, shape.width, shape.height, new Path2D());
  context.stroke(shape.outline);
  context.restore();
}

const spare = new OffscreenCanvas(1, 1);
const spareContext = spare.getContext("2d", { willReadFrequently: true });

/**
 * The mask in one colour; drawn larger, its edge becomes soft.
 *
 * @param {Shape} shape
 * @param {string} color
 */
export function tinted({ pixels, width, height }, color) {
  spare.width = width;
  spare.height = height;
  const image = new ImageData(width, height);
  const [red, green, blue] = [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16));
  for (let i = 0, to = 0; i < pixels.length; i++, to += 4) {
    image.data[to] = red;
    image.data[to + 1] = green;
    image.data[to + 2] = blue;
    image.data[to + 3] = pixels[i] ? 255 : 0;
  }
  spareContext?.putImageData(image, 0, 0);
  return spare;
}

/** As large as the masks of the tiles are; most have the same size. @type {ImageData | null} */
let filled = null;

/**
 * Fills several masks over the whole canvas at once, without outlines: for pictures that are small and many.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {{shape: Shape, color: string}[]} shapes all of one size; those of another are left out
 * @param {number} fill opacity
 */
export function fillShapes(context, shapes, fill) {
  if (!shapes.length || !spareContext) return;
  const { width, height } = shapes[0].shape;
  if (filled?.width !== width || filled.height !== height) filled = new ImageData(width, height);
  const words = new Uint32Array(filled.data.buffer).fill(0);
  for (const { shape, color } of shapes) {
    if (shape.width !== width || shape.height !== height) continue;
    const [red, green, blue] = [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16));
    // Little endian, as all machines are that a browser runs on.
    const word = ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
    for (let i = 0; i < words.length; i++) if (shape.pixels[i]) words[i] = word;
  }
  if (spare.width !== width || spare.height !== height) Object.assign(spare, { width, height });
  spareContext.putImageData(filled, 0, 0);
  context.save();
  context.globalAlpha = fill;
  context.drawImage(spare, 0, 0, context.canvas.width, context.canvas.height);
  context.restore();
}
