import assert from "node:assert/strict";
import { test } from "node:test";
import { missingParts } from "../src/main/resources/web/ruleparts.js";

const plain = /** @type {any} */ ({ id: "jam", query: "car", expression: "", zone: "left", cameras: ["door"] });
const known = /** @type {any} */ ({ queries: new Map([["car", 1]]), cameras: new Map([["door", { zones: [{ id: "left" }] }]]) });

test("a rule whose parts are there lacks nothing", () => {
  assert.deepEqual(missingParts(plain, known), []);
  assert.deepEqual(missingParts({ ...plain, cameras: [] }, known), []);
});

test("a rule tells which of its parts are gone", () => {
  assert.deepEqual(missingParts({ ...plain, query: "bus" }, known), [{ kind: "query", id: "bus" }]);
  assert.deepEqual(missingParts({ ...plain, zone: "right" }, known), [{ kind: "zone", id: "right" }]);
  assert.deepEqual(missingParts({ ...plain, cameras: ["gate"] }, known), [{ kind: "camera", id: "gate" }]);
  const combined = { ...plain, query: "", zone: "", cameras: [], expression: "car / person > 2 % and not peak(forklift) > 0.5" };
  assert.deepEqual(missingParts(combined, known).map(({ id }) => id), ["person", "forklift"]);
});
