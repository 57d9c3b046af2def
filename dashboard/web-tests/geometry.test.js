import assert from "node:assert/strict";
import { test } from "node:test";
import { crossesItself, doubleArea, isInside, moved, nearestOn, simplified } from "../src/main/resources/web/geometry.js";

/** @param {...[number, number]} points */
const ring = (...points) => points.map(([x, y]) => ({ x, y }));
const BOW_TIE = ring([0, 0], [1, 1], [1, 0], [0, 1]);
const SQUARE = ring([0, 0], [1, 0], [1, 1], [0, 1]);

test("a bow tie crosses itself, a square and a polygon that touches itself do not", () => {
  assert.equal(crossesItself(BOW_TIE), true);
  assert.equal(crossesItself(SQUARE), false);
  assert.equal(crossesItself(ring([0, 0], [1, 0], [0.5, 0.5], [1, 1], [0, 1], [0.5, 0.5])), false);
});

test("a line is not closed, so only its own parts can cross", () => {
  assert.equal(crossesItself(ring([0, 0], [1, 1], [1, 0], [0, 1]), false), true);
  assert.equal(crossesItself(ring([0, 0], [1, 0], [1, 1], [0.5, -1]), false), true);
  assert.equal(crossesItself(ring([0, 0], [1, 0], [1, 1]), false), false);
});

test("a point is inside a polygon by the even-odd rule", () => {
  assert.equal(isInside({ x: 0.5, y: 0.5 }, SQUARE), true);
  assert.equal(isInside({ x: 1.5, y: 0.5 }, SQUARE), false);
});

test("the nearest place on a side is one of its ends beyond them", () => {
  assert.deepEqual(nearestOn({ x: 0.3, y: 1 }, { x: 0, y: 0 }, { x: 1, y: 0 }), { x: 0.3, y: 0 });
  assert.deepEqual(nearestOn({ x: 9, y: 1 }, { x: 0, y: 0 }, { x: 1, y: 0 }), { x: 1, y: 0 });
  assert.deepEqual(nearestOn({ x: 9, y: 1 }, { x: 2, y: 2 }, { x: 2, y: 2 }), { x: 2, y: 2 });
});

test("a circle of many corners becomes one of few with nearly its area", () => {
  const circle = Array.from({ length: 400 }, (_, i) => ({ x: Math.cos(i / 400 * 2 * Math.PI), y: Math.sin(i / 400 * 2 * Math.PI) }));
  const few = simplified(circle, 40, 1e-9);
  assert.equal(few.length, 40);
  assert.ok(Math.abs(doubleArea(few) / doubleArea(circle) - 1) < 0.02);
  assert.equal(crossesItself(few), false);
});

test("corners on a straight side are left out, those of a square stay", () => {
  const many = ring([0, 0], [0.5, 0], [1, 0], [1, 0.7], [1, 1], [0, 1]);
  assert.deepEqual(simplified(many, 40, 1e-6), SQUARE);
  assert.equal(simplified(SQUARE, 3, 1e-6).length, 3);
});

test("a comb that is simplified does not cross itself", () => {
  const comb = [];
  for (let i = 0; i < 60; i++) comb.push({ x: i / 60, y: i % 2 ? 0.98 : 0.02 });
  comb.push({ x: 1, y: 1 }, { x: 0, y: 1 });
  assert.equal(crossesItself(simplified(comb, 20, 1e-9)), false);
});

test("what is moved stays whole and in the picture", () => {
  const [there] = moved([ring([0.1, 0.1], [0.3, 0.1], [0.3, 0.4])], -0.5, 0.9);
  assert.deepEqual(there.map(({ x, y }) => [x, y].map((n) => n.toFixed(3))), [["0.000", "0.700"], ["0.200", "0.700"], ["0.200", "1.000"]]);
});
