import assert from "node:assert/strict";
import { test } from "node:test";
import { contour } from "../src/main/resources/web/contour.js";

/** A path that keeps its segments. */
class Segments {
  /** @type {[number, number, number, number][]} */
  all = [];
  #x = 0;
  #y = 0;

  moveTo(/** @type {number} */ x, /** @type {number} */ y) {
    this.#x = x;
    this.#y = y;
  }

  lineTo(/** @type {number} */ x, /** @type {number} */ y) {
    this.all.push([this.#x, this.#y, x, y]);
    this.moveTo(x, y);
  }

  /** How often each end of a segment is used. */
  ends() {
    /** @type {Map<string, number>} */
    const counts = new Map();
    for (const [x0, y0, x1, y1] of this.all) {
      for (const end of [`${x0.toFixed(6)},${y0.toFixed(6)}`, `${x1.toFixed(6)},${y1.toFixed(6)}`]) {
        counts.set(end, (counts.get(end) ?? 0) + 1);
      }
    }
    return counts;
  }
}

/**
 * @param {number} width
 * @param {number} height
 * @param {(x: number, y: number) => boolean} inside
 */
function outline(width, height, inside) {
  const pixels = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) pixels[y * width + x] = Number(inside(x, y));
  }
  return contour(pixels, width, height, new Segments());
}

test("draws nothing for an empty mask", () => {
  assert.deepEqual(outline(8, 6, () => false).all, []);
});

test("goes along the edge of the picture where the mask fills it", () => {
  const { all } = outline(8, 6, () => true);
  const xs = all.flatMap(([x0, , x1]) => [x0, x1]);
  const ys = all.flatMap(([, y0, , y1]) => [y0, y1]);
  for (const [low, high, size] of [[Math.min(...xs), Math.max(...xs), 8], [Math.min(...ys), Math.max(...ys), 6]]) {
    assert.ok(Math.abs(low) <= 0.5 && Math.abs(high - size) <= 0.5, `${low}..${high} of 0..${size}`);
  }
});

test("closes around every region, also one with a hole", () => {
  const ring = outline(30, 30, (x, y) => Math.hypot(x - 10, y - 10) < 8 && Math.hypot(x - 10, y - 10) > 3);
  const two = outline(30, 30, (x, y) => (x > 2 && x < 8 && y > 2 && y < 8) || (x > 15 && x < 25 && y > 10 && y < 28));
  for (const path of [ring, two]) {
    assert.ok(path.all.length > 0);
    assert.ok([...path.ends().values()].every((count) => count % 2 === 0));
  }
});

test("lies where the disc ends, to less than a pixel", () => {
  const radius = 20;
  const { all } = outline(60, 60, (x, y) => Math.hypot(x + 0.5 - 30, y + 0.5 - 30) < radius);
  for (const [x, y] of all) {
    assert.ok(Math.abs(Math.hypot(x - 30, y - 30) - radius) < 0.8, `${x}, ${y}`);
  }
});
