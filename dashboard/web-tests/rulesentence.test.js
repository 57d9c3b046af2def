import assert from "node:assert/strict";
import { test } from "node:test";
import { ruleSentence } from "../src/main/resources/web/rulesentence.js";

const rule = /** @type {any} */ ({
  id: "near", query: "person", expression: "", measure: "SHARE", below: false, enter: 0.05, exit: 0.03, zone: "", cameras: [],
  dwellMs: "2000", k: 3, n: 6,
});
const known = /** @type {any} */ ({
  queries: new Map([["person", { text: "people" }]]),
  cameras: new Map([["yard", { id: "yard", name: "Yard", zones: [{ id: "gate", name: "Side gate" }] }],
    ["door", { id: "door", name: "", zones: [{ id: "gate", name: "Gate" }] }]]),
});
const said = (/** @type {object} */ more) => ruleSentence({ ...rule, ...more }, known).replaceAll("\u00a0", " ");

test("a rule is said in one sentence", () => {
  assert.equal(said({}), "people covers 5.0 % or more of the picture for 2 s in 3 of 6 frames, clears under 3.0 %, on all cameras");
  assert.equal(said({ dwellMs: "0", k: 0, n: 0, zone: "gate", cameras: ["door", "gone"] }),
    "people covers 5.0 % or more of Gate, clears under 3.0 %, on door, gone");
  assert.equal(said({ query: "gone", zone: "lost" }).slice(0, 36), "gone covers 5.0 % or more of lost fo");
});

test("each measure has its words and its unit, and an expression says for itself", () => {
  assert.match(said({ measure: "PEAK_PROBABILITY", enter: 0.5 }), /^people has a peak confidence of 50\.0 % or more in the picture/);
  assert.match(said({ measure: "CHANGE", enter: -3, exit: -1.8, below: true }),
    /^people differs from its hourly baseline by -3\.0 standard deviations or less in the picture .* clears over -1\.8 standard/);
  assert.match(said({ measure: "DRIFT", enter: 0.3 }), /^people drifts by 30\.0 % or more from its accepted baseline in the picture/);
  assert.equal(said({ query: "", expression: "car / person > 2", dwellMs: "90000", k: 0, n: 0, zone: "gate" }),
    "car / person > 2 in Side gate for 1.5 min, on all cameras");
});

test("a dwell is said in its largest unit", () => {
  const times = ["250", "1500", "90000", "7200000"].map((dwellMs) => said({ dwellMs, n: 0 }).match(/ for ([^,]+),/)?.[1]);
  assert.deepEqual(times, ["250 ms", "1.5 s", "1.5 min", "2 h"]);
});
