import assert from "node:assert/strict";
import { test } from "node:test";
import { Series } from "../src/main/resources/web/series.js";

/**
 * @param {string} query
 * @param {number} second
 * @param {number} mean
 * @param {number} framesSeen
 */
function area(query, second, mean, framesSeen = 5) {
  return /** @type {Area} */ ({ query, windowStartMs: String(second * 1000), windowMs: "1000", mean, framesSeen });
}

test("has a gap where no frame was seen, and where there is no window", () => {
  const series = new Series();
  series.addWindow(area("car", 100, 0.1));
  series.addWindow(area("car", 101, 0, 0));
  series.addWindow(area("car", 103, 0.3));
  assert.deepEqual(series.columns(["car"], 100, 103), [[100, 101, 102, 103], [0.1, null, null, 0.3]]);
});

test("a window that comes again takes the place of the first", () => {
  const series = new Series();
  series.addWindow(area("car", 100, 0.1));
  series.addWindow(area("car", 100, 0.2));
  assert.equal(series.size, 1);
  assert.deepEqual(series.columns(["car"], 100, 100)[1], [0.2]);
});

test("knows its newest window of all queries, and forgets old ones", () => {
  const series = new Series();
  assert.equal(series.newest(), null);
  series.addWindow(area("car", 100, 0.1));
  series.addWindow(area("bus", 107, 0.1));
  assert.equal(series.newest(), 107);
  series.removeBefore(101);
  assert.equal(series.size, 1);
  assert.ok(series.has("bus"));
});

test("steps of an answer take the place of all, and have its length", () => {
  const series = new Series();
  series.addWindow(area("car", 100, 0.1));
  series.fill({ fromMs: 120_000, stepMs: 60_000, windowMs: 60_000, count: 3, oldestMs: 0, newestMs: 0, complete: true,
    queries: [{ query: "bus", mean: [0.2, null, 0.4], max: [0.2, null, 0.4] }] });
  assert.equal(series.has("car"), false);
  assert.deepEqual(series.columns(["bus"], 120, 240), [[120, 180, 240], [0.2, null, 0.4]]);
  series.removeBefore(180);
  assert.equal(series.oldest(), 240);
});
