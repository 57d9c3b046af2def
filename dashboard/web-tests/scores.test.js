import assert from "node:assert/strict";
import { test } from "node:test";
import { SCORE_BINS, Scores } from "../src/main/resources/web/scores.js";

/** @param {number} peak @param {number} [share] */
const car = (peak, share = 0.1) => [{ id: "car", peak, class: 0.2, share }];

test("counts frames by their highest probability", () => {
  const scores = new Scores();
  for (const peak of [0, 0.24, 0.26, 1]) scores.add(0, car(peak));
  const bins = scores.histogram("car", "peak");
  assert.equal(bins.length, SCORE_BINS);
  assert.deepEqual([bins[0], bins[9], bins[10], bins[39]], [1, 1, 1, 1]);
  assert.equal(scores.histogram("car", "class")[8], 4);
  assert.equal(scores.reached("car", 0.26), 0.5);
  assert.equal(scores.reached("lorry", 0.5), 0);
});

test("forgets what is older than five minutes, and more than some thousand frames", () => {
  const scores = new Scores();
  for (let at = 0; at < 700_000; at += 1000) scores.add(at, car(0.5));
  assert.ok(scores.count("car") <= 331 && scores.count("car") >= 300);
  for (let i = 0; i < 9000; i++) scores.add(700_000, car(0.5));
  assert.ok(scores.count("car") <= 4001);
});

test("a query is quiet once nothing of it was seen for a while", () => {
  const scores = new Scores();
  assert.equal(scores.isQuiet("car", 0, 10_000), false);
  scores.add(0, car(0.1, 0));
  assert.equal(scores.isQuiet("car", 5000, 10_000), false);
  assert.equal(scores.isQuiet("car", 10_000, 10_000), true);
  scores.add(11_000, car(0.9));
  assert.equal(scores.isQuiet("car", 20_000, 10_000), false);
  assert.equal(scores.isQuiet("car", 21_001, 10_000), true);
});
