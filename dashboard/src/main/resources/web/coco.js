import { doubleArea } from "./geometry.js";
import { encode } from "./rle.js";
import { outlines } from "./trace.js";

/**
 * @typedef {object} CocoImage the frame that a thing was outlined in
 * @property {string} name of its file
 * @property {string} url where it can be fetched while it is kept
 * @property {number} width
 * @property {number} height
 * @property {number} capturedAt ms since 1970
 */

/**
 * A COCO file of things in frames of one camera. Polygons are what most tools read; run lengths keep holes.
 *
 * @param {{image: CocoImage, shape: Shape, label: string}[]} things
 * @param {"polygons" | "rle"} format
 */
export function cocoFile(things, format) {
  const images = [...new Map(things.map(({ image }) => [image.name, image])).values()];
  const labels = [...new Set(things.map(({ label }) => label))];
  return {
    info: { description: "Outlined in Segwatch", date_created: new Date().toISOString() },
    licenses: [],
    images: images.map(({ name, url, width, height, capturedAt }, i) =>
      ({ id: i + 1, file_name: name, width, height, coco_url: url, date_captured: new Date(capturedAt).toISOString() })),
    annotations: things.map(({ image, shape, label }, i) => ({
      id: i + 1, image_id: images.findIndex(({ name }) => name === image.name) + 1, category_id: labels.indexOf(label) + 1, iscrowd: 0,
      ...(format === "rle" ? runLengths(shape, image) : polygons(shape, image)),
    })),
    categories: labels.map((name, i) => ({ id: i + 1, name, supercategory: "" })),
  };
}

/**
 * @param {Shape} shape
 * @param {{width: number, height: number}} image
 */
function runLengths(shape, { width, height }) {
  const pixels = new Uint8Array(width * height);
  let [area, left, top, right, bottom] = [0, width, height, 0, 0];
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * shape.height) / height) * shape.width;
    for (let x = 0; x < width; x++) {
      if (!shape.pixels[row + Math.floor((x * shape.width) / width)]) continue;
      pixels[y * width + x] = 1;
      area++;
      [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x + 1), Math.max(bottom, y + 1)];
    }
  }
  const bbox = area ? [left, top, right - left, bottom - top] : [0, 0, 0, 0];
  return { segmentation: { size: [height, width], counts: encode(pixels, width, height) }, area, bbox };
}

/**
 * @param {Shape} shape
 * @param {{width: number, height: number}} image
 */
function polygons(shape, image) {
  const [sx, sy] = [image.width / shape.width, image.height / shape.height];
  const rings = outlines(shape.pixels, shape.width, shape.height).filter((ring) => doubleArea(ring) > 0)
    .map((ring) => ring.map(({ x, y }) => ({ x: round(x * sx), y: round(y * sy) })));
  const [xs, ys] = [rings.flat().map(({ x }) => x), rings.flat().map(({ y }) => y)];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return {
    segmentation: rings.map((ring) => ring.flatMap(({ x, y }) => [x, y])),
    area: round(rings.reduce((sum, ring) => sum + doubleArea(ring) / 2, 0)),
    bbox: rings.length ? [left, top, round(Math.max(...xs) - left), round(Math.max(...ys) - top)] : [0, 0, 0, 0],
  };
}

/** @param {number} value */
const round = (value) => Math.round(value * 100) / 100;
