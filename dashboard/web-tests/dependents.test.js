import assert from "node:assert/strict";
import { test } from "node:test";
import { dependentsOf, namesIn } from "../src/main/resources/web/dependents.js";

const rule = (/** @type {Partial<Rule>} */ fields) =>
  /** @type {Rule} */ ({ name: fields.id, query: "", expression: "", zone: "", cameras: [], ...fields });
const rules = [
  rule({ id: "jam", query: "car", zone: "left" }),
  rule({ id: "mixed", expression: 'person > 2 % and not "and" > 1 % and dwell 30 s', cameras: ["yard"] }),
  rule({ id: "elsewhere", query: "dog", zone: "left", cameras: ["yard"] }),
];
const webhooks = [/** @type {Webhook} */ ({ id: "desk", name: "Desk", rules: ["jam"], cameras: ["yard"] })];
const cameras = [/** @type {Camera} */ ({ id: "yard", name: "Yard", hiddenQueries: ["person"] })];
const all = { rules, webhooks, cameras };
/** @param {Parameters<typeof dependentsOf>[0]} what */
const ids = (what) => {
  const found = dependentsOf(what, all);
  return [found.rules, found.webhooks, found.cameras].map((some) => some.map(({ id }) => id));
};

test("names what uses a query, also in an expression and to hide it", () => {
  assert.deepEqual(ids({ kind: "queries", id: "car" }), [["jam"], [], []]);
  assert.deepEqual(ids({ kind: "queries", id: "person" }), [["mixed"], [], ["yard"]]);
  assert.deepEqual(ids({ kind: "queries", id: "and" }), [["mixed"], [], []]);
  assert.deepEqual(ids({ kind: "queries", id: "dwell" }), [[], [], []]);
});

test("names the rules of a zone, which is one of its camera's", () => {
  assert.deepEqual(ids({ kind: "zones", id: "left", camera: "street" }), [["jam"], [], []]);
  assert.deepEqual(ids({ kind: "zones", id: "left", camera: "yard" }), [["jam", "elsewhere"], [], []]);
});

test("names what watches a camera or posts for a rule", () => {
  assert.deepEqual(ids({ kind: "cameras", id: "yard" }), [["mixed", "elsewhere"], ["desk"], []]);
  assert.deepEqual(ids({ kind: "rules", id: "jam" }), [[], ["desk"], []]);
  assert.deepEqual(ids({ kind: "webhooks", id: "desk" }), [[], [], []]);
});

test("finds the queries of an expression", () => {
  assert.deepEqual(namesIn("peak(red-car) > 0.5 or change(lorry) >= 3 and dwell 2 min"), ["red-car", "lorry"]);
});
