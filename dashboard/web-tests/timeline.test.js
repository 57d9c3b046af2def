import assert from "node:assert/strict";
import { test } from "node:test";
import { tickLabels, ticks } from "../src/main/resources/web/timeaxis.js";
import { bounded, clusters, dayOf, gaps, LEAST_MS, panned, rangeOf, zoomed } from "../src/main/resources/web/views/timeline/range.js";

const NOW = 1_700_000_000_000;

test("a span is no longer in the future, and neither too short nor too long", () => {
  assert.deepEqual(bounded({ from: NOW - 1000, to: NOW + 9000 + LEAST_MS }, NOW).to, NOW);
  const short = bounded({ from: NOW - 5000, to: NOW - 4999 }, NOW);
  assert.equal(short.to - short.from, LEAST_MS);
  assert.ok(bounded({ from: -1e15, to: NOW }, NOW).from >= 0);
});

test("zooms around what is pointed at, and pans by a part of the span", () => {
  assert.deepEqual(zoomed({ from: 0, to: 100 }, 0.5, 20), { from: 10, to: 60 });
  assert.deepEqual(panned({ from: 0, to: 100 }, -0.5), { from: -50, to: 50 });
});

test("an address without a span, or with an odd one, follows the newest", () => {
  const of = (/** @type {string} */ text) => rangeOf(new URLSearchParams(text), NOW);
  assert.deepEqual(of(`from=${NOW - 60_000}&to=${NOW}`), { from: NOW - 60_000, to: NOW });
  for (const odd of ["", "from=1", "from=x&to=y", `from=${NOW}&to=1`, "from=&to="]) assert.equal(of(odd), null);
});

test("a gap is where no query has a value", () => {
  assert.deepEqual(gaps([[null, 1, null, null, null], [null, null, null, null, 2]], 5), [[0, 0], [2, 3]]);
  assert.deepEqual(gaps([], 3), [[0, 2]]);
});

test("marks that lie close are one", () => {
  assert.deepEqual(clusters([{ at: 0 }, { at: 5 }, { at: 50 }], 10).map((one) => one.length), [2, 1]);
});

test("ticks stand on whole steps, as many as there is room for", () => {
  const found = ticks(1_700_000_003, 1_700_000_603, 6);
  assert.ok(found.length >= 4 && found.length <= 6);
  assert.ok(found.every((second) => second % 120 === 0));
  assert.equal(new Set(tickLabels(found)).size, found.length);
});

test("where a new day begins, its date stands", () => {
  const midnight = new Date(2026, 4, 3).getTime() / 1000;
  assert.match(tickLabels([midnight - 3600, midnight, midnight + 3600])[1], /May|3/);
});

test("a day is that of local time", () => {
  assert.equal(dayOf(new Date(2026, 4, 3, 0, 5).getTime()), "2026-05-03");
});
