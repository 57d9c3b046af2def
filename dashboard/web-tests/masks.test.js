import assert from "node:assert/strict";
import { test } from "node:test";

import { fieldsOf, shapesOf } from "../src/main/resources/web/masks.js";

const points = [{ x: 0, y: 0 }, { x: 1, y: 0 }, { x: 0, y: 1 }];
const zone = { id: "door", name: "Door", version: 2, kind: /** @type {const} */ ("AREA"), rings: [{ points }] };
const mask = { name: "Neighbour", outline: { points } };
const camera = /** @type {Camera} */ (/** @type {unknown} */ ({ id: "c", zones: [zone], privacyMasks: [mask] }));

test("zones and masks are one list, and come apart again as they were", () => {
  const shapes = shapesOf(camera);
  assert.deepEqual(shapes.map(({ kind, name }) => [kind, name]), [["AREA", "Door"], ["MASK", "Neighbour"]]);
  assert.deepEqual(fieldsOf(shapes), { zones: [zone], privacyMasks: [mask] });
  assert.deepEqual(shapesOf(undefined), []);
});

test("a zone becomes a mask, and a mask a zone without an id", () => {
  const [first, second] = shapesOf(camera);
  assert.deepEqual(fieldsOf([{ ...first, kind: "MASK" }]), { zones: [], privacyMasks: [{ name: "Door", outline: { points } }] });
  assert.equal(fieldsOf([{ ...second, kind: "AREA" }]).zones[0].id, "");
});
