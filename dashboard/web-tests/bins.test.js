import assert from "node:assert/strict";
import { test } from "node:test";
import { shownBins } from "../src/main/resources/web/bins.js";

/** @param {{[bin: number]: number}} counts */
function bins(counts) {
  return Array.from({ length: 100 }, (_, i) => counts[i] ?? 0);
}

test("shows ten bins at least", () => {
  assert.equal(shownBins(bins({ 0: 500 }), [], 0), 12);
  assert.equal(shownBins([500], [], 0.05), 1);
});

test("shows the last bin that has frames, now or in the baseline", () => {
  assert.equal(shownBins(bins({ 0: 500, 41: 1 }), [], 0.05), 44);
  assert.equal(shownBins(bins({ 0: 500 }), bins({ 60: 1 }), 0.05), 63);
});

test("shows the threshold, and never more bins than there are", () => {
  assert.equal(shownBins(bins({ 0: 500 }), [], 0.5), 52);
  assert.equal(shownBins(bins({ 0: 500 }), [], 1), 100);
});
