import assert from "node:assert/strict";
import { test } from "node:test";
import { PendingAnswers, isAfter } from "../src/main/resources/web/answers.js";

/**
 * @param {number} sequence
 * @param {number} epoch
 */
const answer = (sequence, epoch = 1) => /** @type {InstanceAnswer} */ ({ prompt: "p", epoch, sequence });

test("frames are ordered by epoch, then by sequence", () => {
  assert.ok(isAfter({ epoch: 1, sequence: 2 }, { epoch: 1, sequence: 1 }));
  assert.ok(isAfter({ epoch: 2, sequence: 0 }, { epoch: 1, sequence: 9 }));
  assert.ok(!isAfter({ epoch: 1, sequence: 1 }, { epoch: 1, sequence: 1 }));
  assert.ok(!isAfter({ epoch: 1, sequence: 9 }, { epoch: 2, sequence: 0 }));
});

test("gives an answer once its frame is shown, and only once", () => {
  const pending = new PendingAnswers();
  pending.add(answer(10));
  assert.equal(pending.upTo(answer(9)), undefined);
  assert.equal(pending.upTo(answer(10))?.sequence, 10);
  assert.equal(pending.upTo(answer(10)), undefined);
});

test("gives the newest of several whose frames were skipped, and keeps the later ones", () => {
  const pending = new PendingAnswers();
  for (const sequence of [11, 10, 13]) pending.add(answer(sequence));
  assert.equal(pending.upTo(answer(12))?.sequence, 11);
  assert.equal(pending.upTo(answer(20))?.sequence, 13);
});

test("keeps the newest when a paused page is sent many", () => {
  const pending = new PendingAnswers();
  for (let sequence = 1; sequence <= 100; sequence++) pending.add(answer(sequence));
  assert.equal(pending.upTo(answer(68)), undefined);
  assert.equal(pending.upTo(answer(69))?.sequence, 69);
  assert.equal(pending.upTo(answer(100))?.sequence, 100);
});

test("forgets all when the prompt ends", () => {
  const pending = new PendingAnswers();
  pending.add(answer(1));
  pending.clear();
  assert.equal(pending.upTo(answer(1)), undefined);
});
