import assert from "node:assert/strict";
import { test } from "node:test";
import { crossesItself, doubleArea } from "../src/main/resources/web/geometry.js";
import { outlines } from "../src/main/resources/web/trace.js";

/** @param {...string} rows # for what is set */
function outlinesOf(...rows) {
  const pixels = Uint8Array.from(rows.join(""), (c) => Number(c === "#"));
  return outlines(pixels, rows[0].length, rows.length);
}

test("a rectangle has its four corners, clockwise", () => {
  const [ring, ...others] = outlinesOf("....", ".##.", ".##.");
  assert.deepEqual(ring, [{ x: 1, y: 1 }, { x: 3, y: 1 }, { x: 3, y: 3 }, { x: 1, y: 3 }]);
  assert.equal(others.length, 0);
});

test("an empty mask has no outline, a full one is the picture's edge", () => {
  assert.deepEqual(outlinesOf("...", "..."), []);
  assert.equal(doubleArea(outlinesOf("###", "###")[0]), 12);
});

test("parts come largest first, and a hole goes round the other way", () => {
  const rings = outlinesOf("####.#", "#..#..", "####..");
  assert.deepEqual(rings.map((ring) => doubleArea(ring) / 2), [12, -2, 1]);
});

test("pixels that touch at a corner alone are apart", () => {
  const rings = outlinesOf("#.", ".#");
  assert.deepEqual(rings.map((ring) => doubleArea(ring) / 2), [1, 1]);
});

test("areas of all outlines add up to the pixels, whatever the mask", () => {
  let seed = 7;
  const pixels = Uint8Array.from({ length: 600 }, () => Number((seed = (seed * 48271) % 2147483647) % 3 > 0));
  const rings = outlines(pixels, 30, 20);
  assert.equal(rings.reduce((sum, ring) => sum + doubleArea(ring) / 2, 0), pixels.reduce((sum, p) => sum + p, 0));
  assert.ok(rings.every((ring) => !crossesItself(ring)));
});
