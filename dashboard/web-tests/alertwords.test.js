import assert from "node:assert/strict";
import { test } from "node:test";
import { asked, dayOf, furthest, isMuted, isRunning, lasted, merged } from "../src/main/resources/web/alertwords.js";

const alert = /** @type {any} */ ({ id: "a", rule: "crowd", camera: "door", state: "CLOSE", openedAtMs: "1000", durationMs: "1300", peak: 0.082 });
const rule = /** @type {any} */ ({ measure: "SHARE", expression: "", below: false });
const spaced = (/** @type {string} */ text) => text.replaceAll("\u00a0", " ");

test("a closed alert is told at its furthest, and not by what closed it", () => {
  assert.equal(spaced(furthest(alert, rule)), "8.2 %");
  assert.equal(furthest({ ...alert, peak: 3.21 }, { ...rule, measure: "CHANGE" }), "3.2");
});

test("what the peak does not tell is left to the reason", () => {
  assert.equal(furthest(alert, { ...rule, expression: "a and b" }), "");
  assert.equal(furthest(alert, { ...rule, below: true }), "");
  assert.equal(furthest(alert, undefined), "");
});

test("an open alert lasts until now", () => {
  assert.equal(spaced(lasted({ ...alert, state: "OPEN" }, 66_000)), "1 min 5 s");
  assert.equal(lasted(alert, 0), "1.3\u00a0s");
  assert.equal(spaced(lasted({ ...alert, state: "UPDATE" }, 500)), "0.0 s");
});

test("the address's filters are those of the API, and days have a first and a last moment", () => {
  const query = asked(new URLSearchParams("camera=door&review=unseen&from=2026-03-29&to=2026-03-29&at=5"));
  assert.equal(query.get("camera"), "door");
  assert.equal(query.get("at"), null);
  assert.equal(Number(query.get("from")), new Date("2026-03-29T00:00:00").getTime());
  assert.equal(Number(query.get("to")), new Date("2026-03-30T00:00:00").getTime() - 1);
  assert.equal(asked(new URLSearchParams("from=yesterday&to=2026-99-99")).toString(), "");
  assert.equal(dayOf("0001-01-01", false), null);
});

test("pages are put together once each, the newest first", () => {
  const one = { ...alert, id: "1", openedAtMs: "5" };
  const two = { ...alert, id: "2", openedAtMs: "9" };
  assert.deepEqual(merged([one], [two, { ...one, state: "OPEN" }]).map(({ id, state }) => id + state), ["2CLOSE", "1OPEN"]);
});

test("a mute covers what opened while it ran", () => {
  const mute = /** @type {any} */ ({ id: "rule/crowd", now: { fromMs: "1000", untilMs: "2000" }, earlier: [{ fromMs: "10", untilMs: "20" }] });
  const mutes = new Map([["rule/crowd", mute]]);
  assert.equal(isMuted(alert, mutes), true);
  assert.equal(isMuted({ ...alert, openedAtMs: "2000" }, mutes), false);
  assert.equal(isMuted({ ...alert, openedAtMs: "15" }, mutes), true);
  assert.equal(isMuted({ ...alert, rule: "other" }, mutes), false);
  assert.equal(isRunning(mute, 1999), true);
  assert.equal(isRunning(mute, 2000), false);
  assert.equal(isRunning({ ...mute, now: { fromMs: "5", untilMs: "0" } }, 9e15), true);
});
