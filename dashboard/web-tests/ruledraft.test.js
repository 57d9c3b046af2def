import assert from "node:assert/strict";
import { test } from "node:test";
import { draftOf, valuesOf } from "../src/main/resources/web/ruledraft.js";

/** @type {RuleFields} */
const RULE = {
  id: "car", name: "Car", cameras: ["street", "yard"], zone: "drive", query: "car", expression: "", measure: "SHARE",
  enter: 0.055, exit: 0.03, below: false, dwellMs: "2500", exitDwellMs: "2000", k: 3, n: 6, cooldownMs: "5000",
  minComponent: 0.0005, maxAlertsPerHour: 4, disabled: false,
  schedule: { timeZone: "UTC", intervals: [{ days: [], startMinute: 0, endMinute: 60 }] },
};

test("shows shares in per cent and times in seconds", () => {
  const values = valuesOf(RULE);
  assert.equal(values.enter, 5.5);
  assert.equal(values.exit, 3);
  assert.equal(values.dwell, 2.5);
  assert.equal(values.minComponent, 0.05);
});

test("shows deviations as they are", () => {
  const values = valuesOf({ ...RULE, measure: "CHANGE", enter: -3, exit: -1.5 });
  assert.equal(values.enter, -3);
  assert.equal(draftOf(values).exit, -1.5);
});

test("a rule comes back from its form as it was", () => {
  for (const measure of /** @type {Measure[]} */ (["SHARE", "PEAK_PROBABILITY", "CHANGE", "DRIFT"])) {
    const { id, disabled, ...rule } = { ...RULE, measure };
    assert.deepEqual(draftOf(valuesOf({ ...rule, id, disabled })), rule);
  }
});

test("an expression takes the place of the query", () => {
  const draft = draftOf({ ...valuesOf(RULE), expression: " car > 5 % " });
  assert.equal(draft.expression, "car > 5 %");
  assert.equal(draft.query, "");
});
