import assert from "node:assert/strict";
import { test } from "node:test";
import { askedOf, asShown, openShare, openSpans, tooLittle, wantsKeptFrames } from "../src/main/resources/web/backtestspans.js";

/**
 * @param {string} id
 * @param {AlertState} state
 * @param {number} openedAtMs
 * @param {number} atMs
 */
const event = (id, state, openedAtMs, atMs) => ({ id, state, openedAtMs: String(openedAtMs), atMs: String(atMs) });

test("an alert is open from its opening to its close", () => {
  const spans = openSpans([event("a", "OPEN", 10, 10), event("a", "UPDATE", 10, 15), event("a", "CLOSE", 10, 20), event("b", "OPEN", 60, 60)], 0, 100);
  assert.deepEqual(spans, [{ from: 10, to: 20 }, { from: 60, to: 100 }]);
  assert.deepEqual(openShare(spans, 0, 100), { share: 0.5, longest: 40 });
});

test("a rule that opened once and stayed open is told apart from one that opened for a moment", () => {
  const always = openShare(openSpans([event("a", "OPEN", 1, 1)], 0, 100), 0, 100);
  const once = openShare(openSpans([event("a", "OPEN", 1, 1), event("a", "CLOSE", 1, 3)], 0, 100), 0, 100);
  assert.equal(always.share, 0.99);
  assert.equal(once.share, 0.02);
});

test("nothing opened is nothing, and a digest is no opening", () => {
  assert.deepEqual(openShare(openSpans([], 0, 100), 0, 100), { share: 0, longest: 0 });
  assert.deepEqual(openSpans([event("d", "DIGEST", 0, 50)], 0, 100), []);
});

test("too little seen is said rather than suggested from", () => {
  const seen = { samples: 5000, sinceMs: 0, untilMs: 3_600_000, median: 0.001, enter: 0.05 };
  assert.equal(tooLittle(seen), null);
  assert.equal(tooLittle({ ...seen, samples: 78 }), "few");
  assert.equal(tooLittle({ ...seen, untilMs: 300_000 }), "short");
  assert.equal(tooLittle({ ...seen, median: 0.007, enter: 0.008 }), "near");
  assert.equal(tooLittle({ ...seen, median: 0, enter: 0 }), "nothing");
});

test("what is applied is what the text says", () => {
  assert.equal(asShown(0.1056), 0.11);
  assert.equal(asShown(0.0834), 0.083);
  assert.equal(asShown(0.0996), 0.1);
});

test("kept frames are offered where the record does not answer a rule on shares or peaks", () => {
  const report = { coarse: false, frames: "600", unanswered: "600" };
  const share = { measure: /** @type {const} */ ("SHARE"), expression: "" };
  assert.ok(wantsKeptFrames(report, share));
  assert.ok(wantsKeptFrames({ ...report, unanswered: "20" }, share), "a query that began within the span");
  assert.ok(wantsKeptFrames({ ...report, frames: "0", unanswered: "0" }, share), "nothing recorded");
  assert.ok(!wantsKeptFrames({ ...report, unanswered: "0" }, share), "all answered");
  assert.ok(!wantsKeptFrames({ ...report, coarse: true }, share), "these are they");
  assert.ok(!wantsKeptFrames(report, { ...share, measure: "CHANGE" }), "nothing is usual of a query that never ran");
  assert.ok(!wantsKeptFrames(report, { ...share, expression: "change(van) > 3" }));
  assert.ok(wantsKeptFrames(report, { ...share, expression: "van / exchange > 3" }));
});

test("kept frames are asked for the definitions of the rule's queries, each once", () => {
  const queries = new Map([["van", 1], ["white-van", 2], ["dog", 3]]);
  assert.deepEqual(askedOf({ query: "van", expression: "" }, queries), [1]);
  assert.deepEqual(askedOf({ query: "", expression: "\"white-van\" and van > 1 % and not van > 5 %" }, queries), [2, 1]);
  assert.deepEqual(askedOf({ query: "gone", expression: "" }, queries), []);
});
