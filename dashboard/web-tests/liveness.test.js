import assert from "node:assert/strict";
import { test } from "node:test";
import { Liveness } from "../src/main/resources/web/liveness.js";

const T0 = 1_700_000_000_000;

/**
 * Judges a few times a second from so many milliseconds after the start on.
 *
 * @param {Liveness} liveness
 * @param {number} from
 * @param {number} to
 */
function judgeUntil(liveness, from, to) {
  let verdict = "";
  for (let ms = from; ms <= to; ms += 250) verdict = liveness.judge(T0 + ms, ms);
  return verdict;
}

function opened() {
  const liveness = new Liveness();
  liveness.opened(T0, 0);
  return liveness;
}

test("a connection that says nothing is silent within five seconds, and lost a little later", () => {
  const liveness = opened();
  assert.equal(judgeUntil(liveness, 0, 3000), "live");
  assert.equal(judgeUntil(liveness, 3250, 5000), "silent");
  assert.equal(judgeUntil(liveness, 5250, 12_000), "lost");
});

test("a connection that is heard every two seconds stays live", () => {
  const liveness = opened();
  for (let ms = 0; ms < 60_000; ms += 2000) {
    liveness.heard(T0 + ms, ms);
    assert.equal(judgeUntil(liveness, ms, ms + 1750), "live");
  }
});

test("after a sleep a connection has a moment to prove that it lives", () => {
  for (const pageAfterSleep of [500, 3_600_500]) {
    const liveness = opened();
    judgeUntil(liveness, 0, 500);
    const woken = T0 + 3_600_500;
    assert.equal(liveness.judge(woken, pageAfterSleep), "silent");
    assert.equal(liveness.judge(woken + 2000, pageAfterSleep + 2000), "silent");
    assert.equal(liveness.judge(woken + 3000, pageAfterSleep + 3000), "lost");
    liveness.heard(woken + 3100, pageAfterSleep + 3100);
    assert.equal(liveness.judge(woken + 3200, pageAfterSleep + 3200), "live");
  }
});

test("a clock that is set back hides no silence", () => {
  const liveness = opened();
  let verdict = "";
  for (let ms = 0; ms <= 5000; ms += 250) verdict = liveness.judge(T0 - 3_600_000 + ms, ms);
  assert.equal(verdict, "silent");
});

test("a connection in doubt is lost when it is not heard soon", () => {
  const liveness = opened();
  judgeUntil(liveness, 0, 1000);
  liveness.doubt(T0 + 1000, 1000);
  assert.equal(judgeUntil(liveness, 1250, 3250), "live");
  assert.equal(judgeUntil(liveness, 3500, 4000), "lost");
});

test("retries come at growing distances, never in step, and never far apart", () => {
  const liveness = opened();
  const waits = Array.from({ length: 20 }, () => liveness.nextRetryMs());
  assert.ok(waits[0] >= 250 && waits[0] <= 500);
  assert.ok(waits.every((wait) => wait <= 8000));
  assert.ok(waits.slice(10).every((wait) => wait >= 4000));
  assert.ok(new Set(waits.slice(10)).size > 1);
  liveness.opened(T0, 0);
  assert.ok(liveness.nextRetryMs() <= 500);
});
