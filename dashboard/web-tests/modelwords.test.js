import assert from "node:assert/strict";
import { test } from "node:test";
import { candidateText, comparisonCells, rolloutText, stepsOf } from "../src/main/resources/web/views/system/modelwords.js";

/** @param {Partial<CandidateStatus>} fields */
const candidate = (fields) => /** @type {CandidateStatus} */ ({ model: "m@2", fingerprint: "", loaded: false, fault: "", cameras: [],
  queries: [], comparisons: [], framesCompared: "0", encoderMs: 0, ...fields });
/** @param {Partial<ModelRollout>} fields */
const rollout = (fields) => /** @type {ModelRollout} */ ({ id: "model", model: "m@2", fingerprint: "", state: "SHADOW", compared: [],
  canaries: [], startedAtMs: "1", changedAtMs: "1", by: "anna", ...fields });
const worker = { worker: "w", model: "m@1", fingerprint: "" };

test("a rollout is begun where there is a candidate, and goes on or back from there", () => {
  const idle = { workers: [worker], comparisons: [] };
  assert.deepEqual(stepsOf(idle), { shadow: false, canary: false, switched: false, rollback: false });
  const has = { ...idle, workers: [{ ...worker, candidate: candidate({}) }] };
  assert.deepEqual(stepsOf(has), { shadow: true, canary: false, switched: false, rollback: false });
  assert.deepEqual(stepsOf({ ...has, rollout: rollout({}) }), { shadow: false, canary: true, switched: true, rollback: true });
  assert.deepEqual(stepsOf({ ...has, rollout: rollout({ state: "SWITCHED" }) }),
    { shadow: true, canary: false, switched: false, rollback: true });
  assert.deepEqual(stepsOf({ ...has, rollout: rollout({ state: "ROLLED_BACK" }) }),
    { shadow: true, canary: false, switched: false, rollback: false });
});

test("who observes what is said with the cameras' names", () => {
  const name = (/** @type {string} */ id) => id.toUpperCase();
  assert.match(rolloutText({ workers: [worker], comparisons: [] }, name), /No other model/);
  assert.match(rolloutText({ workers: [worker], comparisons: [], rollout: rollout({}) }, name),
    /m@2 is compared .* on all cameras, .* by anna/);
  assert.match(rolloutText({ workers: [worker], comparisons: [], rollout: rollout({ state: "CANARY", canaries: ["gate", "yard"] }) }, name),
    /m@2 observes GATE, YARD,/);
});

test("a candidate that cannot be used says why", () => {
  assert.equal(candidateText(undefined), "no candidate");
  assert.equal(candidateText(candidate({ fault: "model.json is missing" })), "model.json is missing");
  assert.match(candidateText(candidate({ loaded: true, framesCompared: "12" })), /m@2 in memory, compared on 12 frames/);
});

test("what is not known of a comparison is left open", () => {
  const each = /** @type {AreaComparison} */ (/** @type {unknown} */ ({ camera: "gate", zone: "", query: "q", frames: 3, meanShare: 0.1,
    candidateMeanShare: 0.12, meanDifference: 0.02, p95Difference: 0.03, iou: 0, framesWithMask: 0 }));
  assert.deepEqual(comparisonCells(each).slice(-2), ["–", "–"]);
  assert.deepEqual(comparisonCells({ ...each, correlation: 0.5, iou: 0.75, framesWithMask: 3 }).slice(-2), ["0.50", "0.75"]);
});
