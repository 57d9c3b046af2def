import assert from "node:assert/strict";
import { test } from "node:test";
import { View } from "../src/main/resources/web/view.js";

/** @param {Point} p */
const rounded = ({ x, y }) => [Number(x.toFixed(6)), Number(y.toFixed(6))];

test("what is under the pointer stays there while it is magnified", () => {
  const view = new View();
  view.zoom({ x: 0.75, y: 0.25 }, 4);
  assert.deepEqual(rounded(view.toPicture({ x: 0.75, y: 0.25 })), [0.75, 0.25]);
  view.zoom({ x: 0.75, y: 0.25 }, 2);
  assert.deepEqual(rounded(view.toPicture({ x: 0.75, y: 0.25 })), [0.75, 0.25]);
});

test("the picture is never smaller than its place, nor magnified without end", () => {
  const view = new View();
  view.zoom({ x: 0.5, y: 0.5 }, 0.1);
  assert.equal(view.isWhole, true);
  for (let i = 0; i < 20; i++) view.zoom({ x: 0.1, y: 0.9 }, 2);
  assert.equal(view.scale, 16);
  for (let i = 0; i < 20; i++) view.zoom({ x: 0.9, y: 0.1 }, 0.7);
  assert.deepEqual([view.scale, view.x, view.y], [1, 0, 0]);
});

test("moving stops at the picture's edges", () => {
  const view = new View();
  view.pan(0.5, 0.5);
  assert.deepEqual([view.x, view.y], [0, 0]);
  view.zoom({ x: 0.5, y: 0.5 }, 2);
  view.pan(9, -9);
  assert.deepEqual([view.x, view.y], [0, 0.5]);
});
