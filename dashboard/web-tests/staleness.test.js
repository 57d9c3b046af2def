import assert from "node:assert/strict";
import { test } from "node:test";
import { isStale, rateWords } from "../src/main/resources/web/staleness.js";

test("a picture is stale when its camera should have sent the next ones", () => {
  assert.equal(isStale(2900, 10), false);
  assert.equal(isStale(3100, 10), true);
  assert.equal(isStale(8000, 0.3), false);
  assert.equal(isStale(8400, 0.3), true);
  assert.equal(isStale(24_000, 0.1), false);
  assert.equal(isStale(3100, undefined), true);
  assert.equal(isStale(3100, 0), true);
});

test("a slow camera's rate is told in seconds", () => {
  assert.equal(rateWords(4), "4.0 fps");
  assert.equal(rateWords(0.97), "1.0 fps");
  assert.equal(rateWords(0.3), "every 3 s");
  assert.equal(rateWords(0.1), "every 10 s");
  assert.equal(rateWords(0), "0.0 fps");
});
