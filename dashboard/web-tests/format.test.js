import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, commaSeparated, duration, percent, unparted, when } from "../src/main/resources/web/format.js";

const spaced = (/** @type {string} */ text) => text.replaceAll("\u00a0", " ");

test("shows small shares with a digit after the point", () => {
  assert.deepEqual([0, 0.0004, 0.068, 0.0994, 0.0995, 0.5, 1].map((share) => spaced(percent(share))), ["0 %", "0.0 %", "6.8 %", "9.9 %", "10 %", "50 %", "100 %"]);
});

test("shows durations in the two largest units", () => {
  assert.deepEqual([-5, 0, 1499, "59400", 65_000, 3_600_000, 7_384_000, 180_000_000].map((ms) => spaced(duration(ms))),
    ["0 s", "0 s", "1 s", "59 s", "1 min 5 s", "1 h 0 min", "2 h 3 min", "2 d 2 h"]);
});

test("no line ends between a number and its unit", () => {
  assert.equal(percent(0.068), "6.8\u00a0%");
  assert.equal(duration(65_000), "1\u00a0min 5\u00a0s");
  assert.equal(unparted("car covers 5.0 % of 2 streets for 2 s, 3 分 5 秒"), "car covers 5.0\u00a0% of 2 streets for 2\u00a0s, 3\u00a0分 5\u00a0秒");
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
