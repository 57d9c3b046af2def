import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, commaSeparated, duration, percent, when } from "../src/main/resources/web/format.js";

test("shows small shares with a digit after the point", () => {
  assert.deepEqual([0, 0.0004, 0.068, 0.0994, 0.0995, 0.5, 1].map(percent), ["0 %", "0.0 %", "6.8 %", "9.9 %", "10 %", "50 %", "100 %"]);
});

test("shows durations in the two largest units", () => {
  assert.deepEqual([-5, 0, 1499, "59400", 65_000, 3_600_000, 7_384_000, 180_000_000].map(duration),
    ["0 s", "0 s", "1 s", "59 s", "1 min 5 s", "1 h 0 min", "2 h 3 min", "2 d 2 h"]);
});

test("shows the local time of day of milliseconds, also as the API's strings", () => {
  const noon = new Date(2026, 0, 2, 14, 2, 11).getTime();
  assert.match(clock(noon), /^(14|2):02:11/);
  assert.equal(clock(String(noon)), clock(noon));
});

test("gives the date with a time that is not today's", () => {
  const now = new Date(2026, 0, 2, 14, 2, 11).getTime();
  assert.equal(when(now - 60_000, now), when(now - 60_000, now - 120_000));
  assert.doesNotMatch(when(now, now), /Jan/);
  assert.match(when(now - 86_400_000, now), /Jan/);
});

test("splits at commas, without blanks and empty words", () => {
  assert.deepEqual(commaSeparated(" lorry,van ,, pick-up truck "), ["lorry", "van", "pick-up truck"]);
});
